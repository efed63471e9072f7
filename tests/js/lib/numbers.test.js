import assert from "node:assert/strict";
import { test } from "node:test";

import { readIn } from "../support/page.js";
import { duration } from "../../../indextts/studio/lib/numbers.js";
import { clock } from "../../../indextts/studio/lib/player_parts.js";

test("a short time has tenths, a longer one whole seconds", () => {
  assert.equal(duration(0), "0.0 s");
  assert.equal(duration(9.94), "9.9 s");
  assert.equal(duration(10.4), "10 s");
  assert.equal(duration(59.4), "59 s");
});

test("where tenths end can be chosen", () => {
  assert.equal(duration(42.26, 60), "42.3 s");
  assert.equal(duration(1.2, 1), "1 s");
});

test("what rounds up to a minute is said as a minute", () => {
  assert.equal(duration(59.6), "1 min 0 s");
  assert.equal(duration(59.96, 60), "1 min 0 s");
});

test("what rounds up to an hour is said as an hour", () => {
  assert.equal(duration(3599.4), "59 min 59 s");
  assert.equal(duration(3599.6), "1 h 0 min");
  assert.equal(duration(100 * 3600 + 61), "100 h 1 min");
});

test("no time is ever said with tenths that make up its limit", () => {
  for (let tenths = 0; tenths < 20000; tenths += 1) {
    const said = duration(tenths / 100, 10);
    assert.notEqual(said, "10.0 s", String(tenths));
  }
});

test("a time is said in the reader's language", () => {
  readIn("zh");
  assert.equal(duration(75), "1 分 15 秒");
  assert.equal(duration(7300), "2 小时 1 分");
  readIn("en");
});

test("the player's clock counts whole seconds, and hours only where there are any", () => {
  assert.equal(clock(0), "0:00");
  assert.equal(clock(59.9), "0:59");
  assert.equal(clock(60), "1:00");
  assert.equal(clock(3600), "1:00:00");
  assert.equal(clock(36061.5), "10:01:01");
});

test("the player's clock takes what is a hair before a second as that second", () => {
  assert.equal(clock(3.999), "0:04");
  assert.equal(clock(3.97), "0:03");
});

test("the player's clock never goes before zero", () => {
  assert.equal(clock(-5), "0:00");
});

test("the player's clock never goes back while time goes on", () => {
  let before = -1;
  for (let seconds = 0; seconds < 7300; seconds += 0.37) {
    const now = clock(seconds)
      .split(":")
      .reduce((sum, part) => 60 * sum + Number(part), 0);
    assert.ok(now >= before, `${seconds}`);
    before = now;
  }
});
