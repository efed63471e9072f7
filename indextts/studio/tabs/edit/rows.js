// How the editor's tab is drawn: its tools, one row for each sentence, and below the open one its controls, its picture
// and the table of its tokens. What is pressed or typed goes to the desk; text goes in as text, never as markup, but
// for the readings, which the server has escaped.
import { $, fill, make } from "../../lib/dom.js";
import { player } from "../../lib/player.js";
import { closeFix } from "../speak/fix.js";
import { curve } from "./curve.js";
import { unlessPressed } from "./press.js";
import { playButton, renumber, row as rowPart } from "./row.js";
import { keyOf, speakersOf } from "./speaking.js";
import { bars, tools } from "./tools.js";
import { writing } from "./writing.js";

let desk = null; // what the tab does: see tab.js
export const attach = (given) => {
  desk = given;
};
const SEEN_MS = 40;
const place = () => $("#editor .editor");
let rows = []; // by the places of their sentences
export const rowOf = (number) => rows[number];
const row = (model, number) => rowPart(model, number, desk.comparing(number));

// The tools: drawn anew as they are few; what has the focus keeps it.
let drawing = false;
export const isDrawing = () => drawing; // what is replaced loses the focus, but nobody left it
// A field of a number tells neither its caret nor all that was typed ("1." is 1), so a new one in its place would make
// 40 of a 4 typed over 0. The field stays, and what is around it is drawn anew; false where nothing is typed into.
const grafted = (old, fresh) => {
  let field = document.activeElement;
  if (!old.contains(field) || field.type !== "number") return false;
  let twin = fresh.querySelector(`[data-key="${field.dataset.key}"]`);
  if (!twin || twin.disabled) return false;
  if (!field.dataset.dirty && Number(field.value) !== Number(twin.value)) field.value = twin.value;
  field.className = twin.className;
  while (field !== old && twin !== fresh) {
    const [stays, leaves] = [field, twin];
    field = field.parentElement;
    twin = twin.parentElement;
    [...field.childNodes].forEach((part) => part !== stays && part.remove());
    const all = [...twin.childNodes],
      at = all.indexOf(leaves);
    stays.before(...all.slice(0, at));
    stays.after(...all.slice(at + 1));
    field.className = twin.className;
    Object.assign(field.dataset, twin.dataset);
  }
  return true;
};
const MENU = "[aria-haspopup=menu][aria-expanded=true]"; // stays, as its menu goes back there
const withFocus = (part, draw) => {
  const old = document.activeElement,
    key = part?.contains(old) ? old.dataset.key || old.dataset.do : "";
  const chosen = key && old.tagName === "TEXTAREA" ? [old.selectionStart, old.selectionEnd] : null;
  const typed = key && old.tagName === "INPUT" && old.type === "number" && old.dataset.dirty ? old.value : null;
  const menu = part?.querySelector(MENU);
  drawing = true;
  const fresh = draw();
  if (menu && !menu.isConnected) fresh.querySelector(`[data-do=${menu.dataset.do}]`)?.replaceWith(menu);
  drawing = false;
  const now = key ? fresh.querySelector(`[data-key="${key}"]`) || fresh.querySelector(`[data-do="${key}"]`) : null;
  if (!now || now === old) return;
  if (typed !== null) {
    now.value = typed;
    now.dataset.dirty = "yes";
  }
  now.focus({ preventScroll: true });
  if (chosen && now.tagName === "TEXTAREA") now.setSelectionRange(...chosen);
};
const drawOld = ({ plan }) => player.setOld(plan && !plan.assembled ? fill("player_old") : "");
export const drawTools = (model) => {
  if (!$("#editor .edit-tools")) return;
  unlessPressed("tools", $("#editor .edit-tools"), () => {
    const now = $("#editor .edit-tools");
    if (!now) return;
    withFocus(now, () => {
      const fresh = tools(model);
      if (grafted(now, fresh)) return now;
      now.replaceWith(fresh);
      return fresh;
    });
  });
  drawOld(model);
  const wait = $("#editor .edit-other");
  if (wait) wait.hidden = !model.other;
};

export const drawMore = (model) => {
  const here = place();
  for (const part of bars(model)) {
    const old = here?.querySelector(`.${part.className}`);
    if (!old) continue;
    withFocus(old, () => {
      old.replaceWith(part);
      return part;
    });
  }
};
// All of it.
export const drawEditor = (model) => {
  const here = place();
  if (!here) return;
  closeCurve();
  drawOld(model);
  rows = model.plan ? model.plan.sentences.map((_, number) => row(model, number)) : [];
  const body = model.plan
    ? make("ol", { class: "sentences" })
    : make(
        "div",
        { class: "edit-empty" },
        make("p", {}, fill(model.empty && !model.busy ? "edit_empty" : "edit_wait")),
        ...(model.empty && !model.busy ? [make("a", { class: "quiet-button", href: "#/" }, fill("edit_write"))] : []),
      );
  if (model.plan) body.replaceChildren(...listed(model));
  const other = make(
    "p",
    { class: "edit-other" },
    fill("edit_other"),
    " ",
    make("button", { type: "button", class: "text-button", "data-do": "other" }, fill("edit_other_open")),
  );
  other.hidden = !model.other;
  withFocus(here, () => {
    here.replaceChildren(tools(model), ...bars(model), other, make("p", { class: "told", role: "alert" }), body);
    return here;
  });
  seen.disconnect();
  rows.forEach((part, number) => watch(model, number));
  if (model.plan) openCurve(model, model.open);
};
// The rows, and a new line that is being written between them.
const listed = (model) => {
  const { draft } = model;
  if (!draft || draft.place >= 0) return rows;
  const fresh = make("li", { class: "sentence draft" }, make("div", { class: "s-line" }, writing(model, draft)));
  return [...rows.slice(0, draft.at), fresh, ...rows.slice(draft.at)];
};
// Sentences far down are told and drawn in full when they come near what is seen; until then their text stands there.
const near = new Set();
let nearing = 0;
const seen = new IntersectionObserver(
  (all) => {
    for (const { target, isIntersecting } of all) {
      const number = Number(target.dataset.place);
      if (isIntersecting && rows[number] === target) near.add(number);
    }
    clearTimeout(nearing);
    if (near.size)
      nearing = setTimeout(() => {
        const places = [...near].filter((number) => desk.model.plan?.sentences[number]?.reading === undefined);
        near.clear();
        if (places.length) desk.fetchRows(places);
      }, SEEN_MS);
  },
  { rootMargin: "800px 0px" },
);
const watch = (model, number) => {
  if (model.plan.sentences[number].reading === undefined) seen.observe(rows[number]);
};
// Sentences have come, gone or moved: rows that say the same stay, and move.
export const drawOrder = (model, order, changed) => {
  const list = $("#editor .sentences");
  if (!list) return;
  closeCurve();
  const old = rows,
    had = document.activeElement,
    at = had?.closest?.(".sentence"),
    key = at?.contains(had) ? had.dataset.key || had.dataset.do : "";
  const was = old.indexOf(at);
  rows = order.map((before, number) => {
    const kept = before >= 0 && !changed.has(number) && old[before];
    if (!kept || kept.classList.contains("open") !== (number === model.open)) return row(model, number);
    renumber(kept, number);
    return kept;
  });
  drawing = true;
  list.replaceChildren(...listed(model));
  drawing = false;
  rows.forEach((part, number) => {
    if (part !== old[order[number]]) watch(model, number);
  });
  const now = was >= 0 ? rows[order.indexOf(was)] || rows[Math.min(was, rows.length - 1)] : null;
  if (had?.isConnected && list.contains(had)) had.focus({ preventScroll: true });
  else if (now && key) now.querySelector(`[data-key="${key}"], [data-do="${key}"]`)?.focus({ preventScroll: true });
  if (model.open >= 0) openCurve(model, model.open);
};
// The box for a line's text comes or goes.
export const drawDraft = (model, gone = null) => {
  const draft = gone || model.draft,
    list = $("#editor .sentences");
  if (!draft || !list) return;
  if (draft.place < 0) list.replaceChildren(...listed(model));
  else if (rows[draft.place]) drawSentence(model, draft.place);
  if (gone) rows[Math.max(0, Math.min(draft.place < 0 ? draft.at : draft.place, rows.length - 1))]
    ?.querySelector("[data-do=write]")?.focus();
};
let later = false; // what arrives while something is being dragged is drawn when that is over
export const drawSentence = (model, number) => {
  if (!rowOf(number) || !model.plan.sentences[number]) return;
  if (number === model.open && draggingCurve()) {
    later = true;
    return;
  }
  // What is being written is not taken from under the hands that write it.
  if (model.draft?.place === number && rowOf(number).querySelector(".s-write")) return;
  unlessPressed(rowOf(number), rowOf(number), () => redraw(model, number));
};
const redraw = (model, number) => {
  const old = rowOf(number);
  if (!old?.isConnected || !model.plan?.sentences[number]) return;
  later = later && number !== model.open;
  const scrolled = [...old.querySelectorAll("[data-scrolls]")].map((part) => part.scrollLeft);
  const keep = old.classList.contains("open") && number === model.open;
  const told = old.querySelector(".told")?.textContent; // an answer about something else does not take it back
  if (keep) closeCurve();
  withFocus(old, () => {
    const fresh = row(model, number);
    if (told) fresh.querySelector(".told")?.replaceChildren(told);
    if (grafted(old, fresh)) return old;
    old.replaceWith(fresh);
    rows[number] = fresh;
    return fresh;
  });
  watch(model, number);
  if (number === model.open) openCurve(model, number);
  [...rowOf(number).querySelectorAll("[data-scrolls]")].forEach((part, index) => {
    part.scrollLeft = scrolled[index] || 0;
  });
};

// Whose line it is may be another matter once the line before it has changed.
export const drawSpeakers = (model) => {
  if (!model.plan) return;
  const all = speakersOf(model.plan);
  rows.forEach((part, number) => {
    if (part.dataset.who !== keyOf(all[number])) drawSentence(model, number);
  });
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
  if (!here || !view.tokens) return;
  closeCurve();
  picture = curve(here, view, {
    locked: view.locked,
    select: (token) => marked(number, token),
    free: () => {
      if (later) drawSentence(model, number);
    },
    fit: (widths) => {
      const table = here.parentElement.querySelector("table");
      table.style.width = `${widths.reduce((all, one) => all + one, 0)}px`;
      table.querySelectorAll("col").forEach((part, index) => {
        part.style.width = `${widths[index]}px`;
      });
    },
    change: (token, field, value, done) => {
      const cell = rowOf(number).querySelector(`input[data-token="${token}"][data-field="${field}"]`);
      if (cell) cell.value = String(Number(value.toFixed(2)));
      if (done) desk.act({ action: field, segment: number, token, value });
    },
  });
  if (chosen.number === number) marked(number, chosen.token);
};
export const marked = (number, token) => {
  chosen = { number, token };
  picture?.mark(token);
  rowOf(number)
    ?.querySelectorAll(".s-table [data-token]")
    .forEach((part) => part.classList.toggle("marked", Number(part.dataset.token) === token));
};
export const playhead = (seconds) => picture?.now(seconds);
export const draggingCurve = () => Boolean(picture?.dragging());

export const redrawPicture = () => picture?.draw();
export const openSentence = (model, number) => {
  const before = model.open;
  model.open = number === before ? -1 : number;
  closeFix(false);
  closeCurve();
  if (rowOf(before)) drawSentence(model, before);
  if (model.open < 0) return;
  if (model.plan.sentences[model.open].tokens === undefined) desk.fetchRows([model.open]);
  drawSentence(model, model.open);
  rowOf(model.open).scrollIntoView({ block: "nearest" });
  desk.soonIfSilent(model.open);
};
export const tellEditor = (text, mood = "error") => {
  const all = [...document.querySelectorAll("#editor .told")];
  all.forEach((part) => {
    part.textContent = "";
  });
  const mine = rows[desk.model.open]?.querySelector(".s-detail > .told");
  const part = mood === "error" ? mine || all[0] : all[0];
  part?.replaceChildren(text);
  part?.classList.toggle("well", mood !== "error");
};
export const playWhole = () => player.play();
