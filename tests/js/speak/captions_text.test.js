import assert from "node:assert/strict";
import { test } from "node:test";

import { isSubtitles, isVtt, wordsOf } from "../../../indextts/studio/tabs/speak/captions_text.js";

const SRT = "1\n00:00:01,000 --> 00:00:02,500\n你好，\n小明。\n\n2\n00:00:03,000 --> 00:00:04,000\n<i>Hello</i>\nthere.\n";
const VTT = `\uFEFFWEBVTT - a talk

NOTE by us
00:00 --> never

STYLE
::cue { color: red }

intro
00:01.000 --> 00:02.500 align:start
<v Tom>Good <00:01.500>morning.

00:02:03.000 --> 00:02:04.000
{\\an8}再见。
`;

test("subtitles are told from what only looks like them", () => {
  assert.ok(isSubtitles(SRT) && !isVtt(SRT));
  assert.ok(isSubtitles(VTT) && isVtt(VTT));
  assert.ok(isSubtitles(SRT.replaceAll("\n", "\r\n")));
  assert.ok(isSubtitles("0:01.5 --> 0:02.5\n好"));
  for (const text of ["", "他说 3 --> 4。", "WEBVTT 是一种字幕格式。", "上午 00:01 --> 00:02 开会", "一\n二\n三\n四\n" + SRT])
    assert.ok(!isSubtitles(text), text);
});

test("the words are those that are said, a line for each cue", () => {
  assert.equal(wordsOf(SRT), "你好，小明。\nHello there.");
  assert.equal(wordsOf(SRT.replaceAll("\n", "\r\n")), "你好，小明。\nHello there.");
  assert.equal(wordsOf(VTT), "Good morning.\n再见。");
  assert.equal(wordsOf("1\n00:00:01,000 --> 00:00:02,000\n\n"), "");
});

test("what is heard and not said is left out, as a dub leaves it out, and names stay before what they say", () => {
  const said = (...rows) => wordsOf(`1\n00:00:01,000 --> 00:00:02,000\n${rows.join("\n")}\n`);
  assert.equal(said("（笑声）老板：行，走吧。"), "老板：行，走吧。");
  assert.equal(said("[door slams]", "Mrs. Lane: Who is there?"), "Mrs. Lane: Who is there?");
  assert.equal(said("- (sighs) Tom: Fine."), "Tom: Fine.");
  assert.equal(said("【敲门声】"), "");
  assert.equal(said("♪ 音乐 ♪"), "");
  assert.equal(said("♪ far away", "and long ago ♪", "Turn it off."), "Turn it off.");
  assert.equal(said("♫ la la"), "");
  for (const row of ["（他真的走了。）", "[小王]：好。", "他（笑了笑）说：好。", "(Wait!)"]) assert.equal(said(row), row);
});
