import assert from "node:assert/strict";
import { test } from "node:test";

import { readIn } from "../support/page.js";
import { fill } from "../../../indextts/studio/lib/dom.js";
import { bodyOf, left, told } from "../../../indextts/studio/tabs/speak/run_words.js";

test("the time that is left is said as roughly as it is known", () => {
  for (const [eta_s, words] of [
    [1, "about 1 s left"],
    [19.4, "about 19 s left"],
    [22, "about 20 s left"],
    [23, "about 25 s left"],
    [89, "about 90 s left"],
    [90, "about 2 min left"],
    [3600, "about 60 min left"],
  ])
    assert.equal(left({ eta_s }), words);
});

test("where nobody knows the time that is left nothing is said of it", () => {
  for (const eta_s of [null, undefined, 0, 0.9, -5, NaN]) assert.equal(left({ eta_s }), "");
});

test("time that is left never grows while less of it is left", () => {
  const minutes = (words) => Number(/\d+/.exec(words)?.[0] ?? 0) * (words.includes("min") ? 60 : 1);
  let before = Infinity;
  for (let eta_s = 4000; eta_s > 1; eta_s -= 0.5) {
    const now = minutes(left({ eta_s }));
    // From minutes to seconds it may be a little more than half a minute less.
    assert.ok(now <= before, `${eta_s}: ${now} after ${before}`);
    before = now;
  }
});

const job = (more) => ({ status: "running", place: 0, segments_done: 0, segments_total: 0, eta_s: null, ...more });

test("a run says where it stands, from the press of the button on", () => {
  assert.equal(told({ job: null }), fill("busy_start"));
  assert.equal(told({ job: job({ status: "queued" }) }), fill("run_waits"));
  assert.equal(told({ job: job({ status: "queued", place: 3 }) }), fill("run_waits_at", { place: 3 }));
  assert.equal(told({ job: job() }), fill("run_begins"));
  assert.equal(told({ job: job({ segments_total: 1 }) }), fill("run_speaks"));
});

test("a run of many sentences says which one is spoken, and never one more than there are", () => {
  assert.equal(told({ job: job({ segments_total: 5, segments_done: 2 }) }), "Generating 3 of 5");
  assert.equal(told({ job: job({ segments_total: 5, segments_done: 5 }) }), "Generating 5 of 5");
  assert.equal(told({ job: job({ segments_total: 5, eta_s: 12 }) }), "Generating 1 of 5 · about 12 s left");
});

test("a run that is being cancelled says that and nothing else", () => {
  assert.equal(told({ stopping: true, job: job({ segments_total: 5, eta_s: 12 }) }), fill("cancelling"));
});

test("it is said in the reader's language", () => {
  readIn("zh");
  assert.equal(told({ job: job({ segments_total: 5, eta_s: 12 }) }), "正在合成 第 1/5 段 · 还需约 12 秒");
  readIn("en");
});

test("fields that are empty are left to the server, but zero and false are something", () => {
  const empty = { voice: "", engine: null, seed: undefined, rate: NaN };
  const given = { speed: 0, commercial: false, emotion: "happy" };
  assert.deepEqual(bodyOf({ ...empty, ...given }), given);
});

test("what belongs to the sampling is sent together, by its own names", () => {
  assert.deepEqual(bodyOf({ voice: "a", sampling_top_p: 0.8, sampling_seed: 0, sampling_top_k: null }), {
    voice: "a",
    sampling: { top_p: 0.8, seed: 0 },
  });
});

test("without any choice there is no sampling at all", () => {
  assert.deepEqual(bodyOf({ sampling_top_p: null, sampling_seed: "" }), {});
  assert.deepEqual(bodyOf({}), {});
});
