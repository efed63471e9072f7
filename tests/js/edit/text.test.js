import assert from "node:assert/strict";
import { test } from "node:test";

import { chance, textBy } from "../support/chance.js";
import { charBefore, halves, markOf, tidied } from "../../../indextts/studio/tabs/edit/text.js";

test("a line is sent without empty lines and without spaces around its ends", () => {
  assert.equal(tidied("  one  \n\n  two \r\n three\t"), "one\ntwo\nthree");
});

test("spaces within a line stay", () => {
  assert.equal(tidied("one  two\u3000three"), "one  two\u3000three");
});

test("what is nothing but spaces is nothing", () => {
  for (const text of ["", " ", "\n", "\r\n\r\n", "\u3000\n\t"]) assert.equal(tidied(text), "");
});

test("what was tidied once is not changed a second time", () => {
  const by = chance(9);
  for (let round = 0; round < 500; round += 1) {
    const once = tidied(textBy(by, 20));
    assert.equal(tidied(once), once);
    assert.ok(!/\n\n|^\s|\s$/.test(once));
  }
});

test("a line is cut where the caret is, and both halves lose the spaces there", () => {
  assert.deepEqual(halves("one two", 3), ["one", "two"]);
  assert.deepEqual(halves("一二三", 1), ["一", "二三"]);
});

test("a cut that leaves one half empty is none", () => {
  for (const [text, at] of [["one", 0], ["one", 3], [" one", 1], ["one  ", 4], ["", 0]])
    assert.equal(halves(text, at), null, `${text} ${at}`);
});

test("before the caret stands one character", () => {
  assert.equal(charBefore("重庆", 2), 1);
  assert.equal(charBefore("ab", 1), 0);
});

test("before the beginning stands none", () => {
  assert.equal(charBefore("重庆", 0), 0);
  assert.equal(charBefore("", 0), 0);
});

test("a character that is written as two stays whole", () => {
  assert.equal(charBefore("在𠮷", 3), 1);
  assert.equal(charBefore("𠮷野", 3), 2);
});

test("no mark ever comes between the halves of a character", () => {
  const by = chance(10);
  for (let round = 0; round < 500; round += 1) {
    const text = textBy(by),
      ends = [0, ...[...text].map((_, at, all) => all.slice(0, at + 1).join("").length)];
    for (const at of ends) assert.ok(ends.includes(charBefore(text, at)), JSON.stringify([text, at]));
  }
});

const EMOTIONS = [
  ["happy", "开心"],
  ["calm", "Calm voice"],
  ["sad", "Sad"],
  ["odd", ""],
];

test("an emotion is written as its reader calls it, where that is one word", () => {
  assert.equal(markOf(EMOTIONS, "happy"), "开心");
  assert.equal(markOf(EMOTIONS, "sad"), "Sad");
});

test("an emotion whose name is no single word, or unknown, is written by its own", () => {
  for (const name of ["calm", "odd", "angry"]) assert.equal(markOf(EMOTIONS, name), name);
});
