import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { forgetAll } from "../support/page.js";
import { serve, settled, stopClock } from "../support/server.js";
import { root } from "../../../indextts/studio/lib/dom.js";
import {
  example,
  onInputs,
  onSettings,
  replaceText,
  sentSettings,
  settingsNow,
  settingsShown,
  textNow,
  undo,
} from "../../../indextts/studio/tabs/speak/inputs.js";

const USUAL = ["anna", "auto", 1, "neutral", 0.5, "", 0.8]; // in the order of the facts' settings
let clock = null;
beforeEach(() => {
  clock = stopClock();
  serve(() => ({ newest: null }));
  for (let step = 0; step < 2; step += 1) undo("");
});
afterEach(() => clock.goOn());

test("settings are known by their names, in the order in which the page has them", () => {
  onSettings(...USUAL);
  assert.deepEqual(settingsShown(), {
    ...{ voice: "anna", engine: "auto", speed: 1, emotion: "neutral", intensity: 0.5, emotion_text: "" },
    sampling_top_p: 0.8,
  });
});

test("what is sent differs from what is shown where an emotion has words of its own", () => {
  onSettings("anna", "auto", 1, "text", 0.5, " softly ", 0.8);
  assert.deepEqual([settingsShown().emotion, settingsShown().emotion_text], ["text", " softly "]);
  assert.deepEqual([settingsNow().emotion, settingsNow().emotion_text], ["neutral", "softly"]);
  const sent = sentSettings(["anna", "auto", 1, "text", 0.5, " softly ", 0.8]);
  assert.deepEqual(sent.slice(3, 6), ["neutral", 0.5, "softly"]);
});

test("settings are remembered for the next project, and the page knows the emotion", () => {
  onSettings("anna", "auto", 1.5, "sad", 0.5, "", 0.8);
  assert.equal(JSON.parse(localStorage.getItem("indextts.settings")).speed, 1.5);
  assert.equal(root.dataset.emotion, "sad");
});

test("who listens hears of another text and of another setting", () => {
  let heard = 0;
  onInputs(() => (heard += 1));
  replaceText("one");
  onSettings(...USUAL);
  assert.equal(heard, 2);
});

test("a text that replaces another can be taken back", () => {
  replaceText("mine");
  assert.equal(replaceText("an example"), "an example");
  assert.ok(root.classList.contains("can-undo"));
  assert.equal(undo("an example"), "mine");
  assert.equal(textNow(), "mine");
  assert.ok(!root.classList.contains("can-undo"));
});

test("after ten seconds there is nothing to take back", async () => {
  replaceText("mine");
  replaceText("an example");
  await clock.pass(10000);
  assert.ok(!root.classList.contains("can-undo"));
  assert.equal(undo("an example"), "an example");
});

test("an empty text, and the same text, are nothing to take back", () => {
  replaceText(" \n");
  replaceText("mine");
  assert.ok(!root.classList.contains("can-undo"));
  replaceText("mine");
  assert.ok(!root.classList.contains("can-undo"));
});

test("what is taken back cannot be taken back twice", () => {
  replaceText("mine");
  replaceText("an example");
  undo("an example");
  assert.equal(undo("mine, and more"), "mine, and more");
});

test("an example is in the reader's language", () => {
  assert.match(example("mixed"), /[A-Za-z]/);
  assert.equal(textNow(), example("mixed"));
});

test("a page that opens with nothing kept shows the usual settings, or those of last time", async () => {
  forgetAll();
  localStorage.setItem("indextts.settings", JSON.stringify({ speed: 1.25 }));
  const opened = await import("../../../indextts/studio/tabs/speak/inputs.js?opened");
  const [text, ...settings] = await opened.restoreInputs("", ...USUAL);
  await clock.pass(0);
  await settled();
  assert.equal(text, "");
  assert.deepEqual(settings, ["anna", "auto", 1.25, "neutral", 0.5, "", 0.8]);
  assert.equal(opened.settingsShown().speed, 1.25);
});
