// What is heard, shown where it is read: the line under the player, and its character in the reading. And the way back:
// a character's own place in the sound.
import { $ } from "../../lib/dom.js";
import { player } from "../../lib/player.js";
import { caption } from "./captions.js";

const shownTake = () => $("#take-data")?.dataset.take || null;
// Whether the reading is of what the player holds.
const isHeard = () => Boolean(player.job) && shownTake() === player.job.id;

// The reading's characters in the order in which they are heard; read anew when it is another.
let text = null,
  spans = [],
  spoken = null;
const timed = () => {
  const now = $("#reading .reading-text");
  if (now !== text || (spans.length && !spans[0].part.isConnected)) {
    text = now;
    spans = [...(now?.querySelectorAll(".token[data-start]") ?? [])]
      .map((part) => ({ part, start: Number(part.dataset.start), end: Number(part.dataset.end) }))
      .sort((one, other) => one.start - other.start);
  }
  return spans;
};
const tokenAt = (now) => {
  const all = timed();
  let low = 0,
    high = all.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (all[middle].start <= now) low = middle + 1;
    else high = middle;
  }
  const found = all[low - 1];
  return found && now < found.end ? found.part : null;
};
const mark = (part) => {
  if (part === spoken) return;
  spoken?.classList.remove("spoken");
  part?.classList.add("spoken");
  spoken = part;
};
player.root.addEventListener("studio:time", ({ detail: { now, ended } }) => {
  const heard = ended || !(now > 0) ? NaN : now;
  caption(heard);
  mark(heard >= 0 && isHeard() ? tokenAt(heard) : null);
});
player.root.addEventListener("studio:opened", () => {
  caption(NaN);
  mark(null);
});

// From a character on, or its sentence alone.
export const listenFrom = (token) => {
  const start = Number(token.dataset.start ?? NaN);
  if (Number.isNaN(start)) return;
  if (!isHeard()) player.open(shownTake(), { at: start });
  else player.seekTo(start);
  player.play();
};
export const listenTo = (sentence) => {
  const { start, end } = sentence.dataset;
  if (start === undefined) return;
  if (!isHeard()) player.open(shownTake(), { at: Number(start) });
  player.playRange(Number(start), Number(end));
};
const TOKEN = "#reading .token[data-start]";
document.addEventListener("dblclick", (event) => {
  const token = event.target.closest?.(TOKEN);
  if (token) listenFrom(token);
});
document.addEventListener(
  "click",
  (event) => {
    const token = event.altKey && event.target.closest?.(TOKEN);
    if (!token) return;
    event.stopPropagation();
    listenFrom(token);
  },
  true,
);
