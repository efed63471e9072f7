// A chapter's text as it is heard: every word that is spoken can be lit, and opened; the doubtful ones are dotted.
import { make } from "../../lib/dom.js";
import { heardAt, inOrder, piecesOf, wordsOf } from "./heard_words.js";

const LATIN = /^[\p{Script=Latin}'’.-]+$/u;

export const textOf = (chapter, name) => {
  const head = make("h3", {}),
    place = make("div", { class: "review-text", tabindex: "0", role: "region", "aria-label": name, lang: null }, head);
  const chars = [...chapter.text],
    parts = new Map(); // of a job: its words in the order of their times
  let drawn = new Map(), // words by their ids: { word, part }
    doubtful = [],
    lit = [];

  const token = (word, text) => {
    const part = make("span", { class: "token", role: "button", tabindex: "-1", "data-at": word.id });
    part.append(LATIN.test(text) ? make("span", { class: "word", lang: "en" }, text) : text);
    drawn.set(word.id, { word, part });
    return part;
  };
  const draw = () => {
    const words = [...parts.values()].flat(),
      lines = [],
      focused = held();
    drawn = new Map();
    const title = piecesOf(name, inOrder(words, true));
    head.replaceChildren(...title.map(({ text, word }) => (word ? token(word, text) : text)));
    let line = make("p", {});
    for (const { text, word } of piecesOf(chapter.text, inOrder(words, false))) {
      if (word) line.append(token(word, text));
      else
        text.split("\n").forEach((part, index) => {
          if (index) {
            lines.push(line);
            line = make("p", {});
          }
          line.append(part);
        });
    }
    lines.push(line);
    place.replaceChildren(head, ...lines.filter((one) => one.textContent));
    mark(lit.map((one) => one.dataset.at));
    dot();
    const first = drawn.values().next().value;
    if (first) first.part.tabIndex = 0; // arrows go on from there
    if (focused) hold(focused);
  };
  // The word that has the focus; and to the word at that place again.
  const held = () => drawn.get(place.contains(document.activeElement) ? document.activeElement.dataset.at : "")?.word;
  const hold = ({ from, sentence }) =>
    [...drawn.values()]
      .find(({ word }) => word.from === from && word.sentence.in_title === sentence.in_title)
      ?.part.focus({ preventScroll: true });
  const mark = (ids) => {
    for (const one of lit) one.classList.remove("spoken");
    lit = ids.map((id) => drawn.get(id)?.part).filter(Boolean);
    for (const one of lit) one.classList.add("spoken");
  };
  // A sentence as it is written, as far as it is heard.
  const said = ({ words, in_title: inTitle }) =>
    (inTitle ? [...name] : chars).slice(words[0].start, words.at(-1).end).join("");
  const isDoubtful = ({ from, to, sentence }) =>
    doubtful.some((one) => one.in_title === sentence.in_title && one.start < to && from < one.end);
  const dot = () => {
    for (const { word, part } of drawn.values()) part.classList.toggle("doubt", isDoubtful(word));
  };
  draw();
  return {
    place,
    held,
    hold,
    put: (told) => {
      parts.set(told.job, wordsOf(told));
      draw();
    },
    // Only these jobs are parts of it by now.
    keep: (jobs) => {
      for (const job of parts.keys()) if (!jobs.includes(job)) parts.delete(job);
    },
    dot: (doubts) => {
      doubtful = doubts;
      dot();
    },
    // What is heard of `job` at `seconds`, lit; its first element, or nothing.
    at: (job, seconds) => {
      mark(heardAt(parts.get(job) ?? [], seconds).map(({ id }) => id));
      return lit[0] ?? null;
    },
    // When the sentence began that was heard last at `seconds`.
    since: (job, seconds) =>
      Math.max(...(parts.get(job) ?? []).map(({ sentence }) => sentence.start_s).filter((from) => from <= seconds)),
    word: (id) => drawn.get(id)?.word,
    part: (id) => drawn.get(id)?.part,
    // The first word that is heard from a place of the text, or of the title, on; not in those jobs.
    find: (start, inTitle, but = []) => {
      const found = [...drawn.values()].find(({ word }) => word.sentence.in_title === inTitle && word.to > start)?.word;
      return found && !but.includes(found.job) ? found : null;
    },
    // The sentence that is lit, in words, and where others words are heard: { job, start_s }.
    words: () => {
      const now = drawn.get(lit[0]?.dataset.at)?.word;
      return now ? said(now.sentence) : "";
    },
    // Of several with these words, the one that is nearest to `at`.
    findText: (text, at) => {
      const off = ({ sentence }) => Math.abs(sentence.start_s - at),
        words = text ? [...drawn.values()].map(({ word }) => word) : [],
        all = words.filter(({ sentence }) => said(sentence).includes(text)),
        [found] = all.sort((one, other) => off(one) - off(other));
      return found ? { job: found.job, start_s: found.sentence.start_s } : null;
    },
  };
};
