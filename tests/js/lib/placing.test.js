import assert from "node:assert/strict";
import { test } from "node:test";

import { chance } from "../support/chance.js";
import { listPlace, panelPlace, sheetPlace } from "../../../indextts/studio/lib/placing.js";

const [WIDE, HIGH] = [1000, 600];
const box = (left, top, width = 100, height = 30) => ({
  ...{ left, top, width, height },
  ...{ right: left + width, bottom: top + height },
});

test("a menu opens below its button, and begins where that begins", () => {
  assert.deepEqual(sheetPlace(box(200, 100), { width: 150, height: 200 }, WIDE, HIGH), [200, 134]);
});

test("a menu at the right edge ends where its button ends", () => {
  assert.deepEqual(sheetPlace(box(890, 100), { width: 150, height: 200 }, WIDE, HIGH), [840, 134]);
});

test("a menu at the foot of the window opens upwards", () => {
  assert.deepEqual(sheetPlace(box(200, 500), { width: 150, height: 200 }, WIDE, HIGH), [200, 296]);
});

test("a menu that is higher than both sides begins at the top edge", () => {
  assert.equal(sheetPlace(box(200, 300), { width: 150, height: 590 }, WIDE, HIGH)[1], 8);
});

test("a menu that fits is within the window wherever its button is", () => {
  const by = chance(1);
  for (let round = 0; round < 2000; round += 1) {
    const size = { width: by.whole(40, 900), height: by.whole(40, 500) };
    const [x, y] = sheetPlace(box(by.whole(0, 950), by.whole(0, 570)), size, WIDE, HIGH);
    assert.ok(x >= 8 && x + size.width <= WIDE - 8, JSON.stringify({ x, size }));
    assert.ok(y >= 8 && y + size.height <= HIGH - 8, JSON.stringify({ y, size }));
  }
});

test("a list opens downwards where it has room, as high as it wants to be", () => {
  assert.deepEqual(listPlace(box(100, 100), 300, WIDE, HIGH), { left: 100, top: 134, height: 300 });
});

test("a list without room below opens upwards and ends above its field", () => {
  const { top, height } = listPlace(box(100, 500), 300, WIDE, HIGH);
  assert.deepEqual([top, height], [196, 300]);
});

test("a list that fits nowhere scrolls on the side where there is more room", () => {
  assert.equal(listPlace(box(100, 200), 5000, WIDE, HIGH).height, HIGH - 230 - 12);
  assert.equal(listPlace(box(100, 450), 5000, WIDE, HIGH).height, 450 - 12);
});

test("a list is never higher than it wants to be, and never covers its field", () => {
  const by = chance(2);
  for (let round = 0; round < 2000; round += 1) {
    const field = box(by.whole(0, 900), by.whole(0, 560)),
      tall = by.whole(20, 1500);
    const { left, top, height } = listPlace(field, tall, WIDE, HIGH);
    assert.ok(height <= tall);
    assert.ok(top >= field.bottom || top + height <= field.top, JSON.stringify({ field, tall, top, height }));
    assert.ok(left >= 8 && left + field.width <= Math.max(WIDE - 8, field.width + 8));
  }
});

test("a dialog stands under the middle of its word", () => {
  assert.deepEqual(panelPlace(box(400, 100, 20), { width: 200, height: 100 }, WIDE, HIGH), [310, 138]);
});

test("a dialog stays clear of both edges, and opens upwards where what stays at the foot is in its way", () => {
  const size = { width: 200, height: 100 };
  assert.equal(panelPlace(box(0, 100, 20), size, WIDE, HIGH)[0], 12);
  assert.equal(panelPlace(box(980, 100, 20), size, WIDE, HIGH)[0], 788);
  assert.equal(panelPlace(box(400, 400, 20), size, WIDE, 500)[1], 292);
});

test("a dialog that fits neither above nor below stands below, where the page can be scrolled", () => {
  assert.equal(panelPlace(box(400, 50, 20), { width: 200, height: 100 }, WIDE, 150)[1], 88);
});

test("a dialog wider than a phone begins at its left edge", () => {
  assert.equal(panelPlace(box(100, 50, 20), { width: 360, height: 100 }, 320, HIGH)[0], 12);
});
