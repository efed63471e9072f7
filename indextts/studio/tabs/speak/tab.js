// The tab that speaks: what is sent, what is heard, and the keys.
import { $, root } from "../../lib/dom.js";
import { askHealth } from "../../lib/health.js";
import { closeFix } from "./fix.js";
import "./following.js";
import { sentSettings } from "./inputs.js";
import { count, maxChars } from "./meter.js";
import { speakers } from "./speakers.js";
import "./break_drag.js";

const ASK_AFTER_MS = 2000;

// Too long a text is not sent at all: the server hears its length and says so in its own words.
export const send = (text, length, chosen, session, ...values) => {
  setTimeout(askHealth, ASK_AFTER_MS);
  const number = count(text || "");
  return [number > maxChars() ? "" : text, number, speakers(), session, ...sentSettings(values)];
};

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
    const editing = root.dataset.view === "edit",
      alone = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
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
document.addEventListener("click", (event) => {
  if (event.target.closest?.("button[data-example]")) press("#examples button");
});
