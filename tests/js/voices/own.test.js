import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { readIn } from "../support/page.js";
import { refusal, serve } from "../support/server.js";
import { fill } from "../../../indextts/studio/lib/dom.js";
import { favourites, love, onFavourites } from "../../../indextts/studio/tabs/voices/favourites.js";
import {
  add,
  castOf,
  change,
  hearOnce,
  hushSample,
  inline,
  onSample,
  onVoices,
  remove,
  sampleText,
} from "../../../indextts/studio/tabs/voices/own.js";

const anna = { id: "v1", name: "Anna", mix: "", tract: 1, pitch: 2, range: 3, rate: 4, tilt: 5 };
let told = 0;
onVoices(() => (told += 1));
beforeEach(() => {
  readIn("en");
  told = 0;
});
const lines = (asked) => asked.map(({ method, path }) => `${method} ${path}`);

test("a new voice can be taken back, and everything that lists voices hears of both", async () => {
  const asked = serve(({ method }) => (method === "POST" ? anna : {}));
  const answer = await add({ name: "Anna" });
  assert.equal(answer.said, fill("voice_saved", { name: "Anna" }));
  assert.equal(told, 1);
  assert.deepEqual(await answer.undo(), { said: fill("entry_undone") });
  assert.deepEqual(lines(asked), ["POST /v1/voices", "DELETE /v1/voices/v1"]);
  assert.equal(told, 2);
});

test("a voice that was changed goes back to all that it was, and to nothing else", async () => {
  const asked = serve(() => ({ ...anna, pitch: 9 }));
  const { undo } = await change({ ...anna, created: 5, owner: "x" }, { pitch: 9 });
  await undo();
  const { id, ...fields } = anna;
  assert.deepEqual([asked[1].path, JSON.parse(asked[1].body)], [`/v1/voices/${id}`, fields]);
});

test("a voice that was removed is restored", async () => {
  const asked = serve(() => ({}));
  const { undo } = await remove(anna);
  await undo();
  assert.deepEqual(lines(asked), ["DELETE /v1/voices/v1", "POST /v1/voices/v1/restore"]);
});

test("what is refused is an error, can not be taken back, and is no news", async () => {
  serve(() => refusal(409, "voice_exists"));
  for (const answer of [await add({}), await change(anna, {}), await remove(anna)])
    assert.deepEqual([answer.code, answer.undo], ["voice_exists", undefined]);
  assert.equal(told, 0);
});

test("a way back that fails says why", async () => {
  let gone = false;
  serve(() => (gone ? refusal(404, "no_voice", "It is gone.", "") : anna));
  const { undo } = await remove(anna);
  gone = true;
  assert.equal((await undo()).code, "no_voice");
});

test("a natural voice says its sample in its own language, all others in the reader's", () => {
  for (const language of ["en", "zh"]) {
    readIn(language);
    assert.equal(sampleText("zf_001"), fill("voice_sample_zh"));
    assert.equal(sampleText("zm_010(60)+af_sky(40)"), fill("voice_sample_zh"));
    assert.equal(sampleText("af_bella"), fill("voice_sample_en"));
    assert.equal(sampleText("bm_lewis"), fill("voice_sample_en"));
    for (const other of ["v1", "default", "", "zf", "xf_1"])
      assert.equal(sampleText(other), fill(`voice_sample_${language}`), other);
  }
});

test("a design is written with all its numbers", () => {
  assert.equal(inline(anna), "design:tract=1,pitch=2,range=3,rate=4,tilt=5");
  assert.equal(inline(anna, "af_sky(1)"), "af_sky(1):tract=1,pitch=2,range=3,rate=4,tilt=5");
});

test("a server that does not answer casts nobody", async () => {
  serve(() => undefined);
  assert.deepEqual(await castOf("A: x", "anna"), []);
});

test("one sample sounds at a time", async () => {
  const playing = new Set();
  globalThis.Audio = class {
    constructor(address) {
      this.address = address;
    }

    async play() {
      playing.add(this.address);
    }

    pause() {
      playing.delete(this.address);
    }
  };
  const news = [];
  onSample((one) => news.push(one && `${one.title}: ${one.audio.address}`));
  await hearOnce("one", "Anna");
  await hearOnce("two", "Tom");
  assert.deepEqual([...playing], ["two"]);
  assert.ok(hushSample());
  assert.deepEqual([[...playing], news], [[], ["Anna: one", null, "Tom: two", null]]);
  assert.ok(!hushSample(), "nothing is left to stop");
});

test("a favourite is remembered by this browser, and who listens hears of it", () => {
  let heard = 0;
  onFavourites(() => (heard += 1));
  love("anna", true);
  love("ben", true);
  love("anna", false);
  assert.deepEqual([...favourites()], ["ben"]);
  assert.deepEqual(JSON.parse(localStorage.getItem("indextts.favourites")), ["ben"]);
  assert.equal(heard, 3);
});

test("favourites that the browser kept in another form are none", async () => {
  for (const [at, kept] of ["{}", '"anna"', "7", "null", "["].entries()) {
    localStorage.setItem("indextts.favourites", kept);
    const fresh = await import(`../../../indextts/studio/tabs/voices/favourites.js?kept=${at}`);
    assert.deepEqual([...fresh.favourites()], [], kept);
  }
});
