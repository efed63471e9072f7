// Chapters: which are spoken, what they are called, their texts, and what is spoken of each.
import { fill, iconButton, make, put, saveBlob } from "../../lib/dom.js";
import { openMenu } from "../../lib/menu.js";
import { named } from "../../lib/naming.js";
import { duration } from "../../lib/numbers.js";
import { jobPath } from "../../lib/player_job.js";
import { callFile } from "../../lib/rest.js";
import { CHAPTER_TEXT } from "./chapter_text.js";
import { amount, chapterState, readByAnother, size, stateOf, sum } from "./words.js";

const MOST = 200,
  LONG_MS = 600000,
  TAKEN = ["mp3", "wav", "srt"];

let desk = null; // { root, book, shell, rows, expected }

// What is told of a chapter.
const nameOf = ({ title, number }) => title || fill("chapter_untitled", { number });
const firstHeard = ({ parts }) => parts.find((part) => part.segments_done);

// The rows; one is drawn anew when what it shows has changed, and keeps the focus.
// `counted` is its place among the chapters proper: a title page before them is none.
const row = (chapter, counted, last) => {
  const { number, on, kind } = chapter,
    name = nameOf(chapter),
    state = chapterState(chapter);
  return make(
    "li",
    { class: "chapter", "data-number": number, "data-kind": kind, "data-last": last ? "" : null },
    make(
      "div",
      { class: "chapter-row" },
      make("input", {
        type: "checkbox",
        class: "chapter-on",
        "aria-label": fill("chapter_on", { name }),
        ...(on ? { checked: "" } : {}),
      }),
      make("span", { class: "chapter-number", "aria-hidden": "true" }, String(counted)),
      make(
        "div",
        { class: "chapter-what" },
        make(
          "button",
          { type: "button", class: "chapter-title", "data-do": "chapterTitle", title: fill("chapter_rename") },
          name,
        ),
        ...(kind === "body" ? [] : [make("span", { class: "chapter-kind" }, fill(`chapter_${kind}`))]),
      ),
      make("span", { class: "chapter-size hint" }, fill("book_characters", { count: amount(chapter.characters) })),
      make("span", { class: "chapter-state hint", "data-kind": state.kind }, state.text),
      iconButton("chapterPlay", fill("chapter_play", { name }), "play", firstHeard(chapter) ? {} : { disabled: "" }),
      iconButton("chapterText", fill("chapter_text", { name }), "edit", { "aria-expanded": "false" }),
      iconButton("chapterMore", fill("chapter_more", { name }), "more", {
        "aria-haspopup": "menu",
        "aria-expanded": "false",
      }),
    ),
  );
};
const draw = () => {
  const { book, rows } = desk,
    { chapters } = book;
  const held = rows.contains(document.activeElement) ? document.activeElement : null,
    number = held?.closest(".chapter")?.dataset.number,
    action = held?.dataset.do || (held?.type === "checkbox" && "on");
  while (rows.children.length > chapters.length) rows.lastChild.remove();
  let body = 0;
  chapters.forEach((chapter, at) => {
    const last = at === chapters.length - 1,
      counted = chapter.kind === "body" ? (body += 1) : "",
      now = JSON.stringify([chapter, counted, last]),
      there = rows.children[at];
    if (there?.dataset.sign === now) return;
    const fresh = row(chapter, counted, last);
    fresh.dataset.sign = now;
    if (!there) rows.append(fresh);
    else if (there.querySelector(".field")) patch(there, fresh);
    else there.replaceWith(fresh);
  });
  if (number && !rows.contains(held)) {
    const one = rows.children[Math.min(number, chapters.length) - 1];
    one?.querySelector(action === "on" ? "input" : `[data-do="${action}"]`)?.focus({ preventScroll: true });
  }
  drawChosen();
};
// Somebody writes in it: only what is beside that changes.
const patch = (there, fresh) => {
  for (const part of [".chapter-size", ".chapter-state", "[data-do=chapterPlay]"])
    there.querySelector(part).replaceWith(fresh.querySelector(part));
  there.querySelector(".chapter-on").checked = fresh.querySelector(".chapter-on").checked;
  there.dataset.sign = fresh.dataset.sign;
};
const drawChosen = () => {
  const { root, book } = desk,
    on = book.chapters.filter((one) => one.on),
    all = root.querySelector(".chapters-all");
  all.checked = on.length === book.chapters.length;
  all.indeterminate = on.length > 0 && !all.checked;
  const told = { on: on.length, all: book.chapters.length, count: amount(sum(on, "characters")) };
  put(root.querySelector(".chapters-chosen"), fill("chapters_chosen", told));
};

// How long it will last and the room that it takes, asked for where the book has changed.
const expect = async () => {
  const mine = desk,
    { book } = mine,
    done = stateOf(book).kind === "done" && !readByAnother(book),
    asked = `${book.revision} ${book.job?.status} ${done}`;
  if (mine.expected === asked) return;
  mine.expected = asked;
  const told = await mine.shell.rest("GET", "/estimate");
  if (desk !== mine || mine.expected !== asked || told.error) return;
  const needed = told.sound_bytes + told.file_bytes,
    short = needed > told.free_bytes,
    place = mine.root.querySelector(".chapters-expected");
  place.textContent = fill(short ? "chapters_short" : "chapters_expected", {
    time: duration(told.duration_s, 60),
    size: size(needed),
    free: size(told.free_bytes),
  });
  place.classList.toggle("bad", short);
  // Where a quicker engine could speak it, both times stand there before anything begins.
  const [own, ...quicker] = done ? [] : told.making;
  mine.root.querySelector(".chapters-making").textContent = quicker.length
    ? [own, quicker.at(-1)]
        .map(({ name, seconds }) => fill("chapters_making", { name, time: duration(seconds, 60) }))
        .join(" · ")
    : "";
};

// What is done.
const chapterOf = (target) => desk.book.chapters[target.closest(".chapter").dataset.number - 1];
const refused = (answer) => {
  if (answer.error) desk?.shell.say(answer);
  return Boolean(answer.error);
};
const turn = async (box) => {
  const { number } = chapterOf(box);
  if (refused(await desk.shell.revised("PATCH", `/chapters/${number}`, { on: box.checked })))
    box.checked = !box.checked;
};
const turnAll = async (box) => {
  const before = desk.book.chapters.filter(({ on }) => on).map(({ number }) => number),
    { shell } = desk;
  const answer = await shell.change({ on: box.checked ? desk.book.chapters.map(({ number }) => number) : [] });
  if (refused(answer)) {
    drawChosen();
    return;
  }
  const undo = async () => {
    const back = await shell.change({ on: before });
    return back.error ? back : { said: fill("entry_undone") };
  };
  shell.say({ said: fill(box.checked ? "chapters_all_on" : "chapters_none_on"), undo });
};
const rename = (target) => {
  const { number, title } = chapterOf(target),
    { shell, rows } = desk;
  const done = async (name) => {
    const field = rows.children[number - 1]?.querySelector(".chapter-what .field"),
      held = document.activeElement;
    if (name !== null) refused(await shell.revised("PATCH", `/chapters/${number}`, { title: name.trim() }));
    field?.replaceWith(target);
    const one = rows.children[number - 1];
    if (one) one.dataset.sign = "";
    if (desk?.rows !== rows) return;
    draw();
    if (held === field || held === document.body)
      rows.children[number - 1]?.querySelector(".chapter-title").focus({ preventScroll: true });
  };
  named(target, title, fill("chapter_rename"), done, MOST);
};
const merge = async ({ number, title }) => {
  const { shell } = desk;
  const [first, second] = [
    await shell.rest("GET", `/chapters/${number}`),
    await shell.rest("GET", `/chapters/${number + 1}`),
  ];
  if (refused(first) || refused(second) || refused(await shell.revised("POST", `/chapters/${number}/merge`))) return;
  const undo = async () => {
    const at = [...first.text].length;
    const cut = await shell.revised("POST", `/chapters/${number}/split`, { at, title: second.title });
    if (cut.error) return cut;
    // The title had become a line of the text.
    const { text, kind, on } = second;
    const back = await shell.revised("PATCH", `/chapters/${number + 1}`, { text, kind, on });
    return back.error ? back : { said: fill("entry_undone") };
  };
  shell.say({ said: fill("chapter_merged", { name: title || nameOf({ title, number }) }), undo });
};
const play = (chapter) => {
  const part = firstHeard(chapter);
  if (part) desk.shell.play(part.job);
};
const unfold = async (target) => {
  const item = target.closest(".chapter"),
    { number } = chapterOf(target),
    { shell } = desk;
  target.setAttribute("aria-expanded", "true");
  const closed = () => {
    const button = item.querySelector("[data-do=chapterText]");
    button?.setAttribute("aria-expanded", "false");
    item.dataset.sign = "";
    if (!desk) return;
    draw();
    desk.rows.children[number - 1]?.querySelector("[data-do=chapterText]").focus({ preventScroll: true });
  };
  if (refused(await CHAPTER_TEXT.open(item, number, shell, closed))) target.setAttribute("aria-expanded", "false");
};
// The chapter alone: the server makes it while it is asked.
const take = async ({ number }, form) => {
  const path = jobPath(desk.book.id, `/result?format=${form}&chapter=${number}`);
  const answer = await callFile(path, { patience: LONG_MS });
  if (!refused(answer)) saveBlob(answer.file, answer.name);
};
const ACTIONS = {
  chapterTitle: rename,
  chapterPlay: (target) => play(chapterOf(target)),
  chapterText: (target) => {
    if (!CHAPTER_TEXT.close(target.closest(".chapter"))) unfold(target);
  },
  chapterMore: (target) => {
    const chapter = chapterOf(target),
      item = target.closest(".chapter"),
      last = "last" in item.dataset;
    const kinds = ["body", "front", "back", "notes"].filter((kind) => kind !== chapter.kind);
    openMenu(target, fill("chapter_more", { name: nameOf(chapter) }), [
      { key: "chapter_rename", shape: "edit", run: () => rename(item.querySelector(".chapter-title")) },
      { key: "chapter_text_short", shape: "edit", run: () => unfold(item.querySelector("[data-do=chapterText]")) },
      ...(chapter.parts.length && chapter.parts.every(({ status }) => status === "done")
        ? TAKEN.map((form) => ({
            text: fill("chapter_take", { name: form.toUpperCase() }),
            shape: "download",
            run: () => take(chapter, form),
          }))
        : []),
      ...(last ? [] : [{ key: "chapter_merge", shape: "join", run: () => merge(chapter) }]),
      null,
      ...kinds.map((kind) => ({
        text: fill("chapter_is", { kind: fill(`chapter_${kind}`) }),
        run: async () => refused(await desk.shell.revised("PATCH", `/chapters/${chapter.number}`, { kind })),
      })),
    ]);
  },
};
const clicked = ({ target }) => {
  const part = target.closest("[data-do]");
  if (part && !part.hasAttribute("aria-busy")) ACTIONS[part.dataset.do]?.(part);
};
const changed = ({ target }) => {
  if (target.matches(".chapter-on")) turn(target);
  else if (target.matches(".chapters-all")) turnAll(target);
};

export const CHAPTERS = {
  mount: (root, book, shell) => {
    const rows = make("ol", { class: "chapters" });
    desk = { root, book, shell, rows, expected: "" };
    root.append(
      make(
        "div",
        { class: "chapters-head" },
        make(
          "label",
          { class: "chapters-every" },
          make("input", { type: "checkbox", class: "chapters-all" }),
          make("span", {}, fill("chapters_every")),
        ),
        make("p", { class: "chapters-chosen hint", role: "status" }),
        make("p", { class: "chapters-expected hint" }),
        make("p", { class: "chapters-making hint" }),
      ),
      rows,
    );
    rows.addEventListener("click", clicked);
    root.addEventListener("change", changed);
    draw();
    expect();
    const left = rows.children[CHAPTER_TEXT.left(book) - 1]?.querySelector("[data-do=chapterText]");
    if (left) unfold(left);
  },
  update: (book) => {
    desk.book = book;
    draw();
    expect();
  },
  unmount: () => {
    desk.root.removeEventListener("change", changed);
    desk = null;
  },
};
