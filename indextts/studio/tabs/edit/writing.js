// The text of a line, changed where it stands: the box, the marks that its buttons put in, and what becomes of it.
// The draft lives in the model: { place, at, text, was }; a new line has the place -1 and comes before the row `at`.
import { $, button, fill, make } from "../../lib/dom.js";
import { MARKS } from "../../lib/help.js";
import { icon } from "./controls.js";
import { charBefore, halves, markOf, tidied } from "./text.js";

let desk = null;
export const attachWriting = (given) => {
  desk = given;
};
const box = () => $("#editor .s-text");
const tall = (part) => {
  part.style.height = "auto";
  part.style.height = `${part.scrollHeight + 2}px`;
};

export const writing = (model, draft) => {
  const text = make("textarea", {
    class: "s-text",
    rows: 1,
    "data-key": "write",
    "aria-label": fill(draft.place < 0 ? "edit_new_line" : "edit_text"),
    placeholder: draft.place < 0 ? fill("edit_new_line") : null,
    spellcheck: "false",
  });
  text.value = draft.text;
  requestAnimationFrame(() => tall(text));
  const emotions = make(
    "select",
    { class: "field", "data-mark": "emotion", "aria-label": fill("edit_insert_emotion") },
    make("option", { value: "" }, fill("edit_insert_emotion")),
    ...model.emotions.map(([name, shown]) => make("option", { value: name }, shown)),
  );
  return make(
    "div",
    { class: "s-reading s-write" },
    text,
    make(
      "div",
      { class: "s-insert", role: "group", "aria-label": fill("edit_insert") },
      button("insert-pause", "edit_insert_pause"),
      button("insert-reading", "edit_insert_reading", { title: fill("edit_insert_reading_hint") }),
      button("insert-emphasis", "edit_insert_emphasis"),
      emotions,
      ...(draft.place < 0 ? [] : [button("split", "edit_split", { title: fill("edit_split_hint") })]),
      make("span", { class: "s-done" }),
      icon("write-cancel", "edit_text_leave", "close"),
      make(
        "button",
        { type: "button", class: "primary", "data-do": "write-done", title: fill("edit_text_take_hint") },
        fill("edit_text_take"),
      ),
    ),
    make("p", { class: "told", role: "alert" }),
  );
};

// Begin with a line, or with a new one before the row `at`.
export const write = async (place, at = -1) => {
  const { model } = desk;
  if (model.draft && !(await writeDone())) return;
  const view = model.plan?.sentences[place];
  if (place >= 0 && (!view || view.locked)) return;
  const was = view ? (view.line ?? view.text) : "";
  model.draft = { place, at, text: was, was };
  desk.drawDraft();
  const part = box();
  part?.focus();
  part?.setSelectionRange(was.length, was.length);
  part?.scrollIntoView({ block: "nearest" });
};
const writeCancel = () => {
  const { draft } = desk.model;
  if (!draft) return;
  desk.model.draft = null;
  desk.endDraft(draft);
};
const told = (text) => {
  const part = $("#editor .s-write .told");
  if (part) part.textContent = text;
};
let sending = null;
const send = async (sent, draft) => {
  const part = box();
  if (part) part.readOnly = true;
  const answer = await desk.act(sent, { quiet: true, taken: () => (desk.model.draft = null) });
  if (answer.error) {
    if (box()) box().readOnly = false;
    told(answer.error);
    box()?.focus();
    return false;
  }
  desk.endDraft(draft);
  return true;
};
// Whether it was taken; what was not changed is left.
const writeDone = () => {
  const { draft } = desk.model;
  if (!draft) return Promise.resolve(true);
  if (sending) return sending;
  const text = tidied(draft.text);
  if (text === draft.was.trim()) {
    writeCancel();
    return Promise.resolve(true);
  }
  const sent =
    draft.place < 0
      ? { action: "add", segment: draft.at, text }
      : { action: "text", segment: draft.place, text };
  sending = send(sent, draft).finally(() => {
    sending = null;
  });
  return sending;
};
const split = () => {
  const { draft } = desk.model,
    part = box();
  if (!draft || draft.place < 0 || sending) return;
  const parts = halves(part.value, part.selectionStart);
  if (!parts) {
    told(fill("edit_split_hint"));
    return;
  }
  sending = send({ action: "text", segment: draft.place, text: parts }, draft).finally(() => {
    sending = null;
  });
};
// Put marks around what is chosen, or at the caret, as the tab Speak does; afterwards `pick` of them is chosen.
const insert = ({ before, after, pick = "" }) => {
  const part = box();
  if (!part || part.readOnly) return;
  if (!after) part.selectionStart = part.selectionEnd; // nothing is put around what is chosen
  const { selectionStart: from, selectionEnd: to } = part;
  const written = before + part.value.slice(from, to) + after;
  part.setRangeText(written, from, to, "end");
  if (pick) {
    const at = from + written.lastIndexOf(pick);
    part.setSelectionRange(at, at + pick.length);
  }
  part.focus();
  part.dispatchEvent(new Event("input", { bubbles: true }));
};
const reading = () => {
  const part = box();
  if (part.selectionStart === part.selectionEnd)
    part.setSelectionRange(charBefore(part.value, part.selectionEnd), part.selectionEnd);
  insert(MARKS.reading);
};
const emphasis = () => {
  const part = box();
  if (part.selectionStart === part.selectionEnd) part.select();
  insert(MARKS.emphasis);
};
const feeling = (name) => {
  const part = box();
  if (!name) return;
  if (part.selectionStart === part.selectionEnd) part.select();
  const mark = markOf(desk.model.emotions, name);
  insert({ before: `[${mark}]`, after: `[/${mark}]` });
};
export const writingActions = {
  write: (place) => write(place),
  "write-done": () => writeDone(),
  "write-cancel": () => writeCancel(),
  "insert-pause": () => insert(MARKS.pause),
  "insert-reading": reading,
  "insert-emphasis": emphasis,
  split,
};

document.addEventListener("input", (event) => {
  if (!event.target.matches?.("#editor .s-text") || !desk?.model.draft) return;
  desk.model.draft.text = event.target.value;
  tall(event.target);
});
document.addEventListener("change", (event) => {
  const part = event.target.closest?.("#editor [data-mark=emotion]");
  if (!part) return;
  feeling(part.value);
  part.value = "";
});
document.addEventListener(
  "keydown",
  (event) => {
    const inside = event.target.closest?.("#editor .s-write");
    if (inside && event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      writeCancel();
    } else if (event.target.matches?.("#editor .s-text") && event.key === "Enter") {
      event.preventDefault();
      event.stopPropagation();
      if (event.shiftKey) split();
      else if (!event.ctrlKey && !event.metaKey) writeDone();
      else writeDone().then((taken) => taken && desk.assemble());
    } else if (!inside && event.key === "F2") {
      const row = event.target.closest?.("#editor .sentence");
      const place = row ? Number(row.dataset.place) : desk?.model.open;
      if (document.documentElement.dataset.view !== "edit" || !desk?.model.plan || !(place >= 0)) return;
      event.preventDefault();
      write(place);
    }
  },
  true,
);
document.addEventListener("dblclick", (event) => {
  const row = event.target.closest?.("#editor .s-reading:not(.s-write)")?.closest(".sentence");
  if (!row) return;
  desk.closeFix();
  getSelection()?.removeAllRanges();
  write(Number(row.dataset.place));
});
