import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Part, forgetAll, parts, readIn } from "../support/page.js";
import { onSettings, replaceText, settingsNow } from "../../../indextts/studio/tabs/speak/inputs.js";
import { maxChars, meter, wasMade } from "../../../indextts/studio/tabs/speak/meter.js";

let place = null;
const engine = (dataset) => parts.set("#engine-note [data-engine]", { dataset });
const write = (text) => {
  replaceText(text);
  meter();
  return place.textContent;
};
beforeEach(() => {
  readIn("en");
  forgetAll();
  place = new Part("p");
  place.dataset.max = "2000";
  parts.set("#meter-text", place);
  engine({ engine: "kokoro", pace: "0.5" });
  onSettings("anna", "auto", 1, "neutral", 0.5, "", 0.8);
});

test("an empty text says how much there may be", () => {
  assert.match(write(" \n"), /2,000/);
  assert.ok(!place.classList.contains("over"));
});

test("a text that is too long says by how much", () => {
  const said = write("𠮷".repeat(2345));
  assert.match(said, /2,345/);
  assert.match(said, /345/);
  assert.ok(place.classList.contains("over"));
});

test("without a limit of the server's none holds", () => {
  delete place.dataset.max;
  assert.equal(maxChars(), Infinity);
  write("字".repeat(5000));
  assert.ok(!place.classList.contains("over"));
});

test("how long the speech lasts goes by how quickly it is to speak, and how long it takes is not guessed", () => {
  assert.match(write("字".repeat(100)), /100 characters · starts at once · about 19 s of audio$/);
  onSettings("anna", "auto", 2, "neutral", 0.5, "", 0.8);
  assert.match(write("字".repeat(100)), /starts at once · about 9\.5 s of audio$/);
});

test("hardly anything still takes a tenth of a second", () => {
  assert.match(write("👩‍🚀"), /about 0\.1 s of audio/);
});

test("whoever does not hear it as it is made is not told that it starts", () => {
  localStorage.setItem("indextts.playAsMade", "no");
  assert.match(write("字".repeat(100)), /100 characters · about 19 s of audio$/);
});

test("of an engine that is slower than the listener is told how long it takes, by the server's measure", () => {
  engine({ engine: "indextts2", pace: "20" });
  assert.match(write("字".repeat(100)), /about 19 s of audio · takes about 6 min 20 s/);
});

test("what was made already takes no time again, as long as the settings are the same", () => {
  engine({ engine: "kokoro", pace: "2" });
  const [before, after] = ["前".repeat(50), "后".repeat(50)];
  assert.match(write(before + after), /takes about 38 s/);
  wasMade(before + after, settingsNow());
  assert.match(write(before + after), /starts at once · about 19 s of audio$/);
  assert.match(write(`${before}${"新".repeat(200)}${after}`), /about 57 s of audio · takes about 1 min 16 s/);
  onSettings("bob", "auto", 1, "neutral", 0.5, "", 0.8);
  assert.match(write(before + after), /takes about 38 s/);
});

test("an engine that says nothing of its pace is not suspected", () => {
  engine({ engine: "new", pace: "" });
  assert.match(write("字".repeat(100)), /starts at once/);
});
