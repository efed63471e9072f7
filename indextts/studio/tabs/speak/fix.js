// One thing changed in place: a click on a character, on a gap or on a sentence's end opens a small dialog with what it
// could be. The server speaks that sentence again, and answers under the number that was sent along. What prosody.js
// draws in the dialog is its own.
import { $, fill, fillFor, make, onDrawn } from "../../lib/dom.js";
import { panelPlace } from "../../lib/placing.js";
import { player } from "../../lib/player.js";
import { callJson } from "../../lib/rest.js";
import { onView, view } from "../../lib/router.js";
import { offerToRemember } from "../dictionary/remember.js";
import { listenFrom, listenTo } from "./following.js";
import { prosodyDialog, prosodyRows } from "./prosody_rows.js";
import { sourceName, written } from "./reading.js";
import { SPEAK, clearNotice, failed, plain } from "./notice.js";
import { playsAsMade } from "./meter.js";
import { fixing, follow, tellDone } from "./run.js";
import { drawnUntil, shownTake, showTake } from "./takes.js";

// What is open: an element of the reading, by the attribute that holds its place ("at", "gap", "ending"), and the
// place.
const PARTS = ":is(#reading, #editor) :is(.token[data-at], .break[data-gap], .melody[data-ending])";
const TOKENS = ":is(#reading, #editor, #book) .token[data-at]";
let scope = "#reading"; // where it is open: there, or in a place that speaks with the server in its own way
// How that is asked: { ask(detail), listen(sentence), from(token), rows(token) }.
const places = new Map();
export const inScope = (place, given) => places.set(place, given);
let panel = null,
  kind = "at",
  at = "",
  next = "",
  row = "",
  number = 0,
  waiting = 0;
let last = null, // the change that can still be undone and remembered: { scope, kind, at, take, remember }
  made = ""; // the take that the latest change came to: it has the same places

const kindOf = (part) => ["at", "gap", "ending"].find((name) => name in part.dataset);
const partAt = (name, place) => $(`${scope} [data-${name}="${place}"]`);
const scopeOf = (part) => [...places.keys()].find((one) => part.closest(one)) ?? "#reading";
const current = () => partAt(kind, at);
const tokens = (place = "#reading") => [...document.querySelectorAll(`${place} .token[data-at]`)];
const printed = (token) =>
  token.querySelector("rt")?.textContent || token.dataset.shown || token.dataset.reading;

// One token at a time is in the order of tabs; arrows move to its neighbours.
const enter = (token, focus) => {
  tokens(scopeOf(token)).forEach((other) => {
    if (other.tabIndex === 0 && other !== token) other.tabIndex = -1;
  });
  token.tabIndex = 0;
  if (focus) token.focus({ preventScroll: false });
};
const move = (token, key) => {
  const all = tokens(scopeOf(token)),
    here = all.indexOf(token);
  const there = { ArrowLeft: here - 1, ArrowRight: here + 1, Home: 0, End: all.length - 1 }[key];
  if (there === undefined || !all[there]) return there !== undefined;
  enter(all[there], true);
  return true;
};

const keyed = (key) =>
  [...panel.querySelectorAll("[data-key]:not(:disabled)")].find((button) => button.dataset.key === key);

// The dialog.
export const closeFix = (focus = true) => {
  if (!panel) return false;
  panel.remove();
  panel = null;
  waiting = 0;
  const part = current();
  part?.classList.remove("open");
  if (focus && part && kind === "at") enter(part, true);
  else if (focus) part?.focus({ preventScroll: true });
  return true;
};
const place = () => {
  const part = panel && current();
  if (!part) return;
  const box = part.getBoundingClientRect(),
    sticky = $("#listen");
  const floor = innerHeight - (sticky && getComputedStyle(sticky).position === "fixed" ? sticky.offsetHeight : 0) - 8;
  const { offsetWidth: width, offsetHeight: height } = panel;
  const [x, y] = panelPlace(box, { width, height }, document.documentElement.clientWidth, floor);
  panel.style.left = `${x + scrollX}px`;
  panel.style.top = `${y + scrollY}px`;
};
export const openFix = (part) => {
  closeFix(false);
  scope = scopeOf(part);
  kind = kindOf(part);
  at = part.dataset[kind];
  if (kind === "at") enter(part, false);
  part.classList.add("open");
  panel = make("div", { id: "fix", role: "dialog", "data-kind": kind });
  document.body.append(panel);
  draw();
  (
    panel.querySelector(".fix-options button, [data-row] [aria-pressed=true]") || panel.querySelector("input, button")
  ).focus({ preventScroll: true });
};
const icon = (name, glyph, attribute) =>
  make(
    "button",
    { type: "button", class: "icon-button", [attribute]: "", title: fill(name), "aria-label": fill(name) },
    make("span", { class: `glyph glyph-${glyph}`, "aria-hidden": "true" }),
  );
const head = (text, source, lang) =>
  make(
    "div",
    { class: "fix-head" },
    make("strong", { lang }, text),
    make("span", { class: "hint" }, source),
    icon("fix_listen", "play", "data-listen"),
    icon("close", "close", "data-close"),
  );
const draw = () => {
  const part = current();
  if (!panel || !part) return;
  const { name, content } = kind === "at" ? reading(part) : prosodyDialog(kind, part, head);
  panel.setAttribute("aria-label", name);
  panel.replaceChildren(...content, make("p", { id: "fix-told", class: "fix-told", role: "status" }), after());
  place();
  panel.scrollIntoView({ block: "nearest" });
};
const reading = (token) => {
  const now = [token.dataset.reading, printed(token)];
  const others = JSON.parse(token.dataset.others || "[]");
  const english = Boolean(token.querySelector(".word"));
  const option = ([reading, shown], current) =>
    make(
      "button",
      {
        type: "button",
        class: "fix-option",
        "aria-pressed": String(current),
        "data-choose": current ? null : reading,
        title: current ? fill("fix_now") : reading,
      },
      shown,
    );
  const example = fill(english ? "fix_example_english" : "fix_example_pinyin");
  const content = [
    head(
      written(token),
      fill("reading_source", { source: sourceName(token.dataset.source) }),
      english ? "en" : "zh-CN",
    ),
    make(
      "div",
      { class: "fix-options", role: "group", "aria-label": fill("fix_choose") },
      option(now, true),
      ...others.map((other) => option(other, false)),
    ),
    make(
      "form",
      { class: "fix-typed", autocomplete: "off" },
      make("input", {
        type: "text",
        class: "field",
        name: "reading",
        maxlength: 80,
        spellcheck: "false",
        autocapitalize: "off",
        placeholder: example,
        "aria-label": fillFor("fix_typed", example),
        "aria-describedby": "fix-told",
      }),
      make("button", { type: "submit", class: "quiet-button" }, fill("fix_apply")),
    ),
    ...(places.get(scope)?.rows ?? prosodyRows)(token),
    ...(scope !== "#editor" && token.dataset.start
      ? [make("button", { type: "button", class: "text-button fix-from", "data-from": "" }, fill("fix_from"))]
      : []),
  ];
  return { name: fill("fix_title", { text: written(token) }), content };
};
const tell = (text, mood) => {
  const told = panel?.querySelector("#fix-told");
  if (!told) return;
  told.textContent = text;
  told.dataset.kind = mood;
  told.setAttribute("role", mood === "error" ? "alert" : "status");
  panel.querySelector("input")?.setAttribute("aria-invalid", String(mood === "error"));
  place();
  panel.scrollIntoView({ block: "nearest" });
};
const busy = (yes) => {
  panel?.classList.toggle("busy", yes);
  panel?.querySelectorAll("button:not([data-close]), input").forEach((part) => {
    part.disabled = yes;
  });
};

// What is offered after a fix: take it back, remember it for good.
const after = () => {
  const box = make("div", { class: "fix-after" });
  if (!last || last.kind !== kind || last.at !== at || last.take !== shownTake()) return box;
  box.append(
    make(
      "p",
      {},
      make("span", { class: "fix-changed" }, fill("fix_changed")),
      make("button", { type: "button", class: "text-button", "data-undo": "" }, fill("undo")),
    ),
  );
  if (last.remember) box.append(offerToRemember(last.remember, place));
  return box;
};

// To the server and back. A break that moves is then to be found elsewhere.
export const sendFix = (event) => {
  if (!panel || waiting) return;
  waiting = number += 1;
  row = document.activeElement?.closest("#fix [data-row]")?.dataset.row || "";
  next = event.action === "move" ? `${at.split(".")[0]}.${event.to}` : at;
  const [segment, token] = at.split(".").map(Number);
  tell(fill("fix_busy"), "busy");
  busy(true);
  const detail = { take: shownTake(), segment, token, number, ...event };
  if (places.has(scope)) places.get(scope).ask(detail);
  else fixing(() => (event.action === "undo" ? undoFix : changeFix)(detail));
};
// The sentence is spoken anew as a job of its own, whose other sentences are there already. A change that is made while
// another is still being spoken waits for it, and is made in what that came to.
const changeFix = async ({ number: asked, take, ...edit }) => {
  const before = shownTake();
  if (before !== take && before !== made) {
    refused(asked, fill("fix_lost"));
    return;
  }
  const answer = await callJson("POST", "/v1/jobs", { live: true, before, edit });
  if (answer.error) {
    refused(asked, answer.error);
    return;
  }
  const job = await follow(answer.id, { quiet: true });
  if (job.status === "cancelled") {
    callJson("DELETE", `/v1/jobs/${answer.id}`);
    plain(SPEAK, fill("cancelled"));
    fixed({ number: asked, cancelled: true });
  } else if (job.status !== "done") {
    clearNotice();
    refused(asked, (job.error?.message ?? job.error) || fill("fix_lost"));
  } else await showFix(asked, job, answer, edit.segment);
};
// What went wrong is said in the dialog, or above the reading when that is about something else by now.
const refused = (asked, error) => {
  if (!panel || waiting !== asked) failed(SPEAK, { error });
  else fixed({ number: asked, error });
};
// Where one has scrolled to stays.
const redraw = async (take) => {
  const scroll = $("#reading .reading-text")?.scrollTop || 0;
  const answer = await showTake(take, drawnUntil());
  const text = $("#reading .reading-text");
  if (text) text.scrollTop = scroll;
  return answer;
};
const showFix = async (asked, job, { remember }, segment) => {
  const here = player.job?.id === shownTake() ? player.now : 0;
  made = job.id;
  await redraw(made);
  player.open(made, { at: here });
  tellDone(SPEAK, job, fill("fix_done", { elapsed: job.work_s.toFixed(2) }));
  fixed({ number: asked, take: made, remember });
  const sentence = playsAsMade() && $(`#reading [data-at^="${segment}."]`)?.closest(".segment");
  if (sentence) listenTo(sentence);
};
// Back to the take before, which is as it was.
const undoFix = async ({ number: asked, take }) => {
  const before = take === shownTake() && $("#take-data").dataset.before;
  const answer = before ? await redraw(before) : {};
  if (!answer.take) {
    refused(asked, answer.error || fill("fix_lost"));
    return;
  }
  callJson("DELETE", `/v1/jobs/${take}`);
  player.open(before);
  plain(SPEAK, fill("fix_undone"));
  fixed({ number: asked, take: before, undone: true });
};
export const fixed = async (answer) => {
  if (!panel || waiting !== answer.number) return;
  if (answer.take) {
    const keyboard = panel.contains(document.activeElement) || document.activeElement === document.body;
    last = answer.undone ? null : { scope, kind, at: next, take: answer.take, remember: answer.remember };
    at = next;
    waiting = 0;
    if (!current()) {
      closeFix(false);
      return;
    }
    panel.classList.remove("busy");
    current().classList.add("open");
    draw();
    const same = row && panel.querySelector(`[data-row="${row}"] [aria-pressed=true]`);
    if (keyboard)
      (same || panel.querySelector(".fix-options button, [data-row] [aria-pressed=true]"))?.focus({
        preventScroll: true,
      });
    return;
  }
  waiting = 0;
  busy(false);
  if (answer.cancelled) tell(fill("fix_cancelled"), "busy");
  else tell(answer.error || fill("fix_lost"), "error");
  panel.querySelector("input, [data-row] [aria-pressed=true]")?.focus({ preventScroll: true });
};

// The sentence alone.
const listen = () => {
  if (places.has(scope)) {
    places.get(scope).listen(Number(at.split(".")[0]));
    return;
  }
  const sentence = current()?.closest(".segment");
  if (sentence) listenTo(sentence);
};

document.addEventListener("click", (event) => {
  const target = event.target;
  if (!target.closest) return;
  const part = target.closest(PARTS);
  if (part) {
    if (panel && part === current()) closeFix();
    else openFix(part);
    return;
  }
  if (!panel) return;
  const button = target.closest("button");
  if (!panel.contains(target)) {
    if (!waiting && target.isConnected) closeFix(false);
    return;
  }
  if (!button) return;
  if (button.dataset.choose) sendFix({ action: "fix", reading: button.dataset.choose });
  else if (button.dataset.send) sendFix(JSON.parse(button.dataset.send));
  else if ("undo" in button.dataset) sendFix({ action: "undo" });
  else if ("listen" in button.dataset) listen();
  else if ("from" in button.dataset) (places.get(scope)?.from ?? listenFrom)(current());
  else if ("close" in button.dataset) closeFix();
});
document.addEventListener("submit", (event) => {
  if (!event.target.matches?.("#fix .fix-typed")) return;
  event.preventDefault();
  const typed = event.target.elements.reading.value.trim();
  if (typed) sendFix({ action: "fix", reading: typed });
});
document.addEventListener("focusin", (event) => {
  const token = event.target.closest?.(TOKENS);
  if (token) enter(token, false);
});
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const token = event.target.closest?.(TOKENS);
  const part = event.target.closest?.(PARTS);
  if (part && (event.key === "Enter" || event.key === " ")) openFix(part);
  else if (token && move(token, event.key)) place();
  else if (panel?.contains(event.target) && event.target.tagName !== "INPUT" && keyed(event.key))
    keyed(event.key).click();
  else if (panel?.contains(event.target) && event.key === "Tab") {
    const parts = [...panel.querySelectorAll("button:not(:disabled), input:not(:disabled)")];
    const edge = event.shiftKey ? parts[0] : parts.at(-1);
    if (document.activeElement !== edge) return;
    (event.shiftKey ? parts.at(-1) : parts[0]).focus();
  } else return;
  event.preventDefault();
});
// The latest change of the shown take is taken back by key as well, also when its dialog is closed; in a field the key
// is that field's.
document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (event.defaultPrevented || event.altKey || event.shiftKey) return;
  if (!(event.ctrlKey || event.metaKey) || key.toLowerCase() !== "z") return;
  if (target.closest?.("input, textarea, select, dialog") || last?.take !== shownTake()) return;
  if (panel) sendFix({ action: "undo" });
  else if (last.scope === "#reading" && view() === "speak") {
    const { take } = last;
    last = null;
    fixing(() => undoFix({ take }));
  }
});
addEventListener("resize", place);
document.addEventListener("scroll", place, { capture: true, passive: true });

// A new reading: its first token can be reached by Tab, and a dialog about another one goes away; one about what a
// change elsewhere has drawn anew stays.
let seen = "";
onDrawn(() => {
  if (shownTake() === seen) return;
  seen = shownTake();
  const first = tokens()[0];
  if (first && !$('#reading .token[tabindex="0"]')) first.tabIndex = 0;
  if (!panel || (last && last.take === seen)) return;
  if (seen === made && scope === "#reading" && current()) {
    current().classList.add("open");
    place();
  } else if (!waiting) closeFix(false);
});
onView(() => closeFix(false));
