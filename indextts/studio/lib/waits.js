// No wait without an end. A question over HTTP has so many seconds; what the server works on for long has none, so the
// page asks every few seconds whether it still does. Where it does not, and no result has come, the way of the answer
// was lost: the server sends what was made, what waits is told, and the page begins anew.
import { $, fill, make, onDrawn, signal } from "./dom.js";

const LOOK_MS = 5000,
  PATIENCE_MS = 20000,
  MISSES = 2,
  DRAWN_MS = 500;
const LOST = "indextts.lost";

// Whether the server has not answered at all lately; lib/health.js asks it.
let lost = false;
export const serverIsLost = () => lost;
export const setLost = (yes) => {
  lost = yes;
};

const leaving = signal();
// `listener` hears that the page is about to be loaded anew.
export const onLeaving = leaving.hear;

const waits = new Set();
let number = 0,
  misses = 0,
  unanswered = 0,
  since = 0;
const shown = () => Boolean($("#notice .busy, #edit-notice .busy"));
export const isWaiting = () => waits.size > 0 || shown();

// Something is waited for that may take long: what is called when its answer will never come. Returns how to end that.
export const expectAnswer = (given) => {
  waits.add(given);
  return () => waits.delete(given);
};
export const reloadIfShown = () => {
  if (shown()) location.reload();
};
export const giveUp = () => {
  const all = [...waits];
  waits.clear();
  misses = 0;
  all.forEach((given) => given());
};

const look = () => {
  if (!isWaiting() || lost) {
    misses = unanswered = 0;
    return;
  }
  if (unanswered && Date.now() - since < PATIENCE_MS) return;
  if (unanswered) misses += 1;
  const place = $("#notice .notice");
  if (!place) return;
  number += 1;
  [unanswered, since] = [number, Date.now()];
  place.dispatchEvent(
    new CustomEvent("studio:alive", { bubbles: true, detail: { number, lost: misses + 1 >= MISSES && shown() } }),
  );
};
export const alive = (answer) => {
  if (!answer || answer.number !== unanswered) return;
  unanswered = 0;
  if (!answer.lost) {
    misses = answer.working || !isWaiting() ? 0 : misses + 1;
    if (misses < MISSES) return;
  }
  giveUp();
  // The stream of answers is dead, and the next answer would be lost on it too: only a fresh page has a fresh one.
  markLost();
  setTimeout(() => {
    leaving.tell();
    location.reload();
  }, DRAWN_MS);
};
setInterval(look, LOOK_MS);

// The page went while something was worked on for it: the result is gone, and the page says so when it is back.
const markLost = () => {
  try {
    sessionStorage.setItem(LOST, "yes");
  } catch {
    /* it goes without saying */
  }
};
const sayLost = () => {
  const place = $("#notice .notice.idle");
  let told = null;
  try {
    told = place && sessionStorage.getItem(LOST);
    if (told) sessionStorage.removeItem(LOST);
  } catch {
    /* likewise */
  }
  if (told) notify(fill("run_lost"));
};
export const notify = (text) => {
  const place = $("#notice .notice");
  if (!place) return;
  place.className = "notice plain";
  place.replaceChildren(make("span", { class: "notice-text" }, text));
};
onDrawn(sayLost);
addEventListener("pagehide", () => {
  if (shown()) markLost();
}); // Gradio too loads the page anew where its stream breaks
