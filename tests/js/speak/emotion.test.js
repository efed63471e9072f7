import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import "../support/page.js";
import { emotionChanged, setShares, sharesNow, wanted } from "../../../indextts/studio/tabs/speak/emotion.js";

beforeEach(() => setShares({}));

test("an emotion by its name is sent as it is, without words or recordings of another one", () => {
  assert.deepEqual(wanted({ emotion: "sad", emotion_text: "very glad", speed: 1 }), {
    emotion: "sad",
    emotion_text: "",
    emotion_reference: "",
    speed: 1,
  });
});

test("a mixture is sent as its shares, without those that are nothing", () => {
  setShares({ happy: 0.5, sad: 0, angry: 0.25 });
  assert.equal(wanted({ emotion: "mix" }).emotion, "happy:0.5+angry:0.25");
});

test("a mixture of nothing is neutral", () => {
  assert.equal(wanted({ emotion: "mix" }).emotion, "neutral");
});

test("a description is sent without the spaces around it, and the emotion is left to it", () => {
  const sent = wanted({ emotion: "text", emotion_text: "  轻声地 \r\n" });
  assert.deepEqual([sent.emotion, sent.emotion_text], ["neutral", "轻声地"]);
  assert.equal(wanted({ emotion: "text", emotion_text: null }).emotion_text, "");
});

test("a recording that is not there yet is no emotion", () => {
  const sent = wanted({ emotion: "reference" });
  assert.deepEqual([sent.emotion, sent.emotion_reference], ["neutral", ""]);
});

test("what is shown is not changed by what is sent", () => {
  const shown = { emotion: "text", emotion_text: " x " };
  wanted(shown);
  assert.deepEqual(shown, { emotion: "text", emotion_text: " x " });
});

test("shares that are put back are those that were kept, and no others", () => {
  setShares({ happy: 0.3, neutral: 1, unknown: 1 });
  const kept = sharesNow();
  setShares({ angry: 1 });
  setShares(kept);
  assert.equal(wanted({ emotion: "mix" }).emotion, "happy:0.3");
});

test("shares that are given away cannot be changed from there", () => {
  setShares({ happy: 0.3 });
  sharesNow().happy = 1;
  assert.equal(wanted({ emotion: "mix" }).emotion, "happy:0.3");
});

test("shares are remembered by the browser", () => {
  setShares({ sad: 0.75 });
  assert.equal(JSON.parse(localStorage.getItem("indextts.mixture")).sad, 0.75);
});

test("another mixture is news, though no field of the form is another", () => {
  let heard = 0;
  emotionChanged.hear(() => (heard += 1));
  emotionChanged.tell();
  assert.equal(heard, 1);
});
