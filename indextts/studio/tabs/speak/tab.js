// The tab that speaks: what is heard, and the keys.
import { $ } from "../../lib/dom.js";
import { asked } from "../../lib/router.js";
import { closeFix } from "./fix.js";
import "./following.js";
import "./break_drag.js";

// Keyboard.
const press = (selector) => {
  const button = $(selector);
  if (!button || button.disabled) return false;
  button.click();
  return true;
};
const KEYED =
  "input, textarea, select, button, a, summary, [contenteditable], [role=listbox], [role=option]" +
  ", [tabindex]:not([tabindex='-1'])";
document.addEventListener(
  "keydown",
  (event) => {
    if (event.isComposing) return;
    const view = asked(),
      editing = view === "edit",
      alone = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      // On any other tab it would start what nobody sees.
      if (!editing && view !== "speak") return;
      event.preventDefault();
      press(editing ? "#edit-assemble" : "#generate");
    } else if (event.key === "Escape") {
      if (press("#cancel") || closeFix()) event.preventDefault();
    } else if (event.key === " " && alone && !document.activeElement?.closest(KEYED)) {
      const player = editing ? "#editor .sentence.open [data-do=play]" : "#player .player-play";
      if (press(player)) event.preventDefault();
    }
  },
  true,
);

// Sliders go back to their default on a double click.
document.addEventListener("dblclick", (event) => {
  const slider = event.target.closest?.("#settings input[type=range]");
  if (slider) slider.closest(".block").querySelector(".reset-button")?.click();
});
