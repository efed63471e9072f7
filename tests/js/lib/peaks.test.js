import assert from "node:assert/strict";
import { test } from "node:test";

import { chance } from "../support/chance.js";
import { peaksOf } from "../../../indextts/studio/lib/peaks.js";

const near = (value, other) => assert.ok(Math.abs(value - other) < 1e-9, `${value} is not ${other}`);
const segment = (start_s, peaks) => ({ start_s, peaks });

test("before anything is made all is still", () => {
  const sound = peaksOf();
  assert.equal(sound.between(0, 10), 0);
  assert.equal(sound.between(0, 0.01), 0);
});

test("a stretch is as high as its peaks are strong, so that a pause in it is seen", () => {
  const sound = peaksOf();
  sound.gather({ segments: [segment(0, [0.1, 0.9, 0.3, 0.2])], made: 1 });
  near(sound.between(0, 0.2), Math.sqrt((0.01 + 0.81 + 0.09 + 0.04) / 4));
  near(sound.between(0.1, 0.2), Math.sqrt((0.09 + 0.04) / 2));
});

test("a sentence's peaks lie where it begins", () => {
  const sound = peaksOf();
  sound.gather({ segments: [segment(0, [0.5]), segment(2, [0.7])], made: 2 });
  assert.equal(sound.between(0.1, 1.9), 0);
  near(sound.between(2, 2.05), 0.7);
});

test("what is not made yet is not taken, and what is made later comes to what is there", () => {
  const sound = peaksOf(),
    segments = [segment(0, [0.5]), segment(1, [0.7])];
  sound.gather({ segments, made: 1 });
  near(sound.between(0, 1.05), 0.5 / Math.sqrt(21));
  sound.gather({ segments, made: 2 });
  near(sound.between(0, 1.05), Math.sqrt((0.25 + 0.49) / 21));
});

test("where two sentences meet in one peak the louder one is seen", () => {
  const sound = peaksOf();
  sound.gather({ segments: [segment(0, [0.2, 0.8]), segment(0.06, [0.3])], made: 2 });
  assert.equal(sound.between(0.05, 0.1), 0.8);
});

test("a segment without peaks is silence and no trouble", () => {
  const sound = peaksOf();
  sound.gather({ segments: [{ start_s: 0 }, segment(1, [0.4])], made: 2 });
  assert.equal(sound.between(0, 0.9), 0);
  assert.ok(sound.between(0, 2) > 0);
});

test("between two peaks the picture goes from one to the other", () => {
  const sound = peaksOf();
  sound.gather({ segments: [segment(0, [0, 1])], made: 1 });
  assert.ok(Math.abs(sound.between(0.045, 0.055) - 0.5) < 1e-9);
  assert.equal(sound.between(0, 0.001), 0);
});

test("no bar is higher than the highest peak", () => {
  const by = chance(3);
  for (let round = 0; round < 200; round += 1) {
    const sound = peaksOf();
    const segments = [];
    let at = 0;
    for (let number = by.whole(1, 6); number > 0; number -= 1) {
      const peaks = Array.from({ length: by.whole(1, 40) }, () => by.next());
      segments.push(segment(at, peaks));
      at += peaks.length / 20 + by.next();
    }
    sound.gather({ segments, made: segments.length });
    const most = Math.max(...segments.flatMap(({ peaks }) => peaks));
    for (let number = 0; number < 50; number += 1) {
      const begin = by.between(0, at);
      const height = sound.between(begin, begin + by.between(0, 1));
      assert.ok(height >= 0 && height <= most + 1e-12);
    }
  }
});
