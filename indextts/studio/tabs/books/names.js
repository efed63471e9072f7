// Names and terms: how they are read, before the first minute is spoken. Another reading becomes one of the book's own.
import { facts, fill, iconButton, make } from "../../lib/dom.js";
import { hearOnce, spoken } from "../voices/own.js";
import { spelled } from "./pinyin.js";

const LONG_MS = 300000,
  PAUSE_MS = 300, // so long nobody types before a word is looked for in the text
  FIRST = 100,
  MORE = 200;

let desk = null; // { root, book, shell, terms, own, shown, asked, sign, timer }

// Words.
const ownOf = (word) => desk.own.find((one) => one.word.toLowerCase() === word.toLowerCase());
const count = (number) => new Intl.NumberFormat(facts.locale).format(number);
const found = () => {
  const words = desk.search.value.trim().toLowerCase();
  return desk.terms.filter(({ word, sure }) => (!desk.unsure.checked || !sure) && word.toLowerCase().includes(words));
};

// The rows.
const chip = (reading, now) =>
  make(
    "button",
    { type: "button", class: "chip", "aria-pressed": String(reading === now), "data-reading": reading },
    spelled(reading),
  );
const row = (term) => {
  const { word, reading, alternatives, sure, example, count: times, looked } = term,
    mine = Boolean(ownOf(word));
  const field = make("input", {
    type: "text",
    class: "field term-reading",
    maxlength: 400,
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
    "aria-label": fill("term_reading_of", { word }),
  });
  field.value = spelled(reading);
  const [before, after] = example.includes(word) ? split(example, word) : ["", ""];
  return make(
    "li",
    { class: "term", "data-word": word, "data-sure": String(sure) },
    iconButton("termHear", fill("entry_hear", { word }), "play"),
    make(
      "div",
      { class: "term-what" },
      ...(looked
        ? [make("strong", {}, fill(times === 1 ? "term_found_one" : "term_found", { word, count: count(times) }))]
        : [
            make("strong", {}, word),
            make("span", { class: "hint term-count" }, fill("term_count", { count: count(times) })),
          ]),
      ...(mine
        ? [make("span", { class: "chapter-kind" }, fill("term_own"))]
        : sure
          ? []
          : [make("span", { class: "term-doubt" }, fill("term_doubt"))]),
      make("span", { class: "hint term-example" }, before, make("b", {}, word), after),
    ),
    make(
      "div",
      { class: "term-how" },
      field,
      // A reading that is in doubt can be said to be the right one, everywhere.
      make(
        "div",
        { class: "chips" },
        ...(sure || mine ? [] : [chip(reading)]),
        ...alternatives.slice(0, 4).map((other) => chip(other, reading)),
      ),
      make("p", { class: "told", role: "alert" }),
    ),
    mine ? iconButton("termForget", fill("term_forget", { word }), "remove") : make("span"),
  );
};
const split = (text, word) => {
  const at = text.indexOf(word);
  return [text.slice(0, at), text.slice(at + word.length)];
};
const draw = () => {
  const { rows, told, more } = desk,
    held = rows.contains(document.activeElement) ? document.activeElement : null,
    word = held?.closest(".term")?.dataset.word,
    again = held?.dataset.do ? `[data-do="${held.dataset.do}"]` : "input";
  const all = found();
  rows.replaceChildren(...all.slice(0, desk.shown).map(row));
  more.hidden = all.length <= desk.shown;
  const terms = desk.terms.filter(({ looked }) => !looked);
  told.textContent = terms.length
    ? fill("terms_found", { count: terms.length, unsure: terms.filter(({ sure }) => !sure).length })
    : fill("terms_none");
  if (word) {
    const place = rows.querySelector(`[data-word="${CSS.escape(word)}"]`);
    (place?.querySelector(again) ?? place?.querySelector("input"))?.focus({ preventScroll: true });
  }
};

// Any word of the text: how often it stands there, and how it is read.
const lookUp = async () => {
  const mine = desk,
    word = mine.search.value.trim(),
    query = new URLSearchParams({ word });
  if (!word || mine.terms.some((one) => one.word === word)) return;
  const answer = await mine.shell.rest("GET", `/terms?${query}`);
  if (desk !== mine || mine.search.value.trim() !== word) return;
  if (answer.error) mine.shell.say(answer);
  else if (answer.terms.length) {
    desk.terms = [{ ...answer.terms[0], looked: true }, ...desk.terms.filter(({ looked }) => !looked)];
    draw();
  } else if (!desk.rows.children.length)
    desk.rows.replaceChildren(make("li", { class: "hint", role: "status" }, fill("terms_absent", { word })));
};
const load = async () => {
  const mine = desk,
    asked = (desk.asked += 1);
  mine.root.setAttribute("aria-busy", "true");
  const terms = await mine.shell.rest("GET", "/terms", undefined, { patience: LONG_MS });
  const words = terms.error ? terms : await mine.shell.rest("GET", "/words");
  if (desk !== mine || asked !== mine.asked) return;
  mine.root.removeAttribute("aria-busy");
  if (words.error) {
    desk.told.textContent = words.error;
    return;
  }
  Object.assign(desk, { terms: terms.terms, own: words.words, sign: signOf(desk.book) });
  draw();
  lookUp();
};
// The terms depend on the chapters that are spoken; an own word is known without asking again.
const signOf = ({ chapters }) => JSON.stringify(chapters.map(({ on, characters, title }) => [on, characters, title]));

// What is done.
const keep = async (words) => {
  const answer = await desk.shell.revised("PUT", "/words", { words });
  if (desk && !answer.error) desk.own = answer.words;
  return answer;
};
const use = async (item, reading) => {
  const { word } = item.dataset,
    { shell } = desk,
    term = desk.terms.find((one) => one.word === word),
    told = item.querySelector(".told"),
    before = desk.own,
    was = { ...term };
  told.textContent = "";
  if (!reading || (term.sure && spelled(reading) === spelled(term.reading))) {
    item.querySelector("input").value = spelled(term.reading);
    return;
  }
  const entry = { word, reading };
  const answer = await keep([...before.filter((one) => one !== ownOf(word)), entry]);
  if (!desk) return;
  if (answer.error) {
    told.textContent = answer.error;
    return;
  }
  const others = [was.reading, ...was.alternatives.filter((one) => one !== reading)];
  Object.assign(term, { reading: ownOf(word)?.reading ?? reading, sure: true, alternatives: others });
  draw();
  const undo = async () => {
    const back = await keep(before);
    if (back.error) return back;
    Object.assign(term, was);
    if (desk) draw();
    return { said: fill("entry_undone") };
  };
  shell.say({ said: fill("term_kept", { word, count: count(term.count) }), undo });
};
const forget = async (item) => {
  const { word } = item.dataset,
    { shell } = desk,
    before = desk.own;
  const answer = await keep(before.filter((one) => one !== ownOf(word)));
  if (!desk) return;
  if (answer.error) {
    shell.say(answer);
    return;
  }
  await load();
  const undo = async () => {
    const back = await keep(before);
    if (back.error) return back;
    if (desk) await load();
    return { said: fill("entry_undone") };
  };
  shell.say({ said: fill("term_forgotten", { word }), undo });
};
const hear = async (target, item) => {
  const { word } = item.dataset,
    { shell } = desk,
    { kind } = desk.terms.find((one) => one.word === word),
    reading = item.querySelector("input").value.trim();
  target.setAttribute("aria-busy", "true");
  const answer = await spoken(kind === "text" ? reading : `<${word}|${reading}>`);
  target.removeAttribute("aria-busy");
  if (answer.error) shell.say(answer);
  else hearOnce(answer.audio_url, word).catch(() => shell.say({ error: fill("fix_lost") }));
};
const clicked = ({ target }) => {
  const item = target.closest(".term"),
    action = target.closest("[data-do]"),
    reading = target.closest("[data-reading]");
  if (target.closest("[data-do=termsMore]")) {
    desk.shown += MORE;
    draw();
  } else if (!item || action?.hasAttribute("aria-busy")) return;
  else if (reading) use(item, reading.dataset.reading);
  else if (action?.dataset.do === "termHear") hear(action, item);
  else if (action?.dataset.do === "termForget") forget(item);
};
const changed = ({ target }) => {
  if (target.matches(".term-reading")) use(target.closest(".term"), target.value.trim());
  else if (target === desk.unsure) draw();
};
const typed = ({ target }) => {
  if (target !== desk.search) return;
  draw();
  clearTimeout(desk.timer);
  desk.timer = setTimeout(lookUp, PAUSE_MS);
};
const pressed = (event) => {
  if (!event.target.matches(".term-reading") || !["Enter", "Escape"].includes(event.key)) return;
  const item = event.target.closest(".term"),
    { reading } = desk.terms.find((one) => one.word === item.dataset.word),
    shown = spelled(reading);
  if (event.key === "Enter") {
    if (event.target.value.trim() === shown) use(item, reading); // a change of the field is told by itself
    return;
  }
  event.target.value = shown;
  event.stopPropagation();
};

export const NAMES = {
  mount: (root, book, shell) => {
    const search = make("input", {
      type: "search",
      class: "field",
      "aria-label": fill("terms_search"),
      placeholder: fill("terms_search"),
      autocomplete: "off",
      spellcheck: "false",
    });
    const unsure = make("input", { type: "checkbox" }),
      told = make("p", { class: "hint", role: "status" }, fill("terms_finding")),
      rows = make("ul", { class: "terms" }),
      more = make(
        "button",
        { type: "button", class: "quiet-button", "data-do": "termsMore", hidden: "" },
        fill("dictionary_more"),
      );
    desk = { root, book, shell, search, unsure, told, rows, more };
    Object.assign(desk, { terms: [], own: [], shown: FIRST, asked: 0, sign: "" });
    root.append(
      make(
        "div",
        { class: "terms-head" },
        told,
        make("label", { class: "making-tick" }, unsure, make("span", {}, fill("terms_unsure"))),
        search,
      ),
      rows,
      more,
    );
    root.addEventListener("click", clicked);
    root.addEventListener("change", changed);
    root.addEventListener("input", typed);
    root.addEventListener("keydown", pressed, true);
    load();
  },
  update: (book) => {
    desk.book = book;
    if (desk.sign && desk.sign !== signOf(book)) load();
  },
  unmount: () => {
    const { root } = desk;
    clearTimeout(desk.timer);
    root.removeAttribute("aria-busy");
    root.removeEventListener("click", clicked);
    root.removeEventListener("change", changed);
    root.removeEventListener("input", typed);
    root.removeEventListener("keydown", pressed, true);
    desk = null;
  },
};
