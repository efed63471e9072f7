import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { Place, readIn } from "../support/page.js";
import { refusal, serve, settled, stopClock } from "../support/server.js";
import { fill } from "../../../indextts/studio/lib/dom.js";
import { canFeed, fileFeed, segmentFeed } from "../../../indextts/studio/lib/player_feed.js";

// What a browser holds of a sound: the segments that were appended, in seconds.
class Buffer extends Place {
  ranges = [];
  updating = false;
  full = false;

  get buffered() {
    const joined = [];
    for (const [begin, end] of [...this.ranges].sort((one, other) => one[0] - other[0]))
      if (joined.length && begin <= joined.at(-1)[1] + 0.001) joined.at(-1)[1] = Math.max(joined.at(-1)[1], end);
      else joined.push([begin, end]);
    return { length: joined.length, start: (at) => joined[at][0], end: (at) => joined[at][1] };
  }

  #over() {
    queueMicrotask(() => this.happens("updateend"));
  }

  appendBuffer(bytes) {
    if (this.full) throw Object.assign(new Error("full"), { name: "QuotaExceededError" });
    this.ranges.push([this.timestampOffset, this.timestampOffset + bytes.byteLength]);
    this.#over();
  }

  remove(begin, end) {
    this.ranges = this.ranges.flatMap(([from, to]) => [
      ...(from < begin ? [[from, Math.min(to, begin)]] : []),
      ...(to > end ? [[Math.max(from, end), to]] : []),
    ]);
    this.#over();
  }
}
let source = null,
  clock = null,
  failures = [];
class Source extends Place {
  static isTypeSupported = (type) => type.includes("flac");
  readyState = "closed";
  duration = NaN;
  ended = 0;

  constructor() {
    super();
    source = this;
  }

  addSourceBuffer() {
    this.buffer = new Buffer();
    return this.buffer;
  }

  endOfStream() {
    this.ended += 1;
  }

  opens() {
    this.readyState = "open";
    this.happens("sourceopen");
  }
}
globalThis.MediaSource = Source;
URL.createObjectURL = () => "blob:sound";
URL.revokeObjectURL = () => {};

// A segment lasts as many seconds as it has bytes.
const jobOf = (lengths, more = {}) => {
  let at = 0;
  const segments = lengths.map((duration_s, index) => {
    at += duration_s;
    return { index, start_s: at - duration_s, duration_s };
  });
  const job = { id: "1", segments, made: segments.length, end: at, over: true, cut: 0, cutAt: 0, ...more };
  job.at = (now) => {
    const found = job.segments.findIndex(({ start_s, duration_s }) => start_s + duration_s > now + 0.0005);
    return found < 0 ? job.made : Math.min(found, job.made);
  };
  return job;
};
const audioOf = (currentTime = 0) => Object.assign(new Place(), { currentTime, paused: true, ended: false, src: "" });
const numberIn = (path) => Number(path.split("/").at(-1));
const sound = (job) => ({ path }) => new Response(new Uint8Array(job.segments[numberIn(path)]?.duration_s ?? 1));
const feeding = async (job, audio, at = 0) => {
  const feed = segmentFeed(audio, job, (sentence) => failures.push(sentence), at);
  source.opens();
  await settled();
  return feed;
};
beforeEach(() => {
  readIn("en");
  failures = [];
  clock = stopClock();
});
afterEach(() => clock.goOn());

test("a browser that takes the server's segments is fed with them", () => {
  assert.ok(canFeed());
});

test("all segments of a short sound are fetched in their order, and its length is set", async () => {
  const job = jobOf([2, 3, 4]),
    asked = serve(sound(job));
  await feeding(job, audioOf());
  assert.deepEqual(asked.map(({ path }) => numberIn(path)), [0, 1, 2]);
  assert.equal(source.duration, 9);
  assert.equal(source.ended, 1);
  assert.deepEqual(failures, []);
});

test("of a long sound only a minute ahead of what is heard is fetched", async () => {
  const job = jobOf(Array(30).fill(10)),
    audio = audioOf();
  const asked = serve(sound(job));
  await feeding(job, audio);
  assert.deepEqual(asked.map(({ path }) => numberIn(path)), [0, 1, 2, 3, 4, 5]);
  audio.currentTime = 20;
  audio.happens("timeupdate");
  await settled();
  assert.deepEqual(asked.map(({ path }) => numberIn(path)).slice(6), [6, 7]);
});

test("who begins in the middle gets the segment there first", async () => {
  const job = jobOf(Array(30).fill(10)),
    asked = serve(sound(job));
  await feeding(job, audioOf(155), 155);
  assert.equal(numberIn(asked[0].path), 15);
});

test("what lies far behind is let go, so that a browser's room does not fill up", async () => {
  const job = jobOf(Array(40).fill(10)),
    audio = audioOf();
  serve(sound(job));
  await feeding(job, audio);
  for (const now of [55, 115, 175, 235]) {
    audio.currentTime = now;
    audio.happens("timeupdate");
    await settled();
  }
  const { buffered } = source.buffer;
  assert.ok(buffered.start(0) > 100, String(buffered.start(0)));
  assert.ok(buffered.end(buffered.length - 1) >= 235 + 55);
});

test("a sound that still grows can be asked for at any later place", async () => {
  const job = jobOf([2], { over: false });
  serve(sound(job));
  const feed = await feeding(job, audioOf());
  assert.ok(source.duration > 24 * 3600);
  Object.assign(job, jobOf([2, 3]));
  feed.news();
  await settled();
  assert.equal(source.duration, 5);
});

test("a segment that does not come is asked for again, after longer and longer pauses", async () => {
  const job = jobOf([2, 3]);
  let broken = true;
  const asked = serve((question) => (numberIn(question.path) === 1 && broken ? undefined : sound(job)(question)));
  await feeding(job, audioOf());
  const tries = () => asked.filter(({ path }) => numberIn(path) === 1).length;
  assert.equal(tries(), 1);
  for (const [pause, count] of [
    [300, 2],
    [700, 3],
    [1500, 4],
  ]) {
    await clock.pass(pause - 1);
    assert.equal(tries(), count - 1);
    await clock.pass(1);
    await settled();
    assert.equal(tries(), count);
  }
  broken = false;
  await clock.pass(3000);
  await settled();
  assert.equal(source.ended, 1);
  assert.deepEqual(failures, []);
});

test("after the last try it says that the connection is lost, and goes on when there is one again", async () => {
  const job = jobOf([2, 3]),
    audio = audioOf();
  let broken = true;
  serve((question) => (numberIn(question.path) === 1 && broken ? undefined : sound(job)(question)));
  await feeding(job, audio);
  await clock.pass(60000);
  await settled();
  assert.deepEqual(failures, [fill("player_lost")]);
  broken = false;
  audio.happens("timeupdate");
  await settled();
  assert.deepEqual(failures, [fill("player_lost"), ""]);
  assert.equal(source.ended, 1);
});

test("a sound that is gone from the server is not asked for again", async () => {
  const job = jobOf([2, 3]);
  const asked = serve((question) => (numberIn(question.path) === 1 ? refusal(404, "no_job") : sound(job)(question)));
  await feeding(job, audioOf());
  await clock.pass(60000);
  assert.equal(asked.filter(({ path }) => numberIn(path) === 1).length, 1);
  assert.deepEqual(failures, [fill("player_gone")]);
});

test("where somebody goes elsewhere, what is being fetched is given up", async () => {
  const job = jobOf(Array(30).fill(10)),
    audio = audioOf();
  let held = null;
  const asked = serve((question) => {
    if (numberIn(question.path) !== 1) return sound(job)(question);
    return new Promise((_, refuse) => {
      held = question.signal;
      question.signal.addEventListener("abort", () => refuse(new Error("aborted")));
    });
  });
  await feeding(job, audio);
  assert.ok(!held.aborted);
  audio.currentTime = 200;
  audio.happens("seeking");
  await settled();
  assert.ok(held.aborted);
  assert.ok(asked.some(({ path }) => numberIn(path) === 20));
  assert.deepEqual(failures, []);
});

test("a browser without room is fed less, and goes on once some has been heard", async () => {
  const job = jobOf(Array(12).fill(10)),
    audio = audioOf();
  const asked = serve((question) => {
    if (numberIn(question.path) === 3) source.buffer.full = true;
    return sound(job)(question);
  });
  await feeding(job, audio);
  const before = asked.length;
  audio.happens("timeupdate");
  await settled();
  assert.equal(asked.length, before);
  source.buffer.full = false;
  audio.currentTime = 12;
  audio.happens("timeupdate");
  await settled();
  assert.ok(asked.length > before);
  assert.deepEqual(failures, []);
});

test("what was spoken anew replaces what the browser holds from there on", async () => {
  const job = jobOf([2, 3, 4]),
    audio = audioOf();
  const asked = serve((question) => sound(job)(question));
  const feed = await feeding(job, audio);
  Object.assign(job, jobOf([2, 5], { cut: 1, cutAt: 2 }));
  feed.news();
  await settled();
  assert.deepEqual(asked.map(({ path }) => numberIn(path)), [0, 1, 2, 1]);
  const { buffered } = source.buffer;
  assert.deepEqual([buffered.length, buffered.end(0)], [1, 7]);
});

test("a feed that is closed asks for nothing more", async () => {
  const job = jobOf(Array(30).fill(10)),
    audio = audioOf();
  const asked = serve(sound(job)),
    feed = await feeding(job, audio);
  feed.close();
  const before = asked.length;
  audio.currentTime = 100;
  for (const name of ["timeupdate", "seeking", "play"]) audio.happens(name);
  await settled();
  assert.equal(asked.length, before);
});

const fileAudio = (reaches = 0) => ({
  ...{ currentTime: 0, paused: true, ended: false, src: "", played: 0 },
  seekable: { length: reaches > 0 ? 1 : 0, end: () => reaches },
  play() {
    this.played += 1;
    return Promise.resolve();
  },
});

test("one long file is given once there is something to hear: what grows as it grows, what is done as a whole", () => {
  const [growing, done] = [fileAudio(), fileAudio()];
  const job = { id: "1", made: 0, over: false },
    feed = fileFeed(growing, job);
  feed.news();
  assert.equal(growing.src, "");
  job.made = 1;
  feed.news();
  assert.ok(growing.src.endsWith("/v1/jobs/1/stream?format=mp3"));
  fileFeed(done, { id: "1", made: 3, over: true }).news();
  assert.ok(done.src.endsWith("/v1/jobs/1/result?format=mp3"));
});

test("a file that is heard is not exchanged under the ear, one that rests is, at the same place", () => {
  const audio = fileAudio(),
    job = { id: "1", made: 1, over: false };
  const feed = fileFeed(audio, job);
  feed.news();
  Object.assign(audio, { paused: false, currentTime: 7 });
  job.over = true;
  feed.news();
  assert.ok(audio.src.includes("/stream"));
  audio.paused = true;
  feed.news();
  assert.ok(audio.src.includes("/result"));
  assert.equal(audio.currentTime, 7);
});

test("a place beyond what came is reached in the whole file, if there is one", () => {
  const audio = fileAudio(5),
    job = { id: "1", made: 1, over: false };
  const feed = fileFeed(audio, job);
  feed.news();
  assert.ok(feed.reach(4));
  assert.ok(feed.reach(5.5));
  assert.ok(!feed.reach(9));
  job.over = true;
  Object.assign(audio, { paused: false, currentTime: 3 });
  assert.ok(feed.reach(9));
  assert.ok(audio.src.includes("/result"));
  assert.equal(audio.played, 1);
});
