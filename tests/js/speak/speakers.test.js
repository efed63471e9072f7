import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { page } from "../support/page.js";
import { serve, settled, stopClock } from "../support/server.js";
import { replaceText } from "../../../indextts/studio/tabs/speak/inputs.js";
import { speakers } from "../../../indextts/studio/tabs/speak/speakers.js";

const VOICES = [
  { id: "anna", name_zh: "安娜", name_en: "Anna" },
  { id: "ben", name_zh: "本", name_en: "Ben" },
];
let clock = null,
  asked = [];
beforeEach(() => {
  clock = stopClock();
  asked = serve(({ path, body }) => {
    if (path.startsWith("/v1/projects")) return {};
    if (path === "/v1/voices") return { voices: VOICES };
    const { text } = JSON.parse(body);
    const labels = new Set([...text.matchAll(/^(\S+?)[:：]/gm)].map(([, label]) => label));
    return { cast: [...labels].map((label, at) => ({ label, voice: VOICES[at % 2].id })) };
  });
});
afterEach(() => clock.goOn());
const choose = (label, value) => {
  const select = { dataset: { label }, value };
  page.happens("change", { target: { closest: (place) => (place.includes("#speakers") ? select : null) } });
};
const write = async (text) => {
  replaceText(text);
  await clock.pass(500);
  await settled();
};
const casts = () => asked.filter(({ path }) => path === "/v1/voices/cast").length;

test("a text that is no dialogue asks the server nothing", async () => {
  await write("Just a text: with one colon.");
  assert.equal(casts(), 0);
  assert.equal(speakers(), null);
});

test("the server casts a dialogue, and unless a person chooses nothing is sent", async () => {
  await write("小明：你好。\n小红：再见。");
  assert.equal(casts(), 1);
  assert.equal(speakers(), null);
});

test("a voice that a person chose is sent, together with the server's own choice for the others", async () => {
  await write("小明：你好。\n小红：再见。");
  choose("小明", "ben");
  assert.deepEqual(speakers(), { 小明: "ben", 小红: "ben" });
});

test("a choice for a name that is gone from the text is not sent", async () => {
  await write("Tom: One.\nAnna: Two.");
  assert.equal(speakers(), null);
  choose("Tom", "ben");
  assert.deepEqual(speakers(), { Tom: "ben", Anna: "ben" });
  await write("A: One.\nB: Two.");
  assert.equal(speakers(), null);
});

test("a choice that no voice answers to is as if it had not been made", async () => {
  await write("X: One.\nY: Two.");
  choose("X", "nobody");
  assert.equal(speakers(), null);
});

test("while somebody is writing the server is asked once, when the hands rest", async () => {
  for (const text of ["C: 1\nD: 2", "C: 12\nD: 2", "C: 123\nD: 2"]) {
    replaceText(text);
    await clock.pass(400);
  }
  assert.equal(casts(), 0);
  await clock.pass(100);
  await settled();
  assert.equal(casts(), 1);
});
