import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { readIn } from "../support/page.js";
import { chance, textBy } from "../support/chance.js";
import { htmlOf, times } from "../support/html.js";
import { sentenceReading, wholeReading } from "../../../indextts/studio/tabs/speak/reading_draw.js";

const said = (language) => {
  readIn(language).emotion = language === "zh" ? "情感" : "Emotion"; // the row of the setting has the word
};
// Read in Chinese; hooks would be those of all tests that one process runs.
const read = (name, run) =>
  test(name, () => {
    said("zh");
    run();
  });
afterEach(() => readIn("en"));

const hanzi = (text, reading, printed, more = {}) => ({ text, reading, printed, ...more });
const HAO = hanzi("好", "hao3", "hǎo"),
  mark = (text) => ({ text, kind: "punctuation" });
const whole = (segments, { names = {}, hidden = 0 } = {}) =>
  htmlOf(wholeReading({ voice: "default", segments, hidden }, names));
const drawn = (...tokens) => whole([{ tokens }]);
const found = (html, pattern) => [...html.matchAll(pattern)].map(([, one]) => one);

read("characters carry their pinyin, words their sounds in phonetic letters", () => {
  assert.ok(drawn(hanzi("重", "chong2", "chóng")).includes("<ruby>重<rt>chóng</rt></ruby>"));
  const minute = { text: "minute", kind: "word", lang: "en", reading: "M IH1 N AH0 T", printed: "ˈmɪnət" };
  assert.ok(drawn(minute).includes('<ruby><span class="word" lang="en">minute</span><rt>ˈmɪnət</rt></ruby>'));
});

read("everything that is read is a button with its place and its other readings", () => {
  const html = drawn(hanzi("重", "chong2", "chóng", { source: "phrase", others: [["zhong4", "zhòng"]] }), mark("。"));
  assert.ok(html.includes('role="button" tabindex="-1" data-at="0.0" data-reading="chong2" data-source="phrase"'));
  assert.deepEqual(found(html, /data-(at|gap)="0\.0"/g), ["at", "gap"], "itself, and the gap behind it");
  assert.ok(html.includes('data-others="[[&quot;zhong4&quot;,&quot;zhòng&quot;]]"') && html.includes("也可读 zhòng"));
  assert.ok(!drawn({ text: "龘" }).includes("role="), "nothing is read there");
  const two = [{ tokens: [hanzi("天", "tian1", "tiān")] }, { tokens: [mark("，"), hanzi("气", "qi4", "qì")] }];
  assert.deepEqual(found(whole(two), /data-at="([^"]*)"/g), ["0.0", "1.1"]);
});

read("a reading that a person chose is shown as such, and one that may be wrong", () => {
  assert.ok(drawn({ ...HAO, source: "user" }).includes('class="token fixed"'));
  assert.ok(drawn({ ...HAO, source: "lexicon" }).includes("依据：我的词典"));
  const doubtful = { source: "dictionary", doubtful: true, others: [["hao4", "hào"]] };
  assert.ok(drawn({ ...HAO, ...doubtful }).includes('class="token doubt" title="hǎo · 也可读 hào · 依据：字典"'));
});

read("nothing in a text becomes markup", () => {
  const by = chance(7),
    tags = (html) => found(html, /<([^\s>]*)/g);
  const page = (text) =>
    whole([
      {
        label: text,
        tokens: [
          { text, kind: "word", lang: "en", reading: text, printed: text, source: text, others: [[text, text]] },
          { ...HAO, origin: [0, 1], written: `${text}!` },
          mark(`，${text}`),
        ],
      },
      { voice: "man", tokens: [HAO] },
    ]);
  for (let round = 0; round < 60; round += 1)
    assert.deepEqual(tags(page(textBy(by) || "x")), tags(page("a")));
});

read("breaks stand behind the punctuation that they belong to, and no comma begins a line", () => {
  const html = drawn({ ...HAO, break_after: 3 }, mark("，"), hanzi("走", "zou3", "zǒu", { break_after: 4 }), mark("。"));
  assert.deepEqual(found(html, /(好|，|走|。|break-\d)/g), ["好", "，", "break-3", "走", "。", "break-4"]);
  assert.equal(times(html, '<span class="keep">'), 2);
  assert.ok(html.includes("较长停顿"));
  const quoted = drawn(HAO, mark("“"), HAO, mark("”"), HAO);
  assert.equal(times(quoted, '<span class="keep">'), 3, "an opening mark stands with what follows");
  said("en");
  assert.ok(drawn({ ...HAO, break_after: 3 }).includes("Long break"));
});

read("rewritten pieces show what they were once", () => {
  const twelve = { origin: [3, 5], written: "12" },
    html = drawn(hanzi("十", "shi2", "shí", twelve), hanzi("二", "er4", "èr", twelve), hanzi("个", "ge4", "gè"));
  assert.equal(times(html, "<del>12</del>"), 1);
  assert.equal(times(html, 'class="changed" title="原文：12"'), 1);
  const places = ["<del>12", "十", "二", "个"].map((one) => html.indexOf(one));
  assert.deepEqual(places, [...places].sort((one, other) => one - other));
  assert.ok(!drawn({ ...HAO, origin: [0, 1], written: "好" }).includes("<del>"));
  const apart = drawn({ ...HAO, ...twelve }, { ...HAO, origin: [5, 7], written: "34" });
  assert.equal(times(apart, "<del>"), 2, "two rewritings are two");
});

read("times let the page follow the sound", () => {
  const html = whole([{ start_s: 0, end_s: 1.5, tokens: [{ ...HAO, start_s: 0.25, end_s: 0.5 }] }]);
  assert.ok(html.includes('data-start="0.250" data-end="0.500"'));
  assert.ok(html.includes('class="segment" data-start="0.00000" data-end="1.50000"'));
});

read("what of a long text is not drawn is asked for by a button", () => {
  said("en");
  const html = whole([{ tokens: [HAO] }], { hidden: 25 });
  assert.ok(html.endsWith('data-action="whole">Show all: 25 more parts</button>'));
});

read("every gap can be told with its break and what decided it", () => {
  const first = { ...HAO, break_after: 2, break_source: "lm", break_sure: 93 },
    gaps = found(drawn(first, { ...HAO, last: true }, mark("。")), /(<i class="break[^>]*>)/g);
  assert.equal(gaps.length, 2, "one behind each character, none behind a mark");
  const parts = ['data-gap="0.0"', 'data-level="2"', 'data-source="lm"', 'data-sure="93"', "把握 93%", "语言模型"];
  for (const part of parts) assert.ok(gaps[0].includes(part), part);
  assert.ok(gaps[0].includes('role="button"'));
  assert.ok(gaps[1].includes('aria-hidden="true"'), "a screen reader meets breaks alone");
  assert.ok(!gaps[0].includes("data-last") && gaps[1].includes("data-last") && gaps[1].includes("break break-0"));
  const ends = drawn(first, { ...HAO, last: true, break_after: 4, break_source: "punctuation" });
  assert.deepEqual(found(ends, /<i class="break[^>]*title="([^"]*)/g).map((title) => title.includes("不能移动")), [
    false,
    true,
  ]);
  assert.ok(drawn({ ...HAO, break_after: 1, break_source: "user" }).includes("break break-1 mine"));
});

read("a sentence's own emotion stands before it with how sure it is", () => {
  const page = (more) => whole([{ tokens: [HAO], ...more }]);
  const auto = page({ emotion: "happy", emotion_source: "auto", emotion_sure: 87 });
  assert.match(auto, /<span class="segment"><span class="feeling feeling-happy"[^>]*>高兴 87%<\/span>/);
  assert.ok(auto.includes('title="情感 · 依据：文字 · 把握 87%"'));
  assert.ok(!page({}).includes("feeling"), "the settings' own is not said again");
  said("en");
  assert.ok(page({ emotion: "sad:0.6+calm:0.2", emotion_source: "markup" }).includes(">Sad + Calm</span>"));
});

read("emphasis stands on its word, the melody at the sentence's end", () => {
  const stressed = { ...HAO, stress: 2, stress_source: "lm", stress_sure: 50 };
  assert.ok(drawn(stressed).includes('data-stress="2" data-stressed="lm" data-stressure="50"'));
  assert.ok(!drawn(HAO).includes("data-stress"));
  const tokens = [hanzi("来", "lai2", "lái"), hanzi("吗", "ma5", "ma", { last: true }), mark("？")];
  assert.ok(!drawn(...tokens).includes("melody"), "nobody has decided");
  said("en");
  const html = whole([{ tokens, intonation: "question", intonation_source: "lm", intonation_sure: 80 }]),
    [melody] = found(html, /(<i class="melody[^>]*>)/g);
  for (const part of ["melody-question", 'data-ending="0.1"', "Question", "80%"]) assert.ok(melody.includes(part));
  assert.ok(html.indexOf("？") < html.indexOf("melody"));
});

read("where several voices speak each turn begins with who it is", () => {
  const segments = [
    { label: "小明", tokens: [HAO] },
    { tokens: [HAO] },
    { label: "小红", voice: "man", begins: true, tokens: [HAO] },
    { begins: true, tokens: [HAO] },
  ];
  const names = { default: "<内置>", man: "男声" },
    html = whole(segments, { names });
  assert.equal(times(html, "data-label"), 2, "not at each sentence");
  const [first, second] = found(html, /(<button[^>]*class="who.*?<\/button>)/g);
  assert.ok(first.includes('class="who who-0"') && first.includes("<b>小明</b><small>&lt;内置&gt;</small>"));
  assert.ok(second.includes('class="who who-1"') && second.includes('aria-label="小红 · 男声 · “小红”的音色"'));
  assert.ok(html.includes('<span class="who who-2"><small>&lt;内置&gt;</small></span> '), "one without a name");
  assert.ok(!whole([segments[0], segments[1]], { names }).includes("who"), "one voice needs no name");
});

read("a line that names nobody shows who goes on", () => {
  const segments = [
    { label: "小明", tokens: [HAO] },
    { label: "小红", voice: "man", begins: true, tokens: [HAO] },
    { voice: "man", begins: true, tokens: [HAO] },
    { voice: "man", tokens: [HAO] },
  ];
  assert.deepEqual(found(whole(segments), /data-label="(.*?)"/g), ["小明", "小红", "小红"]);
});

read("a sentence alone has the place that it is given", () => {
  const html = htmlOf(sentenceReading({ tokens: [HAO] }, 7));
  assert.ok(html.startsWith('<div class="reading-text" lang="zh-CN"><span class="segment">'));
  assert.ok(html.includes('data-at="7.0"') && html.includes('data-gap="7.0"'));
  const word = { text: "minute", kind: "word", lang: "en", reading: "M IH1 N AH0 T", printed: "ˈmɪnət" },
    english = { tokens: [word] };
  assert.ok(htmlOf(sentenceReading(english, 0)).startsWith('<div class="reading-text" lang="en">'));
});
