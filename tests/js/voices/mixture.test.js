import assert from "node:assert/strict";
import { test } from "node:test";

import { chance } from "../support/chance.js";
import { partsOf, percents, writtenAs } from "../../../indextts/studio/tabs/voices/mixture.js";

test("a mixture is written with its weights, the heaviest voice first", () => {
  assert.equal(writtenAs([["af_sky", 33], ["af_bella", 67]]), "af_bella(67)+af_sky(33)");
});

test("voices of one weight stay in their order, and what was given is not changed", () => {
  const parts = [["b", 50], ["a", 50], ["c", 60]];
  assert.equal(writtenAs(parts), "c(60)+b(50)+a(50)");
  assert.deepEqual(parts[0], ["b", 50]);
});

test("where nothing is mixed nothing is written, and the other way round", () => {
  assert.equal(writtenAs([]), "");
  assert.deepEqual(partsOf(""), []);
  assert.deepEqual(percents([]), []);
});

test("a voice without a weight counts once", () => {
  assert.deepEqual(partsOf("af_bella+af_sky(2)"), [["af_bella", 1], ["af_sky", 2]]);
  assert.deepEqual(partsOf("zf_001"), [["zf_001", 1]]);
});

test("weights may be fractions", () => {
  assert.deepEqual(partsOf("a(0.25)+b(1.75)"), [["a", 0.25], ["b", 1.75]]);
});

test("weights are told in hundredths, rounded", () => {
  assert.deepEqual(percents([["a", 1], ["b", 2]]), [["a", 33], ["b", 67]]);
  assert.deepEqual(percents([["a", 5]]), [["a", 100]]);
  assert.deepEqual(percents([["a", 999], ["b", 1]]), [["a", 100], ["b", 0]]);
});

test("what is written is read back, whatever was mixed", () => {
  const by = chance(15);
  for (let round = 0; round < 500; round += 1) {
    const parts = by.list(4, (at) => [`${by.pick(["af", "zm", "bf"])}_${at}`, by.whole(1, 100)]);
    const sorted = [...parts].sort((one, other) => other[1] - one[1]);
    assert.deepEqual(partsOf(writtenAs(parts)), sorted);
    const total = percents(parts).reduce((sum, [, percent]) => sum + percent, 0);
    assert.ok(!parts.length || Math.abs(total - 100) <= 2, String(total));
  }
});
