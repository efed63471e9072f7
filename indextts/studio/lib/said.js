// What was done, told in one line, and for a while the way back.
import { fill, make } from "./dom.js";

export const UNDO_MS = 10000;

const undoButton = () =>
  make("button", { type: "button", class: "text-button", "data-do": "undo" }, fill("undo"));

const fading = new WeakMap();
// `undo` takes it back; what it returns is told in turn.
export const say = (place, { said = "", error = "", undo = null } = {}) => {
  clearTimeout(fading.get(place));
  place.classList.toggle("bad", Boolean(error));
  place.replaceChildren(make("span", {}, error || said));
  if (!undo) return;
  const back = undoButton();
  back.addEventListener("click", async (event) => {
    event.stopPropagation();
    back.disabled = true;
    clearTimeout(fading.get(place));
    say(place, await undo());
  });
  place.append(back);
  fading.set(
    place,
    setTimeout(() => place.replaceChildren(), UNDO_MS),
  );
};
