// Who says what: a chapter's text with its quotations in the colours and under the names of those who say them. A click
// gives one to somebody else.
import { fill, iconButton, make } from "../../lib/dom.js";
import { colourOf, nameOf } from "./people.js";
import { isQuoted, isUnsure, nextUnsure, pieces, why } from "./quotations.js";
import { given, whoMenu } from "./who.js";
import { isDub } from "./words.js";

let desk = null, // the cast's
  take = null,
  chapter = null,
  number = 0,
  asked = 0,
  drawn = "",
  kept = { book: "", number: 0 };

// The frame: which chapter, and steps from one that is in doubt to the next.
const label = ({ number: at, title, unsure }) => {
  const name = title || fill("chapter_untitled", { number: at });
  return unsure ? fill("saying_chapter", { name, count: unsure }) : name;
};
const options = () => {
  const field = desk.place.querySelector(".saying-chapter");
  const now = desk.book.chapters.map((one) => [String(one.number), label(one)]);
  const sign = JSON.stringify(now);
  if (field.dataset.sign !== sign) {
    field.dataset.sign = sign;
    field.replaceChildren(...now.map(([value, text]) => make("option", { value }, text)));
  }
  field.value = String(number);
  desk.place.querySelector("[data-do=sayingBack]").disabled = number <= 1;
  desk.place.querySelector("[data-do=sayingOn]").disabled = number >= desk.book.chapters.length;
  desk.place.querySelector("[data-do=sayingNext]").disabled = !desk.book.chapters.some(({ unsure }) => unsure);
};
const frame = () =>
  desk.place.replaceChildren(
    make(
      "div",
      { class: "saying-head" },
      iconButton("sayingBack", fill("saying_back"), "left"),
      make("select", { class: "field saying-chapter", "aria-label": fill("saying_which") }),
      iconButton("sayingOn", fill("saying_on"), "right"),
      make("button", { type: "button", class: "quiet-button", "data-do": "sayingNext" }, fill("saying_next")),
      make("p", { class: "hint" }, fill(isDub(desk.book) ? "saying_hint_dub" : "saying_hint")),
    ),
    make("div", { class: "saying-text" }),
  );
const load = async () => {
  const mine = (asked += 1);
  const answer = await desk.shell.rest("GET", `/chapters/${number}`);
  if (mine !== asked || !desk) return;
  if (answer.error) {
    desk.shell.say(answer);
    return;
  }
  chapter = answer;
  draw();
};
const open = async (at) => {
  number = Math.max(1, Math.min(at, desk.book.chapters.length));
  kept = { book: desk.book.id, number };
  drawn = "";
  await load();
};

// The text.
const said = (one, at, text) => {
  const unsure = isUnsure(one),
    reason = why(one),
    name = isQuoted(one) ? [] : [make("span", { class: "said-name" }, nameOf(one.speaker) + (unsure ? "?" : ""))];
  return make(
    "span",
    {
      class: `said ${colourOf(desk.cast, one.speaker)}${unsure ? " unsure" : ""}`,
      role: "button",
      tabindex: "0",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      "data-at": at,
      title: reason,
      lang: null,
    },
    ...name,
    text,
  );
};
const draw = () => {
  const place = desk.place.querySelector(".saying-text");
  const sign = JSON.stringify([number, chapter.text, chapter.quotations, desk.cast.characters.map(({ name }) => name)]);
  options();
  if (drawn === sign) return;
  drawn = sign;
  const held = place.contains(document.activeElement) ? document.activeElement.dataset.at : null;
  const lines = [];
  let line = make("p", {});
  // A line of the text is a paragraph; a quotation may go across several.
  const plain = (text) =>
    text.split("\n").forEach((part, index) => {
      if (index) {
        lines.push(line);
        line = make("p", {});
      }
      if (part) line.append(part);
    });
  for (const { text, at } of pieces(chapter.text, chapter.quotations))
    if (at < 0) plain(text);
    else line.append(said(chapter.quotations[at], at, text));
  lines.push(line);
  const shown = lines.filter((one) => one.childNodes.length);
  place.replaceChildren(...(shown.length ? shown : [make("p", { class: "hint" }, fill("saying_empty"))]));
  if (held !== null) place.querySelector(`[data-at="${held}"]`)?.focus({ preventScroll: true });
};

// One of them, or all that the same one says, is given to somebody else.
const give = async (at, speaker, all) => {
  const { shell } = desk,
    quotation = chapter.quotations[at],
    path = `/chapters/${number}/quotations/${at}`,
    { said, backs } = given(desk.cast, quotation, speaker, all);
  const answer = await shell.revised("PATCH", path, { speaker, ...(all && { all: true }) });
  if (!desk) return answer;
  if (answer.error) return answer;
  take(answer);
  await load();
  const undo = async () => {
    const back = await shell.revised("PATCH", path, { speaker: quotation.speaker, ...(all && { all: true }) });
    if (back.error) return back;
    if (desk) {
      take(back);
      await load();
    }
    return { said: fill("entry_undone") };
  };
  shell.say({ said, undo: backs ? undo : null });
  return {};
};
const menu = (target, at) =>
  whoMenu(target, {
    cast: desk.cast,
    quotation: chapter.quotations[at],
    give: (speaker, all) => give(at, speaker, all),
    say: (answer) => desk?.shell.say(answer),
  });

// To the next one in doubt, after what has the focus, chapter after chapter.
let last = null; // where it was: the button that is pressed has the focus then
const next = async () => {
  const places = () => [...desk.place.querySelectorAll(".said.unsure")];
  const here = document.activeElement.closest(".said"),
    from = here ? Number(here.dataset.at) : last?.chapter === number ? last.at : -1;
  let found = places().find((one) => Number(one.dataset.at) > from);
  if (!found) {
    const other = nextUnsure(desk.book.chapters, number);
    if (!other) return;
    if (other.number !== number) await open(other.number);
    if (!desk) return;
    [found] = places();
  }
  found?.scrollIntoView({ block: "center" });
  found?.focus({ preventScroll: true });
  last = found ? { chapter: number, at: Number(found.dataset.at) } : null;
};
const ACTIONS = { sayingBack: () => open(number - 1), sayingOn: () => open(number + 1), sayingNext: next };
const clicked = ({ target }) => {
  const one = target.closest(".said"),
    action = target.closest("[data-do]")?.dataset.do;
  if (one) menu(one, Number(one.dataset.at));
  else ACTIONS[action]?.();
};
const pressed = (event) => {
  if (!["Enter", " "].includes(event.key) || !event.target.matches?.(".said")) return;
  event.preventDefault();
  event.stopPropagation();
  menu(event.target, Number(event.target.dataset.at));
};
const chosen = ({ target }) => {
  if (target.matches(".saying-chapter")) open(Number(target.value));
};

export const SAYING = {
  // `taken` gets the cast as it is after a change; `name` is whom one wants to see.
  mount: (its, taken, name = null) => {
    [desk, take, drawn] = [its, taken, ""];
    frame();
    const { chapters, id } = desk.book;
    const first = chapters.find((one) => one.quotations && one.on) || chapters.find((one) => one.quotations);
    desk.place.addEventListener("click", clicked);
    desk.place.addEventListener("keydown", pressed);
    desk.place.addEventListener("change", chosen);
    open(kept.book === id ? kept.number : first?.number || 1).then(() => {
      if (!desk || name === null) return;
      const at = chapter?.quotations.findIndex((one) => one.speaker === name) ?? -1;
      const part = desk.place.querySelector(`.said[data-at="${at}"]`);
      part?.scrollIntoView({ block: "center" });
      part?.focus({ preventScroll: true });
    });
  },
  update: (its) => {
    desk = its;
    if (number > desk.book.chapters.length) open(1);
    else if (chapter && chapter.revision !== desk.cast.revision) load();
    else if (chapter) draw();
  },
  unmount: () => {
    desk.place.removeEventListener("click", clicked);
    desk.place.removeEventListener("keydown", pressed);
    desk.place.removeEventListener("change", chosen);
    [desk, chapter] = [null, null];
  },
};
