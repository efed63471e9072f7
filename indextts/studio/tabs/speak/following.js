// What is heard, shown where it is read: the line under the player, and its character in the reading. And the way back:
// a character's own place in the sound.
import { $, onDrawn } from "../../lib/dom.js";
import { player } from "../../lib/player.js";
import { caption } from "./captions.js";
import { drawAhead, follow } from "./scrolling.js";

const shownTake = () => $("#take-data")?.dataset.take || null;
// Whether the reading is of what the player holds.
const isHeard = () => Boolean(player.job) && shownTake() === player.job.id;

// The reading's characters in the order in which they are heard; read anew when it is another.
let text = null,
  spans = [],
  size = 0,
  spoken = null;
// Gradio may put more into the same element.
const isAnother = (now) =>
  now !== text || (now?.childElementCount ?? 0) !== size || (spans.length > 0 && !spans[0].part.isConnected);
const timed = () => {
  const now = $("#reading .reading-text");
  if (isAnother(now)) {
    [text, size] = [now, now?.childElementCount ?? 0];
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
  return all[low - 1];
};
const mark = (part) => {
  if (part === spoken) return;
  spoken?.classList.remove("spoken");
  part?.classList.add("spoken");
  spoken = part;
};
// Between two words nothing is lit, but the place is known.
let near = null;
const show = (now, jumped = false) => {
  const found = now >= 0 ? tokenAt(now) : null,
    part = found?.part ?? null;
  mark(found && now < found.end ? part : null);
  if (part === near && !jumped) return;
  near = part;
  follow(part, jumped);
};
// Between two pictures of the screen the sound goes on by less than this.
const STEP_S = 1.5;
let last = NaN;
player.root.addEventListener("studio:time", ({ detail: { now, ended } }) => {
  const heard = ended || !(now > 0) ? NaN : now,
    jumped = !(now >= last && now - last < STEP_S);
  last = now;
  caption(player.foreign ? NaN : heard);
  const here = heard >= 0 && isHeard();
  show(here ? heard : NaN, here && jumped);
  if (here) drawAhead(heard);
});
// Drawn anew, it is marked again, though nothing may play.
onDrawn(() => {
  if (!(last > 0)) caption(NaN);
  if (last > 0 && isHeard() && isAnother($("#reading .reading-text"))) show(last);
});
player.root.addEventListener("studio:opened", () => {
  last = NaN;
  caption(NaN);
  show(NaN);
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
