// What is being said, under the player: a line at a time, its words marked as they are heard. A finished take says its
// lines as its subtitles have them; while it is made, they are cut here from the sentences that are there.
import { $, make } from "../../lib/dom.js";
import { player } from "../../lib/player.js";

const HOLD_S = 0.8, // so long a line stays behind its last word, if the next one does not come before
  WIDE = 20, // Chinese characters of a line, where it can end after a mark
  WIDEST = 24,
  MARKS = /[，。！？；：、,.!?;:…—]\s*$/;

let source = null,
  lines = [],
  shown = null;

const wide = (text) => [...text].reduce((sum, char) => sum + (char.charCodeAt(0) > 0x2e7f ? 1 : 0.5), 0);
// A segment's lines: [start, end, [[start, end, text], …]].
const cut = ({ tokens }) => {
  const found = [];
  let line = [],
    size = 0;
  const close = () => {
    if (line.length) found.push([line[0][0], line.at(-1)[1], line]);
    [line, size] = [[], 0];
  };
  for (const { text, start_s, end_s } of tokens) {
    // What has no time of its own, such as a mark, belongs to the word before.
    if (typeof start_s !== "number" || typeof end_s !== "number") {
      if (line.length) line.at(-1)[2] += text;
      else if (found.length) found.at(-1)[2].at(-1)[2] += text;
    } else {
      if (size >= WIDEST || (size >= WIDE / 2 && line.length && MARKS.test(line.at(-1)[2]) && size + wide(text) > WIDE)) close();
      const before = line.at(-1)?.[2] ?? "";
      const apart = /[A-Za-z0-9]$/.test(before) && /^[A-Za-z0-9]/.test(text) ? " " : "";
      line.push([start_s, end_s, apart + text]);
    }
    size += wide(text);
  }
  close();
  return found;
};

const linesNow = () => {
  const { job } = player,
    take = $("#take-data")?.dataset;
  const own = take && job && (take.job || take.take) === job.id && take.lines;
  const given = `${job?.id} ${own ? "all" : job?.made}`;
  if (given !== source) {
    source = given;
    lines = own ? JSON.parse(own) : (job?.segments.slice(0, job.made) ?? []).flatMap(cut);
    shown = null;
  }
  return lines;
};

const lineAt = (now) => linesNow().findLast(([start]) => start <= now);

// `now` in seconds; not a number while nothing is heard.
export const caption = (now) => {
  const place = $("#caption-text");
  if (!place) return;
  const found = lineAt(now);
  const line = found && now < found[1] + HOLD_S ? found : null;
  if (line !== shown || Boolean(line) !== place.childElementCount > 0) {
    shown = line;
    place.replaceChildren(...(line ? line[2].map(([, , text]) => make("span", { class: "word" }, text)) : []));
  }
  [...place.children].forEach((word, index) => {
    const [start, end] = line[2][index];
    word.classList.toggle("said", end <= now);
    word.classList.toggle("now", start <= now && now < end);
  });
};
