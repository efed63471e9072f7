// No wait without an end. A question over HTTP has so many seconds; what the server works on for long has none, so the
// page asks every few seconds whether it still does. Where it does not, and no result has come, the way of the answer
// was lost: the server sends what was made, whoever waits is told, and the page begins anew.
(() => {
  "use strict";
  const studio = window.indexttsStudio;
  const { $, fill } = studio;
  const LOOK_MS = 5000, PATIENCE_MS = 20000, MISSES = 2, DRAWN_MS = 500;
  const LOST = "indextts.lost";

  const waits = new Set();
  let number = 0, misses = 0, unanswered = 0, since = 0;
  const shown = () => Boolean($("#notice .busy, #edit-notice .busy"));
  const busy = () => waits.size > 0 || shown();

  // Something is waited for that may take long: what is called when its answer will never come. Returns how to end that.
  const expectAnswer = (lost) => {
    waits.add(lost);
    return () => waits.delete(lost);
  };
  const giveUp = () => { const all = [...waits]; waits.clear(); misses = 0; all.forEach((lost) => lost()); };

  const look = () => {
    if (!busy() || studio.isLost()) { misses = unanswered = 0; return; }
    if (unanswered && Date.now() - since < PATIENCE_MS) return;
    if (unanswered) misses += 1;
    const place = $("#notice .notice");
    if (!place) return;
    number += 1;
    [unanswered, since] = [number, Date.now()];
    place.dispatchEvent(new CustomEvent("studio:alive", { bubbles: true, detail: { number, lost: misses + 1 >= MISSES && shown() } }));
  };
  const alive = (answer) => {
    if (!answer || answer.number !== unanswered) return;
    unanswered = 0;
    if (!answer.lost) {
      misses = answer.working || !busy() ? 0 : misses + 1;
      if (misses < MISSES) return;
    }
    giveUp();
    // The stream of answers is dead, and the next answer would be lost on it too: only a fresh page has a fresh one.
    markLost();
    setTimeout(() => { studio.keepTakes(); location.reload(); }, DRAWN_MS);
  };
  setInterval(look, LOOK_MS);

  // The page went while something was worked on for it: the result is gone, and the page says so when it is back.
  const markLost = () => { try { sessionStorage.setItem(LOST, "yes"); } catch { /* it goes without saying */ } };
  const sayLost = () => {
    const place = $("#notice .notice.idle");
    let lost = null;
    try { lost = place && sessionStorage.getItem(LOST); if (lost) sessionStorage.removeItem(LOST); } catch { /* likewise */ }
    if (lost) notify(fill("run_lost"));
  };
  const notify = (text) => {
    const place = $("#notice .notice");
    if (!place) return;
    place.className = "notice plain";
    place.replaceChildren(studio.make("span", { class: "notice-text" }, text));
  };
  studio.onDrawn(sayLost);
  addEventListener("pagehide", () => { if (shown()) markLost(); }); // Gradio too loads the page anew where its stream breaks

  // A question over HTTP with its answer, all of it, within so many milliseconds; else it is rejected.
  const fetchWithin = async (patience, address, options = {}) => {
    const response = await fetch(address, { ...options, signal: AbortSignal.timeout(patience) });
    const { ok, status, headers } = response;
    return { ok, status, answer: new Response(await response.blob(), { headers }) };
  };

  Object.assign(studio, { expectAnswer, alive, giveUp, notify, fetchWithin, isWaiting: busy });
})();
