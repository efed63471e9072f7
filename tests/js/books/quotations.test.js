import assert from "node:assert/strict";
import { test } from "node:test";

import "../support/page.js";
import { chance, textBy } from "../support/chance.js";
import { fill } from "../../../indextts/studio/lib/dom.js";
import { NARRATOR, NOBODY } from "../../../indextts/studio/tabs/books/people.js";
import {
  asItWas,
  choices,
  isQuoted,
  isUnsure,
  nextUnsure,
  pieces,
  why,
} from "../../../indextts/studio/tabs/books/quotations.js";

const said = (more) => ({ ...{ speaker: "a1", source: "rule", evidence: "说", probability: 0.9 }, ...more });

test("who says something is in doubt below seven tenths, or where nobody is known", () => {
  assert.ok(!isUnsure(said({ probability: 0.7 })));
  assert.ok(isUnsure(said({ probability: 0.69 })));
  assert.ok(isUnsure(said({ speaker: NOBODY, probability: 1 })));
  assert.ok(!isUnsure(said({ speaker: NARRATOR })));
});

test("it is told how it is known who says something", () => {
  assert.equal(why(said()), fill("saying_rule", { evidence: "说", share: "90%" }));
  assert.equal(why(said({ evidence: "" })), fill("saying_turn", { share: "90%" }));
  assert.equal(why(said({ source: "llm" })), fill("saying_llm", { share: "90%" }));
  assert.equal(why(said({ speaker: NOBODY })), fill("saying_unknown"));
});

test("what a person or the file says needs no reason, whoever it is", () => {
  for (const source of ["user", "file"])
    for (const speaker of ["a1", NOBODY]) assert.equal(why(said({ source, speaker })), fill(`saying_${source}`));
});

test("what is only quoted is told from what a person gave to the narrator", () => {
  const quoted = said({ speaker: NARRATOR, evidence: "" });
  assert.ok(isQuoted(quoted) && !isQuoted({ ...quoted, source: "user" }) && !isQuoted(said()));
  assert.equal(why(quoted), fill("saying_nobody"));
  assert.equal(why({ ...quoted, source: "user" }), fill("saying_user"));
});

test("a text is cut where its quotations begin and end", () => {
  assert.deepEqual(pieces("他说：“好。”走了。", [{ start: 3, end: 7 }]), [
    { text: "他说：", at: -1 },
    { text: "“好。”", at: 0 },
    { text: "走了。", at: -1 },
  ]);
});

test("a text without quotations is one piece, also an empty one", () => {
  assert.deepEqual(pieces("只有叙述。", []), [{ text: "只有叙述。", at: -1 }]);
  assert.deepEqual(pieces("", []), [{ text: "", at: -1 }]);
});

test("places are characters: one that is written as two moves nothing", () => {
  const [before, quotation] = pieces("𠮷𠮷“א”", [{ start: 2, end: 5 }]);
  assert.deepEqual([before.text, quotation.text], ["𠮷𠮷", "“א”"]);
});

test("whatever the quotations are, the pieces together are the text", () => {
  const by = chance(17);
  for (let round = 0; round < 500; round += 1) {
    const text = textBy(by, 30),
      most = [...text].length;
    const places = by.list(8, () => by.whole(0, most)).sort((one, other) => one - other);
    const quotations = [];
    for (let at = 0; at + 1 < places.length; at += 2) quotations.push({ start: places[at], end: places[at + 1] });
    const found = pieces(text, quotations);
    assert.equal(found.map((one) => one.text).join(""), text);
    assert.deepEqual(found.filter(({ at }) => at >= 0).map(({ at }) => at), [...quotations.keys()]);
  }
});

test("the next chapter in doubt is looked for from this one on and round to it", () => {
  const chapters = [3, 0, 1, 0].map((unsure, at) => ({ number: at + 1, unsure }));
  assert.equal(nextUnsure(chapters, 1).number, 3);
  assert.equal(nextUnsure(chapters, 3).number, 1);
  assert.equal(nextUnsure(chapters, 4).number, 1);
  assert.equal(nextUnsure([{ number: 1, unsure: 2 }], 1).number, 1);
  assert.equal(nextUnsure([{ number: 1, unsure: 0 }], 1), undefined);
  assert.equal(nextUnsure([], 1), undefined);
});

test("the guess is first among those who may say a doubtful line, and left out of the others", () => {
  const people = ["a1", "a2"].map((name) => ({ name }));
  assert.deepEqual(choices(people, said({ probability: 0.4 })), ["a1", "a2", NOBODY]);
  assert.deepEqual(choices(people, said({ speaker: "a2", probability: 0.4 })), ["a2", "a1", NOBODY]);
  assert.deepEqual(choices(people, said({ probability: 0.9 })), ["a2", NOBODY]);
  assert.deepEqual(choices(people, said({ probability: 0.4 }), true), ["a2", NOBODY]);
  assert.deepEqual(choices(people, said({ speaker: NOBODY, probability: 0.4 })), ["a1", "a2"]);
});

test("a line of subtitles that nobody was named for says so", () => {
  assert.equal(why(said({ source: "file", speaker: NARRATOR })), fill("saying_nobody"));
  assert.equal(why(said({ source: "user", speaker: NARRATOR })), fill("saying_user"));
});

test("a chapter is brought back with its words, readings and speakers, and nothing else", () => {
  const quotation = { start: 0, end: 3, speaker: "a1" },
    chapter = { text: "好。", fixes: [], title: "一", quotations: [said(quotation)] };
  assert.deepEqual(asItWas(chapter), { text: "好。", fixes: [], quotations: [quotation] });
});
