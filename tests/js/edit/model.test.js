import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import "../support/page.js";
import { chance } from "../support/chance.js";
import { follow, hold, keyed, model, ordered, placeOf } from "../../../indextts/studio/tabs/edit/model.js";

let plan = null;
beforeEach(() => {
  plan = {
    settings: { speed: 1 },
    sentences: [
      { text: "one", pause: null, tokens: [{ pitch: 0, length: 1, volume: 0 }] },
      { text: "two", pause: 0.3 },
    ],
  };
  model.plan = plan;
});

test("a change that waits for its answer is seen at once", () => {
  hold(plan, { action: "pitch", segment: 0, token: 0, value: 2.5 });
  hold(plan, { action: "pause", segment: 1, value: 1.5 });
  hold(plan, { action: "settings", speed: 1.5 });
  assert.equal(plan.sentences[0].tokens[0].pitch, 2.5);
  assert.equal(plan.sentences[1].pause, 1.5);
  assert.equal(plan.settings.speed, 1.5);
});

test("a change that the server will refuse is not seen", () => {
  for (const value of [-12.5, 13, NaN, undefined]) hold(plan, { action: "pitch", segment: 0, token: 0, value });
  for (const value of [-1, 61, NaN]) hold(plan, { action: "pause", segment: 1, value });
  for (const speed of [0, 9, "fast"]) hold(plan, { action: "settings", speed });
  assert.equal(plan.sentences[0].tokens[0].pitch, 0);
  assert.equal(plan.sentences[1].pause, 0.3);
  assert.equal(plan.settings.speed, 1);
});

test("a change of what is not there any more, or not known yet, is no trouble", () => {
  hold(plan, { action: "pitch", segment: 9, token: 0, value: 1 });
  hold(plan, { action: "pitch", segment: 1, token: 0, value: 1 });
  hold(plan, { action: "pitch", segment: 0, token: 7, value: 1 });
  hold(plan, { action: "voice", segment: 0, value: "anna" });
  assert.deepEqual(plan.sentences[0], { text: "one", pause: null, tokens: [{ pitch: 0, length: 1, volume: 0 }] });
});

test("a sentence keeps its key when it is told anew, and a new one gets its own", () => {
  const [one, two] = [keyed({ text: "a" }), keyed({ text: "b" })];
  assert.notEqual(one.key, two.key);
  assert.equal(keyed({ text: "a, changed" }, one).key, one.key);
});

test("a token that is told anew counts from the length that it was told with", () => {
  assert.equal(keyed({ tokens: [{ said: true, length: 1.5 }] }).tokens[0].timed, 1.5);
});

test("a sentence is found by its key wherever it was moved to", () => {
  plan.sentences = [keyed({ text: "a" }), keyed({ text: "b" }), keyed({ text: "c" })];
  const { key } = plan.sentences[2];
  assert.equal(placeOf(key), 2);
  plan.sentences.reverse();
  assert.equal(placeOf(key), 0);
  assert.equal(placeOf(-5), -1);
  model.plan = null;
  assert.equal(placeOf(key), -1);
});

test("an order tells where each sentence comes from, and what is new in it", () => {
  const old = [keyed({ text: "a" }), keyed({ text: "b" })];
  const now = ordered(old, [1, -1, 0], { 1: { text: "new" } });
  assert.deepEqual(now.map(({ text }) => text), ["b", "new", "a"]);
  assert.equal(now[0].key, old[1].key);
  assert.equal(new Set(now.map(({ key }) => key)).size, 3);
});

test("what was open follows its sentence", () => {
  assert.equal(follow([2, 0, 1], 0), 1);
  assert.equal(follow([0, -1, 1], 1), 2);
});

test("in the place of what is gone comes what follows it, and at the end the last", () => {
  assert.equal(follow([0, 2, 3], 1), 1);
  assert.equal(follow([0, 1], 2), 1);
  assert.equal(follow([], 0), -1);
});

test("where nothing was open nothing is", () => {
  assert.equal(follow([0, 1, 2], -1), -1);
  assert.equal(follow([0, -1, 2], -1), -1);
});

test("a moved sentence is found again by the way back", () => {
  const by = chance(12);
  for (let round = 0; round < 300; round += 1) {
    const order = Array.from({ length: by.whole(1, 12) }, (_, at) => at).sort(() => by.next() - 0.5);
    for (const place of order) assert.equal(order[follow(order, place)], place);
  }
});
