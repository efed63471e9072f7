import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { readIn } from "../support/page.js";
import { serve } from "../support/server.js";
import { fill } from "../../../indextts/studio/lib/dom.js";
import {
  NARRATOR,
  NOBODY,
  allVoices,
  colourOf,
  emotionRows,
  nameOf,
  present,
  voiceRows,
} from "../../../indextts/studio/tabs/books/people.js";
import { love } from "../../../indextts/studio/tabs/voices/favourites.js";
import { voicesChanged } from "../../../indextts/studio/tabs/voices/own.js";

beforeEach(() => readIn("en"));
const cast = (...names) => ({ characters: names.map((name) => ({ name })) });

test("the narrator and who is not known have names in the reader's language, all others their own", () => {
  readIn("zh");
  assert.equal(nameOf(NARRATOR), fill("cast_narrator"));
  assert.equal(nameOf(NOBODY), fill("cast_nobody"));
  assert.equal(nameOf("林黛玉"), "林黛玉");
});

test("whose lines are all another's leaves the cast, but for the narrator and whom a person has given a voice", () => {
  const one = (name, quotations, picked) => ({ name, quotations, picked });
  const all = [one(NARRATOR, 0, false), one("a", 2, true), one("b", 0, true), one("c", 0, false)];
  const { characters, nobody } = present({ characters: all, nobody: 3 });
  assert.deepEqual([characters.map(({ name }) => name), nobody], [[NARRATOR, "a", "c"], 3]);
  assert.deepEqual(present({ error: "away" }), { error: "away" });
});

test("those who say most have colours of their own", () => {
  const names = ["a", "b", "c", "d", "e", "f", "g", "h"];
  const colours = names.map((name) => colourOf(cast(NARRATOR, ...names), name));
  assert.equal(new Set(colours).size, 8);
  assert.equal(colours[0], "who-0");
});

test("the narrator and who is not known have colours that nobody else has", () => {
  const all = cast(NARRATOR, "a");
  assert.equal(colourOf(all, NARRATOR), "who-narrator");
  assert.equal(colourOf(all, NOBODY), "who-nobody");
});

test("whoever is not in the cast has one of the colours, too", () => {
  assert.match(colourOf(cast(NARRATOR), "stranger"), /^who-[0-7]$/);
});

test("the list of voices begins with the book's own, then favourites, then the others", () => {
  const voices = ["a", "b", "c"].map((id) => ({ id, name: id.toUpperCase() }));
  assert.deepEqual(voiceRows(voices).map(({ id, section }) => [id, section]), [
    ["", undefined],
    ["a", undefined],
    ["b", undefined],
    ["c", undefined],
  ]);
  love("b", true);
  assert.deepEqual(voiceRows(voices).map(({ id, section }) => [id, section]), [
    ["", undefined],
    ["b", fill("voice_favourites")],
    ["a", fill("voice_others")],
    ["c", fill("voice_others")],
  ]);
  love("b", false);
});

test("every emotion is offered once", () => {
  const ids = emotionRows().map(({ id }) => id);
  assert.deepEqual(ids, ["", "neutral", "happy", "sad", "angry", "auto"]);
});

test("voices are asked for once, and again when one was made or removed", async () => {
  const asked = serve(() => ({ voices: [{ id: "a", name: "A", more: 1 }] }));
  assert.deepEqual(await allVoices(), [{ id: "a", name: "A", sample: "tts" }]);
  await allVoices();
  assert.equal(asked.length, 1);
  await voicesChanged();
  await allVoices();
  assert.equal(asked.length, 2);
});

test("a server that does not answer has no voices for now, and is asked again", async () => {
  await voicesChanged();
  serve(() => undefined);
  assert.deepEqual(await allVoices(), []);
  serve(() => ({ voices: [{ id: "a", name: "A" }] }));
  assert.equal((await allVoices()).length, 1);
});
