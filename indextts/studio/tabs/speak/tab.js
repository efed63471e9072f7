// The tab that speaks: what is heard, and the keys.
import { $ } from "../../lib/dom.js";
import { player } from "../../lib/player.js";
import { KEYED, TYPED } from "../../lib/player_keys.js";
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
// What is open, and closes first.
const OPEN = "dialog[open], [role=dialog], [role=menu], [role=combobox][aria-expanded=true]";
// Where no run is seen, none is stopped: there it is the sound that is.
const hush = () => {
  if ($(OPEN) || !player.playing || document.activeElement?.closest(TYPED)) return false;
  player.pause();
  return true;
};
document.addEventListener(
  "keydown",
  (event) => {
    const view = asked(),
      editing = view === "edit",
      seen = editing || view === "speak",
      alone = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      // On any other tab it would start what nobody sees.
      if (!seen) return;
      event.preventDefault();
      // A box that has the focus would be ticked or cleared by Enter.
      event.stopImmediatePropagation();
      press(editing ? "#edit-assemble" : "#generate");
    } else if (event.key === "Escape") {
      // A dialog goes first: what was chosen in it is being spoken, and stays.
      if (closeFix() || (seen ? press("#cancel") : hush())) event.preventDefault();
    } else if (event.key === " " && alone && !document.activeElement?.closest(KEYED)) {
      const played = editing ? "#editor .sentence.open [data-do=play]" : "#player .player-play";
      if (press(played)) event.preventDefault();
    }
  },
  true,
);

// Sliders go back to their default on a double click: Gradio's by its own button, the page's to what stands in them.
document.addEventListener("dblclick", ({ target }) => {
  if (!target.matches?.("input[type=range]") || target.disabled) return;
  const reset = target.closest(".slider_input_container")?.parentElement.querySelector(".reset-button");
  if (reset) reset.click();
  else if (target.hasAttribute("value")) {
    target.value = target.defaultValue;
    target.dispatchEvent(new Event("input", { bubbles: true }));
  }
});
