import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { readIn } from "../support/page.js";
import { htmlOf } from "../support/html.js";
import {
  engineNote,
  engineRows,
  isUsable,
  licenceOf,
  nearFirst,
  voiceRows,
  voicesOf,
} from "../../../indextts/studio/tabs/speak/offered.js";

afterEach(() => readIn("en"));

const engine = (id, more = {}) => ({ id, name: id, state: "ready", lacks: [], in_store: true, accented: [], ...more });
const voice = (id, name, more = {}) => ({
  ...{ id, name, engine: "embedded", languages: ["zh", "en"], licence: "as it is", group: "", description: "" },
  ...more,
});
const BAKER = voice("baker", "Built-in"),
  DEEP = voice("deep_man", "Deep man", { description: "Chinese · male" }),
  ZHITIAN = voice("zhitian", "Zhitian", { engine: "sambert", languages: ["zh"], licence: "As <published>" });
const offer = (more = {}) => ({
  engines: [
    engine("embedded", { in_store: false, accented: ["en"], pace: 0.1 }),
    engine("sambert", { state: "idle", pace: 0.25 }),
    engine("indextts2", { state: "absent" }),
    engine("switched off", { state: "absent", in_store: false }),
  ],
  voices: [BAKER, DEEP, ZHITIAN],
  silent: [],
  ...more,
});
const lacking = () => {
  const given = offer();
  given.engines[1].lacks = ["torch"];
  return given;
};

test("what is not installed is listed with what it lacks, what nobody can fetch is not listed", () => {
  const rows = engineRows(lacking());
  assert.deepEqual(rows.map(({ id }) => id), ["auto", "embedded", "sambert", "indextts2"]);
  assert.deepEqual(rows.map(({ lacks }) => lacks.includes("install it")), [false, false, true, true]);
  assert.equal(engineRows(offer())[2].lacks, "");
  assert.deepEqual(["Recommended", "The best engine for the voice"], [rows[0].name, rows[0].about]);
});

test("an engine can be used where its model and its packages are here, and where the choice is left open", () => {
  const usable = (given) => ["auto", "sambert", "indextts2", "nobody knows"].map((name) => isUsable(given, name));
  assert.deepEqual(usable(offer()), [true, true, false, true]);
  assert.deepEqual(usable(lacking()), [true, false, false, true]);
});

test("voices follow the engine; the first is the default one, whatever is added", () => {
  assert.deepEqual(voicesOf(offer(), "sambert"), [ZHITIAN]);
  const [only, ...none] = voiceRows(offer(), "sambert");
  assert.deepEqual([only.id, only.voice, only.name, none], ["default", "zhitian", "Zhitian", []]);
  const rows = voiceRows(offer(), "auto");
  assert.deepEqual(rows.map(({ id }) => id), ["default", "deep_man", "zhitian"]);
  assert.equal(rows[0].voice, "baker");
  assert.equal(rows[1].about, "Chinese · male");
  assert.equal(rows[2].name, "Zhitian, Sambert · Alibaba", "as another engine's");
});

test("a default voice that follows the language of the text has a row before the two that it chooses from", () => {
  const natural = (id, name, languages) => voice(id, name, { engine: "kokoro", languages }),
    voices = [natural("zf_xiaoxiao", "Xiaoxiao", ["zh", "en"]), natural("af_heart", "Heart", ["en", "zh"]), BAKER];
  const [first, second, third] = voiceRows(offer({ voices }), "auto");
  assert.deepEqual([first.id, first.name, first.voice], ["default", "Xiaoxiao / Heart (auto)", undefined]);
  assert.equal(first.about, "depends on the language of the text");
  assert.deepEqual([second.id, third.id], ["af_heart", "zf_xiaoxiao"], "the page's language first");
  readIn("zh");
  assert.deepEqual(voiceRows(offer({ voices }), "auto").slice(1, 3).map(({ id }) => id), ["zf_xiaoxiao", "af_heart"]);
});

test("voices of the page's language go first among those of their engine, one's own stay behind them", () => {
  const far = voice("z1", "Z", { engine: "kokoro", languages: ["zh"] }),
    near = voice("a1", "A", { engine: "kokoro", languages: ["en"] }),
    mine = voice("own-1", "Mine", { engine: "kokoro", languages: ["zh"], group: "own" }),
    ids = (voices) => nearFirst(voices).map(({ id }) => id);
  assert.deepEqual(ids([BAKER, far, DEEP, near, mine, ZHITIAN]), ["baker", "a1", "deep_man", "z1", "own-1", "zhitian"]);
  const natural = (id, language) => ({ id, natural: true, languages: [language] });
  assert.deepEqual(ids([natural("z", "zh"), natural("a", "en"), { id: "d" }]), ["a", "z", "d"]);
  readIn("zh");
  assert.deepEqual(ids([near, far]), ["z1", "a1"]);
});

test("where there is no voice yet the list says so", () => {
  assert.deepEqual(voiceRows(offer({ voices: [] }), "auto").map(({ name }) => name), ["No voice yet"]);
});

test("a person's own voices are told apart, and clones that nothing can speak are grey", () => {
  readIn("zh");
  const own = voice("own-1", "船长", { group: "own" }),
    rows = voiceRows(offer({ voices: [BAKER, own], silent: [{ id: "clone-1", name: "老王" }] }), "auto");
  assert.deepEqual(rows.slice(1).map(({ name }) => name), ["我的 · 船长", "我的 · 老王"]);
  assert.ok(rows[2].lacks.includes("去安装"));
  assert.equal(rows[2].sample, "/v1/clones/clone-1/preview");
});

test("below the list stands what is to be known of the engine, and for scripts who speaks how fast", () => {
  const note = (name, chosen, given = offer()) => htmlOf(engineNote(given, name, chosen));
  assert.equal(note("embedded", BAKER), '<div data-engine="embedded" data-pace="0.1"></div>');
  assert.ok(note("sambert", ZHITIAN).includes("Opens at first use"));
  assert.ok(note("auto", ZHITIAN).startsWith('<div data-engine="sambert" data-pace="0.25">'));
  assert.ok(!note("auto", ZHITIAN).includes("<p"));
  assert.ok(note("sambert", undefined).includes('href="#/voices"'), "it has no voice");
  const broken = offer();
  Object.assign(broken.engines[1], { state: "error", reason: "<b>why</b>" });
  assert.ok(note("sambert", ZHITIAN, broken).includes("It could not be opened. &lt;b&gt;why"));
  readIn("zh");
  assert.ok(note("sambert", ZHITIAN, broken).includes("未能打开。&lt;b&gt;why"));
});

test("the licence stands beside the voice: the gist, the rest folded, and how it does in English", () => {
  const shown = (one) => htmlOf(licenceOf(offer(), one));
  assert.ok(shown(BAKER).startsWith('<details class="fold" data-engine="embedded">'));
  assert.ok(shown(BAKER).includes("99 of 100"));
  const other = shown({ ...ZHITIAN, languages: ["zh", "en"] });
  assert.ok(other.includes("As &lt;published&gt;") && !other.includes("recogniser"));
  const [natural] = shown({ ...BAKER, engine: "kokoro" }).split("</summary>");
  assert.ok(natural.includes("Voice free") && natural.includes("models"));
  readIn("zh");
  const [short, rest] = shown(BAKER).split("</summary>");
  assert.ok(short.includes("仅限非商业用途") && !short.includes("标贝") && rest.includes("非商业"));
});
