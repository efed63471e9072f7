import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { readIn } from "../support/page.js";
import { refusal, serve } from "../support/server.js";
import { fill } from "../../../indextts/studio/lib/dom.js";
import {
  add,
  change,
  importFile,
  list,
  listUpTo,
  marked,
  remove,
} from "../../../indextts/studio/tabs/dictionary/entries.js";

beforeEach(() => readIn("en"));
const entry = (more) => ({
  ...{ id: 7, word: "重庆", reading: "chong2 qing4", kind: "pinyin", note: "", enabled: true, printed: "chóng qìng" },
  ...more,
});
const lines = (asked) => asked.map(({ method, path }) => `${method} ${path.split("?")[0]}`);
const sent = ({ body }) => JSON.parse(body);

test("a search is sent so that anything can stand in it", async () => {
  const asked = serve(() => ({ entries: [], total: 0 }));
  await list("a&b=c #重 +", 0, 10);
  const query = new URLSearchParams(asked[0].path.split("?")[1]);
  assert.deepEqual([query.get("search"), query.get("offset"), query.get("limit")], ["a&b=c #重 +", "0", "10"]);
});

// A server with so many entries, of which it tells at most `most` at once.
const many = (total, most = 1000) =>
  serve(({ path }) => {
    const query = new URLSearchParams(path.split("?")[1]);
    const [offset, limit] = [Number(query.get("offset")), Math.min(Number(query.get("limit")), most)];
    const count = Math.max(0, Math.min(limit, total - offset));
    return { entries: Array.from({ length: count }, (_, at) => ({ id: offset + at })), total };
  });

test("a long list is asked for page by page, each entry once and in order", async () => {
  const asked = many(2500);
  const { entries, total } = await listUpTo("", 2200);
  assert.deepEqual(entries.map(({ id }) => id), [...Array(2200).keys()]);
  assert.deepEqual([total, asked.length], [2500, 3]);
});

test("a list that is shorter than what is wanted is asked for once", async () => {
  const asked = many(30);
  assert.equal((await listUpTo("", 100)).entries.length, 30);
  assert.equal(asked.length, 1);
});

test("a server that tells fewer at once than it was asked for is asked on", async () => {
  many(25, 10);
  assert.equal((await listUpTo("", 100)).entries.length, 25);
});

test("entries that went away meanwhile end the list instead of asking for ever", async () => {
  const asked = serve((_, count) => ({ entries: count === 1 ? [{ id: 1 }] : [], total: 50 }));
  assert.deepEqual((await listUpTo("", 100)).entries, [{ id: 1 }]);
  assert.equal(asked.length, 2);
});

test("a list that breaks off in its middle is an error, not half a list", async () => {
  serve((_, count) => (count === 1 ? { entries: [{ id: 1 }], total: 50 } : refusal(429, "rate_limited")));
  const answer = await listUpTo("", 100);
  assert.equal(answer.code, "rate_limited");
});

test("an entry is heard as it would be read, or as the words that it stands for", () => {
  assert.equal(marked(entry()), "<重庆|chong2 qing4>");
  assert.equal(marked(entry({ kind: "text", reading: "山城" })), "山城");
});

test("a new entry can be taken back", async () => {
  const asked = serve(() => entry());
  const answer = await add({ word: "重庆", reading: "chong2 qing4", kind: "" });
  assert.equal(answer.said, fill("entry_added", entry()));
  assert.equal(sent(asked[0]).kind, null);
  await answer.undo();
  assert.deepEqual(lines(asked), ["POST /v1/lexicon", "DELETE /v1/lexicon/7"]);
});

test("a word that is there gets the new reading, and its old one back", async () => {
  const before = entry({ reading: "zhong4 qing4", note: "mine", enabled: false });
  const asked = serve(({ method, body }) => {
    if (method === "GET") return { entries: [entry({ id: 8, word: "重庆市" }), before], total: 2 };
    return method === "POST" && !JSON.parse(body).replace ? refusal(409, "entry_exists") : entry();
  });
  const { undo } = await add({ word: " 重庆 ", reading: "chong2 qing4" });
  await undo();
  assert.deepEqual(sent(asked.at(-1)), {
    ...{ word: "重庆", reading: "zhong4 qing4", kind: "pinyin", note: "mine", enabled: false },
  });
});

test("a word is the same in capital letters and with other spaces", async () => {
  const before = entry({ word: "New York", reading: "old" });
  const asked = serve(({ method, body }) => {
    if (method === "GET") return { entries: [before], total: 1 };
    return method === "POST" && !JSON.parse(body).replace ? refusal(409, "entry_exists") : entry({ word: "new  york" });
  });
  const { undo } = await add({ word: "new  york ", reading: "new" });
  await undo();
  assert.equal(sent(asked.at(-1)).reading, "old");
});

test("a reading that is refused changes nothing", async () => {
  const asked = serve(() => refusal(422, "bad_reading"));
  assert.equal((await add({ word: "x", reading: "?" })).code, "bad_reading");
  assert.equal(asked.length, 1);
});

test("what was changed says what changed: the reading, or whether it is in use", async () => {
  const told = async (now) => {
    serve(() => now);
    return (await change(entry(), now)).said;
  };
  assert.equal(await told(entry({ reading: "x" })), fill("entry_changed", entry()));
  assert.equal(await told(entry({ enabled: false })), fill("entry_off", entry()));
  serve(() => entry());
  assert.equal((await change(entry({ enabled: false }), {})).said, fill("entry_on", entry()));
});

test("an entry that was removed comes back as it was, whatever has taken its place", async () => {
  const asked = serve(() => ({}));
  const { undo } = await remove(entry({ note: "mine" }));
  assert.deepEqual(await undo(), { said: fill("entry_undone") });
  assert.deepEqual(sent(asked[1]), {
    ...{ word: "重庆", reading: "chong2 qing4", kind: "pinyin", note: "mine", enabled: true, replace: true },
  });
});

test("a file that was brought in can be taken back as a whole", async () => {
  const asked = serve(({ path }) =>
    path.includes("/export") ? new Response('{"entries": []}') : { added: 2, changed: 1, kept: 0 },
  );
  const { undo } = await importFile("csv", "重庆,chong2 qing4");
  await undo();
  assert.deepEqual(asked.map(({ path }) => path), [
    "/v1/lexicon/export?format=json",
    "/v1/lexicon/import?replace=false",
    "/v1/lexicon/import?replace=true",
  ]);
  assert.deepEqual(asked.slice(1).map(({ body, headers }) => [body, headers["Content-Type"]]), [
    ["重庆,chong2 qing4", "text/csv"],
    ['{"entries": []}', "application/json"],
  ]);
});

test("where what is there cannot be kept first, nothing is brought in", async () => {
  const asked = serve(() => undefined);
  assert.ok((await importFile("csv", "a,b")).error);
  assert.equal(asked.length, 1);
});
