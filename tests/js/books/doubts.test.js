import assert from "node:assert/strict";
import { test } from "node:test";

import "../support/page.js";
import { fill } from "../../../indextts/studio/lib/dom.js";
import { about, short } from "../../../indextts/studio/tabs/books/doubts.js";
import { NOBODY } from "../../../indextts/studio/tabs/books/people.js";

const doubt = (more) => ({
  ...{ id: "1", kind: "polyphone", text: "重", word: "重庆", reading: "chong2", alternatives: ["zhong4"] },
  ...{ probability: 0.62, settled: false },
  ...more,
});

test("a long text is cut after eighty characters, astral ones whole", () => {
  assert.equal(short("字".repeat(80)), "字".repeat(80));
  assert.equal(short("𠮷".repeat(81)), `${"𠮷".repeat(80)}…`);
  assert.equal(short(""), "");
});

test("how sure something is stands beside it, and the word that it is read in", () => {
  assert.equal(about(doubt()), fill("proof_in_word", { word: "重庆", share: "62%" }));
  assert.equal(about(doubt({ word: "重" })), fill("proof_sure", { share: "62%" }));
  assert.equal(about(doubt({ word: "重", probability: null })), "");
});

test("a line is told with who is taken to say it; of one that nobody is known to say, no share is told", () => {
  assert.equal(about(doubt({ kind: "speaker", reading: NOBODY, probability: 0.9 })), fill("saying_unknown"));
  const given = (reading) => about(doubt({ kind: "speaker", reading }));
  assert.equal(given("老人"), fill("proof_given_to", { name: "老人", share: "62%" }));
  assert.equal(given(""), fill("proof_given_to", { name: fill("cast_narrator"), share: "62%" }));
});

test("what the server says itself comes before all that could be made of it", () => {
  assert.equal(about(doubt({ sentence: "It is cut off." })), "It is cut off.");
});

test("a sentence that took too little time is told apart from one that took too long", () => {
  const length = (probability) => about(doubt({ kind: "length", probability }));
  assert.equal(length(0.4), fill("proof_short", { share: "40%" }));
  assert.equal(length(2.5), fill("proof_long", { share: "250%" }));
});

test("a number says the words that it is read as", () => {
  assert.equal(about(doubt({ kind: "number", reading: "一百二" })), fill("proof_said_as", { words: "一百二" }));
});
