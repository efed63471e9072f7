// What is pressed and typed in the editor's tab.
import { $, fill } from "../../lib/dom.js";
import { openMenu } from "../../lib/menu.js";
import { openFix } from "../speak/fix.js";
import { FORMATS } from "./controls.js";
import { isDrawing, marked, openSentence, playWhole, redrawPicture, rowOf } from "./rows.js";
import { curveBounds } from "./scales.js";
import { TEMPO } from "./tools.js";
import { writingActions } from "./writing.js";

const TYPED_MS = 300; // numbers that follow each other faster than this are one change
let desk = null; // what the tab does: see tab.js
export const attachInputs = (given) => {
  desk = given;
};

// The menus: of the whole, and of a line. What cannot be done now is not in them.
const numberIn = (part) => Number(part.closest(".sentence")?.dataset.place ?? -1);
const openActions = (anchor, label, all) => {
  const items = all.filter((one) => one !== false).map((name) => name && itemOf(anchor, name));
  openMenu(anchor, fill(label), items);
};
const itemOf = (anchor, [name, key, hint]) => ({
  ...{ key, do: name, title: hint && fill(hint) },
  run: () => pressed[name](numberIn(anchor), anchor),
});
const openWhole = (_, anchor) =>
  openActions(anchor, "edit_more", [
    ...(desk.model.plan
      ? [
          ["find", "edit_find"],
          ["beside", "edit_beside", "edit_beside_hint"],
          ["all-again", "edit_all_again", "edit_all_again_hint"],
          null,
          ["line-files", "edit_lines", "edit_lines_hint"],
          ["to-text", "edit_to_text", "edit_to_text_hint"],
          ["save", "edit_save"],
        ]
      : []),
    ["open-file", "edit_open"],
  ]);
const openLine = (number, anchor) => {
  const { sentences } = desk.model.plan,
    { locked, tokens = [], versions } = sentences[number],
    following = sentences[number + 1];
  const changed = tokens.some((token) => token.said && (token.pitch || token.volume || token.length !== 1));
  openActions(anchor, "edit_line_more", [
    ["add", "edit_add"],
    !locked && following?.locked === false && ["merge", "edit_merge"],
    !locked && changed && ["level", "edit_level"],
    !locked && versions.length > 1 && ["drop", "edit_drop"],
    ["line-file", "edit_line_file"],
    !locked && sentences.length > 1 && ["remove-line", "edit_remove"],
  ]);
};
const openFormats = (anchor, save) =>
  openMenu(
    anchor,
    fill("take_download_as"),
    FORMATS.map((name) => ({ text: name.toUpperCase(), do: name, run: () => save(name) })),
  );

// What is pressed and typed.
const pressed = {
  more: openWhole,
  "line-more": openLine,
  undo: () => desk.act({ action: "undo" }),
  redo: () => desk.act({ action: "redo" }),
  open: (number) => openSentence(desk.model, number),
  play: (number) => desk.toggle(number),
  again: (number) => desk.again(number),
  keep: (number) => desk.act({ action: "keep", segment: number }),
  choose: (number, part) => desk.choose(number, Number(part.dataset.version)),
  drop: (number) => desk.act({ action: "drop", segment: number, version: desk.model.plan.sentences[number].chosen }),
  compare: (number) => desk.compare(number),
  level: (number) => desk.act({ action: "level", segment: number }),
  lock: (number) => desk.act({ action: "lock", segment: number, value: !desk.model.plan.sentences[number].locked }),
  assemble: () => (desk.model.plan.assembled ? playWhole() : desk.assemble()),
  save: () => desk.save(),
  other: () => desk.openEditor(true),
  "all-again": () => desk.act({ action: "all_again" }),
  "open-file": () => $("#edit-file").click(),
  grip: () => {},
  add: (number) => desk.write(-1, number + 1),
  merge: (number) => desk.act({ action: "merge", segment: number }),
  "remove-line": (number) => desk.act({ action: "remove", segment: number }),
  "line-file": (number, anchor) => openFormats(anchor, (format) => desk.lineFile(numberIn(anchor), format)),
  "line-files": (_, anchor) => openFormats(anchor, desk.lineFiles),
  "to-text": () => desk.toText(),
  ...writingActions,
};
export const addPressed = (more) => Object.assign(pressed, more);
document.addEventListener("click", (event) => {
  const part = event.target.closest?.("#editor [data-do], #editor [data-read]");
  if (!part || part.disabled) return;
  const number = numberIn(part);
  if (part.dataset.read !== undefined) {
    const token = rowOf(number).querySelector(`.token[data-at="${number}.${part.dataset.read}"]`);
    if (token) {
      event.stopPropagation();
      openFix(token);
    }
  } else pressed[part.dataset.do]?.(number, part);
  // Space plays what was opened with the mouse: on its number it would close it.
  if (part.dataset.do === "open" && event.detail) rowOf(desk.model.open)?.querySelector(".s-play").focus();
});
const typed = new Map(); // timers, by what is typed into
const commit = (part) => {
  clearTimeout(typed.get(part.dataset.key));
  typed.delete(part.dataset.key);
  if (!part.dataset.dirty) return;
  delete part.dataset.dirty;
  const number = numberIn(part),
    value = part.value === "" ? null : Number(part.value);
  const sentence = desk.model.plan?.sentences[number];
  if (part.dataset.field) {
    desk.act({
      action: part.dataset.field,
      segment: number,
      token: Number(part.dataset.token),
      value: value ?? (part.dataset.field === "length" ? 1 : 0),
    });
    return;
  }
  const share = value === null ? null : value / 100;
  if (part.dataset.set === "pause") desk.act({ action: "pause", segment: number, value });
  else if (part.dataset.set === "intensity")
    desk.act({ action: "emotion", segment: number, value: sentence.emotion, intensity: share });
  else if (part.dataset.set === "whole-intensity" && share !== null) desk.act({ action: "settings", intensity: share });
  else if (TEMPO[part.dataset.set?.replace("whole-", "")] && value !== null)
    desk.act({ action: "settings", [part.dataset.set.replace("whole-", "")]: value });
};
// The one that stands where this one stood, if it was drawn anew since.
const fresh = (part) =>
  (numberIn(part) < 0 ? $("#editor .edit-tools") : rowOf(numberIn(part)))?.querySelector(
    `[data-key="${part.dataset.key}"]`,
  ) || part;
document.addEventListener("input", (event) => {
  const part = event.target.closest?.("#editor input[type=number]");
  if (!part) return;
  part.dataset.dirty = "yes";
  clearTimeout(typed.get(part.dataset.key));
  typed.set(
    part.dataset.key,
    setTimeout(() => commit(fresh(part)), TYPED_MS),
  );
  const number = numberIn(part),
    token = desk.model.plan.sentences[number]?.tokens?.[Number(part.dataset.token)];
  const bounds = curveBounds[part.dataset.field],
    value = Number(part.value);
  if (!token || !bounds || part.value === "" || value < bounds[0] || value > bounds[1]) return;
  token[part.dataset.field] = value;
  redrawPicture();
});
document.addEventListener("focusout", (event) => {
  if (isDrawing()) return;
  const part = event.target.closest?.("#editor input[type=number]");
  if (part) commit(part);
});
document.addEventListener("change", (event) => {
  const part = event.target.closest?.("#editor select, #editor input[type=checkbox], #edit-file");
  if (!part) return;
  const number = numberIn(part),
    { value } = part;
  if (part.id === "edit-file") {
    desk.openFile(part.files[0]);
    part.value = "";
    return;
  }
  if (part.dataset.field === "break") {
    desk.act({ action: "break", segment: number, token: Number(part.dataset.token), level: Number(value) });
    return;
  }
  switch (part.dataset.set) {
    case "autoplay":
      desk.setAutoplay(part.checked);
      break;
    case "voice":
      desk.act({ action: "voice", segment: number, value });
      break;
    case "emotion":
      desk.act({ action: "emotion", segment: number, value, intensity: null });
      break;
    case "whole-voice":
      desk.act({ action: "settings", voice: value });
      break;
    case "whole-emotion":
      desk.act({ action: "settings", emotion: value });
      break;
  }
});
document.addEventListener("pointerdown", (event) => {
  const part = $("#editor .tempo[open]");
  if (part && !part.contains(event.target)) part.open = false;
});
document.addEventListener("focusin", (event) => {
  const part = event.target.closest?.("#editor .s-table [data-token]");
  if (part) marked(numberIn(part), Number(part.dataset.token));
});
// In the table, arrows to the sides go to the neighbours; up and down change the number, as everywhere.
document.addEventListener("keydown", (event) => {
  const part = event.target.closest?.("#editor .s-table .cell");
  if (!part || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  if (event.key === "Enter" && part.tagName === "INPUT") {
    commit(part);
    event.preventDefault();
    return;
  }
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!by) return;
  const cells = [...part.closest("tr").querySelectorAll(".cell")];
  const next = cells[cells.indexOf(part) + by];
  event.preventDefault();
  next?.focus();
  next?.select?.();
});
