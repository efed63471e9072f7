import assert from "node:assert/strict";
import { test } from "node:test";

import "../support/page.js";
import { chance } from "../support/chance.js";
import { fill } from "../../../indextts/studio/lib/dom.js";
import {
  about,
  decided,
  given,
  isAlike,
  isWide,
  options,
  short,
  shown,
  withBegun,
} from "../../../indextts/studio/tabs/books/doubts.js";
import { NARRATOR, NOBODY } from "../../../indextts/studio/tabs/books/people.js";

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

test("a reading is shown as people write it, a speaker by name", () => {
  assert.equal(shown(doubt(), "chong2"), "chóng");
  assert.equal(shown(doubt({ kind: "speaker" }), NARRATOR), fill("cast_narrator"));
  assert.equal(shown(doubt({ kind: "speaker" }), "a1"), "a1");
});

test("how sure something is stands beside it, and the word that it is read in", () => {
  assert.equal(about(doubt()), fill("proof_in_word", { word: "重庆", share: "62%" }));
  assert.equal(about(doubt({ word: "重" })), fill("proof_sure", { share: "62%" }));
  assert.equal(about(doubt({ word: "重", probability: null })), "");
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

test("readings offer what else they could be; numbers and lengths are written by hand", () => {
  assert.deepEqual(options(doubt()), ["chong2", "zhong4"]);
  assert.deepEqual(options(doubt({ kind: "word" })), ["chong2", "zhong4"]);
  for (const kind of ["number", "length", "cue"]) assert.deepEqual(options(doubt({ kind })), []);
  assert.deepEqual(options(doubt({ kind: "speaker", reading: "a1" })), ["a1"]);
});

test("what is offered can be added to without changing the doubt", () => {
  const one = doubt();
  options(one).push("other");
  assert.deepEqual(options(one), ["chong2", "zhong4"]);
});

test("a length, a subtitle and who nobody knows cannot be decided for the whole book", () => {
  for (const kind of ["polyphone", "word", "number"]) assert.ok(isWide(doubt({ kind })), kind);
  for (const kind of ["length", "cue"]) assert.ok(!isWide(doubt({ kind })), kind);
  assert.ok(isWide(doubt({ kind: "speaker", reading: "a1" })));
  assert.ok(!isWide(doubt({ kind: "speaker", reading: NOBODY })));
});

test("what was chosen goes before what was typed, also where it is the narrator", () => {
  assert.equal(decided(doubt({ chosen: "zhong4", typed: "x" })), "zhong4");
  assert.equal(decided(doubt({ typed: "x" })), "x");
  assert.equal(decided(doubt({ chosen: NARRATOR, typed: "x" })), NARRATOR);
});

test("a decision is sent as what it is about", () => {
  assert.deepEqual(given(doubt({ chosen: "zhong4" }), "book"), { reading: "zhong4", scope: "book" });
  assert.deepEqual(given(doubt({ kind: "speaker", chosen: "a1" }), "here"), { speaker: "a1", scope: "here" });
  assert.deepEqual(given(doubt({ kind: "length", typed: "Other words." }), "here"), { text: "Other words." });
});

test("a word that is decided for the book settles its other places, and no others", () => {
  const one = doubt();
  assert.ok(isAlike(doubt({ id: "2" }), one));
  assert.ok(!isAlike(one, one));
  for (const more of [{ settled: true }, { kind: "word" }, { text: "庆" }, { word: "重量" }])
    assert.ok(!isAlike(doubt({ id: "2", ...more }), one), JSON.stringify(more));
});

test("what was chosen or typed stays when the list is told anew", () => {
  const old = [doubt({ chosen: "zhong4", typed: "" }), doubt({ id: "2", typed: "half" })];
  const now = withBegun(old, [doubt({ id: "2", probability: 0.3 }), doubt()], 5);
  assert.deepEqual(now.map(({ id, chosen, typed, probability }) => [id, chosen, typed, probability]), [
    ["2", undefined, "half", 0.3],
    ["1", "zhong4", "", 0.62],
  ]);
});

test("what was settled while the list was under way stays in sight at its place", () => {
  const settled = doubt({ id: "2", settled: true, during: 5 });
  const now = withBegun([doubt(), settled, doubt({ id: "3" })], [doubt(), doubt({ id: "3" })], 5);
  assert.deepEqual(now.map(({ id }) => id), ["1", "2", "3"]);
  assert.equal(now[1], settled);
});

test("what was settled before that goes, and begins anew if it comes again", () => {
  const settled = doubt({ settled: true, during: 4, chosen: "zhong4" });
  assert.deepEqual(withBegun([settled], [], 5), []);
  assert.equal(withBegun([settled], [doubt()], 5)[0].chosen, undefined);
});

test("whatever comes, nothing stands twice and nothing is lost", () => {
  const by = chance(16);
  for (let round = 0; round < 500; round += 1) {
    const some = (more) =>
      Array.from({ length: 8 }, (_, at) => at)
        .filter(() => by.next() < 0.6)
        .map((at) => doubt({ id: String(at), ...more() }));
    const old = some(() => ({ settled: by.next() < 0.5, during: by.whole(4, 5) })),
      fresh = some(() => ({}));
    const ids = withBegun(old, fresh, 5).map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    const stays = old.filter(({ settled, during }) => settled && during === 5).map(({ id }) => id);
    assert.deepEqual([...ids].sort(), [...new Set([...fresh.map(({ id }) => id), ...stays])].sort());
  }
});
