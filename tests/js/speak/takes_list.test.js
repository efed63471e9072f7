import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { readIn } from "../support/page.js";
import { htmlOf, times } from "../support/html.js";
import { takesList, takesOf } from "../../../indextts/studio/tabs/speak/takes_list.js";

afterEach(() => readIn("en"));

const NEUTRAL = { text: "你好", emotion: "happy", emotion_text: "", emotion_reference: "" };
let made = 0;
const take = ({ asked = {}, ...more } = {}) => ({
  ...{ id: `take-${(made += 1)}`, kind: "speech", dub: false, before: null, status: "done", duration_s: 2 },
  ...{ segments_done: 1, segments_total: 1, asked: { ...NEUTRAL, ...asked }, ...more },
});
const list = (takes, shown = "", most = 8) => htmlOf(takesList(takes, shown, most));
const rows = (html) => html.split('<li class="take"').slice(1);

test("takes are what has sound and is over; what was edited is listed as what it became", () => {
  const first = take(),
    edited = take({ before: first.id }),
    jobs = [
      take({ status: "running" }),
      take({ status: "failed", before: edited.id }),
      edited,
      first,
      take({ status: "cancelled", segments_done: 0 }),
      take({ status: "paused", segments_total: 9 }),
    ];
  assert.deepEqual(takesOf(jobs), [jobs[1], edited, jobs[5]], "an edit that failed replaces nothing");
});

test("the newest stands first, with buttons that name themselves, and no text becomes markup", () => {
  const one = take({ asked: { text: " 3 < [happy]一[/happy]\n<i>二</i> " } }),
    other = take({ asked: { text: "𠮷".repeat(200) } }),
    html = list([one, other], other.id);
  assert.ok(html.indexOf(one.id) < html.indexOf(other.id));
  assert.ok(html.includes("3 &lt; 一 二") && html.includes(`${"𠮷".repeat(79)}…`));
  assert.ok(!html.includes("𠮷".repeat(80)));
  assert.equal(times(html, 'class="take-text" lang="zh-CN"'), 1);
  assert.ok(list([take({ asked: { text: "The ferry was late." } })]).includes('class="take-text" lang="en"'));
  assert.equal(times(html, 'aria-current="true"'), 1);
  assert.equal(times(html, 'title="Play again"'), 2);
  assert.equal(times(html, 'aria-label="Play again: 3 &lt; 一 二 · '), 1);
  assert.equal(times(html, `aria-label="Play again: ${"𠮷".repeat(19)}… · `), 1);
  assert.deepEqual(takesList([], "", 8), []);
});

test("the list tells apart what was edited, what is a book and what is dubbed", () => {
  const books = [take({ kind: "book", duration_s: 714.1 }), take({ kind: "book", dub: true })],
    takes = [take({ before: "x" }), take(), ...books],
    html = rows(list(takes));
  assert.deepEqual(html.map((row) => row.includes("edited")), [true, false, false, false]);
  assert.ok(html[2].includes("audiobook") && html[2].includes("11 min 54 s") && html[0].includes("2.0 s"));
  assert.ok(html[3].includes("dubbing") && !html[3].includes("audiobook"));
  readIn("zh");
  assert.ok(list([takes[3]]).includes("配音"));
});

test("a take that was cut says how much of it there is", () => {
  const cut = take({ status: "cancelled", segments_done: 26, segments_total: 126 });
  assert.ok(list([cut]).includes("26 of 126 parts"));
  readIn("zh");
  assert.ok(list([cut]).includes("26/126 段"));
  assert.ok(!list([take({ segments_done: 126, segments_total: 126 })]).includes("126"));
});

test("older takes can be asked for where there are any", () => {
  const takes = [take(), take(), take()];
  assert.ok(list(takes, "", 2).includes('data-action="more"') && rows(list(takes, "", 2)).length === 2);
  assert.ok(!list(takes, "", 3).includes('data-action="more"'));
});

test("a take names its emotion, its mixture, or where else its emotion came from", () => {
  readIn("zh");
  const said = (asked) => list([take({ asked })]);
  assert.ok(said({ emotion: "happy" }).includes("高兴 ·"));
  assert.ok(said({ emotion: "auto" }).includes("自动 ·"));
  assert.ok(said({ emotion: "sad:0.5" }).includes("悲伤 50% ·"));
  assert.ok(said({ emotion: "happy:0.6+surprised:0.3" }).includes("高兴 60% + 惊讶 30% ·"));
  assert.ok(said({ emotion_text: "又惊<又>喜" }).includes("“又惊&lt;又&gt;喜” ·"));
  assert.ok(said({ emotion_text: "好".repeat(21) }).includes(`“${"好".repeat(19)}…” ·`));
  assert.ok(said({ emotion_reference: "a".repeat(64) }).includes("情感参考录音 ·"));
});
