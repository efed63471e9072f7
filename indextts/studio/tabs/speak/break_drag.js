// Breaks that are dragged from gap to gap.
import { closeFix, openFix, sendFix } from "./fix.js";
import { gapsOf, placeOf } from "./prosody_rows.js";

const DRAG_PX = 5; // a press that moves less is a click
const REACH_PX = 60; // from a gap that is farther away nothing is dropped
const READING = ":is(#reading, #editor)";

// Dragging: the nearest gap of the same sentence lights up, and takes the break.
let drag = null; // { from, x, y, to }
let swallow = false; // the click that ends a drag opens nothing
const nearest = (x, y) => {
  let best = null,
    least = REACH_PX;
  for (const gap of gapsOf(drag.from)) {
    const box = gap.getBoundingClientRect();
    // A line of the text counts as near as far as it reaches; between lines the nearer one wins.
    const far = Math.hypot(x - box.left - box.width / 2, Math.max(0, box.top - y, y - box.bottom) * 2);
    if (far < least) [best, least] = [gap, far];
  }
  return best;
};
const mark = (gap) => {
  if (drag.to === gap) return;
  drag.to?.classList.remove("drop");
  gap?.classList.add("drop");
  drag.to = gap;
};
const drop = (keep) => {
  if (!drag) return;
  const { from, to, moving } = drag;
  to?.classList.remove("drop");
  from.classList.remove("dragged");
  document.documentElement.classList.remove("dragging-break");
  drag = null;
  if (!moving) return;
  swallow = true;
  setTimeout(() => {
    swallow = false;
  }, 0);
  if (!keep || !to || to === from) return;
  openFix(from);
  sendFix({ action: "move", to: placeOf(to.dataset.gap)[1] });
};
document.addEventListener("pointerdown", (event) => {
  const from = event.target.closest?.(`${READING} .break[data-gap]:not([data-last])`);
  if (!from || event.button || !Number(from.dataset.level)) return;
  drag = { from, x: event.clientX, y: event.clientY, to: null, moving: false };
});
document.addEventListener("pointermove", (event) => {
  if (!drag) return;
  if (!drag.moving && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < DRAG_PX) return;
  if (!drag.moving) {
    drag.moving = true;
    closeFix(false);
    drag.from.classList.add("dragged");
    document.documentElement.classList.add("dragging-break");
  }
  event.preventDefault();
  mark(nearest(event.clientX, event.clientY));
});
document.addEventListener("pointerup", () => drop(true));
document.addEventListener("pointercancel", () => drop(false));
document.addEventListener(
  "keydown",
  (event) => {
    if (event.key === "Escape") drop(false);
  },
  true,
);
document.addEventListener(
  "click",
  (event) => {
    if (!swallow) return;
    swallow = false;
    event.stopImmediatePropagation();
    event.preventDefault();
  },
  true,
);
