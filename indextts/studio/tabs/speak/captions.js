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
// A sentence's words with the marks and spaces around them: [[start, end, text], …].
const wordsOf = ({ text, start, end, tokens }) => {
  const written = [...text]; // places are counted in characters
  const until = (index) => (index < tokens.length ? tokens[index].start : end) - start;
  return tokens.map(({ start_s, end_s }, index) => {
    const shown = written.slice(index ? tokens[index].start - start : 0, until(index + 1)).join("");
    return [start_s, end_s, shown.replace(/\s+/g, " ")];
  });
};
// Its lines: [start, end, words]. They end after marks where they can.
const cut = (segment) => {
  const found = [];
  let line = [],
    size = 0;
  const close = () => {
    if (line.length) found.push([line[0][0], line.at(-1)[1], line]);
    [line, size] = [[], 0];
  };
  for (const word of wordsOf(segment)) {
    const marked = line.length && MARKS.test(line.at(-1)[2]);
    if (size + wide(word[2]) > WIDEST || (marked && size >= WIDE / 2)) close();
    line.push(word);
    size += wide(word[2]);
  }
  close();
  return found;
};

const linesNow = () => {
  const { job } = player,
    take = $("#take-data")?.dataset;
  const own = take && job && take.take === job.id && take.lines;
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
