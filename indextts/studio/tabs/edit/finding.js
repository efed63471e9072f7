// Find and replace in the text of all lines. In the model, `find` is { what, by, line, nth } while its bar is open.
import { $, button, fill, make, put } from "../../lib/dom.js";
import { icon } from "./controls.js";
import { current, following, hits, timesIn } from "./found.js";

let desk = null;
export const attachFinding = (given) => {
  desk = given;
};
const counted = (model) => {
  if (!model.find.what) return "";
  const all = hits(model),
    at = current(all, model.find);
  return at < 0
    ? fill("edit_find_count", { count: all.length })
    : fill("edit_find_at", { at: at + 1, count: all.length });
};
export const finding = (model) => {
  const { find } = model;
  const bar = make("form", { class: "edit-find", role: "search" });
  bar.hidden = !find;
  if (!find) return bar;
  const field = (name, key, value) => {
    const part = make("input", {
      type: "text",
      class: "field",
      "data-find": name,
      "data-key": `find.${name}`,
      "aria-label": fill(key),
      placeholder: fill(key),
    });
    part.value = value;
    return part;
  };
  bar.append(
    field("what", "edit_find_what", find.what),
    field("by", "edit_find_by", find.by),
    make("span", { class: "edit-found", role: "status" }, counted(model)),
    button("find-next", "edit_find_next"),
    button("replace-one", "edit_replace_one"),
    button("replace-all", "edit_replace_all"),
    icon("find", "close", "close"),
  );
  return bar;
};
const tellCount = () => {
  const part = $("#editor .edit-found");
  if (part) put(part, counted(desk.model));
};
export const drawFound = (model) => {
  if (!model.find) return;
  tellCount();
  document.querySelectorAll("#editor .found").forEach((part) => part.classList.remove("found"));
  const all = hits(model);
  if (current(all, model.find) >= 0) desk.rowOf(model.find.line)?.classList.add("found");
};
const next = () => {
  const { model } = desk,
    { find } = model;
  const all = hits(model);
  if (!all.length) return;
  [find.line, find.nth] = following(all, find);
  drawFound(model);
  desk.rowOf(find.line).scrollIntoView({ block: "center" });
};
const replaceOne = async () => {
  const { model } = desk,
    { find } = model;
  if (current(hits(model), find) < 0) {
    next();
    return;
  }
  const { what, by, line, nth } = find;
  const answer = await desk.act({ action: "replace", find: what, replace: by, segment: line, nth });
  if (answer.error) return;
  find.nth = nth + timesIn(by, what) - 1; // what was put in is not found again
  next();
};
const replaceAll = async () => {
  const { model } = desk,
    { what, by } = model.find;
  if (!hits(model).length) return;
  const answer = await desk.act({ action: "replace", find: what, replace: by });
  if (answer.error) return;
  Object.assign(model.find, { line: -1, nth: -1 });
  drawFound(model);
  if (hits(model).some(([line]) => model.plan.sentences[line].locked)) desk.tell(fill("edit_replace_locked"));
};
const open = () => {
  const { model } = desk;
  model.find = model.find ? null : { what: "", by: "", line: -1, nth: -1 };
  desk.drawMore();
  if (model.find) $("#editor [data-find=what]").focus();
  else $("#editor [data-do=more]").focus();
};
export const findingActions = { find: open, "find-next": next, "replace-one": replaceOne, "replace-all": replaceAll };

document.addEventListener("input", ({ target }) => {
  const name = target.closest?.("#editor .edit-find") && target.dataset.find;
  if (!name || !desk.model.find) return;
  desk.model.find[name] = target.value;
  if (name === "what") Object.assign(desk.model.find, { line: -1, nth: -1 });
  drawFound(desk.model);
});
document.addEventListener(
  "keydown",
  (event) => {
    if (!event.target.closest?.("#editor .edit-find")) return;
    if (event.key === "Escape") open();
    else if (event.key === "Enter" && event.target.tagName === "INPUT") next();
    else return;
    event.preventDefault();
    event.stopPropagation();
  },
  true,
);
