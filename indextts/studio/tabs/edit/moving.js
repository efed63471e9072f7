// Lines are moved by their grips, and with Alt and the arrows.
import { $ } from "../../lib/dom.js";

const EDGE = 60,
  STEP = 14;
let desk = null,
  drag = null;
export const attachMoving = (given) => {
  desk = given;
};
const unmark = () =>
  document
    .querySelectorAll("#editor :is(.drop-before, .drop-after, .moving)")
    .forEach((part) => part.classList.remove("drop-before", "drop-after", "moving"));
// Before which row it would come.
const targetAt = (x, y) => {
  const list = $("#editor .sentences").getBoundingClientRect();
  const row = document
    .elementFromPoint(Math.min(Math.max(x, list.left + 4), list.right - 4), y)
    ?.closest("#editor .sentence[data-place]");
  if (!row) return drag.to;
  const box = row.getBoundingClientRect(),
    place = Number(row.dataset.place);
  const after = y > box.top + box.height / 2;
  unmark();
  drag.row.classList.add("moving");
  row.classList.add(after ? "drop-after" : "drop-before");
  return place + (after ? 1 : 0);
};
document.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest?.("#editor .s-grip");
  if (!grip || event.button) return;
  const row = grip.closest(".sentence");
  drag = { from: Number(row.dataset.place), to: null, row, y: event.clientY, frame: 0 };
  grip.setPointerCapture(event.pointerId);
  event.preventDefault();
  grip.focus();
});
document.addEventListener("pointermove", (event) => {
  if (!drag || (drag.to === null && Math.abs(event.clientY - drag.y) < 4)) return;
  drag.to = targetAt(event.clientX, event.clientY);
  cancelAnimationFrame(drag.frame);
  const by = event.clientY < EDGE * 2 ? -STEP : event.clientY > innerHeight - EDGE * 2 ? STEP : 0;
  const roll = () => {
    if (!drag) return;
    scrollBy(0, by);
    drag.frame = requestAnimationFrame(roll);
  };
  if (by) roll();
});
const end = (keep) => {
  if (!drag) return;
  const { from, to, frame } = drag;
  cancelAnimationFrame(frame);
  unmark();
  drag = null;
  if (!keep || to === null) return;
  const place = to > from ? to - 1 : to;
  if (place !== from) desk.moveLine(from, place);
};
document.addEventListener("pointerup", () => end(true));
document.addEventListener("pointercancel", () => end(false));
document.addEventListener(
  "keydown",
  (event) => {
    if (drag && event.key === "Escape") {
      event.stopPropagation();
      end(false);
      return;
    }
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const row = event.target.closest?.("#editor .sentence[data-place]");
    if (!by || !row || !event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.target.closest("textarea, select")) return;
    event.preventDefault();
    event.stopPropagation();
    const from = Number(row.dataset.place),
      to = from + by;
    if (to >= 0 && to < desk.model.plan.sentences.length) desk.moveLine(from, to);
  },
  true,
);
