// The page loads itself anew: what had the focus has it again as soon as it is drawn, unless a person is faster.
import { $, onDrawn } from "./dom.js";
import { recallHere, rememberHere } from "./storage.js";

const KEY = "indextts.focus";

// Where it is found again, by its own name or by that of what it stands in; "" where that tells it from no other.
const placeOf = (part) => {
  const inside = part?.closest("[id]");
  if (!inside) return "";
  const tag = part.localName + (part.name ? `[name="${CSS.escape(part.name)}"]` : ""),
    place = `#${CSS.escape(inside.id)}${inside === part ? "" : ` ${tag}`}`;
  return document.querySelectorAll(place).length === 1 ? place : "";
};
export const reload = () => {
  rememberHere(KEY, placeOf(document.activeElement));
  location.reload();
};

let held = recallHere(KEY);
const giveBack = () => {
  const part = held && $(held);
  if (!part) return;
  part.focus({ preventScroll: true });
  if (document.activeElement === part) held = "";
};
const over = () => {
  held = "";
};
rememberHere(KEY, "");
onDrawn(giveBack);
for (const event of ["keydown", "pointerdown"]) addEventListener(event, over, { capture: true, once: true });
