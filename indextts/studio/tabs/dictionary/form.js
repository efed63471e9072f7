// The fields of an entry, in the tab and in the reading's dialog, and what is wrong with them.
import { fill, make } from "../../lib/dom.js";

export const field = (name, key, more = {}) =>
  make("input", {
    type: "text",
    class: "field",
    name,
    "aria-label": fill(key),
    placeholder: fill(key),
    autocomplete: "off",
    spellcheck: "false",
    autocapitalize: "off",
    ...more,
  });
export const told = () => make("p", { class: "told", role: "alert" });

export const accept = (form) => {
  form.querySelector(".told").textContent = "";
  for (const part of form.elements) part.removeAttribute("aria-invalid");
};
// An answer that was lost is nobody's fault: it has no code, and no field is marked for it.
export const refuse = (form, { error, code }) => {
  accept(form);
  form.querySelector(".told").textContent = error;
  if (!code) return;
  const ofReading = code === "bad_reading" || form.elements.word.value.trim();
  const wrong = form.elements[ofReading ? "reading" : "word"];
  wrong.setAttribute("aria-invalid", "true");
  wrong.focus();
};
