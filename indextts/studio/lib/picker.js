// A list to choose one from: a field that shows what is chosen, and rows that open over the page without moving it.
// What cannot be chosen is grey and says what is missing; a click on it leads to where one gets it.
import { $, glyph, make, onDrawn } from "./dom.js";
import { listPlace } from "./placing.js";

let open = null; // the picker whose rows are to be seen
const rowsPlace = () => {
  const there = $("#picker-list");
  if (there) return there;
  const made = make("div", { id: "picker-list", role: "listbox", hidden: "" });
  made.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
  made.addEventListener("click", (event) => open?.clicked(event));
  ($("main") ?? document.body).append(made);
  return made;
};
const enough = (part) => {
  const field = part.getBoundingClientRect(),
    list = rowsPlace();
  list.style.maxHeight = "none";
  const { left, top, height } = listPlace(field, list.scrollHeight + 2, innerWidth, innerHeight);
  const [maxHeight, width] = [`${height}px`, `${field.width}px`];
  Object.assign(list.style, { maxHeight, left: `${left}px`, width, top: `${top}px` });
};

// `rows()` are { id, name, about, lacks, section, sample }; `choose(id)` takes one; `missing(row)` is called for what
// is grey; with `hear(row)`, rows with a `sample` can be heard before they are chosen. It stands in `at`, or where
// Gradio draws the place of that name.
export const picker = (name, { label, rows, choose, missing = () => {}, hear = null, hearTip = "", at = null }) => {
  let value = "",
    active = -1,
    typed = "",
    since = 0;
  const place = () => at ?? $(`#${name} .picker`);
  const input = () => place()?.querySelector("input");
  const rowOf = (id) => rows().find((row) => row.id === id);
  const options = () => [...rowsPlace().querySelectorAll("[role=option]")];
  const mark = (index, { still = false } = {}) => {
    const all = options();
    if (!all.length) return;
    active = Math.max(0, Math.min(index, all.length - 1));
    all.forEach((one, at) => one.classList.toggle("active", at === active));
    input().setAttribute("aria-activedescendant", all[active].id);
    if (!still) all[active].scrollIntoView({ block: "nearest" });
  };
  const option = (row, index) =>
    make(
      "div",
      {
        role: "option",
        id: `${name}-option-${index}`,
        "data-id": row.id,
        "aria-selected": String(row.id === value),
        "aria-disabled": row.lacks ? "true" : null,
      },
      make(
        "span",
        { class: "option-text" },
        make("span", { class: "option-name" }, row.name),
        ...(row.about || row.lacks ? [make("span", { class: "option-about" }, row.lacks || row.about)] : []),
      ),
      // For the mouse alone: by keys a voice is heard with →, which its list says.
      ...(hear && row.sample
        ? [make("span", { class: "option-hear", "aria-hidden": "true", title: hearTip }, glyph("play"))]
        : []),
    );
  const fill = () => {
    let section = "";
    const parts = [];
    rows().forEach((row, index) => {
      if (row.section && row.section !== section) {
        section = row.section;
        parts.push(make("div", { class: "option-section", role: "presentation" }, section));
      }
      parts.push(option(row, index));
    });
    if (hear && hearTip) parts.push(make("div", { class: "option-tip", role: "presentation" }, hearTip));
    rowsPlace().replaceChildren(...parts);
  };
  const close = () => {
    if (open !== self) return;
    open = null;
    rowsPlace().hidden = true;
    input()?.setAttribute("aria-expanded", "false");
    input()?.removeAttribute("aria-activedescendant");
  };
  const show = () => {
    open?.close();
    open = self;
    fill();
    rowsPlace().setAttribute("aria-label", label);
    rowsPlace().hidden = false;
    input().setAttribute("aria-expanded", "true");
    enough(input());
    mark(rows().findIndex((row) => row.id === value));
  };
  const take = (row) => {
    if (!row) return;
    close();
    if (row.lacks) missing(row);
    else if (row.id !== value) choose(row.id);
  };
  const byTyping = (key) => {
    typed = Date.now() - since < 700 ? typed + key : key;
    since = Date.now();
    const at = rows().findIndex((row) => row.name.toLowerCase().startsWith(typed.toLowerCase()));
    if (at >= 0) mark(at);
  };
  const pressed = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { key } = event,
      shown = open === self;
    if (!shown) {
      if (!["ArrowDown", "ArrowUp", "Enter", " "].includes(key)) return;
      event.preventDefault();
      show();
      return;
    }
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8, Home: -Infinity, End: Infinity };
    if (key in steps) mark(Math.max(-1e6, Math.min(1e6, active + steps[key])));
    else if (key === "Enter" || key === " ") take(rows()[active]);
    else if (key === "ArrowRight" && hear && rows()[active]?.sample) hear(rows()[active]);
    else if (key === "Escape") close();
    else if (key === "Tab") {
      close();
      return;
    } else if (key.length === 1) byTyping(key);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const self = {
    close,
    place: () => input(),
    clicked: (event) => {
      const row = rowOf(event.target.closest("[role=option]")?.dataset.id);
      if (row && event.target.closest(".option-hear")) hear(row);
      else take(row);
    },
    // What is chosen, as far as the page knows; a name that is not in the rows yet is kept from before.
    show: (id, otherwise = "") => {
      value = id;
      const field = input();
      if (field) field.value = rowOf(id)?.name ?? (otherwise || field.value);
      if (open !== self) return;
      fill();
      enough(field);
      mark(rows().findIndex((row) => row.id === value));
    },
    chosen: () => rowOf(value),
  };
  const build = () => {
    if (!place() || input()) return;
    const field = make("input", {
      role: "combobox",
      readonly: "",
      autocomplete: "off",
      "aria-label": label,
      "aria-expanded": "false",
      "aria-haspopup": "listbox",
      "aria-controls": "picker-list",
    });
    rowsPlace();
    field.addEventListener("click", () => (open === self ? close() : show()));
    field.addEventListener("keydown", pressed);
    field.addEventListener("blur", close);
    place().append(make("span", { class: "picker-label", "aria-hidden": "true" }, label), field);
    self.show(value);
  };
  if (at) build();
  else onDrawn(build);
  return self;
};
for (const kind of ["resize", "scroll"])
  addEventListener(
    kind,
    (event) => {
      if (open && event.target !== rowsPlace()) enough(open.place());
    },
    { capture: true, passive: true },
  );
