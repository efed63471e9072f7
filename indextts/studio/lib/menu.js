// A small sheet under a button: a menu that is walked with the arrow keys, or a field for a name. Escape leaves it.
import { $, fill, glyph, make } from "./dom.js";
import { sheetPlace } from "./placing.js";

let open = null; // { anchor, sheet }
const closeSheet = ({ back = false } = {}) => {
  if (!open) return false;
  const { anchor, sheet } = open;
  open = null;
  sheet.remove();
  if (anchor.hasAttribute("aria-expanded")) anchor.setAttribute("aria-expanded", "false");
  if (back) anchor.focus({ preventScroll: true });
  return true;
};
const put = (anchor, sheet) => {
  const { left, right, top, bottom } = anchor.getBoundingClientRect(),
    { width, height } = sheet.getBoundingClientRect();
  const [x, y] = sheetPlace({ left, right, top, bottom }, { width, height }, innerWidth, innerHeight);
  sheet.style.left = `${x}px`;
  sheet.style.top = `${y}px`;
};
const openSheet = (anchor, sheet) => {
  const again = open?.anchor === anchor;
  closeSheet();
  if (again) return false;
  ($("main") || document.body).append(sheet); // a landmark, for those who hear the page
  open = { anchor, sheet };
  if (anchor.hasAttribute("aria-expanded")) anchor.setAttribute("aria-expanded", "true");
  put(anchor, sheet);
  return true;
};

// `items` are { key, shape, run } with the key of what it says, the name of its glyph and what it does, or null for a
// line between; `do` names one, `title` explains it, `note` stands beside it, `now` is the one that holds; `head`
// stands above them.
export const openMenu = (anchor, label, items, head = "") => {
  const rows = items.map((item) => {
    if (!item) return make("hr", { role: "separator" });
    const row = make(
      "button",
      {
        ...{ type: "button", role: "menuitem", tabindex: "-1", class: item.class || null },
        ...{ "data-do": item.do || null, title: item.title || null, "aria-current": item.now ? "true" : null },
      },
      ...(item.shape ? [glyph(item.shape)] : []),
      make("span", {}, item.text ?? fill(item.key)),
      ...(item.note ? [make("small", {}, item.note)] : []),
    );
    row.addEventListener("click", () => {
      closeSheet({ back: true });
      item.run();
    });
    return row;
  });
  const menu = make("div", { role: "menu", "aria-label": label }, ...rows);
  const sheet = make("div", { class: "sheet" }, ...(head ? [make("p", { class: "sheet-head" }, head)] : []), menu);
  if (!openSheet(anchor, sheet)) return;
  const first = menu.querySelector("[aria-current]") ?? menu.querySelector("button");
  first.scrollIntoView?.({ block: "nearest" });
  first.focus({ preventScroll: true });
};

// Ask for a name; `done(name)` returns { error } where it cannot be.
export const askName = (anchor, value, done) => {
  const field = make("input", {
    type: "text",
    class: "field",
    maxlength: 120,
    autocomplete: "off",
    "aria-label": fill("project_name"),
    placeholder: fill("project_name"),
  });
  field.value = value;
  const told = make("p", { class: "told", role: "alert" });
  const form = make(
    "form",
    { class: "sheet sheet-name" },
    field,
    make("button", { type: "submit", class: "quiet-button strong" }, fill("entry_save")),
    told,
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const answer = await done(field.value.trim());
    if (answer?.error) told.textContent = answer.error;
    else if (open?.sheet === form) closeSheet({ back: true });
  });
  closeSheet();
  if (openSheet(anchor, form)) field.select();
};

// Before anything else hears the key: Escape is also what stops a run.
const STEPS = { ArrowDown: 1, ArrowUp: -1 };
addEventListener(
  "keydown",
  (event) => {
    if (!open) return;
    const rows = [...open.sheet.querySelectorAll("[role=menuitem]")],
      at = rows.indexOf(document.activeElement);
    if (event.key === "Escape") closeSheet({ back: true });
    else if (event.key === "Tab" && rows.length) closeSheet({ back: true });
    else if (rows.length && STEPS[event.key])
      rows[(at + STEPS[event.key] + rows.length) % rows.length].focus({ preventScroll: true });
    else if (rows.length && event.key === "Home") rows[0].focus({ preventScroll: true });
    else if (rows.length && event.key === "End") rows.at(-1).focus({ preventScroll: true });
    else return;
    event.stopImmediatePropagation();
    if (event.key !== "Tab") event.preventDefault();
  },
  true,
);
document.addEventListener("pointerdown", (event) => {
  if (open && !open.sheet.contains(event.target) && !open.anchor.contains(event.target)) closeSheet();
});
addEventListener("resize", () => closeSheet());
addEventListener("hashchange", () => closeSheet());
