import assert from "node:assert/strict";
import { test } from "node:test";

import { readIn } from "../support/page.js";
import { chance } from "../support/chance.js";
import { refusal, serve } from "../support/server.js";
import { grouped, jobsUpTo, stateOf } from "../../../indextts/studio/tabs/history/pages.js";

const query = (limit) => new URLSearchParams({ search: "a&b", limit });
// A server with takes from the newest down, which tells those before a given one.
const many = (total, most = 200) =>
  serve(({ path }) => {
    const asked = new URLSearchParams(path.split("?")[1]);
    const newest = asked.has("before") ? Number(asked.get("before")) - 1 : total;
    const count = Math.min(Number(asked.get("limit")), most, newest);
    return { jobs: Array.from({ length: Math.max(0, count) }, (_, at) => ({ id: newest - at })), total };
  });

test("a long history is asked for page by page, each take once, the newest first", async () => {
  const asked = many(500);
  const { jobs, total } = await jobsUpTo(450, query);
  assert.deepEqual(jobs.map(({ id }) => id), Array.from({ length: 450 }, (_, at) => 500 - at));
  assert.deepEqual([total, asked.length], [500, 3]);
});

test("every page is asked for with the same search", async () => {
  const asked = many(500);
  await jobsUpTo(300, query);
  for (const { path } of asked) assert.equal(new URLSearchParams(path.split("?")[1]).get("search"), "a&b");
});

test("a history that is shorter than what is wanted is asked for once", async () => {
  const asked = many(7);
  assert.equal((await jobsUpTo(60, query)).jobs.length, 7);
  assert.equal(asked.length, 1);
});

test("no history is nothing, and asked for once", async () => {
  const asked = many(0);
  assert.deepEqual(await jobsUpTo(60, query), { jobs: [], total: 0 });
  assert.equal(asked.length, 1);
});

test("takes that were removed meanwhile end the list instead of asking for ever", async () => {
  const asked = serve((_, count) => ({ jobs: count === 1 ? [{ id: 9 }] : [], total: 50 }));
  assert.equal((await jobsUpTo(60, query)).jobs.length, 1);
  assert.equal(asked.length, 2);
});

test("a page that is refused is an error, not half a history", async () => {
  serve((_, count) => (count === 1 ? { jobs: [{ id: 9 }], total: 50 } : refusal(429, "rate_limited")));
  assert.equal((await jobsUpTo(60, query)).code, "rate_limited");
});

const known = new Map([
  ["p1", { id: "p1", updated: 100 }],
  ["p2", { id: "p2", updated: 200 }],
]);
const job = (id, project, created) => ({ id, project, created });

test("takes stand under their projects, what was changed last first", () => {
  const jobs = [job("c", "p1", 300), job("b", "p2", 50), job("a", "p1", 40)];
  assert.deepEqual(
    grouped([{ id: "p2" }, { id: "p1" }], jobs, known).map(([id, takes]) => [id, takes.map((one) => one.id)]),
    [
      ["p1", ["c", "a"]],
      ["p2", ["b"]],
    ],
  );
});

test("a project without takes is shown, too", () => {
  assert.deepEqual(grouped([{ id: "p1" }], [], known), [["p1", []]]);
});

test("takes of no project, or of one that is gone, stand together", () => {
  const jobs = [job("a", "", 500), job("b", "gone", 400), job("c", null, 300)];
  const [[id, takes], ...more] = grouped([], jobs, known);
  assert.deepEqual([id, takes.length, more], ["", 3, []]);
});

test("a project that was found for its takes stands among the others", () => {
  assert.deepEqual(grouped([], [job("a", "p2", 1)], known).map(([id]) => id), ["p2"]);
});

test("no take is lost and none stands twice", () => {
  const by = chance(19);
  for (let round = 0; round < 300; round += 1) {
    const jobs = by.list(20, (at) => job(at, by.pick(["p1", "p2", "gone", ""]), by.whole(0, 999)));
    const all = grouped([{ id: "p1" }], jobs, known).flatMap(([, takes]) => takes.map(({ id }) => id));
    assert.deepEqual(all.sort((one, other) => one - other), jobs.map(({ id }) => id));
  }
});

test("a book whose files are being made is not said to be spoken", () => {
  const job = { status: "running", stage: "acoustic", segments_done: 3, segments_total: 4 },
    all = { ...job, segments_done: 4 };
  assert.equal(stateOf(job), "Generating: 3 of 4 sentences");
  assert.equal(stateOf({ ...all, stage: "binding" }), "Generation finished; creating the file");
  assert.equal(stateOf({ ...all, stage: "binding", status: "paused" }), stateOf({ ...all, status: "paused" }));
  readIn("zh");
  assert.equal(stateOf({ ...all, stage: "binding" }), "合成完成，正在制作文件");
  readIn("en");
  assert.equal(stateOf({ ...all, status: "done" }), "");
});

test("a job that another engine spoke says so while it is made and afterwards", () => {
  const fell = { engine: "embedded", fallback: true, reason: "Kokoro was away", not_free: ["embedded"] };
  const job = { stage: "acoustic", segments_done: 3, segments_total: 4, ...fell };
  const said = "Fell back to the Fast engine (non-commercial use only): Kokoro was away.";
  assert.equal(stateOf({ ...job, status: "running" }), `Generating: 3 of 4 sentences · ${said}`);
  assert.equal(stateOf({ ...job, status: "done" }), said);
  assert.equal(stateOf({ ...job, status: "done", fallback: false }), "");
});
