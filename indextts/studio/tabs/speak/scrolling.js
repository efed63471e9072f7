// The reading follows the sound: the line that is heard is the second of its box. Whoever scrolls there is left alone,
// and offered the way back; a jump in the sound goes there at once. What of a long text is not drawn yet is asked for.
import { $, fill, make, onDrawn } from "../../lib/dom.js";
import { smooth } from "./settling.js";
import { drawUntil, shownTake } from "./takes.js";

const READING = "#reading .reading-text",
  BOXES = `:is(${READING}, #book .review-text)`,
  LEFT_S = 10, // so long before its end more of the reading is asked for …
  MORE_S = 300, // … and so much
  REST_MS = 5000,
  KEYS = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "PageUp", "PageDown", "Home", "End", " "];

let away = false, // a person has scrolled
  heard = null, // the character that is heard
  wanted = NaN, // where the box was last sent
  box = null,
  top = 0, // where it stood
  take = "",
  asking = false;

const lineHeight = () => Number.parseFloat(getComputedStyle(box).lineHeight) || 0;
// How far the box would scroll for the heard line to be its second one.
const placeOf = (part) => {
  const line = lineHeight(),
    bottom = part.getBoundingClientRect().bottom - box.getBoundingClientRect().top + box.scrollTop;
  return Math.max(0, Math.min(bottom - 2 * line, box.scrollHeight - box.clientHeight));
};
const isSeen = (part) => {
  const [one, all] = [part.getBoundingClientRect(), box.getBoundingClientRect()];
  return one.bottom > all.top && one.top < all.bottom;
};
const scrollTo = (part, behavior) => {
  const to = placeOf(part);
  if (Math.abs(to - wanted) < lineHeight() / 2 && isSeen(part)) return;
  wanted = to;
  box.scrollTo({ top: to, behavior });
};
const pill = () => {
  const there = box?.parentElement?.querySelector(".to-heard"),
    shown = Boolean(away && heard && box?.isConnected && !isSeen(heard));
  if (!shown) {
    there?.remove();
    return;
  }
  if (there) return;
  const back = make("button", { type: "button", class: "to-heard" }, `↓ ${fill("reading_back")}`);
  back.addEventListener("click", () => {
    away = false;
    wanted = NaN;
    if (heard) scrollTo(heard, smooth());
    pill();
  });
  box.after(back);
};

// `part` is heard from now on, or nothing; `jumped`: the sound is elsewhere than it would have come to by itself. The
// box is the reading's, or another one that shows a text.
export const follow = (part, jumped, at = READING) => {
  heard = part;
  box = $(at);
  if (jumped) {
    away = false;
    wanted = NaN;
  }
  if (part && box?.clientHeight && !away && !$("#fix")) scrollTo(part, jumped ? "instant" : smooth());
  pill();
};
// What is heard soon is to be on the page by then.
export const drawAhead = async (now) => {
  if (asking || !$("#reading [data-action=whole]")) return;
  const [last] = [...document.querySelectorAll("#reading .segment[data-end]")].slice(-1);
  if (!last || now < Number(last.dataset.end) - LEFT_S) return;
  asking = true;
  const { error } = await drawUntil(now + MORE_S);
  setTimeout(
    () => {
      asking = false;
    },
    error ? REST_MS : 0,
  );
};

// A person scrolls: with the wheel, a finger, the keys, or the bar at its side.
const scrolled = ({ target }) => {
  if (!target.closest?.(BOXES)) return;
  away = true;
  pill();
};
for (const kind of ["wheel", "touchmove"]) document.addEventListener(kind, scrolled, { passive: true });
document.addEventListener("keydown", (event) => {
  if (KEYS.includes(event.key)) scrolled(event);
});
document.addEventListener("pointerdown", (event) => {
  if (event.target.matches?.(BOXES) && event.offsetX >= event.target.clientWidth) scrolled(event);
});
document.addEventListener(
  "scroll",
  ({ target }) => {
    if (!target.matches?.(BOXES)) return;
    if (target.matches(READING)) [top, take] = [target.scrollTop, shownTake()];
    if (away) pill();
  },
  { capture: true, passive: true },
);
// The same reading drawn anew, with more of it, stays where it was.
onDrawn(() => {
  const now = $(READING);
  if (!now || now === box || (box?.isConnected && !box.matches(READING))) return;
  if (box && take === shownTake()) now.scrollTop = top;
  box = now;
  wanted = NaN;
});
