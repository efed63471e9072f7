import assert from "node:assert/strict";
import { test } from "node:test";

import { isMeant } from "../../../indextts/studio/tabs/voices/meant.js";

const anna = { id: "anna", name_zh: "安娜", name_en: "Anna", about: "Warm and slow", group: "women", tags: ["Story"] };
const means = (voice, text = "", group = "", loved = new Set()) => isMeant(voice, { text, group, loved });

test("without a search and a group every voice that is called something is shown", () => {
  assert.ok(means(anna));
  assert.ok(means({ id: "x", name: "x" }));
});

test("a voice is found by any part of its names, its description and its tags", () => {
  for (const text of ["ann", "安", "slow", "story"]) assert.ok(means(anna, text), text);
  assert.ok(!means(anna, "ben"));
});

test("capital letters make no difference", () => {
  assert.ok(means({ id: "1", name: "ÉMILE" }, "émile"));
  assert.ok(means({ id: "1", name: "𐐀bc" }, "𐐨bc"));
});

test("a search is no pattern", () => {
  assert.ok(!means(anna, "a.*"));
  assert.ok(means({ id: "1", name: "C++ (fast)" }, "c++ ("));
});

test("a voice whose description is missing is searched all the same", () => {
  assert.ok(!means({ id: "1", name: "Ben", about: null, name_zh: undefined }, "anna"));
});

test("a group shows its voices alone", () => {
  assert.ok(means(anna, "", "women"));
  assert.ok(!means(anna, "", "men"));
});

test("favourites, own voices, clones and natural ones are groups as well", () => {
  assert.ok(means(anna, "", "loved", new Set(["anna"])));
  assert.ok(!means(anna, "", "loved", new Set(["ben"])));
  for (const name of ["own", "clone", "natural"]) {
    assert.ok(means({ ...anna, [name]: true }, "", name), name);
    assert.ok(!means(anna, "", name), name);
  }
});

test("a search within a group has to be met as well", () => {
  assert.ok(means(anna, "anna", "women"));
  assert.ok(!means(anna, "ben", "women"));
  assert.ok(!means(anna, "anna", "men"));
});
