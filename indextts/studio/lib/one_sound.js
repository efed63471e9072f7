// Never two sounds: a sample stops the player, and the player a sample. What a sample was asked for with shows that it
// sounds, and stops it when it is pressed again; so does Escape.
import { player } from "./player.js";
import { hushSample, onSample } from "../tabs/voices/own.js";

const HEAR = "[data-do=hear], [data-do$=Hear], .option-hear";

let asked = null, // what was pressed last
  owner = null; // what sounds was asked for with that
// Lists are drawn anew: what stands for the same thing is known by its names.
const keyOf = (part) => `${part.dataset.do} ${part.closest("[data-id]")?.dataset.id}`;
const isOwner = (part) => part === owner || (owner && !owner.isConnected && keyOf(part) === keyOf(owner));
const mark = (yes) => {
  const picture = owner?.querySelector(".glyph");
  if (!picture) return;
  picture.classList.toggle("glyph-play", !yes);
  picture.classList.toggle("glyph-pause", yes);
};
onSample((sounds) => {
  mark(false);
  owner = sounds ? asked : null;
  if (!sounds) return;
  mark(true);
  player.pause();
});
player.root.querySelector("audio").addEventListener("play", hushSample);

document.addEventListener(
  "click",
  (event) => {
    const part = event.target.closest?.(HEAR);
    if (!part) return;
    if (isOwner(part)) {
      event.stopImmediatePropagation();
      hushSample();
    } else asked = part;
  },
  true,
);
// First of all: Escape is also what stops a run. An open list closes as well.
addEventListener(
  "keydown",
  (event) => {
    if (event.key !== "Escape" || !hushSample()) return;
    if (document.querySelector("[role=combobox][aria-expanded=true]")) return;
    event.stopImmediatePropagation();
    event.preventDefault();
  },
  true,
);
