import assert from "node:assert/strict";
import { test } from "node:test";

import "../support/page.js";
import { heights } from "../../../indextts/studio/lib/player_wave.js";

test("the strongest bar is as high as there is room, whatever the sound's level", () => {
  assert.deepEqual(heights([0.1, 0.2], 1)[1], 1);
  assert.deepEqual(heights([0, 0], 1), [0, 0]);
});

test("where a bar stands for many peaks, what differs little is told apart", () => {
  const [few] = heights([0.7, 1], 1),
    [many] = heights([0.7, 1], 50);
  assert.ok(few > 0.7 && many < 0.55, `${few} ${many}`);
});
