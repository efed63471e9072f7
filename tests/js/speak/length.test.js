import assert from "node:assert/strict";
import { test } from "node:test";

import { chance, textBy } from "../support/chance.js";
import { count, speechSeconds } from "../../../indextts/studio/tabs/speak/length.js";

const near = (one, other) => assert.ok(Math.abs(one - other) < 1e-6, `${one} is not ${other}`);

test("a text is as long as it has characters, whatever they are written with", () => {
  assert.equal(count(""), 0);
  assert.equal(count("重庆"), 2);
  assert.equal(count("𠮷野家"), 3);
  assert.equal(count("a\r\nb"), 4);
  assert.equal(count("שלום"), 4);
});

test("nothing takes no time", () => {
  for (const text of ["", " ", "\u3000", "👩‍🚀"]) assert.equal(speechSeconds(text), 0, text);
});

test("a rare character takes as long as a common one", () => {
  near(speechSeconds("𠮷野家，"), speechSeconds("吉野家，"));
  near(speechSeconds("㐂。"), speechSeconds("喜。"));
});

test("a text that is twice as long takes twice as long", () => {
  near(speechSeconds("你好吗。".repeat(40)), 40 * speechSeconds("你好吗。"));
});

test("what is written about the reading is not said", () => {
  near(speechSeconds("<重庆|chong2 qing4>很大。"), speechSeconds("重庆很大。"));
  near(speechSeconds("[pause 500ms]好[/开心]。"), speechSeconds("好。"));
  near(speechSeconds('<emphasis level="strong">好</emphasis>。'), speechSeconds("好。"));
});

test("a comparison in a text is no mark", () => {
  assert.ok(speechSeconds("如果 3 < 5 就好") > speechSeconds("如果就好"));
});

test("the names of a dialogue are not said, a single name before a colon is", () => {
  near(speechSeconds("小明：你好。\n小红：再见。"), speechSeconds("你好。\n再见。"));
  assert.ok(speechSeconds("注意：你好。") > speechSeconds("你好。"));
});

test("digits, words and Chinese characters each have a length of their own", () => {
  assert.ok(speechSeconds("字") < speechSeconds("1"));
  assert.ok(speechSeconds("1") < speechSeconds("word"));
  near(speechSeconds("word"), speechSeconds("a"));
});

test("of a very long text a part is measured and the rest reckoned from it", () => {
  const sentence = "今天天气很好，我们去散步。";
  const once = speechSeconds(sentence);
  const all = speechSeconds(sentence.repeat(100000));
  assert.ok(Math.abs(all / once / 100000 - 1) < 0.01);
});

test("every text has a length that is neither negative nor no number", () => {
  const by = chance(14);
  for (let round = 0; round < 1000; round += 1) {
    const text = textBy(by, 40),
      seconds = speechSeconds(text);
    assert.ok(seconds >= 0 && Number.isFinite(seconds), JSON.stringify(text));
  }
});

test("marks that nobody closes keep nothing from being measured quickly and as text", () => {
  const open = "<".repeat(20000) + "[".repeat(20000) + "字";
  assert.ok(speechSeconds(open) > 0);
});
