// After a reading was corrected: keep it for every text to come.
import { fill, make } from "../../lib/dom.js";
import { UNDO_MS } from "../../lib/said.js";
import { add, readingOf } from "./entries.js";
import { accept, field, refuse, told } from "./form.js";

const PAUSE_MS = 250;

// The word that is asked about: what was fixed keeps its reading within a longer word, and so does a part of it.
const asked = (now, { word, reading }) => {
  if (now.includes(word)) return now.replace(word, () => `<${word}|${reading}>`);
  const syllables = reading.split(" "),
    at = word.indexOf(now);
  if (at < 0 || syllables.length !== word.length) return now;
  return `<${now}|${syllables.slice(at, at + now.length).join(" ")}>`;
};

// The reading follows the word, until somebody writes a reading of their own.
const followWord = ([word, reading], fixed, changed) => {
  let own = false,
    timer = 0,
    latest = Promise.resolve();
  const refill = async () => {
    const now = word.value.trim();
    const found = now && (await readingOf(asked(now, fixed)));
    if (!own && now === word.value.trim() && found?.printed) {
      reading.value = found.printed;
      changed();
    }
  };
  reading.addEventListener("input", () => {
    own = reading.value.trim() !== "";
  });
  word.addEventListener("input", () => {
    clearTimeout(timer);
    latest = new Promise((resolve) => {
      timer = setTimeout(() => resolve(own ? null : refill()), PAUSE_MS);
    });
  });
  return () => latest;
};

export const offerToRemember = ({ word, reading }, moved) => {
  const parts = [field("word", "entry_word", { maxlength: 64 }), field("reading", "entry_reading", { maxlength: 400 })];
  [parts[0].value, parts[1].value] = [word, reading];
  const alone = /^[\u3400-\u9fff]$/.test(word);
  const form = make(
    "form",
    { class: "remember" },
    make("p", { class: "hint" }, fill(alone ? "remember_short" : "remember_hint")),
    make(
      "div",
      { class: "field-row" },
      ...parts,
      make("button", { type: "submit", class: "quiet-button strong" }, fill("remember")),
    ),
    told(),
  );
  const settled = followWord(parts, { word, reading }, () => accept(form));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    await settled();
    const answer = await add({ word: parts[0].value, reading: parts[1].value });
    if (answer.error) {
      refuse(form, answer);
      moved();
      return;
    }
    const back = make("button", { type: "button", class: "text-button" }, fill("undo"));
    const line = make(
      "p",
      { class: "remembered", role: "status" },
      make("span", { class: "fix-changed" }, answer.said),
      back,
      make("a", { href: "#/dictionary", class: "text-button" }, fill("tab_dictionary")),
    );
    back.addEventListener("click", async () => {
      back.remove();
      const undone = await answer.undo();
      line.replaceChildren(undone.said || undone.error);
    });
    setTimeout(() => back.remove(), UNDO_MS);
    form.replaceWith(line);
    back.focus({ preventScroll: true });
    moved();
  });
  form.addEventListener("input", () => accept(form));
  return form;
};
