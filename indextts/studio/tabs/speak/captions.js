// What is being said, under the player: a line at a time, its words marked as they are heard. A finished take says its
// lines as its subtitles have them; while it is made, they are cut here from the sentences that are there.
import { $, languageOf, make } from "../../lib/dom.js";
import { player } from "../../lib/player.js";
import { cut, lineAt } from "./lines.js";


let source = null,
  lines = [],
  shown = null;

const linesNow = () => {
  const { job } = player,
    take = $("#take-data")?.dataset;
  // What is not of the text is said elsewhere.
  const own = take && (player.foreign || take.take === job?.id) && take.lines;
  const given = own ? take.take : `${!player.foreign && job?.id} ${job?.made}`;
  if (given !== source) {
    source = given;
    lines = own ? JSON.parse(own) : ((!player.foreign && job?.segments.slice(0, job.made)) || []).flatMap(cut);
    shown = null;
  }
  return lines;
};

// `now` in seconds; not a number while nothing is heard: then the first line stands there, to be heard.
export const caption = (now) => {
  const place = $("#caption-text");
  if (!place) return;
  const all = linesNow(),
    line = now >= 0 ? lineAt(all, now) : all[0] ?? null;
  if (line !== shown || Boolean(line) !== place.childElementCount > 0) {
    shown = line;
    if (line) place.lang = languageOf(line[2].map(([, , text]) => text).join(" "));
    place.replaceChildren(...(line ? line[2].map(([, , text]) => make("span", { class: "word" }, text)) : []));
  }
  [...place.children].forEach((word, index) => {
    const [start, end] = line[2][index];
    word.classList.toggle("past", end <= now);
    word.classList.toggle("now", start <= now && now < end);
  });
};
