// What is being said, under the player: a line at a time, its words marked as they are heard.
import { $, make } from "../../lib/dom.js";

const HOLD_S = 0.8; // so long a line stays behind its last word, if the next one does not come before

let source = null,
  lines = [],
  shown = null;

const linesNow = () => {
  const given = $("#take-data")?.dataset.lines ?? "[]";
  if (given !== source) [source, lines, shown] = [given, JSON.parse(given), null];
  return lines;
};

const lineAt = (now) => linesNow().findLast(([start]) => start <= now);

// `now` in seconds; not a number while nothing plays.
export const caption = (now) => {
  const place = $("#caption-text");
  if (!place) return;
  const found = lineAt(now);
  const line = found && now < found[1] + HOLD_S ? found : null;
  if (line !== shown || (line && !place.childElementCount)) {
    shown = line;
    place.replaceChildren(...(line ? line[2].map(([, , text]) => make("span", { class: "word" }, text)) : []));
  }
  [...place.children].forEach((word, index) => {
    const [start, end] = line[2][index];
    word.classList.toggle("said", end <= now);
    word.classList.toggle("now", start <= now && now < end);
  });
};
