import assert from "node:assert/strict";
import { test } from "node:test";

import { isAnother, lastWhole } from "../../../indextts/studio/lib/another.js";

const ONE = "上周六我在重庆的一家银行门口排了四十分钟的队，前面的人都在说话。";
const TWO = "城市议会昨天开会，决定今年秋天再修三座桥，预算还没有定下来。";
const EN = "The city council met on Thursday and decided to build three bridges.";
const EN_TWO = "She had never seen so many boats in the small harbour before that morning.";

test("a text is another one where it has nothing of the one before", () => {
  assert.ok(isAnother(ONE, TWO) && isAnother(EN, EN_TWO) && isAnother(ONE, EN) && isAnother(EN, ONE));
  assert.ok(isAnother(ONE.repeat(20), TWO));
});

test("it is the same where something of it is left, however much came to it", () => {
  for (const [before, now] of [
    [ONE, ONE + TWO],
    [ONE, TWO.repeat(9) + ONE],
    [ONE + TWO, TWO],
    [EN, `${EN} Nobody objected.`],
    [EN, EN.toUpperCase()],
    [ONE, ONE.replace("重庆", "成都").replaceAll("，", "\n")],
  ])
    assert.ok(!isAnother(before, now), now);
});

test("of a few words nothing is known: they are compared once there are more", () => {
  for (const few of ["", "你好", "城市议会", "Hello there."]) {
    assert.ok(!isAnother(ONE, few) && !isAnother(few, ONE), few);
    assert.equal(lastWhole(ONE, few), ONE);
  }
  assert.equal(lastWhole("", "你好"), "你好");
  assert.equal(lastWhole("你好", "你好，小明"), "你好，小明");
  assert.equal(lastWhole(ONE, `${ONE}再见。`), `${ONE}再见。`);
});
