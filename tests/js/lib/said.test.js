import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { Part } from "../support/page.js";
import { settled, stopClock } from "../support/server.js";
import { button, iconButton, make } from "../../../indextts/studio/lib/dom.js";
import { ERROR_MS, SAID_MS, UNDO_MS, say } from "../../../indextts/studio/lib/said.js";

let clock = null,
  place = null;
beforeEach(() => {
  clock = stopClock();
  place = new Part("p");
});
afterEach(() => clock.goOn());

test("an element has its attributes, but for those that are nothing, and its parts in their order", () => {
  const part = make("li", { class: "row", hidden: null, "data-at": 0, title: "" }, "one ", make("b", {}, "two"));
  assert.deepEqual(part.attributes, { class: "row", "data-at": "0", title: "" });
  assert.equal(part.textContent, "one two");
});

test("text that looks like markup goes in as text", () => {
  assert.deepEqual(make("p", {}, "<img src=x onerror=alert(1)>").childNodes, ["<img src=x onerror=alert(1)>"]);
});

test("a button names its action and says what it does; one with a picture says it to who cannot see", () => {
  const [plain, pictured] = [button("undo", "undo"), iconButton("undo", "Undo this", "undo", { disabled: "" })];
  assert.deepEqual([plain.attributes["data-do"], plain.textContent, plain.attributes.type], ["undo", "Undo", "button"]);
  assert.deepEqual([pictured.attributes["aria-label"], pictured.attributes.disabled], ["Undo this", ""]);
});

test("what was done is told in one line, and what went wrong so that it is seen", () => {
  say(place, { said: "Removed." });
  assert.deepEqual([place.textContent, place.classList.contains("bad")], ["Removed.", false]);
  say(place, { error: "It cannot be." });
  assert.deepEqual([place.textContent, place.classList.contains("bad")], ["It cannot be.", true]);
  say(place, {});
  assert.deepEqual([place.textContent, place.classList.contains("bad")], ["", false]);
});

test("what cannot be taken back goes after some seconds, and what went wrong later, or when it is closed", async () => {
  say(place, { said: "Kept." });
  await clock.pass(SAID_MS - 1);
  assert.equal(place.textContent, "Kept.");
  await clock.pass(1);
  assert.equal(place.childNodes.length, 0);
  say(place, { error: "It cannot be." });
  await clock.pass(ERROR_MS - 1);
  assert.equal(place.textContent, "It cannot be.");
  await clock.pass(1);
  assert.deepEqual([place.childNodes.length, place.classList.contains("bad")], [0, false]);
  say(place, { error: "Not again." });
  place.childNodes[1].happens("click");
  assert.deepEqual([place.childNodes.length, place.classList.contains("bad")], [0, false]);
});

test("the way back is there for ten seconds, then the line goes", async () => {
  say(place, { said: "Removed.", undo: () => ({}) });
  await clock.pass(UNDO_MS - 1);
  assert.equal(place.childNodes.length, 2);
  await clock.pass(1);
  assert.equal(place.childNodes.length, 0);
});

test("what is taken back is told in turn, and its button cannot be pressed twice", async () => {
  let undone = 0;
  say(place, { said: "Removed.", undo: async () => ({ said: `Back ${(undone += 1)}.` }) });
  const [, back] = place.childNodes;
  back.happens("click");
  assert.ok(back.disabled);
  await settled();
  assert.equal(place.textContent, "Back 1.");
  await clock.pass(SAID_MS - 1);
  assert.equal(place.textContent, "Back 1.");
  await clock.pass(1);
  assert.equal(place.textContent, "");
});

test("a line that is said later is not wiped by the clock of an earlier one", async () => {
  say(place, { said: "One.", undo: () => ({}) });
  await clock.pass(UNDO_MS - 1000);
  say(place, { said: "Two.", undo: () => ({}) });
  await clock.pass(2000);
  assert.equal(place.childNodes[0].textContent, "Two.");
});

test("where nothing is said nothing stands, not even an empty line", () => {
  say(place, { said: "Saved." });
  say(place, {});
  assert.equal(place.childNodes.length, 0);
});
