// The small controls of the editor's tab.
import { fill, iconButton, make } from "../../lib/dom.js";

export const icon = (action, key, shape, more = {}) => iconButton(action, fill(key), shape, more);
export const menuButton = (action, key) =>
  icon(action, key, "more", { "aria-haspopup": "menu", "aria-expanded": "false" });
export const select = (action, key, choices, value, more = {}) => {
  const part = make(
    "select",
    { class: "field", "data-set": action, "data-key": action, "aria-label": fill(key), title: fill(key), ...more },
    ...choices.map(([name, text]) => make("option", { value: name }, text)),
  );
  if (!choices.some(([name]) => name === value)) part.append(make("option", { value }, value)); // a mixture
  part.value = value;
  return part;
};
export const FORMATS = ["wav", "flac", "mp3", "opus"];
export const PAUSE = [0, 60, 0.05];
export const PERCENT = [0, 100, 5];
export const number = (action, [min, max, step], value, more = {}) =>
  make("input", {
    type: "number",
    class: "field number",
    min,
    max,
    step,
    value,
    "data-set": action,
    "data-key": action,
    ...more,
  });
export const named = (key, part, unit = "") =>
  make(
    "label",
    { class: "s-field" },
    make("span", {}, fill(key)),
    part,
    ...(unit ? [make("span", { class: "unit", "aria-hidden": "true" }, unit)] : []),
  );
export const off = (yes) => (yes ? "" : null);
export const percent = (value) => (value === null || value === undefined ? "" : String(Math.round(value * 100)));
