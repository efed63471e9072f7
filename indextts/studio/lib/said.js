// What was done, told in one line, and for a while the way back. It goes by itself; what went wrong stays longer.
import { fill, iconButton, make } from "./dom.js";

export const UNDO_MS = 10000;
export const SAID_MS = 6000;
export const ERROR_MS = 30000;

const undoButton = () =>
  make("button", { type: "button", class: "text-button", "data-do": "undo" }, fill("undo"));

const fading = new WeakMap();
// `undo` takes it back; what it returns is told in turn.
export const say = (place, { said = "", error = "", undo = null } = {}) => {
  clearTimeout(fading.get(place));
  place.classList.toggle("bad", Boolean(error));
  place.replaceChildren(); // where nothing is said, nothing is seen
  if (!said && !error) return;
  place.append(make("span", {}, error || said));
  const gone = () => {
    clearTimeout(fading.get(place));
    place.classList.remove("bad");
    place.replaceChildren();
  };
  fading.set(place, setTimeout(gone, undo ? UNDO_MS : error ? ERROR_MS : SAID_MS));
  if (error) {
    const close = iconButton("close-said", fill("close"), "close", { class: "icon-button said-close" });
    close.addEventListener("click", (event) => {
      event.stopPropagation();
      gone();
    });
    place.append(close);
  }
  if (!undo) return;
  const back = undoButton();
  back.addEventListener("click", async (event) => {
    event.stopPropagation();
    back.disabled = true;
    clearTimeout(fading.get(place));
    say(place, await undo());
  });
  place.append(back);
};
