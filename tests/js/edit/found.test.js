import assert from "node:assert/strict";
import { test } from "node:test";

import { chance, textBy } from "../support/chance.js";
import { current, following, hits, timesIn } from "../../../indextts/studio/tabs/edit/found.js";

const model = (what, ...lines) => ({ find: { what }, plan: { sentences: lines.map((text) => ({ text })) } });

test("words are counted without running into one another", () => {
  assert.equal(timesIn("aaaa", "aa"), 2);
  assert.equal(timesIn("天天天气", "天天"), 1);
  assert.equal(timesIn("text", "other"), 0);
});

test("nothing is found nowhere", () => {
  assert.equal(timesIn("text", ""), 0);
  assert.equal(timesIn("", ""), 0);
  assert.deepEqual(hits(model("", "a", "b")), []);
});

test("what means something in patterns is found as it is written", () => {
  assert.equal(timesIn("1.5 (a|b)* [x] \\d $&", "(a|b)*"), 1);
  assert.equal(timesIn("1.5 and 105", "1.5"), 1);
  assert.equal(timesIn("\\d\\d", "\\d"), 2);
});

test("astral characters and text from right to left are found", () => {
  assert.equal(timesIn("𠮷野家和𠮷祥", "𠮷"), 2);
  assert.equal(timesIn("אבא ואבא", "אבא"), 2);
});

test("a line that was written with marks is searched as it was written", () => {
  const plan = { sentences: [{ text: "重庆", line: "<重庆|chong2 qing4>" }, { text: "plain" }] };
  assert.deepEqual(hits({ find: { what: "chong2" }, plan }), [[0, 0]]);
});

test("all places are told in their order, each with how many stand before it in its line", () => {
  assert.deepEqual(hits(model("a", "banana", "x", "a")), [
    [0, 0],
    [0, 1],
    [0, 2],
    [2, 0],
  ]);
});

test("the place that is shown is known by its line and its number there", () => {
  const all = hits(model("a", "banana", "x", "a"));
  assert.equal(current(all, { line: 0, nth: 2 }), 2);
  assert.equal(current(all, { line: 2, nth: 0 }), 3);
  assert.equal(current(all, { line: -1, nth: -1 }), -1);
});

test("the next place is the one behind, and after the last the first", () => {
  const all = hits(model("a", "banana", "x", "a"));
  assert.deepEqual(following(all, { line: -1, nth: -1 }), [0, 0]);
  assert.deepEqual(following(all, { line: 0, nth: 0 }), [0, 1]);
  assert.deepEqual(following(all, { line: 0, nth: 2 }), [2, 0]);
  assert.deepEqual(following(all, { line: 1, nth: 5 }), [2, 0]);
  assert.deepEqual(following(all, { line: 2, nth: 0 }), [0, 0]);
});

test("who goes on and on comes by every place once in a round", () => {
  const by = chance(8);
  for (let round = 0; round < 200; round += 1) {
    const all = hits(model(by.pick(["a", "中", "\n", "𠮷"]), ...by.list(6, () => textBy(by))));
    let find = { line: -1, nth: -1 };
    const seen = all.map(() => {
      const [line, nth] = following(all, find);
      find = { line, nth };
      return String([line, nth]);
    });
    assert.deepEqual(seen, all.map(String));
  }
});
