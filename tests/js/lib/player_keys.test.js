import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { page } from "../support/page.js";
import { onPlayerKeys } from "../../../indextts/studio/lib/player_keys.js";

let done = [],
  inside = false,
  seen = true;
const bar = { closest: () => null };
const player = {
  job: { id: "1" },
  now: 20,
  root: { contains: () => inside, getClientRects: () => (seen ? [{}] : []) },
  seekTo: (to) => done.push(to),
  step: (by) => done.push(`step ${by}`),
  toggle: () => done.push("toggle"),
};
onPlayerKeys(player, { steps: 5, pages: 30, bar });
const press = (key, more = {}) => {
  let stopped = false;
  page.happens("keydown", { key, preventDefault: () => (stopped = true), ...more });
  return stopped;
};
beforeEach(() => {
  [done, inside, seen, player.job, page.activeElement] = [[], false, true, { id: "1" }, null];
});

test("arrows go five seconds back and on, comma and full stop a sentence", () => {
  for (const key of ["ArrowLeft", "ArrowRight", ",", "."]) assert.ok(press(key), key);
  assert.deepEqual(done, [15, 25, "step -1", "step 1"]);
});

test("a key with Ctrl, Alt or the command key is the browser's", () => {
  for (const held of ["ctrlKey", "altKey", "metaKey"]) assert.ok(!press("ArrowLeft", { [held]: true }), held);
  assert.deepEqual(done, []);
});

test("Shift and an arrow choose text; a sign that needs Shift on some keyboards is a sign", () => {
  assert.ok(!press("ArrowRight", { shiftKey: true }));
  assert.ok(press(".", { shiftKey: true }));
  assert.deepEqual(done, ["step 1"]);
});

test("what somebody else has answered is left alone", () => {
  press("ArrowLeft", { defaultPrevented: true });
  assert.deepEqual(done, []);
});

test("where something is typed the keys are its own", () => {
  page.activeElement = { closest: (selector) => (selector.includes("textarea") ? {} : null) };
  press("ArrowLeft");
  press(",");
  assert.deepEqual(done, []);
});

test("an element outside the player that takes the focus has its own arrows", () => {
  const focused = { closest: (selector) => (selector.includes("[tabindex]") ? {} : null) };
  page.activeElement = focused;
  press("ArrowLeft");
  assert.deepEqual(done, []);
  inside = true;
  press("ArrowLeft");
  assert.deepEqual(done, [15]);
});

test("on the picture keys slide as on any slider", () => {
  [page.activeElement, inside] = [bar, true];
  for (const key of ["ArrowDown", "ArrowUp", "PageDown", "PageUp", "Home", "End", " ", "Enter"])
    assert.ok(press(key), key);
  assert.deepEqual(done, [15, 25, -10, 50, 0, Infinity, "toggle", "toggle"]);
});

test("beside the picture Home, End and Space are not the player's", () => {
  for (const key of ["Home", "End", " ", "Enter", "PageUp", "a"]) assert.ok(!press(key), key);
  assert.deepEqual(done, []);
});

test("a player that is empty or not to be seen hears no keys", () => {
  player.job = null;
  press("ArrowLeft");
  [player.job, seen] = [{}, false];
  press("ArrowLeft");
  assert.deepEqual(done, []);
});
