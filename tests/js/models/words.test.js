import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { readIn } from "../support/page.js";
import { fill } from "../../../indextts/studio/lib/dom.js";
import {
  RUNNING,
  computed,
  foundOf,
  offered,
  shownAs,
  size,
  sized,
  underWay,
} from "../../../indextts/studio/tabs/models/words.js";

beforeEach(() => readIn("en"));
const model = (more) => ({
  ...{ name: "m", about: "M", state: "absent", bytes: 0, kept: 0, total: 0, done: 0, rate: 0, file: "" },
  ...{ files: [], packages: [], wrong: [], whole: 0, error: "", sources: [], computing: [] },
  ...more,
});
const actions = (more) => offered(model(more)).map(([action]) => action);

test("bytes are told in megabytes, and from a thousand on in gigabytes", () => {
  assert.equal(size(0), "0.0 MB");
  assert.equal(size(2_340_000), "2.3 MB");
  assert.equal(size(42_600_000), "43 MB");
  assert.equal(size(1_500_000_000), "1.5 GB");
  assert.equal(size(1_234_500_000_000), "1,234.5 GB");
});

test("the line about a model begins with its name", () => {
  const { title, about } = shownAs(model({ about: "IndexTTS-2: clones a voice: any voice" }));
  assert.deepEqual([title, about], ["IndexTTS-2", "Clones a voice: any voice"]);
});

test("a Chinese colon divides as well", () => {
  const { title, about } = shownAs(model({ about: "快速引擎：不联网" }));
  assert.deepEqual([title, about], ["快速引擎", "不联网"]);
});

test("a line without a name keeps the model's own, and one without a line is called by the page", () => {
  const { title, about } = shownAs(model({ about: "no colon here" }));
  assert.deepEqual([title, about], ["m", "no colon here"]);
  assert.deepEqual(shownAs(model({ name: "embedded", about: "" })).title, fill("model_title_embedded"));
  assert.deepEqual(shownAs(model({ name: "unheard_of", about: "" })).title, "unheard_of");
});

test("a colon with nothing behind it divides nothing", () => {
  const { title, about } = shownAs(model({ about: "Name:" }));
  assert.deepEqual([title, about], ["m", "Name"]);
});

test("how far a fetch is goes before what was known of the model", () => {
  const { done, total, error } = shownAs(model({ done: 1, progress: { done: 5, total: 9 }, error: null }));
  assert.deepEqual([done, total, error], [5, 9, ""]);
});

test("an error of a model is one sentence in the reader's language", () => {
  readIn("zh");
  assert.equal(shownAs(model({ error: { message: "磁盘满了。", hint: "请清理。" } })).error, "磁盘满了。请清理。");
});

test("what is here says how much of the disk it takes, what is not how much is to be fetched", () => {
  for (const state of ["installed", "damaged", "checking"])
    assert.equal(sized(model({ state, bytes: 5e6 })), fill("model_on_disk", { size: "5.0 MB" }));
  assert.equal(sized(model({ bytes: 5e6 })), fill("model_to_fetch", { size: "5.0 MB" }));
  const left = fill("model_left_to_fetch", { kept: "2.0 MB", size: "5.0 MB" });
  assert.equal(sized(model({ bytes: 5e6, kept: 2e6 })), left);
});

test("where nothing is known of its size, or the fetch says it already, nothing is said", () => {
  assert.equal(sized(model()), "");
  assert.equal(sized(model({ state: "fetching", total: 9, bytes: 5e6 })), "");
});

test("what can be done goes by what is there", () => {
  assert.deepEqual(actions({ state: "absent" }), ["fetch"]);
  assert.deepEqual(actions({ state: "fetching" }), ["stop"]);
  assert.deepEqual(actions({ state: "stopping" }), []);
  assert.deepEqual(actions({ state: "stopped" }), ["fetch", "remove"]);
  assert.deepEqual(actions({ state: "failed" }), ["fetch"]);
  assert.deepEqual(actions({ state: "failed", kept: 1 }), ["fetch", "remove"]);
});

test("a model that is here lacks at most packages; one without files cannot be removed", () => {
  assert.deepEqual(actions({ state: "installed" }), ["verify"]);
  assert.deepEqual(actions({ state: "installed", files: ["a"] }), ["verify", "remove"]);
  assert.deepEqual(actions({ state: "installed", files: ["a"], packages: ["torch"] }), ["fetch", "verify", "remove"]);
  assert.deepEqual(actions({ state: "damaged", files: ["a"] }), ["fetch", "verify", "remove"]);
});

test("every button has words in both languages", () => {
  for (const language of ["en", "zh"]) {
    const words = readIn(language);
    const states = [...RUNNING, "absent", "stopped", "failed", "damaged", "installed"];
    for (const state of states) {
      assert.ok(words[`model_${state}`], state);
      for (const [, key] of offered(model({ state, files: ["a"], packages: ["b"], kept: 1 })))
        assert.ok(words[key], key);
    }
  }
});

test("a fetch says how far it is, how quick, and how long it takes yet", () => {
  const words = underWay(model({ state: "fetching", done: 25e6, total: 100e6, rate: 2.5e6, file: "model.bin" }));
  assert.equal(words, "25 MB of 100 MB · 25 % · 2.5 MB/s · about 30 s left · model.bin");
});

test("a check has no rate, and a fetch that stands still has no end", () => {
  const still = model({ state: "fetching", done: 99.9e6, total: 100e6, rate: 0, file: "f" });
  assert.equal(underWay(still), "100 MB of 100 MB · 99 % · f");
  assert.doesNotMatch(underWay(model({ state: "checking", done: 1, total: 10e6, rate: 5e6, file: "f" })), /\/s/);
});

test("before anything is known of its size it says what it waits for", () => {
  assert.equal(underWay(model({ state: "fetching", files: ["a"] })), fill("model_asking"));
  assert.equal(underWay(model({ state: "fetching" })), fill("model_building"));
  assert.equal(underWay(model({ state: "installing" })), fill("model_preparing"));
});

test("what went wrong is said before what is damaged, and that before what is whole", () => {
  assert.equal(foundOf(model({ error: "No room.", wrong: ["a"], whole: 3 })), "No room.");
  assert.equal(foundOf(model({ wrong: ["a", "b"], whole: 3 })), fill("model_wrong", { files: "a, b" }));
  assert.equal(foundOf(model({ whole: 3 })), fill("model_whole", { count: 3 }));
  assert.equal(foundOf(model()), "");
});

test("how its parts compute is said, with what was measured where something was", () => {
  const computing = [
    { part: "vocoder", numbers: "bfloat16", seconds: { bfloat16: 0.5, float32: 1.234 } },
    { part: "text", numbers: "float32", seconds: {} },
  ];
  assert.equal(
    computed(model({ computing })),
    fill("model_computing", { parts: "vocoder bfloat16 (bfloat16 0.50 s / float32 1.23 s), text float32" }),
  );
  assert.equal(computed(model()), "");
});
