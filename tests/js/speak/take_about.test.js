import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { readIn } from "../support/page.js";
import { htmlOf } from "../support/html.js";
import { readingHead, timingsOf } from "../../../indextts/studio/tabs/speak/take_about.js";

afterEach(() => readIn("en"));

const STAGES = [["normalise", 0.003], ["acoustic", 0.1], ["vocoder", 0.2]];
const take = ({ reading = {}, ...more } = {}) => ({
  ...{ id: "take-1", before: null, duration_s: 2, engine: "embedded", fallback: false, reason: "", cached: 0 },
  ...{ stages: STAGES.map(([name, seconds]) => ({ name, seconds })), ...more },
  reading: { fixes: 0, lines: [[0, 1, [[0, 1, "你好"]]]], ...reading },
});
const times = (more) => htmlOf(timingsOf(take(more)));

test("timings show every stage, the sum, the factor and the engine", () => {
  const shown = times();
  const parts = ["Text", "3.0 ms", "100 ms", "200 ms", "Total", "303 ms", "0.152", "Fast engine", "10 s of speech"];
  for (const part of parts) assert.ok(shown.includes(part), part);
  assert.ok(shown.startsWith("<details") && !shown.includes("open"), "they are for those who ask");
  const fallen = times({ fallback: true, reason: "<b>why</b>" });
  assert.ok(fallen.includes("Fell back") && fallen.includes("&lt;b&gt;why") && !fallen.includes("non-commercial"));
  assert.ok(times({ fallback: true, not_free: ["lm", "embedded"] }).includes("Fast engine (non-commercial use only):"));
  assert.ok(!times({ fallback: true, not_free: ["lm"] }).includes("non-commercial"));
});

test("what came from memory is told", () => {
  assert.ok(times({ cached: 3 }).includes("from cache: 3"));
  assert.ok(!times().includes("from cache"));
  readIn("zh");
  assert.ok(times({ cached: 3 }).includes("3 句取自缓存"));
});

test("above the reading stands which take it is, and what the marks mean", () => {
  const head = htmlOf(readingHead(take({ before: "take-0", reading: { fixes: 2 } })));
  const data = 'data-take="take-1" data-duration="2.000" data-before="take-0" data-fixes="2"';
  assert.ok(head.includes(`<span hidden="" id="take-data" ${data}`));
  assert.ok(head.includes('data-lines="[[0,1,[[0,1,&quot;你好&quot;]]]]"'));
  assert.ok(head.includes("Readings") && head.includes("Ambiguous") && !head.includes("fixes-kept"));
});

test("what stays of earlier fixes is told, with a way to be rid of them", () => {
  const kept = (reading) => htmlOf(readingHead(take({ reading })).slice(2));
  assert.ok(kept({ kept: 1, lost: 2 }).includes("<span>1 fix kept</span><span>2 fixes no longer fit the text</span>"));
  assert.ok(kept({ kept: 3, lost: 0 }).includes('<span>3 fixes kept</span><button type="button"'));
  const lost = kept({ kept: 0, lost: 1 });
  assert.ok(lost.includes("1 fix no longer fits") && !lost.includes("button"));
  assert.equal(kept({}), "");
});
