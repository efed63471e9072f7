import assert from "node:assert/strict";
import { test } from "node:test";

import { keyOf, speakersOf } from "../../../indextts/studio/tabs/edit/speaking.js";

const plan = (...lines) => ({
  settings: { voice: "whole" },
  sentences: lines.map(([label, voice = ""]) => ({ label, voice })),
});
const told = (...lines) => speakersOf(plan(...lines)).map(({ label, voice, colour }) => `${label}/${voice}/${colour}`);

test("each line of a dialogue has its speaker, also one that goes on", () => {
  const lines = [["Tom"], [""], ["Anna", "bella"], ["", "bella"], ["Tom"]];
  assert.deepEqual(told(...lines), ["Tom/whole/0", "Tom/whole/0", "Anna/bella/1", "Anna/bella/1", "Tom/whole/0"]);
});

test("a line in another voice without a name is nobody's who was named", () => {
  assert.deepEqual(told(["Tom"], ["", "bella"], [""]), ["Tom/whole/0", "/bella/1", "/whole/2"]);
});

test("where one voice speaks all, names are told, and one person needs none", () => {
  assert.deepEqual(told(["Tom"], ["Anna"]), ["Tom//0", "Anna//1"]);
  assert.deepEqual(told([""], ["", "whole"], [""]), [], "the whole text's voice is the same by its name");
  assert.deepEqual(told(["Note"], [""]), []);
});

test("a ninth speaker has the colour of the first", () => {
  const lines = Array.from({ length: 9 }, (_, number) => [`speaker ${number}`]);
  assert.deepEqual(
    speakersOf(plan(...lines)).map(({ colour }) => colour),
    [0, 1, 2, 3, 4, 5, 6, 7, 0],
  );
});

test("what looks alike has one key, and nobody has an empty one", () => {
  const [one, other, third] = speakersOf(plan(["Tom"], ["Anna"], ["Tom"]));
  assert.equal(keyOf(one), keyOf(third));
  assert.notEqual(keyOf(one), keyOf(other));
  assert.equal(keyOf(undefined), "");
});
