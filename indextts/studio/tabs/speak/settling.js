// Nothing jumps: the page is shown when all its parts are there, and what is new is brought into view.
import { $, onDrawn, root } from "../../lib/dom.js";
import { onView } from "../../lib/router.js";

const LAST = "#models .models";
onDrawn(() => {
  if (!root.classList.contains("drawn") && $(LAST) && $("#generate") && $("#text textarea"))
    root.classList.add("drawn");
});

// A text that came into a box that was not shown has left it as high as an empty one: Gradio measures at what is typed.
onView((name) => {
  const area = name === "speak" && $("#text textarea");
  if (area && area.scrollHeight > area.clientHeight + 1) area.dispatchEvent(new Event("input", { bubbles: true }));
});

// A result that has come: its player is brought into view, with Generate above it where both fit.
export const smooth = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth");
const showResult = () => {
  const player = $("#listen")?.getBoundingClientRect();
  if (!player?.height || root.dataset.view !== "speak") return;
  const over = player.bottom - innerHeight;
  if (over <= 0 && player.top >= 0) return;
  const room = $("#generate").getBoundingClientRect().top;
  scrollBy({ top: over > 0 ? Math.min(over + 12, Math.max(room - 12, 0)) : player.top - 12, behavior: smooth() });
};
let shown = null;
onDrawn(() => {
  const take = $("#take-data")?.dataset.take ?? null;
  if (take === shown) return;
  const first = shown === null && !$("#notice .done, #notice .busy"); // one from before the page was loaded
  shown = take;
  if (take && !first) requestAnimationFrame(showResult);
});
