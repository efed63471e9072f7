// A name that is changed in its place: Enter or leaving the field keeps it, Escape does not.
import { make } from "./dom.js";

// `done` gets the new name, of at most `most` characters, or null where it stays.
export const named = (place, value, label, done, most = 40) => {
  const input = make("input", {
    type: "text",
    class: "field",
    maxlength: most,
    "aria-label": label,
    autocomplete: "off",
  });
  let over = false;
  const leave = (kept) => {
    if (over) return;
    over = true;
    const name = input.value.trim();
    done(kept && name !== value ? input.value : null);
  };
  input.value = value;
  input.addEventListener("keydown", (event) => {
    if (!["Enter", "Escape"].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    leave(event.key === "Enter");
  });
  input.addEventListener("blur", () => leave(true));
  place.replaceWith(input);
  input.select();
};
