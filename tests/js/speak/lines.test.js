import assert from "node:assert/strict";
import { test } from "node:test";

import { chance } from "../support/chance.js";
import { cut, lineAt } from "../../../indextts/studio/tabs/speak/lines.js";

// A sentence as the server tells it: one token for each of `words`, whose marks stand between the tokens.
const sentence = (words, { from = 0, each = 0.5 } = {}) => {
  let at = from;
  const tokens = words.map((word, index) => {
    const start = at;
    at += [...word].length;
    return { start, end: at, start_s: index * each, end_s: (index + 1) * each };
  });
  return { text: words.join(""), start: from, end: at, tokens };
};
const texts = (lines) => lines.map(([, , words]) => words.map(([, , text]) => text).join(""));

test("a short sentence is one line that begins and ends with its words", () => {
  const [line, ...more] = cut(sentence(["你", "好。"]));
  assert.deepEqual(more, []);
  assert.deepEqual(line, [
    0,
    1,
    [
      [0, 0.5, "你"],
      [0.5, 1, "好。"],
    ],
  ]);
});

test("a sentence without anything to say has no lines", () => {
  assert.deepEqual(cut({ text: "……", start: 0, end: 2, tokens: [] }), []);
});

test("a long line ends behind a mark, once it is half full", () => {
  const words = [..."一二三四五六七八九十，一二三四五六七八九十。"].reduce((all, char) => {
    if ("，。".includes(char)) all[all.length - 1] += char;
    else all.push(char);
    return all;
  }, []);
  assert.deepEqual(texts(cut(sentence(words))), ["一二三四五六七八九十，", "一二三四五六七八九十。"]);
});

test("a line that is exactly half full ends behind its mark", () => {
  const ten = [..."一二三四五六七八", "九，"];
  assert.deepEqual(texts(cut(sentence([...ten, ..."十"]))), ["一二三四五六七八九，", "十"]);
  assert.equal(cut(sentence([...ten.slice(1), ..."十"])).length, 1);
});

test("a mark near the beginning of a line does not end it", () => {
  assert.equal(cut(sentence(["好，", ..."我们走吧。"])).length, 1);
});

test("a line without any mark ends where it is full", () => {
  const lines = texts(cut(sentence(Array(50).fill("字"))));
  assert.deepEqual(lines.map((text) => text.length), [24, 24, 2]);
});

test("Latin letters take half the room", () => {
  const lines = texts(cut(sentence(Array(100).fill("a "))));
  assert.equal(lines[0], "a ".repeat(24));
});

test("places are counted in characters, so that an astral one moves nothing", () => {
  const line = sentence(["𠮷", "野", "家。"]);
  assert.deepEqual(texts(cut(line)), ["𠮷野家。"]);
  assert.deepEqual(cut(line)[0][2].map(([, , text]) => text), ["𠮷", "野", "家。"]);
});

test("a sentence in the middle of a text is read by its own places", () => {
  assert.deepEqual(texts(cut(sentence(["再", "见。"], { from: 1000 }))), ["再见。"]);
});

test("marks before the first token, and line ends, are shown with what they stand beside", () => {
  const tokens = [
    { start: 1, start_s: 0, end_s: 1 },
    { start: 4, start_s: 1, end_s: 2 },
  ];
  const found = { text: "“你\r\n好”", start: 0, end: 6, tokens };
  assert.deepEqual(texts(cut(found)), ["“你 好”"]);
});

test("a line stays a moment behind its last word, unless the next one comes", () => {
  const lines = [
    [0, 1, []],
    [3, 4, []],
    [4, 5, []],
  ];
  assert.equal(lineAt(lines, 0.5), lines[0]);
  assert.equal(lineAt(lines, 1.79), lines[0]);
  assert.equal(lineAt(lines, 1.81), null);
  assert.equal(lineAt(lines, 3), lines[1]);
  assert.equal(lineAt(lines, 4), lines[2]);
});

test("before the first word, and while nothing is heard, there is no line", () => {
  assert.equal(lineAt([[1, 2, []]], 0.9), null);
  assert.equal(lineAt([[1, 2, []]], NaN), null);
  assert.equal(lineAt([], 5), null);
});

test("no word is lost or said twice, lines follow one another, and none is too wide", () => {
  const by = chance(13);
  const size = (text) => [...text].reduce((sum, char) => sum + (char.codePointAt(0) > 0x2e7f ? 1 : 0.5), 0);
  for (let round = 0; round < 300; round += 1) {
    const words = by.list(80, () => by.pick(["字", "𠮷", "word ", "好，", "a", "词语。", "!"]));
    const lines = cut(sentence(words, { from: by.whole(0, 9) }));
    assert.equal(texts(lines).join(""), words.join("").replace(/\s+/g, " "));
    let before = 0;
    for (const [begin, end, inside] of lines) {
      assert.ok(begin >= before && end > begin);
      assert.ok(inside.length === 1 || size(inside.map(([, , text]) => text).join("")) <= 24);
      before = end;
    }
  }
});
