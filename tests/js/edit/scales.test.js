import assert from "node:assert/strict";
import { test } from "node:test";

import { chance } from "../support/chance.js";
import {
  PITCH,
  VOLUME,
  WIDE,
  axisOf,
  curveBounds,
  curveSteps,
  dragged,
  heightsOf,
  layOut,
  melody,
  scaleOf,
  secondsOf,
  signed,
  yOf,
} from "../../../indextts/studio/tabs/edit/scales.js";

const near = (one, other, what) => assert.ok(Math.abs(one - other) < 1e-9, `${what ?? ""} ${one} is not ${other}`);
const token = (start, end, more = {}) => ({
  ...{ text: "字", printed: "zì", said: true, start, end, pitch: 0, length: 1, volume: 0, break: 0 },
  ...more,
});

test("the top of a lane is its highest value, its foot the lowest", () => {
  for (const lane of [PITCH, WIDE, VOLUME]) {
    near(yOf(lane, lane.high), lane.top);
    near(yOf(lane, lane.low), lane.top + lane.height);
  }
});

test("what is beyond a lane is drawn at its edge", () => {
  near(yOf(PITCH, 1e9), PITCH.top);
  near(yOf(PITCH, -Infinity), PITCH.top + PITCH.height);
});

test("higher is never drawn lower", () => {
  const by = chance(5);
  for (let round = 0; round < 500; round += 1) {
    const [one, other] = [by.between(-30, 30), by.between(-30, 30)].sort((a, b) => a - b);
    assert.ok(yOf(VOLUME, other) <= yOf(VOLUME, one));
  }
});

test("a value has its sign, with a minus as wide as the plus", () => {
  assert.equal(signed(2), "+2.0");
  assert.equal(signed(-0.5), "−0.5");
  assert.equal(signed(0), "0.0");
  assert.equal(signed(-12, 0), "−12");
});

test("what rounds to nothing has no sign", () => {
  assert.equal(signed(0.04), "0.0");
  assert.equal(signed(-0.04), "0.0");
  assert.equal(signed(0.4, 0), "0");
});

const drag = (field, was, more) =>
  dragged(field, was, { ...{ dx: 0, dy: 0, scale: 200, seconds: 0.25, fine: false }, lane: PITCH, ...more });

test("a drag over the height of its lane is the whole of its range", () => {
  assert.equal(drag("pitch", -9, { dy: PITCH.height }), 9);
  assert.equal(drag("volume", -24, { dy: VOLUME.height, lane: VOLUME }), 12);
});

test("a length follows the pointer: as many pixels as a token has make it twice as long", () => {
  assert.equal(drag("length", 1, { dx: 50 }), 2);
  assert.equal(drag("length", 2, { dx: -25 }), 1);
});

test("a value goes in steps, and with Shift in a fifth of them", () => {
  assert.equal(drag("pitch", 0, { dy: 3 }), 0.5);
  near(drag("pitch", 0, { dy: 3, fine: true }), 0.3);
});

test("no drag leaves the bounds", () => {
  const by = chance(6);
  for (let round = 0; round < 3000; round += 1) {
    const field = by.pick(Object.keys(curveBounds)),
      [low, high] = curveBounds[field];
    const value = drag(field, by.between(low, high), {
      ...{ dx: by.between(-5000, 5000), dy: by.between(-5000, 5000), fine: by.next() < 0.5 },
      lane: field === "volume" ? VOLUME : PITCH,
    });
    assert.ok(value >= low && value <= high, `${field} ${value}`);
  }
});

test("however far it is dragged, a value ends where the server would refuse it", () => {
  const ends = (field) =>
    [-1e6, 1e6].map((far) => drag(field, 1, { dx: far, dy: far, lane: field === "volume" ? VOLUME : PITCH }));
  assert.deepEqual(ends("pitch"), [-12, 12]);
  assert.deepEqual(ends("length"), [0.25, 4]);
  assert.deepEqual(ends("volume"), [-24, 12]);
});

test("a drag that goes nowhere keeps a value that is a step", () => {
  for (const field of Object.keys(curveBounds)) {
    const [low, high] = curveBounds[field],
      step = curveSteps[field];
    for (let was = low; was <= high; was += step) {
      const value = Math.round(was * 100) / 100;
      near(drag(field, value, { lane: field === "volume" ? VOLUME : PITCH }), value, field);
    }
  }
});

test("a token lasts as long as it was spoken, and changes with what is asked for since", () => {
  near(secondsOf(token(1, 1.3)), 0.3);
  near(secondsOf(token(1, 1.3, { timed: 1, length: 2 })), 0.6);
  near(secondsOf(token(1, 1.3, { timed: 2, length: 1 })), 0.15);
});

test("a token that nobody has spoken has a usual length, one without any a little", () => {
  near(secondsOf(token(null, null)), 0.2);
  near(secondsOf(token(undefined, undefined)), 0.2);
  near(secondsOf(token(1, 1)), 0.02);
});

test("tokens lie where they were spoken, with the pauses between them", () => {
  const laid = layOut([token(0.1, 0.3), token(0.3, 0.5), token(0.8, 1)]);
  assert.deepEqual(laid.map(({ from, to }) => [from, to].map((at) => at.toFixed(3))), [
    ["0.100", "0.300"],
    ["0.300", "0.500"],
    ["0.800", "1.000"],
  ]);
});

test("a token that becomes longer moves all that follow it, and no pause changes", () => {
  const laid = layOut([token(0, 0.2, { timed: 1, length: 3 }), token(0.5, 0.7)]);
  near(laid[0].to, 0.6);
  near(laid[1].from, 0.9);
});

test("marks that are not said take no room, and tokens keep their own numbers", () => {
  const laid = layOut([token(0, 0.2), { said: false }, token(0.2, 0.4)]);
  assert.deepEqual(laid.map(({ index }) => index), [0, 2]);
});

test("no sentence is laid out as nothing", () => {
  assert.deepEqual(layOut([]), []);
  assert.deepEqual(layOut([{ said: false }]), []);
});

test("tokens never lie on one another, whatever was asked for", () => {
  const by = chance(7);
  for (let round = 0; round < 300; round += 1) {
    let at = 0;
    const tokens = by.list(20, () => {
      if (by.next() < 0.2) return token(null, null, { said: by.next() < 0.8 });
      at += by.between(0, 0.3);
      const start = at;
      at += by.between(0, 0.5);
      return token(start, at, { timed: by.between(0.25, 4), length: by.between(0.25, 4) });
    });
    let before = 0;
    for (const { from, to } of layOut(tokens)) {
      assert.ok(from >= before - 1e-9 && to > from);
      before = to;
    }
  }
});

test("where there is room a token is as wide as it lasts, and pauses keep their width", () => {
  const x = axisOf(layOut([token(0.1, 0.4), token(0.6, 0.9)]), 200, 72);
  for (const [seconds, at] of [[0, 72], [0.1, 92], [0.25, 122], [0.4, 152], [0.6, 192], [0.9, 252], [1.4, 352]])
    near(x(seconds), at, seconds);
});

test("no token is narrower than its column, nor than what stands there", () => {
  const laid = layOut([token(0, 0.05), token(0.05, 0.1, { text: "international", printed: "ɪntə" })]),
    x = axisOf(laid, 200, 72);
  near(x(0.05) - x(0), 46);
  near(x(0.1) - x(0.05), 8 * "international".length + 12);
  near(x(0.025), 72 + 23, "half of it");
});

test("what comes later lies farther to the right", () => {
  const by = chance(8);
  for (let round = 0; round < 200; round += 1) {
    let end = 0;
    const tokens = by.list(12, () => {
      const start = end + by.between(0, 0.3);
      end = start + by.between(0.01, 0.6);
      return token(start, end);
    });
    const x = axisOf(layOut(tokens), by.between(176, 400), 72);
    let before = 71;
    for (let seconds = 0; seconds < end + 0.5; seconds += 0.02) {
      assert.ok(x(seconds) > before);
      before = x(seconds);
    }
  }
});

test("a second is never narrower than it can be dragged in, nor wider than a screen likes", () => {
  assert.equal(scaleOf(300, 10, false), 176);
  assert.equal(scaleOf(300, 10, true), 260);
  assert.equal(scaleOf(600, 2, false), 300);
  assert.equal(scaleOf(5000, 1, false), 400);
  assert.equal(scaleOf(-20, 1, false), 176);
});

test("the lane widens where a token was moved beyond it", () => {
  const laid = (mean, pitch) => layOut([token(0, 1, { mean, pitch })]);
  assert.equal(heightsOf(laid(4, 4.5)), PITCH);
  assert.equal(heightsOf(laid(4, 4.55)), WIDE);
  assert.equal(heightsOf(laid(-4, -5)), WIDE);
  assert.equal(heightsOf(laid(undefined, 8)), PITCH);
  assert.equal(heightsOf([]), PITCH);
});

test("the melody is one line, broken where the voice pauses", () => {
  const contour = [
    [0, 0],
    [1, 3],
  ];
  const tokens = [token(0, 1, { contour }), token(1, 2, { contour, break: 3 }), token(2, 3, { contour })];
  const lines = melody(layOut(tokens), false, PITCH, (seconds) => 100 * seconds);
  assert.equal(lines.length, 2);
  assert.equal(lines[0].split(" ").length, 4);
  assert.ok(lines[1].startsWith("200,"));
});

test("a short pause does not break the melody, and its points lie where the token does", () => {
  const contour = [
    [0, 0],
    [0.5, 0],
  ];
  const tokens = [token(0, 1, { contour, break: 2 }), token(1, 3, { contour })];
  const [line, ...more] = melody(layOut(tokens), false, PITCH, (seconds) => seconds);
  assert.deepEqual([line.split(" ").map((point) => Number(point.split(",")[0])), more], [[0, 0.5, 1, 2], []]);
});

test("what was asked for moves the melody by that much, and the model's own stays", () => {
  const tokens = [token(0, 1, { contour: [[0, 0], [1, 0]], pitch: 9 })];
  const [mine] = melody(layOut(tokens), true, PITCH, (seconds) => seconds),
    [own] = melody(layOut(tokens), false, PITCH, (seconds) => seconds);
  assert.equal(mine, `0,${PITCH.top} 1,${PITCH.top}`);
  assert.equal(own, `0,${yOf(PITCH, 0)} 1,${yOf(PITCH, 0)}`);
});

test("a melody of one point, or of none, is no line", () => {
  const x = (seconds) => seconds;
  assert.deepEqual(melody(layOut([token(0, 1, { contour: [[0, 0]] }), token(1, 2)]), false, PITCH, x), []);
  assert.deepEqual(melody([], false, PITCH, x), []);
});
