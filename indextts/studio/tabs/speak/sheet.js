// On a narrow screen the settings are a sheet over the page: they stand neither between the text and Generate nor
// between Generate and the result.
import { $, root } from "../../lib/dom.js";

const isOpen = () => root.classList.contains("sheet-open");
const turn = (open) => {
  if (open === isOpen()) return;
  root.classList.toggle("sheet-open", open);
  $("#settings-open")?.setAttribute("aria-expanded", String(open));
  (open ? $("#settings [data-sheet=close]") : $("#settings-open"))?.focus({ preventScroll: true });
};
// A click may have removed what it was made on, so it is asked where that stood.
const isWithin = (event, selector) => event.composedPath().some((part) => part.matches?.(selector));
document.addEventListener("click", (event) => {
  const action = event.target.closest?.("[data-sheet]")?.dataset.sheet;
  if (action) turn(action === "open");
  else if (isOpen() && !isWithin(event, "#settings, #picker-list")) turn(false);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && isOpen() && !$("[role=combobox][aria-expanded=true]")) turn(false);
});
addEventListener("hashchange", () => turn(false));
