import assert from "node:assert/strict";
import { test } from "node:test";

import { page, parts, readIn } from "../support/page.js";
import { $, facts, fill, home, onActions, onSubmit, signal } from "../../../indextts/studio/lib/dom.js";

test("a string of the page gets its details", () => {
  assert.equal(fill("minutes", { minutes: 3, seconds: 0 }), "3 min 0 s");
});

test("a detail that is not given leaves nothing behind", () => {
  assert.equal(fill("minutes", { minutes: 3 }), "3 min  s");
  assert.equal(fill("seconds", { value: null }), " s");
});

test("what stands in a detail is text: neither braces nor dollar signs in it mean anything", () => {
  assert.equal(fill("seconds", { value: "{value}$&$1" }), "{value}$&$1 s");
});

test("a key without words is shown as it is", () => {
  assert.equal(fill("no_such_words", { value: 1 }), "no_such_words");
});

test("every string of the page takes the same details in both languages", () => {
  const braces = (text) => (text.match(/\{\w+\}/g) ?? []).sort().join();
  const [en, zh] = [readIn("en"), readIn("zh")];
  readIn("en");
  assert.ok(Object.keys(en).length > 800);
  for (const key of Object.keys(en)) assert.equal(braces(zh[key]), braces(en[key]), key);
});

test("the server lies three folders above the script, without a slash at its end", () => {
  assert.ok(import.meta.url.includes(home()));
  assert.ok(!home().endsWith("/"));
});

test("news reach all who listen, in the order in which they came, and bring back what they return", () => {
  const { hear, tell } = signal();
  hear((one, other) => one + other);
  hear((one, other) => one * other);
  assert.deepEqual(tell(3, 4), [7, 12]);
});

test("news that nobody listens to are no trouble", () => {
  assert.deepEqual(signal().tell("anything"), []);
});

const pressed = (place, action, busy = false) => ({
  target: {
    closest: (selector) =>
      selector.startsWith(place) ? { dataset: { do: action }, hasAttribute: () => busy } : null,
  },
});

test("a click on an element of a place calls the action that it names, and of no other place", () => {
  const called = [];
  onActions("#here", { go: (target) => called.push(target.dataset.do) });
  page.happens("click", pressed("#here", "go"));
  page.happens("click", pressed("#there", "go"));
  page.happens("click", { target: {} });
  assert.deepEqual(called, ["go"]);
});

test("a busy element does nothing when it is clicked again", () => {
  const called = [];
  onActions("#busy", { go: () => called.push("go") });
  page.happens("click", pressed("#busy", "go", true));
  assert.deepEqual(called, []);
});

test("a form is given to who waits for it, and the browser does not send it", () => {
  const [called, stopped] = [[], []];
  onSubmit("#form", (form) => called.push(form));
  const form = { matches: (selector) => selector === "#form" };
  page.happens("submit", { target: form, preventDefault: () => stopped.push("yes") });
  page.happens("submit", { target: { matches: () => false }, preventDefault: () => stopped.push("no") });
  assert.deepEqual(called, [form]);
  assert.deepEqual(stopped, ["yes"]);
});

test("an element is looked for in the page as it is now", () => {
  assert.equal($("#late"), null);
  parts.set("#late", { id: "late" });
  assert.equal($("#late").id, "late");
  parts.delete("#late");
});

test("the facts name the reader's language", () => {
  readIn("zh");
  assert.deepEqual([facts.language, facts.locale, fill("undo")], ["zh", "zh-CN", "撤销"]);
  readIn("en");
  assert.equal(facts.locale, "en");
});
