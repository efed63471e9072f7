import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { readIn } from "../support/page.js";
import { fill } from "../../../indextts/studio/lib/dom.js";
import { fine } from "../../../indextts/studio/tabs/books/cues.js";
import {
  amount,
  bar,
  chapterState,
  isUnderWay,
  percent,
  readByAnother,
  size,
  stateOf,
} from "../../../indextts/studio/tabs/books/words.js";

beforeEach(() => readIn("en"));
const job = (more) => ({
  ...{ status: "running", stage: "", waits: null, progress: 0, eta_s: null, duration_s: 0, updated: 10, error: null },
  ...more,
});

test("a share is told in whole hundredths, and never as more than there is", () => {
  assert.equal(percent(0.999), "99%");
  assert.equal(percent(1), "100%");
  for (let hundredth = 0; hundredth <= 100; hundredth += 1) assert.equal(percent(hundredth / 100), `${hundredth}%`);
});

test("a share that nobody knows is nothing", () => {
  for (const share of [null, undefined, NaN, 0]) assert.equal(percent(share), "0%");
});

test("a bar says to who cannot see it what it shows", () => {
  const made = bar(0.29, "Chapter one");
  assert.deepEqual([made.attributes["aria-valuenow"], made.attributes["aria-label"]], ["29", "Chapter one"]);
  assert.match(made.childNodes[0].attributes.style, /^width: 2[89](\.\d+)?%$/);
});

test("characters are counted as people of the language count them", () => {
  assert.equal(amount(0), "0");
  assert.equal(amount(9999), "9,999");
  assert.equal(amount(12500), "12.5K");
  readIn("zh");
  assert.equal(amount(12500), "1.3万");
  assert.equal(amount(980), "980");
});

test("a file is at least a megabyte, and from a thousand on it has gigabytes", () => {
  assert.equal(size(0), "1 MB");
  assert.equal(size(1.6e6), "2 MB");
  assert.equal(size(2.34e9), "2.3 GB");
});

test("a book that nobody has made yet is a draft", () => {
  assert.deepEqual(stateOf({ job: null, updated: 1 }), { text: fill("book_draft"), share: null, kind: "draft" });
});

test("a book that is made says how far it is and how long it takes yet", () => {
  const { text, share, kind } = stateOf({ job: job({ progress: 0.42, eta_s: 42 }), updated: 1 });
  assert.deepEqual([share, kind], [0.42, "running"]);
  assert.equal(text, `${fill("book_running", { share: "42%" })} · ${fill("run_left", { seconds: 45 })}`);
});

test("from a minute on the time that is left is said in minutes, without seconds", () => {
  const { text } = stateOf({ job: job({ eta_s: 61 }), updated: 1 });
  assert.ok(text.endsWith(fill("book_left", { time: "2 min" })), text);
  readIn("zh");
  assert.ok(stateOf({ job: job({ eta_s: 61 }), updated: 1 }).text.endsWith(fill("book_left", { time: "2 分" })));
});

test("a book that is done says so, and when it was changed since", () => {
  const done = job({ status: "done", duration_s: 90, updated: 10 });
  assert.deepEqual(stateOf({ job: done, updated: 10 }).kind, "done");
  assert.deepEqual(stateOf({ job: done, updated: 11 }).kind, "stale");
});

test("of a book whose chapters are known, what is to be spoken counts alone", () => {
  const done = job({ status: "done", duration_s: 90, updated: 10 }),
    kind = (...chapters) => stateOf({ job: done, updated: 11, chapters }).kind,
    said = { changed: false, on: true, parts: [{}] };
  assert.equal(kind(said, said), "done");
  assert.equal(kind(said, { ...said, on: false, parts: [] }), "done");
  assert.equal(kind(said, { ...said, parts: [] }), "stale");
  assert.equal(kind(said, { ...said, changed: true }), "stale");
});

test("a book that failed says why; without a reason no colon is left over", () => {
  const failed = (error) => stateOf({ job: job({ status: "failed", error }), updated: 1 });
  assert.match(failed({ message: "The disk is full." }).text, /The disk is full\.$/);
  assert.doesNotMatch(failed(null).text, /[:：]\s*$/);
  readIn("zh");
  assert.doesNotMatch(failed(null).text, /[:：]\s*$/);
});

test("what is queued or running is under way", () => {
  assert.deepEqual(["queued", "running", "done", "paused", "failed"].map((status) => isUnderWay({ status })), [
    ...[true, true],
    ...[false, false, false],
  ]);
  assert.equal(isUnderWay(null), false);
});

const part = (status, more) => ({ status, segments_total: 4, segments_done: 1, duration_s: 0, ...more });

test("a chapter of which nothing is spoken says nothing", () => {
  assert.deepEqual(chapterState({ parts: [], on: true }), { text: "", kind: "" });
  assert.deepEqual(chapterState({ parts: [part("paused")], on: true }), { text: "", kind: "" });
});

test("a chapter under way says how much of all its parts is spoken", () => {
  // Of a dub much is done before anything is heard.
  const parts = [part("done", { segments_done: 4, progress: 1 }), part("running", { segments_done: 0, progress: 0.5 })];
  assert.equal(chapterState({ parts, on: true }).text, fill("chapter_running", { share: "75%" }));
  const begun = [part("queued", { segments_total: 0, segments_done: 0, progress: 0 })];
  assert.equal(chapterState({ parts: begun, on: true }).text, fill("chapter_running", { share: "0%" }));
});

test("a chapter of which a part failed says that before all else", () => {
  assert.equal(chapterState({ parts: [part("done", { duration_s: 9 }), part("failed")], on: true }).kind, "failed");
});

test("a chapter is done when all its parts are, and while it is spoken at all", () => {
  const whole = [part("done", { duration_s: 40 }), part("done", { duration_s: 30 })];
  assert.deepEqual(chapterState({ parts: whole, on: true }), {
    text: fill("chapter_done", { time: "1 min 10 s" }),
    kind: "done",
  });
  assert.equal(chapterState({ parts: whole, on: false }).kind, "");
  const some = [part("done", { duration_s: 40 }), part("paused")];
  assert.equal(chapterState({ parts: some, on: true }).text, fill("chapter_some", { time: "40.0 s" }));
});

test("the time of a subtitle has tenths", () => {
  assert.equal(fine(0), "0:00.0");
  assert.equal(fine(63.25), "1:03.2");
  assert.equal(fine(3.4), "0:03.4");
});

test("the seconds and tenths of a subtitle's time belong together", () => {
  assert.equal(fine(3.99), "0:03.9");
  assert.equal(fine(59.99), "0:59.9");
  assert.equal(fine(3.99999), "0:04.0");
  for (let tenths = 0; tenths < 36000; tenths += 1) {
    const [minutes, seconds] = fine(tenths / 10).split(":").map(Number);
    assert.equal(Math.round(10 * (60 * minutes + seconds)), tenths);
  }
});

const fell = { engine: "embedded", fallback: true, reason: "Kokoro was away", not_free: ["embedded"] };
const chapter = (number, fallback, more) => ({
  ...{ number, title: `Chapter ${number}`, on: true, changed: false },
  parts: [part("done", { duration_s: 9, engine: fallback ? "embedded" : "kokoro", fallback })],
  ...more,
});

test("a book that another engine reads says which, why, and that it is not to be sold", () => {
  for (const status of ["running", "paused", "done"]) {
    const said = readByAnother({ job: job({ status, ...fell }), chapters: [chapter(1, true), chapter(2, true)] });
    assert.equal(said, "Fell back to the Fast engine (non-commercial use only): Kokoro was away.");
  }
  const free = readByAnother({ job: job({ ...fell, not_free: [] }) });
  assert.equal(free, "Fell back to the Fast engine: Kokoro was away.");
  readIn("zh");
  assert.match(readByAnother({ job: job(fell) }), /^已改用快速引擎（仅限非商业用途）：.*。$/);
});

test("a book that another engine has read in part says which chapters, the first of many by name", () => {
  const said = (...chapters) => readByAnother({ job: job({ status: "done", ...fell }), chapters });
  assert.match(said(chapter(1, false), chapter(2, true), chapter(3, true)), /^Chapter 2.* Chapter 3 · Fell back/);
  assert.match(said(chapter(1, false), chapter(2, true, { title: "" })), /2.* · Fell back/);
  const many = said(chapter(1, false), ...Array.from({ length: 9 }, (_, at) => chapter(at + 2, true)));
  assert.match(many, /^Chapter 2, .*Chapter 6.*… · Fell back/);
  assert.doesNotMatch(many, /Chapter 7/);
});

test("where no other engine has read what is to be heard, nothing is said of one", () => {
  assert.equal(readByAnother({ job: null }), "");
  assert.equal(readByAnother({ job: job({ fallback: false }), chapters: [chapter(1, false)] }), "");
  assert.equal(readByAnother({ job: job(fell), chapters: [chapter(1, false), chapter(2, true, { on: false })] }), "");
});

test("a chapter that another engine has read names it beside its time", () => {
  assert.equal(chapterState(chapter(1, true)).text, `${chapterState(chapter(1, false)).text} · Fast`);
  assert.equal(chapterState(chapter(1, true)).kind, "done");
  assert.match(chapterState(chapter(1, true, { changed: true })).text, / · Fast$/);
});
