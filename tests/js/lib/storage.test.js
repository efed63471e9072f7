import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { forgetAll } from "../support/page.js";
import {
  recall,
  recallHere,
  recallJson,
  remember,
  rememberHere,
} from "../../../indextts/studio/lib/storage.js";

beforeEach(forgetAll);

test("what is remembered is found again, and nothing where nothing was", () => {
  remember("key", "𠮷 \r\n שלום");
  assert.equal(recall("key"), "𠮷 \r\n שלום");
  assert.equal(recall("other"), null);
});

test("an object that was remembered is read back; without one there is what was meant otherwise", () => {
  remember("key", JSON.stringify({ speed: 0 }));
  assert.deepEqual(recallJson("key", { speed: 1 }), { speed: 0 });
  assert.deepEqual(recallJson("other", { speed: 1 }), { speed: 1 });
});

test("what is no JSON, or says null, counts as nothing remembered", () => {
  for (const kept of ["{", "", "undefined", "null"]) {
    remember("key", kept);
    assert.deepEqual(recallJson("key", []), [], kept);
  }
});

test("zero and false are something remembered", () => {
  remember("zero", "0");
  remember("false", "false");
  assert.equal(recallJson("zero", 7), 0);
  assert.equal(recallJson("false", true), false);
});

test("what a window remembers is its own, and an empty value is forgotten", () => {
  rememberHere("key", "value");
  assert.equal(recallHere("key"), "value");
  assert.equal(recall("key"), null);
  rememberHere("key", "");
  assert.equal(recallHere("key"), "");
  assert.ok(!("key" in sessionStorage));
});

test("where storage is switched off nothing is remembered and nothing fails", () => {
  localStorage.refuses = sessionStorage.refuses = true;
  remember("key", "value");
  rememberHere("key", "value");
  rememberHere("key", "");
  assert.equal(recall("key"), null);
  assert.equal(recallHere("key"), "");
  assert.equal(recallJson("key", "otherwise"), "otherwise");
});
