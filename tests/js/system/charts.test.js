import assert from "node:assert/strict";
import { test } from "node:test";

import "../support/page.js";
import { chance } from "../support/chance.js";
import { line } from "../../../indextts/studio/tabs/system/charts.js";

// The path's strokes: [[x, y], …], the little dash at each beginning left out.
const strokes = (path) =>
  path
    .split("M")
    .filter(Boolean)
    .map((stroke) =>
      stroke
        .replace("h1", "")
        .split("L")
        .map((point) => point.split(" ").map(Number)),
    );

test("an hour without a number is no line", () => {
  assert.equal(line([], 10, 1), "");
  assert.equal(line([null, null], 10, 1), "");
});

test("the newest moment is at the right edge, however few there are", () => {
  assert.equal(strokes(line([1], 121, 1))[0][0][0], 240);
  assert.deepEqual(strokes(line([0, 1], 3, 1))[0].map(([x]) => x), [120, 240]);
});

test("nothing is at the foot, the most at the top, both within the picture", () => {
  assert.deepEqual(strokes(line([0, 5], 2, 5))[0].map(([, y]) => y), [54, 2]);
});

test("where nothing was measured the line has a gap", () => {
  const [first, second, ...more] = strokes(line([1, 2, null, 3], 4, 3));
  assert.deepEqual([first.length, second.length, more.length], [2, 1, 0]);
});

test("a moment that stands alone is a dash, so that it can be seen", () => {
  assert.match(line([null, 1, null], 3, 1), /^M\S+ \S+h1$/);
});

test("a single moment of a chart without a span is drawn, not divided by nothing", () => {
  assert.deepEqual(strokes(line([1], 1, 1)), [[[0, 2]]]);
});

test("every line goes from left to right and stays in the picture", () => {
  const by = chance(20);
  for (let round = 0; round < 300; round += 1) {
    const span = by.whole(2, 130);
    const values = Array.from({ length: by.whole(0, span) }, () => (by.next() < 0.2 ? null : by.between(0, 7)));
    const points = strokes(line(values, span, Math.max(1e-9, ...values.filter((one) => one !== null)))).flat();
    assert.equal(points.length, values.filter((one) => one !== null).length);
    let before = -1;
    for (const [x, y] of points) {
      assert.ok(x > before && x <= 240 && y >= 2 && y <= 54, `${x} ${y}`);
      before = x;
    }
  }
});
