// Listening: the text that follows the sound, from part to part and chapter to chapter, with marks and one's place.
import { fill, iconButton, make } from "../../lib/dom.js";
import { jobPath } from "../../lib/player_job.js";
import { clock } from "../../lib/player_parts.js";
import { view } from "../../lib/router.js";
import { MARKS } from "./marks.js";
import { textOf } from "./heard_text.js";

const KEEP_MS = 5000, // so often the place is kept while something is heard
  STILL_MS = 4000; // so long after a person has scrolled the text stays where it is
const TYPED = "input, textarea, select, [contenteditable], [role=menu], [role=listbox], [role=dialog]";

let desk = null; // { root, book, shell, number, text, place, marks, … }

const nameOf = ({ title, number }) => title || fill("chapter_untitled", { number });
const chapterAt = (number) => desk.book.chapters[number - 1];
const partsOf = (book) =>
  book.chapters.flatMap(({ number, on, parts }) => (on ? parts.map((part) => ({ ...part, chapter: number })) : []));
const heard = () => partsOf(desk.book).filter((part) => part.segments_done);
const partOf = (job) => heard().find((part) => part.job === job);

// The frame.
const showHead = () => {
  const { head, book, number } = desk,
    [back, field, on, again] = head.children,
    parts = heard(),
    sign = JSON.stringify(book.chapters.map((one) => [nameOf(one), one.parts.some((part) => part.segments_done)]));
  if (field.dataset.sign !== sign) {
    field.dataset.sign = sign;
    field.replaceChildren(
      ...book.chapters.map((one) =>
        make("option", { value: String(one.number) }, one.parts.some((part) => part.segments_done)
          ? nameOf(one)
          : fill("listen_not_yet", { name: nameOf(one) })),
      ),
    );
  }
  field.value = String(number);
  back.disabled = number <= 1;
  on.disabled = number >= book.chapters.length;
  const { place } = desk.marks,
    at = place && chapterAt(place.chapter) && parts.length ? place : null;
  again.disabled = !parts.length;
  const words = at
    ? fill("listen_on", { chapter: nameOf(chapterAt(at.chapter)), time: clock(at.at_s) })
    : fill("listen_begin");
  if (again.textContent !== words) again.textContent = words;
  desk.mark.disabled = !partOf(desk.shell.player.job?.id);
  desk.none.hidden = parts.length > 0;
};

// A chapter with what is spoken of it.
const open = async (number) => {
  const mine = desk,
    asked = (desk.asked += 1);
  desk.number = Math.max(1, Math.min(number, desk.book.chapters.length));
  showHead();
  const chapter = await mine.shell.rest("GET", `/chapters/${desk.number}`);
  if (desk !== mine || asked !== mine.asked) return;
  if (chapter.error) {
    mine.shell.say(chapter);
    return;
  }
  mine.text = textOf(chapter, nameOf(chapterAt(mine.number)));
  mine.page.replaceChildren(mine.text.place);
  mine.known = new Map();
  await placeParts();
};
// What is spoken of it, as far as that is not known yet.
const placeParts = async () => {
  const mine = desk,
    { text, known } = mine;
  for (const part of chapterAt(mine.number)?.parts ?? []) {
    const sign = `${part.segments_done} ${part.status}`;
    if (!part.segments_done || known.get(part.job) === sign) continue;
    known.set(part.job, sign);
    const told = await mine.shell.rest.at("GET", jobPath(part.job, "?segments=true"));
    if (desk !== mine || mine.text !== text) return;
    if (told.error) known.delete(part.job);
    else text.put(part.job, told.segments);
  }
  const { player } = mine.shell;
  if (player.job) follow({ now: player.now, job: player.job.id, playing: false });
};

// The sound.
const follow = ({ now, job, playing }) => {
  const part = job && partOf(job);
  if (!part) {
    desk.text?.at(null);
    return;
  }
  if (part.chapter !== desk.number && playing && job !== desk.seen) open(part.chapter);
  desk.seen = job;
  const span = desk.text?.at(job, now);
  if (span && playing && Date.now() - desk.scrolled > STILL_MS) reveal(span);
  desk.here = { job, at_s: Math.max(0, now), chapter: part.chapter };
  if (playing && now > 0 && Date.now() - desk.kept > KEEP_MS) keep();
};
const reveal = (span) => {
  const { top, bottom } = span.getBoundingClientRect(),
    listen = document.querySelector("#result")?.getBoundingClientRect(),
    floor = listen?.height && listen.top > 0 ? Math.min(listen.top, innerHeight) : innerHeight;
  if (top < 72 || bottom > floor - 24) {
    desk.own = Date.now();
    scrollBy({ top: (top + bottom) / 2 - floor / 2.4, behavior: calm() ? "auto" : "smooth" });
  }
};
const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
const keep = () => {
  if (!desk?.here) return;
  desk.kept = Date.now();
  desk.marks.stay({ ...desk.here, at_s: Math.round(desk.here.at_s * 10) / 10 });
};
const play = (job, at = 0) => desk.shell.play(job, { at });
const timed = ({ detail }) => follow(detail);
const opened = () => desk && showHead();
// After a part comes the next one, after the last one the next chapter that is spoken.
const ended = () => {
  const parts = heard(),
    at = parts.findIndex(({ job }) => job === desk.shell.player.job?.id);
  if (at >= 0 && parts[at + 1]) play(parts[at + 1].job);
};
const scrolls = () => {
  if (Date.now() - (desk.own || 0) > 1000) desk.scrolled = Date.now();
};
// To where something was: by the part, or, where that was spoken anew, by its words.
const goTo = async ({ job, at_s: at, chapter, text = "" }) => {
  const parts = heard(),
    known = parts.find((part) => part.job === job);
  if (known) {
    play(known.job, at);
    if (known.chapter !== desk.number) open(known.chapter);
    return;
  }
  if (chapterAt(chapter) && chapter !== desk.number) await open(chapter);
  const found = desk?.text?.find(text),
    first = parts.find((part) => part.chapter === chapter) ?? parts[0];
  if (found) play(found.job, found.start_s);
  else if (first) play(first.job);
};

// What is done.
const setMark = async () => {
  const { here, text } = desk;
  if (!here || !partOf(desk.shell.player.job?.id)) return;
  await desk.marks.add({ ...here, at_s: Math.round(here.at_s * 10) / 10, text: text?.words() ?? "", note: "" });
};
const clicked = ({ target }) => {
  const button = target.closest("[data-do]")?.dataset.do,
    span = target.closest(".heard");
  if (button === "listenBack") open(desk.number - 1);
  else if (button === "listenOn") open(desk.number + 1);
  else if (button === "listenMark") setMark();
  else if (button === "listenAgain") {
    const { place } = desk.marks;
    goTo(place && chapterAt(place.chapter) ? place : { chapter: heard()[0].chapter });
  } else if (span && getSelection().isCollapsed) play(span.dataset.job, Number(span.dataset.at));
};
const chose = ({ target }) => {
  if (target.matches(".listen-chapter")) open(Number(target.value));
};
const pressed = (event) => {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (view() !== "books" || event.key.toLowerCase() !== "m" || document.activeElement?.closest(TYPED)) return;
  event.preventDefault();
  setMark();
};

const frame = () => {
  const { root } = desk;
  desk.head = make(
    "div",
    { class: "listen-head" },
    iconButton("listenBack", fill("saying_back"), "left"),
    make("select", { class: "field listen-chapter", "aria-label": fill("saying_which") }),
    iconButton("listenOn", fill("saying_on"), "right"),
    make("button", { type: "button", class: "quiet-button strong", "data-do": "listenAgain" }, fill("listen_begin")),
  );
  desk.page = make("div", { class: "listen-page" });
  desk.none = make("p", { class: "hint", hidden: "" }, fill("listen_none"));
  desk.mark = make(
    "button",
    { type: "button", class: "quiet-button", "data-do": "listenMark", "aria-keyshortcuts": "m" },
    fill("listen_mark"),
  );
  desk.head.append(desk.mark);
  root.append(
    desk.head,
    desk.none,
    make("div", { class: "listen" }, desk.page, desk.marks.root),
  );
};

export const LISTENING = {
  mount: (root, book, shell) => {
    desk = { root, book, shell, number: 1, text: null, known: new Map(), asked: 0, here: null, seen: null };
    Object.assign(desk, { kept: 0, scrolled: 0, own: 0 });
    desk.marks = MARKS.make(shell, {
      go: (mark) => goTo(mark),
      name: (number) => (chapterAt(number) ? nameOf(chapterAt(number)) : ""),
      changed: () => desk && showHead(),
    });
    frame();
    const { player } = shell,
      mine = desk;
    player.root.addEventListener("studio:time", timed);
    player.root.addEventListener("studio:opened", opened);
    player.root.addEventListener("studio:ended", ended);
    root.addEventListener("click", clicked);
    root.addEventListener("change", chose);
    addEventListener("wheel", scrolls, { passive: true });
    addEventListener("touchmove", scrolls, { passive: true });
    document.addEventListener("keydown", pressed);
    showHead();
    const now = partOf(player.job?.id);
    desk.marks.load().then(() => {
      if (desk !== mine) return;
      const { place } = desk.marks;
      open(now?.chapter ?? (place && chapterAt(place.chapter) ? place.chapter : heard()[0]?.chapter ?? 1));
    });
  },
  update: (book) => {
    desk.book = book;
    showHead();
    if (desk.text) placeParts();
  },
  unmount: () => {
    keep();
    const { player } = desk.shell;
    player.root.removeEventListener("studio:time", timed);
    player.root.removeEventListener("studio:opened", opened);
    player.root.removeEventListener("studio:ended", ended);
    desk.root.removeEventListener("click", clicked);
    desk.root.removeEventListener("change", chose);
    removeEventListener("wheel", scrolls);
    removeEventListener("touchmove", scrolls);
    document.removeEventListener("keydown", pressed);
    desk = null;
  },
};
