// Help: the keys, the marks that a text can have, each with a button that puts it in, and how a dialogue is written.
import { $, fill, make, onDrawn } from "./dom.js";

const [JOY, PAUSE, EMPHASIS] = ["emotion_happy", "help_pause", "help_emphasis"].map((key) => fill(key).toLowerCase());
const POINTED_MS = 2000;

// A mark is what stands before and after the chosen words; without any, the sample stands between. `pick` is the part
// that is selected afterwards, to be written over.
const sound = fill("help_sample_sound");
export const MARKS = {
  pause: { before: `[${PAUSE} 500ms]`, after: "", sample: "", pick: "500" },
  reading: { before: "<", after: `|${sound}>`, sample: fill("help_sample_reading"), pick: sound },
  emotion: { before: `[${JOY}]`, after: `[/${JOY}]`, sample: fill("help_sample_emotion") },
  emphasis: { before: `[${EMPHASIS}]`, after: `[/${EMPHASIS}]`, sample: fill("help_sample_emphasis") },
};
const KEYS = [
  ["Ctrl / ⌘ + Enter", "help_key_generate"],
  ["Esc", "help_key_cancel"],
  ["Space", "help_key_play"],
  ["← →", "help_key_seek"],
  [", .", "help_key_sentence"],
  ["R", "help_key_study"],
  ["F2", "help_key_rewrite"],
  ["Alt + ↑ ↓", "help_key_lines"],
  ["Ctrl / ⌘ + Z", "help_key_undo"],
  ["M", "help_key_mark"],
  ["E", "help_key_fix"],
  ["?", "help_key_help"],
];

// Puts a mark around what is selected in the text; the browser's own undo takes it back.
const insertMark = (name) => {
  const area = $("#text textarea"),
    mark = MARKS[name];
  if (!area || !mark) return;
  const begin = area.selectionStart,
    chosen = mark.sample ? area.value.slice(begin, area.selectionEnd) || mark.sample : "";
  if (!mark.sample) area.selectionStart = area.selectionEnd;
  const at = area.selectionStart,
    written = mark.before + chosen + mark.after;
  area.focus();
  if (!document.execCommand("insertText", false, written)) {
    area.setRangeText(written, at, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
  if (!mark.pick) return;
  const from = at + written.lastIndexOf(mark.pick);
  area.setSelectionRange(from, from + mark.pick.length);
};

const shown = ({ before, after, sample }) => before + sample + after;
const markRow = ([name, mark]) =>
  make(
    "li",
    {},
    make("code", {}, shown(mark)),
    make("span", {}, fill(`help_mark_${name}`)),
    make("button", { type: "button", class: "quiet-button", "data-insert": name }, fill("help_insert")),
  );
const keyRow = ([keys, meaning]) => make("li", {}, make("kbd", {}, keys), make("span", {}, fill(meaning)));
const part = (title, ...content) => make("section", {}, make("h3", {}, fill(title)), ...content);

let panel = null;
const draw = () => {
  const close = make("button", { type: "button", class: "quiet-button", "data-help": "close" }, fill("close"));
  return make(
    "dialog",
    { id: "help", "aria-labelledby": "help-title" },
    make("header", {}, make("h2", { id: "help-title" }, fill("help")), close),
    part("help_marks", make("ul", { class: "marks" }, ...Object.entries(MARKS).map(markRow))),
    part("help_dialogue", make("pre", {}, fill("help_dialogue_example")), make("p", {}, fill("help_dialogue_hint"))),
    part("help_keys", make("ul", { class: "keys" }, ...KEYS.map(keyRow))),
  );
};
const open = () => {
  if (!panel?.isConnected) {
    panel = draw();
    document.body.append(panel);
  }
  if (!panel.open) panel.showModal();
};

// A step of the first tour shows its place.
const point = (selector) => {
  const place = [...document.querySelectorAll(selector)].find((one) => one.offsetParent);
  if (!place) return;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  place.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
  place.classList.add("pointed");
  setTimeout(() => place.classList.remove("pointed"), POINTED_MS);
  if (place.matches("textarea, button")) place.focus({ preventScroll: true });
};

document.addEventListener("click", (event) => {
  const target = event.target.closest?.("#help-switch, [data-help], [data-insert], [data-point]");
  if (!target) {
    if (event.target === panel) panel.close(); // the ground around the dialog
    return;
  }
  if (target.dataset.insert) {
    panel?.close();
    insertMark(target.dataset.insert);
  } else if (target.dataset.point) point(target.dataset.point);
  else if (target.dataset.help === "close") panel.close();
  else open();
});
document.addEventListener("keydown", (event) => {
  const writing = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (event.key === "?" && !writing && !event.ctrlKey && !event.metaKey && !event.altKey) open();
});

// The buttons under the text.
onDrawn(() => {
  const place = $("#inserts .inserts");
  if (!place || place.childElementCount) return;
  const buttons = Object.keys(MARKS).map((name) =>
    make(
      "button",
      { type: "button", class: "quiet-button", "data-insert": name, title: shown(MARKS[name]) },
      fill(`help_${name}`),
    ),
  );
  place.append(make("span", { class: "row-label" }, fill("help_insert_into")), ...buttons);
});
