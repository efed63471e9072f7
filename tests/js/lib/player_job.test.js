import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { readIn } from "../support/page.js";
import { chance } from "../support/chance.js";
import { refusal, serve, settled, stopClock } from "../support/server.js";
import { fill } from "../../../indextts/studio/lib/dom.js";
import { followJob, jobPath, waitsFor } from "../../../indextts/studio/lib/player_job.js";

const lines = [];
class News {
  static CLOSED = 2;

  constructor(address) {
    Object.assign(this, { address, readyState: 1, heard: {} });
    lines.push(this);
  }

  addEventListener(name, listener) {
    this.heard[name] = listener;
  }

  says(name, data) {
    this.heard[name]({ data: JSON.stringify(data) });
  }

  breaks(readyState) {
    this.readyState = readyState;
    this.heard.error();
  }

  close() {
    this.readyState = News.CLOSED;
    this.closed = true;
  }
}
globalThis.EventSource = News;

const segment = (index, start_s = index, duration_s = 1) => ({ index, start_s, duration_s });
const running = (more = {}) => ({ status: "running", segments_total: 4, segments: [], ...more });
let clock = null,
  told = [],
  lost = [];
const follow = async (state) => {
  const asked = serve(typeof state === "function" ? state : () => state);
  const job = followJob("a/b", { changed: () => told.push(job.made), lost: (sentence) => lost.push(sentence) });
  await settled();
  return { job, asked };
};
beforeEach(() => {
  readIn("en");
  [told, lost, lines.length] = [[], [], 0];
  clock = stopClock();
});
afterEach(() => clock.goOn());

test("a job's address is written so that any id can stand in it", () => {
  assert.equal(jobPath("a/b?c", "/events"), "/v1/jobs/a%2Fb%3Fc/events");
});

test("what a job waits for is said, but for its turn in the queue", () => {
  assert.equal(waitsFor({ status: "running", waits: null }), "");
  assert.equal(waitsFor({ status: "queued", waits: { code: "waits_place" } }), "");
  assert.notEqual(waitsFor({ status: "running", waits: { code: "waits_place" } }), "");
});

test("a job that is done is asked for once and no news are listened to", async () => {
  const state = running({ status: "done", segments: [segment(0), segment(1)], segments_total: 2 });
  const { job, asked } = await follow(state);
  assert.deepEqual([job.over, job.made, job.end, job.expected], [true, 2, 2, 2]);
  assert.equal(asked[0].path, "/v1/jobs/a%2Fb?segments=true");
  assert.equal(lines.length, 0);
});

test("a job grows by the segments that follow each other, whatever the order in which they come", async () => {
  const { job } = await follow(running());
  lines[0].says("segment", segment(1));
  assert.deepEqual([job.made, job.end], [0, 0]);
  lines[0].says("segment", segment(0));
  assert.deepEqual([job.made, job.end], [2, 2]);
  assert.deepEqual(told, [0, 0, 2]);
});

test("its whole length is foreseen from what is made of it", async () => {
  const { job } = await follow(running({ segments: [segment(0)] }));
  assert.equal(job.expected, 4);
});

test("while nobody knows how many segments there will be, the picture leaves some room", async () => {
  const { job } = await follow(running({ segments_total: 0, segments: [segment(0, 0, 10)] }));
  assert.equal(job.expected, 16);
});

test("an expectation that hardly changes leaves the picture as it is, and what is made never leaves it", async () => {
  const { job } = await follow(running({ segments: [segment(0, 0, 1)] }));
  lines[0].says("segment", segment(1, 1, 1.1)); // 2.1 of 2 in 4: 4.2
  assert.equal(job.expected, 4);
  lines[0].says("segment", segment(2, 2.1, 1.95)); // 4.05: longer than what was foreseen
  assert.ok(job.expected >= job.end);
});

test("a sentence that is spoken anew takes all behind it along", async () => {
  const { job } = await follow(running({ segments: [segment(0), segment(1), segment(2)] }));
  lines[0].says("segment", segment(1, 1, 2));
  assert.deepEqual([job.made, job.end, job.cut, job.cutAt, job.segments.length], [2, 3, 1, 1, 2]);
});

test("a segment that is told twice as it is cuts nothing", async () => {
  const { job } = await follow(running({ segments: [segment(0), segment(1)] }));
  lines[0].says("segment", segment(0));
  assert.deepEqual([job.made, job.cut], [2, 0]);
});

test("at its end the line of news is closed and its length is what was made", async () => {
  const { job } = await follow(running({ segments: [segment(0)] }));
  lines[0].says("state", running({ status: "failed" }));
  assert.ok(job.over && lines[0].closed);
  assert.equal(job.expected, 1);
});

test("a title that was known stays where a later state does not name it", async () => {
  const { job } = await follow(running({ title: "Morning" }));
  lines[0].says("state", running({ title: "" }));
  assert.equal(job.title, "Morning");
});

test("the segment at a time is the one that is not over yet; behind the last it is none", async () => {
  const { job } = await follow(running({ segments: [segment(0, 0, 1), segment(1, 1, 2), segment(2, 3, 1)] }));
  assert.deepEqual([-1, 0, 0.999, 1, 2.9, 3, 4, 99].map(job.at), [0, 0, 0, 1, 1, 2, 3, 3]);
});

test("the segment at a time is found among many as by going through them", async () => {
  const by = chance(4);
  let at = 0;
  const segments = Array.from({ length: 300 }, (_, index) => {
    const duration_s = by.between(0.05, 5);
    at += duration_s;
    return segment(index, at - duration_s, duration_s);
  });
  const { job } = await follow(running({ segments, segments_total: 300 }));
  for (let round = 0; round < 1000; round += 1) {
    const now = by.between(-1, at + 1);
    const slow = segments.findIndex(({ start_s, duration_s }) => start_s + duration_s > now + 0.0005);
    assert.equal(job.at(now), slow < 0 ? segments.length : slow);
  }
});

test("news that break off are told only when they do not come back", async () => {
  await follow(running());
  lines[0].breaks(0);
  await clock.pass(7999);
  lines[0].heard.open();
  await clock.pass(20000);
  assert.deepEqual(lost, ["", ""]);
  lines[0].breaks(0);
  await clock.pass(8000);
  assert.equal(lost.at(-1), fill("player_lost"));
});

test("a line of news that was refused is asked for anew after a while", async () => {
  const { asked } = await follow(running());
  lines[0].breaks(News.CLOSED);
  await clock.pass(2999);
  assert.equal(asked.length, 1);
  await clock.pass(1);
  await settled();
  assert.equal(asked.length, 2);
  assert.equal(lines.length, 2);
});

test("a server that does not answer is asked again; one that refuses is not", async () => {
  const { asked, job } = await follow(() => undefined);
  assert.deepEqual(lost, [fill("player_lost")]);
  await clock.pass(3000);
  await settled();
  assert.equal(asked.length, 2);
  job.close();
  const { asked: refused } = await follow(() => refusal(404, "no_job", "It is gone.", ""));
  assert.equal(lost.at(-1).trim(), "It is gone.");
  await clock.pass(60000);
  assert.equal(refused.length, 1);
});

test("who has closed a job hears nothing more of it", async () => {
  const { job } = await follow(running());
  job.close();
  const before = told.length;
  lines[0].heard.error();
  await clock.pass(60000);
  assert.ok(lines[0].closed);
  assert.deepEqual([told.length, lost], [before, [""]]);
});
