// What a section of an open book is given: the server, the book as it is known, and the page's player.
//
//     shell.book()                                  // the last one known; update(book) tells when there is a newer one
//     await shell.rest("GET", "/chapters/3")        // below /v1/books/ID: the answer, or { error, code … }
//     await shell.rest.at("POST", "/tts", body)     // anything else of the server's
//     await shell.revised("PATCH", "/cast", body)   // the same with its revision; then it is loaded anew
//     await shell.change({ title: "红楼梦" })         // the book itself, likewise
//     shell.play(part.job, { at: 12.5 })            // in the page's player; `ends` stops there
//     shell.say({ said: "…", undo }), shell.say({ error })
import { fill } from "../../lib/dom.js";
import { player } from "../../lib/player.js";
import { callJson } from "../../lib/rest.js";
import { recallHere, rememberHere } from "../../lib/storage.js";
import { inLine } from "../../lib/waits.js";
import { tell } from "../history/switch.js";
import { isFound } from "../speak/run.js";

export const bookPath = (id, rest = "") => `/v1/books/${encodeURIComponent(id)}${rest}`;

// The player is one for the page, and says what it plays: the book and the chapter. It goes on from part to part of a
// chapter, and from chapter to chapter, on whatever tab one is.
let heard = null; // { book, job, chapter, part } of what it plays; `all`: it goes on from there
const chapterOf = (book, job) => book?.chapters.find(({ parts }) => parts.some((part) => part.job === job));
const titleOf = (book, job) => {
  const chapter = chapterOf(book, job),
    name = chapter && (chapter.title || fill("chapter_untitled", { number: chapter.number }));
  return [book?.title, name].filter(Boolean).join(" · ");
};
const playPart = (book, job, { at = 0, ends = null } = {}) => {
  const chapter = chapterOf(book, job),
    part = chapter?.parts.findIndex((one) => one.job === job);
  heard = { book: book?.id, job, chapter: chapter?.number, part, all: ends === null };
  if (player.job?.id !== job || player.job.cut)
    player.open(job, { play: true, at, title: titleOf(book, job), foreign: true });
  else if (ends === null) {
    player.seekTo(at);
    player.play();
  }
  if (ends !== null) player.playRange(at, ends);
};
// Where the listening is, so that it goes on there. The review keeps it itself, with the words.
const KEEP_MS = 5000;
let kept = 0,
  reviews = false;
player.root.addEventListener("studio:time", async ({ detail: { now, job, playing } }) => {
  if (reviews || !playing || !heard?.all || heard.job !== job || now <= 0 || Date.now() - kept < KEEP_MS) return;
  kept = Date.now();
  const path = bookPath(heard.book, "/notes"),
    place = { job, at_s: Math.round(now * 10) / 10, chapter: heard.chapter },
    notes = await callJson("GET", path);
  if (!notes.error) await callJson("PUT", path, { marks: notes.marks, place });
});
// What has been spoken anew takes the place of what it plays; until then, and while it plays, that is said to be old.
export const renewed = (book) => {
  const here = player.job?.id;
  if (!here || heard?.job !== here || heard.book !== book.id) return;
  const chapter = chapterOf(book, here),
    part = book.chapters.find(({ number }) => number === heard.chapter)?.parts[heard.part];
  player.setOld(chapter && !chapter.changed ? "" : fill("player_old"), true);
  if (chapter || player.playing || part?.status !== "done") return;
  heard.job = part.job;
  player.open(part.job, { at: player.now, title: titleOf(book, part.job), foreign: true });
};
player.root.addEventListener("studio:ended", async () => {
  const ended = player.job?.id;
  if (!heard?.all || heard.job !== ended) return;
  const book = await callJson("GET", bookPath(heard.book));
  if (book.error || player.job?.id !== ended) return; // another one was begun meanwhile
  const parts = book.chapters.flatMap((one) => (one.on ? one.parts : [])).filter((part) => part.segments_done);
  const at = parts.findIndex((part) => part.job === ended);
  if (at >= 0 && parts[at + 1]) playPart(book, parts[at + 1].job);
});

// A page that is loaded anew goes on with it where it was, on whatever tab (lib/late.js): after the text's own sound,
// which then waits for its turn.
const HEARD = "indextts.book";
addEventListener("pagehide", () => {
  const play = ["playing", "waiting"].includes(player.root.dataset.state),
    mine = heard && player.job?.id === heard.job;
  rememberHere(HEARD, mine ? JSON.stringify({ ...heard, at: player.now, play: play && heard.all }) : "");
});
const goOn = async ({ at, play, ...was }) => {
  const [book] = await Promise.all([callJson("GET", bookPath(was.book)), isFound]);
  if (book.error || heard || player.playing) return; // it is gone, or a person was faster
  heard = was;
  player.open(was.job, { play, at, title: titleOf(book, was.job), foreign: true });
};
const before = recallHere(HEARD);
if (before) goOn(JSON.parse(before));

// `load` asks for the book anew, `known` is the book at this moment.
export const shellOf = ({ id, known, load }) => {
  const rest = (method, path, body, more) => callJson(method, bookPath(id, path), body, more);
  rest.at = callJson; // what is not the book's own
  // One change at a time, each of the book as the one before has left it. What somebody else has changed in between is
  // shown, and the change is made again by hand.
  const next = inLine();
  const revised = (method, path, body = {}, more = {}) =>
    next(async () => {
      const answer = await rest(method, path, { ...body, revision: known()?.revision }, more);
      if (answer.error && answer.code !== "project_changed") return answer;
      await load();
      return answer.error ? { ...answer, error: fill("book_changed_elsewhere") } : answer;
    });
  return {
    book: known,
    rest,
    revised,
    change: (patch) => revised("PATCH", "", patch),
    reload: load,
    say: tell,
    play: (job, more) => playPart(known(), job, more),
    player,
    review: (on) => (reviews = on),
  };
};
