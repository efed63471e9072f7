// Proof-listening: the places that may be wrong, heard one by one and settled, here or in the whole book.
import { fill, iconButton, make } from "../../lib/dom.js";
import { askName, openMenu } from "../../lib/menu.js";
import { READ, about, decided, given, isAlike, isWide, options, short, shown, withBegun } from "./doubts.js";
import { NARRATOR, colourOf, nameOf } from "./people.js";
import { isUnderWay } from "./words.js";

const KINDS = ["polyphone", "word", "number", "speaker", "length", "cue"];
const STEP = 100,
  BEFORE_S = 1,
  AFTER_S = 2.5,
  LINE_S = 12; // so much of a sentence is heard where all of it is in doubt

let desk = null; // { root, book, shell, kind, doubts, kinds, next, cast, asked, sign, done, status }

// The head: what kinds there are, and what is to be spoken again.
const showHead = () => {
  const { kinds, filters, again, counter, book } = desk,
    all = Object.values(kinds).reduce((sum, count) => sum + count, 0);
  const there = KINDS.filter((kind) => kinds[kind] || kind === desk.kind),
    rows = [["", all], ...there.map((kind) => [kind, kinds[kind] ?? 0])];
  const sign = JSON.stringify([rows, desk.kind]);
  if (filters.dataset.sign !== sign) {
    const held = filters.contains(document.activeElement) ? document.activeElement.dataset.kind : null;
    filters.dataset.sign = sign;
    filters.replaceChildren(
      ...rows.map(([kind, count]) =>
        make(
          "button",
          { type: "button", class: "chip", "data-kind": kind, "aria-pressed": String(kind === desk.kind) },
          fill(`proof_${kind || "all"}`),
          make("span", { class: "chip-count" }, String(count)),
        ),
      ),
    );
    if (held !== null) filters.querySelector(`[data-kind="${held}"]`)?.focus({ preventScroll: true });
  }
  const count = desk.waiting,
    busy = isUnderWay(book.job),
    stale = book.job?.status === "done" ? book.updated > book.job.updated : Boolean(book.job) && !busy;
  again.disabled = busy || !stale;
  const words = busy
    ? fill("proof_speaking")
    : count
      ? fill(count === 1 ? "proof_again_one" : "proof_again", { count })
      : fill("proof_again_none");
  if (again.textContent !== words) again.textContent = words;
  counter.textContent = all || desk.doubts.length ? fill("proof_count", { count: all }) : "";
};

// A row: where it is, how it is said, what else it could be.
const sentence = (doubt) =>
  make(
    "p",
    { class: "doubt-text" },
    doubt.before,
    make("mark", {}, doubt.kind === "length" ? short(doubt.text) : doubt.text),
    doubt.after,
  );
const chip = (doubt, value, chosen) =>
  make(
    "button",
    {
      type: "button",
      class: `chip${doubt.kind === "speaker" && desk.cast ? ` who-chip ${colourOf(desk.cast, value)}` : ""}`,
      "data-value": value,
      "aria-pressed": String(value === chosen),
    },
    shown(doubt, value),
  );
const act = (action, key, more = {}) =>
  make("button", { type: "button", class: "quiet-button", "data-do": action, ...more }, fill(key));
const ways = (doubt) => {
  const { kind } = doubt,
    chosen = doubt.chosen ?? (options(doubt).length ? doubt.reading : null);
  const values = [...options(doubt)];
  if (chosen !== null && !values.includes(chosen) && kind !== "number") values.push(chosen);
  const other = chosen !== null && chosen !== doubt.reading ? {} : { disabled: "" };
  const first = kind === "speaker" ? "proof_here_speaker" : "proof_here";
  const chips = make("div", { class: "chips", role: "group", "aria-label": fill("proof_choices") });
  chips.append(...values.map((value) => chip(doubt, value, chosen)));
  if (kind === "speaker")
    chips.append(act("doubtWho", "proof_who", { class: "chip", "aria-haspopup": "menu", "aria-expanded": "false" }));
  else {
    const field = make("input", {
      type: "text",
      class: "field doubt-field",
      maxlength: 2000,
      autocomplete: "off",
      autocapitalize: "off",
      spellcheck: "false",
      placeholder: fill(READ.includes(kind) && kind !== "number" ? "proof_other" : "proof_words"),
      "aria-label": fill(READ.includes(kind) && kind !== "number" ? "proof_other" : "proof_words"),
    });
    field.value = doubt.typed ?? "";
    chips.append(field);
  }
  const scopes = [act("doubtHere", first, other)];
  if (isWide(doubt)) scopes.push(act("doubtBook", kind === "speaker" ? "proof_book_speaker" : "proof_book", other));
  return [chips, make("div", { class: "doubt-do" }, ...scopes, act("doubtRight", "proof_right"))];
};
const content = (doubt) => [
  iconButton("doubtHear", fill("proof_hear", { text: short(doubt.text) }), "play"),
  make(
    "div",
    { class: "doubt-what" },
    make(
      "p",
      { class: "doubt-where hint" },
      make("span", { class: "chapter-kind" }, fill(`proof_${doubt.kind}`)),
      ` ${chapterName(doubt.chapter)}`,
      ...(about(doubt) ? [` · ${about(doubt)}`] : []),
    ),
    sentence(doubt),
    make("div", { class: "doubt-ways" }, ...ways(doubt)),
    make("p", { class: "doubt-done", role: "status" }, doubt.told ?? ""),
    ...(doubt.undo ? [act("doubtUndo", "proof_undo")] : []),
    make("p", { class: "told", role: "alert" }, doubt.refused ?? ""),
  ),
];
const row = (doubt) =>
  make("li", { class: "doubt", "data-id": doubt.id, "data-settled": String(doubt.settled) }, ...content(doubt));
const chapterName = (number) =>
  desk.book.chapters[number - 1]?.title || fill("chapter_untitled", { number });
const itemOf = (doubt) => desk.rows.querySelector(`[data-id="${doubt.id}"]`);
const selectorOf = ({ dataset: { do: action, value } }) => {
  if (action) return `[data-do="${action}"]`;
  return value === undefined ? "input" : `[data-value="${CSS.escape(value)}"]`;
};
const redraw = (doubt) => {
  const item = itemOf(doubt);
  if (!item) return;
  const held = item.contains(document.activeElement) ? document.activeElement : null,
    again = held && selectorOf(held);
  item.dataset.settled = String(doubt.settled);
  item.replaceChildren(...content(doubt));
  if (held)
    (item.querySelector(`${again}:not(:disabled)`) ?? item.querySelector("button")).focus({ preventScroll: true });
};
const draw = () => {
  const { rows, doubts, none, more, book } = desk,
    held = rows.contains(document.activeElement) ? document.activeElement : null,
    place = held && `[data-id="${held.closest(".doubt").dataset.id}"] ${selectorOf(held)}`;
  rows.replaceChildren(...doubts.map(row));
  if (held) rows.querySelector(place)?.focus({ preventScroll: true });
  more.hidden = !desk.next;
  none.hidden = doubts.length > 0;
  const heard = book.chapters.some(({ parts }) => parts.some(({ status }) => status === "done"));
  none.textContent = fill(!heard ? "proof_nothing_yet" : desk.kind ? "proof_none_kind" : "proof_none");
  showHead();
};

// What the server knows; what is settled stays in sight until it is asked for anew.
const load = async (after = "") => {
  const mine = desk,
    asked = (desk.asked += 1);
  const query = new URLSearchParams({ kind: desk.kind, limit: STEP, after });
  const answer = await mine.shell.rest("GET", `/doubts?${query}`);
  const cast = answer.error || mine.cast ? mine.cast : await mine.shell.rest("GET", "/cast");
  if (desk !== mine || asked !== mine.asked) return;
  if (answer.error) {
    mine.shell.say(answer);
    return;
  }
  if (cast && !cast.error) desk.cast = cast;
  desk.doubts = after ? [...desk.doubts, ...answer.doubts] : withBegun(desk.doubts, answer.doubts, asked);
  Object.assign(desk, { kinds: answer.kinds, next: answer.next, waiting: answer.again });
  draw();
};

// What is done.
const settle = async (doubt, given, told) => {
  const { shell } = desk,
    body = { doubt: doubt.id, ...given };
  itemOf(doubt)?.setAttribute("aria-busy", "true");
  const answer = await shell.revised("POST", "/fix", body);
  itemOf(doubt)?.removeAttribute("aria-busy");
  if (!desk) return;
  doubt.refused = answer.error ?? "";
  if (!answer.error) {
    const counted = desk.doubts.includes(doubt) && !doubt.settled;
    if (counted && desk.kinds[doubt.kind]) desk.kinds[doubt.kind] -= 1;
    Object.assign(doubt, { settled: true, told: told(answer), during: desk.asked });
    if (answer.parts) desk.waiting += answer.places;
    doubt.undo = given.right === true && doubt.kind !== "speaker";
    if (answer.scope === "book" && answer.word) alike(doubt, given);
  }
  redraw(doubt);
  showHead();
  if (!answer.error) next(doubt);
};
// What was right is in doubt again.
const unsettle = async (doubt) => {
  const { shell } = desk;
  const answer = await shell.revised("POST", "/fix", { doubt: doubt.id, right: false });
  if (!desk) return;
  const open = { settled: false, undo: false, told: "", refused: "" };
  Object.assign(doubt, answer.error ? { refused: answer.error } : open);
  if (!answer.error) desk.kinds[doubt.kind] = (desk.kinds[doubt.kind] ?? 0) + 1;
  redraw(doubt);
  showHead();
};
// The other places of a word that holds in the whole book are settled by it.
const alike = (doubt, given) => {
  for (const one of desk.doubts.filter((other) => isAlike(other, doubt))) {
    const chosen = given.reading ?? one.chosen;
    Object.assign(one, { settled: true, chosen, told: fill("proof_with"), during: desk.asked });
    if (desk.kinds[one.kind]) desk.kinds[one.kind] -= 1;
    redraw(one);
  }
};
// The keys go on to the next one that is open.
const next = (doubt) => {
  const at = desk.doubts.indexOf(doubt),
    other = desk.doubts.slice(at + 1).find(({ settled }) => !settled);
  if (other && itemOf(doubt)?.contains(document.activeElement)) {
    const to = itemOf(other)?.querySelector("[data-do=doubtHear]");
    to?.focus({ preventScroll: true });
    to?.scrollIntoView({ block: "nearest" });
  }
};
const fixed = (doubt) => (answer) =>
  fill(answer.places === 1 ? "proof_fixed" : "proof_fixed_book", {
    value: shown(doubt, decided(doubt)),
    count: answer.places,
  });
const choose = (doubt, value) => {
  doubt.chosen = value;
  doubt.typed = "";
  redraw(doubt);
};
const who = (target, doubt) => {
  const names = [NARRATOR, ...desk.cast.characters.map(({ name }) => name).filter((name) => name !== NARRATOR)];
  const items = names.map((name) => ({
    text: nameOf(name),
    class: `who-item ${colourOf(desk.cast, name)}`,
    run: () => choose(doubt, name),
  }));
  const ask = () =>
    askName(itemOf(doubt).querySelector("[data-do=doubtWho]"), "", async (name) => {
      if (!name) return { error: fill("cast_name_first") };
      choose(doubt, name);
      return {};
    });
  openMenu(target, fill("saying_who"), [...items, null, { key: "saying_new", shape: "add", run: ask }]);
};
const hear = (doubt) => {
  const long = !READ.includes(doubt.kind),
    at = Math.max(0, doubt.at_s - (long ? 0.1 : BEFORE_S));
  desk.shell.play(doubt.job, { at, ends: doubt.at_s + (long ? LINE_S : AFTER_S) });
};
const speak = async () => {
  const { shell, again } = desk;
  again.setAttribute("aria-busy", "true");
  const answer = await shell.rest("POST", "/speak", {});
  again.removeAttribute("aria-busy");
  if (!desk) return;
  if (answer.error) shell.say(answer);
  else desk.waiting = 0;
  await shell.reload();
};
const ACTIONS = {
  doubtHear: (_, doubt) => hear(doubt),
  doubtWho: who,
  doubtHere: (_, doubt) => settle(doubt, given(doubt, "here"), fixed(doubt)),
  doubtBook: (_, doubt) => settle(doubt, given(doubt, "book"), fixed(doubt)),
  doubtRight: (_, doubt) => settle(doubt, { right: true }, () => fill("proof_is_right")),
  doubtUndo: (_, doubt) => unsettle(doubt),
};
const doubtOf = (target) => desk.doubts.find(({ id }) => id === target.closest(".doubt")?.dataset.id);
const clicked = ({ target }) => {
  const kind = target.closest(".proof-kinds [data-kind]"),
    action = target.closest("[data-do]"),
    value = target.closest(".doubt [data-value]"),
    doubt = doubtOf(target);
  if (kind) {
    desk.kind = kind.dataset.kind;
    load();
  } else if (action === desk.again) {
    if (!action.hasAttribute("aria-busy")) speak();
  } else if (action === desk.more) load(desk.next);
  else if (doubt && !itemOf(doubt).hasAttribute("aria-busy")) {
    if (value) choose(doubt, value.dataset.value);
    else if (action) ACTIONS[action.dataset.do](action, doubt);
  }
};
// What is typed is chosen; the buttons beside it know at once.
const typed = ({ target }) => {
  if (!target.matches(".doubt-field")) return;
  const doubt = doubtOf(target),
    value = target.value.trim();
  doubt.typed = target.value;
  doubt.chosen = value || undefined;
  const item = itemOf(doubt);
  for (const one of item.querySelectorAll("[data-do=doubtHere], [data-do=doubtBook]")) one.disabled = !value;
  for (const one of item.querySelectorAll("[data-value]"))
    one.setAttribute("aria-pressed", String(!value && one.dataset.value === doubt.reading));
};
const pressed = (event) => {
  if (!event.target.matches(".doubt-field") || event.isComposing || event.key !== "Enter") return;
  event.preventDefault();
  itemOf(doubtOf(event.target)).querySelector("[data-do=doubtHere]:not(:disabled)")?.click();
};

export const PROOF = {
  mount: (root, book, shell) => {
    const filters = make("div", { class: "chips proof-kinds", role: "group", "aria-label": fill("proof_kinds") }),
      counter = make("p", { class: "hint", role: "status" }),
      again = act("speakAgain", "proof_again_none", { class: "quiet-button strong" }),
      rows = make("ol", { class: "doubts" }),
      none = make("p", { class: "hint", hidden: "" }),
      more = act("doubtsMore", "dictionary_more", { hidden: "" });
    desk = { root, book, shell, filters, counter, again, rows, none, more };
    Object.assign(desk, { kind: "", doubts: [], kinds: {}, next: null, waiting: 0, cast: null, asked: 0, sign: "" });
    root.append(make("div", { class: "proof-head" }, filters, counter, again), rows, none, more);
    root.addEventListener("click", clicked);
    root.addEventListener("input", typed);
    root.addEventListener("keydown", pressed);
    desk.sign = signOf(book);
    load();
  },
  update: (book) => {
    desk.book = book;
    const now = signOf(book);
    if (now === desk.sign) showHead();
    else {
      desk.sign = now;
      load();
    }
  },
  unmount: () => {
    const { root } = desk;
    root.removeEventListener("click", clicked);
    root.removeEventListener("input", typed);
    root.removeEventListener("keydown", pressed);
    desk = null;
  },
};
// Other parts are spoken, or other chapters, or all is: the list is another one, and what waits to be spoken again.
const done = ({ parts }) => parts.filter(({ status }) => status === "done").map(({ job }) => job);
const signOf = ({ chapters, job }) => JSON.stringify([isUnderWay(job), chapters.map((one) => [one.on, done(one)])]);
