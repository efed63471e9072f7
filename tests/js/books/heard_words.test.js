import assert from "node:assert/strict";
import { test } from "node:test";

import { chance } from "../support/chance.js";
import { heardAt, inOrder, piecesOf, wordsOf } from "../../../indextts/studio/tabs/books/heard_words.js";

const word = (start, end, token, begins = null, ends = null) => ({ start, end, token, start_s: begins, end_s: ends });
const sentence = (segment, begins, ends, words, inTitle = false) => ({
  ...{ segment, in_title: inTitle, start_s: begins, end_s: ends, words },
});

test("a word has the id that the server takes, and knows its sentence", () => {
  const one = sentence(3, 1, 2, [word(4, 5, 0, 1, 1.4), word(5, 6, 1, 1.4, 2)]);
  const words = wordsOf({ job: "J", sentences: [one] });
  assert.deepEqual(words.map(({ id, from, to }) => [id, from, to]), [
    ["J.3.0", 4, 5],
    ["J.3.1", 5, 6],
  ]);
  assert.equal(words[0].sentence, one);
});

test("the last word that has begun is heard, in pauses nothing", () => {
  const words = wordsOf({
    job: "J",
    sentences: [
      sentence(0, 0, 1, [word(0, 1, 0, 0.1, 0.4), word(1, 2, 1, 0.5, 0.9)]),
      sentence(1, 2, 3, [word(3, 4, 0, 2.1, 3)]),
    ],
  });
  const at = (now) => heardAt(words, now).map(({ id }) => id);
  assert.deepEqual(at(0), ["J.0.0"]);
  assert.deepEqual(at(0.45), ["J.0.0"]);
  assert.deepEqual(at(0.5), ["J.0.1"]);
  assert.deepEqual(at(1.5), []);
  assert.deepEqual(at(2), ["J.1.0"]);
  assert.deepEqual(at(3), []);
});

test("where words have no times their whole sentence is heard", () => {
  const words = wordsOf({ job: "J", sentences: [sentence(0, 0, 1, [word(0, 1, 0), word(1, 2, 1)])] });
  assert.deepEqual(heardAt(words, 0.7).map(({ id }) => id), ["J.0.0", "J.0.1"]);
});

test("title and text are apart, and what stands on another word goes", () => {
  const words = wordsOf({
    job: "J",
    sentences: [
      sentence(1, 1, 2, [word(2, 4, 0), word(3, 5, 1), word(0, 1, 2)]),
      sentence(0, 0, 1, [word(0, 1, 0)], true),
    ],
  });
  assert.deepEqual(inOrder(words, true).map(({ id }) => id), ["J.0.0"]);
  assert.deepEqual(inOrder(words, false).map(({ id }) => id), ["J.1.2", "J.1.0"]);
});

test("the pieces of a text are that text, whatever words stand in it", () => {
  const by = chance(7);
  for (let round = 0; round < 300; round += 1) {
    const text = Array.from({ length: by.whole(0, 30) }, () => ["字", "𠮷", "\n", "a"][by.whole(0, 3)]).join("");
    const size = [...text].length,
      words = Array.from({ length: by.whole(0, 12) }, (_, token) => {
        const start = by.whole(0, Math.max(0, size - 1));
        return word(start, Math.min(size, start + by.whole(1, 3)), token);
      }).filter(({ start, end }) => end > start);
    const all = piecesOf(text, inOrder(wordsOf({ job: "J", sentences: [sentence(0, 0, 1, words)] }), false));
    assert.equal(all.map((one) => one.text).join(""), text);
    for (const { text: piece, word: one } of all) if (one) assert.equal([...piece].length, one.to - one.from);
  }
});
