import assert from "node:assert/strict";
import { test } from "node:test";

import { chance } from "../support/chance.js";
import { placesOf } from "../../../indextts/studio/tabs/books/places.js";

const spoken = (...texts) => texts.map((text, at) => ({ text, start_s: at, duration_s: 1 }));
const found = (text, name, segments, after = 0) =>
  placesOf(text, name, segments, after).map(({ from, to }) => (from < 0 ? null : text.slice(from, to)));

test("each sentence is found where it stands, with its time", () => {
  assert.deepEqual(placesOf("One. Two.", "", spoken("One.", "Two."), 0), [
    { start_s: 0, end_s: 1, from: 0, to: 4 },
    { start_s: 1, end_s: 2, from: 5, to: 9 },
  ]);
});

test("a sentence that stands there twice is found twice, one after the other", () => {
  const places = placesOf("Yes. No. Yes.", "", spoken("Yes.", "No.", "Yes."), 0);
  assert.deepEqual(places.map(({ from }) => from), [0, 5, 9]);
});

test("what was written anew since is passed over, and what follows is found", () => {
  assert.deepEqual(found("One. New. Three.", "", spoken("One.", "Two.", "Three.")), ["One.", null, "Three."]);
});

test("what was deleted and stands again far below does not take what follows there", () => {
  const text = "Two. Three. Four. One. Five.";
  const sentences = spoken("One.", "Two.", "Three.", "Four.", "One.", "Five.");
  assert.deepEqual(found(text, "", sentences), [null, "Two.", "Three.", "Four.", "One.", "Five."]);
  assert.deepEqual(found(`Nine. ${text}`, "", sentences.slice(0, 2)), [null, "Two."]);
});

test("spaces around a sentence make no difference", () => {
  assert.deepEqual(found("One.\r\nTwo.", "", spoken(" One.\n", "\u3000Two. ")), ["One.", "Two."]);
});

test("the title is no part of the text, and is known as the title", () => {
  const [title, first] = placesOf("It began.", "Chapter 1: Home", spoken("Home", "It began."), 0);
  assert.deepEqual([title.from, title.isTitle, first.from], [-1, true, 0]);
});

test("a sentence of nothing stands nowhere and is no title", () => {
  const [one] = placesOf("Text.", "Name", spoken("  "), 0);
  assert.deepEqual([one.from, one.isTitle], [-1, false]);
});

test("a later part is looked for behind the earlier ones", () => {
  assert.equal(placesOf("Yes. Yes.", "", spoken("Yes."), 4)[0].from, 5);
  assert.equal(placesOf("Yes. Yes.", "", spoken("Yes."), 6)[0].from, -1);
});

test("sentences that all stand in a text are all found, in order", () => {
  const by = chance(18);
  for (let round = 0; round < 300; round += 1) {
    const sentences = by.list(12, () => `${by.pick(["好", "𠮷", "שלום", "Yes", "a b"])}${by.pick(["。", "!", "…"])}`);
    const text = sentences.map((one) => `${by.pick(["", " ", "\r\n", "— "])}${one}`).join("");
    let before = 0;
    for (const [at, { from, to }] of placesOf(text, "", spoken(...sentences), 0).entries()) {
      assert.ok(from >= before, JSON.stringify([text, sentences]));
      assert.equal(text.slice(from, to), sentences[at]);
      before = to;
    }
  }
});
