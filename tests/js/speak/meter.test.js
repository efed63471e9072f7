import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Part, forgetAll, parts, readIn } from "../support/page.js";
import { onSettings, replaceText } from "../../../indextts/studio/tabs/speak/inputs.js";
import { keepPace, maxChars, meter } from "../../../indextts/studio/tabs/speak/meter.js";

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

test("the wait goes by the engine's pace, and both by how quickly it is to speak", () => {
  assert.match(write("字".repeat(100)), /19 s of speech · 9\.6 s wait/);
  onSettings("anna", "auto", 2, "neutral", 0.5, "", 0.8);
  assert.match(write("字".repeat(100)), /9\.5 s of speech · 4\.9 s wait/);
});

test("what takes hardly any time still takes a tenth of a second", () => {
  assert.match(write("👩‍🚀"), /0\.1 s of speech · 0\.1 s wait/);
});

test("a take shows how quick its engine is here, and the next ones weigh in", () => {
  keepPace("kokoro", 2);
  assert.match(write("字".repeat(100)), /38 s wait/);
  keepPace("kokoro", 1);
  assert.match(write("字".repeat(100)), /29 s wait/);
  keepPace("embedded", 9);
  assert.match(write("字".repeat(100)), /29 s wait/);
});

test("a pace that is none is not kept", () => {
  for (const pace of [NaN, Infinity, 0, -1]) keepPace("kokoro", pace);
  assert.equal(localStorage.getItem("indextts.pace"), null);
});

test("what the browser kept is passed over where it is no list of paces", () => {
  for (const kept of ["7", '"x"', "null", "[", "[]"]) {
    localStorage.setItem("indextts.pace", kept);
    assert.match(write("字".repeat(100)), /9\.6 s wait/, kept);
  }
});

test("an engine that nobody has heard yet and that says nothing has a usual pace", () => {
  engine({ engine: "new", pace: "" });
  assert.match(write("字".repeat(100)), /2\.0 s wait/);
});
