// How the editor's tab is drawn: its tools, one row for each sentence, and below the open one its controls, its picture
// and the table of its tokens. What is pressed or typed goes to the desk; text goes in as text, never as markup, but
// for the readings, which the server has escaped.
import { $, fill, make } from "../../lib/dom.js";
import { player } from "../../lib/player.js";
import { closeFix, openFix } from "../speak/fix.js";
import { icon } from "./controls.js";
import { curve, curveBounds } from "./curve.js";
import { detail } from "./detail.js";
import { TEMPO, tools, unlessPressed } from "./tools.js";

let desk = null; // what the tab does: see tab.js
export const attach = (given) => {
  desk = given;
};
const TYPED_MS = 300; // numbers that follow each other faster than this are one change
const place = () => $("#editor .editor");
const rowOf = (number) => $(`#editor .sentence[data-place="${number}"]`);

// The tools: drawn anew as they are few; what has the focus keeps it.
let drawing = false; // what is replaced loses the focus, but nobody left it
const withFocus = (part, draw) => {
  const old = document.activeElement,
    key = part?.contains(old) ? old.dataset.key || old.dataset.do : "";
  const typed = key && old.tagName === "INPUT" && old.type === "number" && old.dataset.dirty ? old.value : null;
  drawing = true;
  const fresh = draw();
  drawing = false;
  const now = key ? fresh.querySelector(`[data-key="${key}"]`) || fresh.querySelector(`[data-do="${key}"]`) : null;
  if (!now) return;
  if (typed !== null) {
    now.value = typed;
    now.dataset.dirty = "yes";
  }
  now.focus({ preventScroll: true });
};
export const drawTools = (model) => {
  if (!$("#editor .edit-tools")) return;
  unlessPressed(() => {
    const now = $("#editor .edit-tools");
    withFocus(now, () => {
      const fresh = tools(model);
      now.replaceWith(fresh);
      return fresh;
    });
  });
  player.setOld(model.plan && !model.plan.assembled ? fill("player_old") : "");
  const wait = $("#editor .edit-other");
  if (wait) wait.hidden = !model.other;
};

// All of it.
export const drawEditor = (model) => {
  const here = place();
  if (!here) return;
  closeCurve();
  const body = model.plan
    ? make("ol", { class: "sentences" }, ...model.plan.sentences.map((_, number) => row(model, number)))
    : make(
        "div",
        { class: "edit-empty" },
        make("p", {}, fill(model.empty && !model.busy ? "edit_empty" : "edit_wait")),
        ...(model.empty && !model.busy ? [make("a", { class: "quiet-button", href: "#/" }, fill("edit_write"))] : []),
      );
  const other = make(
    "p",
    { class: "edit-other" },
    fill("edit_other"),
    " ",
    make("button", { type: "button", class: "text-button", "data-do": "other" }, fill("edit_other_open")),
  );
  other.hidden = !model.other;
  withFocus(here, () => {
    here.replaceChildren(tools(model), other, make("p", { class: "told", role: "alert" }), body);
    return here;
  });
  if (model.plan) openCurve(model, model.open);
};
let later = false; // what arrives while something is being dragged is drawn when that is over
export const drawSentence = (model, number) => {
  const old = rowOf(number);
  if (!old || !model.plan.sentences[number]) return;
  if (number === model.open && draggingCurve()) {
    later = true;
    return;
  }
  later = later && number !== model.open;
  const scrolled = [...old.querySelectorAll("[data-scrolls]")].map((part) => part.scrollLeft);
  const keep = old.classList.contains("open") && number === model.open;
  if (keep) closeCurve();
  withFocus(old, () => {
    const fresh = row(model, number);
    old.replaceWith(fresh);
    return fresh;
  });
  if (number === model.open) openCurve(model, number);
  [...rowOf(number).querySelectorAll("[data-scrolls]")].forEach((part, index) => {
    part.scrollLeft = scrolled[index] || 0;
  });
};

// One row.
const row = (model, number) => {
  const view = model.plan.sentences[number],
    open = number === model.open;
  const reading = make("div", { class: "s-reading" });
  reading.innerHTML = view.html;
  const first = reading.querySelector(".token[data-at]");
  if (first && !view.locked) first.tabIndex = 0;
  const { settings } = model.plan;
  const emotion =
    (view.emotion !== settings.emotion &&
      view.emotion &&
      model.emotions.find(([name]) => name === view.emotion)?.[1]) ||
    (view.emotion === settings.emotion ? "" : view.emotion);
  const voice =
    (view.voice !== settings.voice && view.voice && model.voices.find(([id]) => id === view.voice)?.[1]) ||
    (view.voice === settings.voice ? "" : view.voice);
  const meta = make(
    "div",
    { class: "s-meta" },
    ...(voice ? [make("span", { class: "chip" }, voice)] : []),
    ...(emotion ? [make("span", { class: "chip" }, emotion)] : []),
    ...(view.versions.length > 1
      ? [
          make(
            "span",
            { class: "s-version", title: fill("edit_versions") },
            `${view.versions[view.chosen].name} / ${view.versions.length}`,
          ),
        ]
      : []),
    make(
      "span",
      { class: "s-time" },
      view.duration === null ? "" : fill("seconds", { value: view.duration.toFixed(2) }),
    ),
    icon("lock", view.locked ? "edit_unlock" : "edit_lock", view.locked ? "locked" : "unlocked", {
      "aria-pressed": String(view.locked),
    }),
  );
  const line = make(
    "div",
    { class: "s-line" },
    make(
      "button",
      {
        type: "button",
        class: "s-number",
        "data-do": "open",
        "aria-expanded": String(open),
        title: fill(open ? "edit_close" : "edit_open_sentence"),
        "aria-label": `${number + 1}. ${view.text}`,
      },
      String(number + 1),
    ),
    playButton(model, number),
    reading,
    meta,
  );
  const item = make(
    "li",
    { class: `sentence${open ? " open" : ""}${view.locked ? " locked" : ""}`, "data-place": number },
    line,
  );
  if (open) item.append(detail(model, number, desk.comparing(number)));
  return item;
};
const playButton = (model, number) => {
  const playing = model.playing?.place === number;
  const part = icon("play", playing ? "edit_stop" : "edit_play", playing ? "stop" : "play");
  part.classList.add("s-play");
  part.classList.toggle("making", model.making === number);
  return part;
};
export const markSentence = (model, number) => {
  const old = rowOf(number)?.querySelector(".s-play");
  if (!old) return;
  const fresh = playButton(model, number),
    had = document.activeElement === old;
  old.replaceWith(fresh);
  if (had) fresh.focus({ preventScroll: true });
  rowOf(number)
    .querySelectorAll(".version")
    .forEach((part, version) =>
      part.classList.toggle("playing", model.playing?.place === number && model.playing.version === version),
    );
};

// The picture of the open sentence.
let picture = null,
  chosen = { number: -1, token: -1 };
const closeCurve = () => {
  picture?.close();
  picture = null;
};
const openCurve = (model, number) => {
  const here = rowOf(number)?.querySelector(".s-curve"),
    view = model.plan.sentences[number];
  if (!here) return;
  closeCurve();
  picture = curve(here, view, {
    locked: view.locked,
    select: (token) => marked(number, token),
    free: () => {
      if (later) drawSentence(model, number);
    },
    change: (token, field, value, done) => {
      const cell = rowOf(number).querySelector(`input[data-token="${token}"][data-field="${field}"]`);
      if (cell) cell.value = String(Number(value.toFixed(2)));
      if (done) desk.act({ action: field, segment: number, token, value });
    },
  });
  if (chosen.number === number) marked(number, chosen.token);
};
const marked = (number, token) => {
  chosen = { number, token };
  picture?.mark(token);
  rowOf(number)
    ?.querySelectorAll(".s-table [data-token]")
    .forEach((part) => part.classList.toggle("marked", Number(part.dataset.token) === token));
};
export const playhead = (seconds) => picture?.now(seconds);
export const draggingCurve = () => Boolean(picture?.dragging());

const openSentence = (model, number) => {
  const before = model.open;
  model.open = number === before ? -1 : number;
  closeFix(false);
  closeCurve();
  if (rowOf(before)) drawSentence(model, before);
  if (model.open >= 0) {
    drawSentence(model, model.open);
    desk.soonIfSilent(model.open);
  }
};
export const tellEditor = (text) => {
  const all = [...document.querySelectorAll("#editor .told")];
  all.forEach((part) => {
    part.textContent = "";
  });
  (all.length > 1 ? all.at(-1) : all[0])?.replaceChildren(text);
};
export const playWhole = () => player.play();

// What is pressed and typed.
const pressed = {
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
};
const numberIn = (part) => Number(part.closest(".sentence")?.dataset.place ?? -1);
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
  } else pressed[part.dataset.do](number, part);
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
    token = desk.model.plan.sentences[number]?.tokens[Number(part.dataset.token)];
  const bounds = curveBounds[part.dataset.field],
    value = Number(part.value);
  if (!token || !bounds || part.value === "" || value < bounds[0] || value > bounds[1]) return;
  token[part.dataset.field] = value;
  picture?.draw();
});
document.addEventListener("focusout", (event) => {
  if (drawing) return;
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
