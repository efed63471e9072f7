// An answer may come between press and release: what is drawn anew then would not be clicked. So it waits for that.
let pressed = null;
const waiting = new Map();
const press = ({ target }) => {
  pressed = target.closest?.("#editor :is(button, select, summary, input, label)") || null;
};
const release = () =>
  setTimeout(() => {
    const draws = [...waiting.values()];
    pressed = null;
    waiting.clear();
    draws.forEach((draw) => draw());
  });
document.addEventListener("pointerdown", press, true);
for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, release, true);

// Draws the part `name` now, or, where something within `place` is pressed, when that is over.
export const unlessPressed = (name, place, draw) => {
  if (pressed?.isConnected && place?.contains(pressed)) waiting.set(name, draw);
  else {
    waiting.delete(name);
    draw();
  }
};
