import assert from "node:assert/strict";
import { test } from "node:test";

import { chance } from "../support/chance.js";
import { keepTimes } from "../../../indextts/studio/tabs/edit/timing.js";

const near = (one, other) => assert.ok(Math.abs(one - other) < 1e-9, `${one} is not ${other}`);
const heard = (text, start, end, more = {}) => ({
  ...{ text, said: true, start, end, length: 1, contour: [[0, 1]], mean: 1 },
  ...more,
});
const unheard = (text, more = {}) => ({
  ...{ text, said: true, start: null, end: null, length: 1, contour: [], mean: 0 },
  ...more,
});
const view = (tokens, duration = null) => ({ tokens, duration });

test("a sentence that was only read another way lies as it lay before", () => {
  const fresh = view([unheard("重"), unheard("庆")]);
  keepTimes(view([heard("重", 0.1, 0.4), heard("庆", 0.5, 0.9)], 1), fresh);
  for (const [token, start, end] of [
    [fresh.tokens[0], 0.1, 0.4],
    [fresh.tokens[1], 0.5, 0.9],
  ]) {
    near(token.start, start);
    near(token.end, end);
    assert.deepEqual([token.contour, token.mean], [[[0, 1]], 1]);
  }
});

test("a sentence that was spoken has times of its own", () => {
  const fresh = view([heard("重", 0, 0.2)], 0.2);
  keepTimes(view([heard("重", 5, 6)], 6), fresh);
  assert.deepEqual([fresh.tokens[0].start, fresh.tokens[0].end], [0, 0.2]);
});

test("a word that is new between others gets a usual length, and what follows moves", () => {
  const fresh = view([unheard("a"), unheard("new"), unheard("b")]);
  keepTimes(view([heard("a", 0, 0.5), heard("b", 0.5, 1)], 1), fresh);
  near(fresh.tokens[1].start, 0.5);
  near(fresh.tokens[1].end, 0.7);
  near(fresh.tokens[2].end, 1.2);
});

test("all that stands behind a change keeps its own length", () => {
  const fresh = view(["a", "x", "y", "b", "c"].map((text) => unheard(text)));
  keepTimes(view([heard("a", 0, 0.5), heard("z", 0.5, 0.6), heard("b", 0.6, 1), heard("c", 1, 1.7)], 2), fresh);
  for (const [at, length] of [0.5, 0.2, 0.2, 0.4, 0.7].entries())
    near(fresh.tokens[at].end - fresh.tokens[at].start, length);
});

test("a word that was spoken already keeps the length that it was spoken with", () => {
  const fresh = view([heard("new", 5, 5.3), unheard("a")]);
  keepTimes(view([heard("a", 0, 0.5)], 1), fresh);
  near(fresh.tokens[0].end - fresh.tokens[0].start, 0.3);
});

test("a length that was asked for since is in it", () => {
  const fresh = view([unheard("a", { length: 2 })]);
  keepTimes(view([heard("a", 0, 0.5)], 1), fresh);
  near(fresh.tokens[0].end, 1);
});

test("without an old sentence, or one that nobody heard, there are no times", () => {
  for (const old of [undefined, {}, view([unheard("a")])]) {
    const fresh = view([unheard("a")]);
    keepTimes(old, fresh);
    assert.equal(fresh.tokens[0].start, null);
  }
});

test("marks that are not said have no times and are in nobody's way", () => {
  const comma = { text: "，", said: false, start: null, end: null };
  const fresh = view([unheard("a"), comma, unheard("b")]);
  keepTimes(view([heard("a", 0, 0.5), comma, heard("b", 0.8, 1)], 1), fresh);
  assert.equal(comma.start, null);
  near(fresh.tokens[2].start, 0.8);
});

test("whatever was changed, tokens follow one another and last", () => {
  const by = chance(11);
  for (let round = 0; round < 500; round += 1) {
    let at = 0;
    const word = () => by.pick(["a", "b", "c"]);
    const old = by.list(8, () => {
      at += by.between(0, 0.2);
      const start = at;
      at += by.between(0, 0.4);
      return heard(word(), start, at, { length: by.between(0.25, 4) });
    });
    const fresh = view(by.list(8, () => unheard(word(), { length: by.between(0.25, 4) })));
    keepTimes(view(old, 1), fresh);
    if (!old.length) continue;
    let before = 0;
    for (const { start, end } of fresh.tokens) {
      assert.ok(start >= before - 1e-9 && end > start, JSON.stringify([before, start, end]));
      before = end;
    }
  }
});
