import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { readIn, reloads } from "../support/page.js";
import { refusal, serve, settled, stopClock } from "../support/server.js";
import { call, callFile, callJson, fetchWithin, sentence } from "../../../indextts/studio/lib/rest.js";
import { onDoubt } from "../../../indextts/studio/lib/waits.js";

const LOST = "The server did not respond. Try again.";
let doubts = 0;
onDoubt(() => (doubts += 1));
beforeEach(() => {
  readIn("en");
  doubts = 0;
});

test("an error is one line: in English with a space before what to do, in Chinese without", () => {
  const error = { message: "不行。", hint: "请再试。" };
  assert.equal(sentence(error), "不行。 请再试。");
  readIn("zh");
  assert.equal(sentence(error), "不行。请再试。");
  assert.equal(sentence({ message: "不行。" }), "不行。");
});

test("a question says the reader's language and is never answered from a cache", async () => {
  readIn("zh");
  const asked = serve(() => ({ fine: true }));
  assert.deepEqual(await callJson("GET", "/v1/jobs"), { fine: true });
  assert.equal(asked[0].path, "/v1/jobs");
  assert.equal(asked[0].headers["Accept-Language"], "zh-CN");
  assert.equal(asked[0].cache, "no-store");
  assert.equal(asked[0].body, null);
});

test("an object is sent as JSON, and so are empty ones, zero and false", async () => {
  const asked = serve(() => ({}));
  for (const body of [{ text: "𠮷\r\n" }, {}, 0, false, null]) await callJson("POST", "/v1/x", body);
  assert.deepEqual(
    asked.map(({ body }) => JSON.parse(body)),
    [{ text: "𠮷\r\n" }, {}, 0, false, null],
  );
  assert.ok(asked.every(({ headers }) => headers["Content-Type"] === "application/json"));
});

test("what is refused says what, why and with which status, and the server is not doubted", async () => {
  serve(() => refusal(409, "project_changed", "It was changed.", "Choose one."));
  assert.deepEqual(await callJson("PATCH", "/v1/projects/1", {}), {
    error: "It was changed. Choose one.",
    code: "project_changed",
    message: "It was changed.",
    hint: "Choose one.",
    status: 409,
  });
  assert.equal(doubts, 0);
});

test("a server whose voice is still loading is asked again, and says so only after all of the time", async () => {
  const clock = stopClock();
  const loading = () => refusal(503, "loading", "The voice is still loading.", "Wait 2 s and try again.");
  const asked = serve((_, times) => (times < 4 ? loading() : { fine: true }));
  const answer = callJson("POST", "/v1/jobs", { text: "one" });
  await clock.pass(6000);
  assert.deepEqual([await answer, asked.length], [{ fine: true }, 4]);
  assert.ok(asked.every(({ method, body }) => method === "POST" && body === asked[0].body));
  serve(loading);
  const never = callJson("GET", "/v1/jobs", undefined, { patience: 5000 });
  await clock.pass(4000);
  await settled();
  assert.equal((await never).code, "loading");
  clock.goOn();
});

test("a server that is not there is one plain sentence, and its health is doubted", async () => {
  serve(() => undefined);
  assert.deepEqual(await callJson("GET", "/v1/jobs"), { error: LOST });
  assert.equal(doubts, 1);
});

test("an error that is no JSON, as a proxy gives it, is one plain sentence as well", async () => {
  for (const body of ["<html>Bad gateway</html>", "", "{}", "null"]) {
    serve(() => new Response(body, { status: 502 }));
    assert.deepEqual(await callJson("GET", "/v1/jobs"), { error: LOST }, body);
  }
  assert.equal(doubts, 4);
});

test("a page of somebody else's in place of an answer is one plain sentence, not an exception", async () => {
  for (const body of ["<html>Sign in to this network</html>", "null", "{"]) {
    serve(() => new Response(body));
    assert.deepEqual(await callJson("GET", "/v1/jobs"), { error: LOST }, body);
  }
  assert.equal(doubts, 3);
});

test("an empty answer is an empty object", async () => {
  serve(() => new Response(null, { status: 204 }));
  assert.deepEqual(await callJson("DELETE", "/v1/jobs/1"), {});
});

test("what a failed job says of itself is no error of the question", async () => {
  serve(() => ({ id: "1", status: "failed", error: { code: "x" } }));
  assert.deepEqual(await callJson("GET", "/v1/jobs/1"), { id: "1", status: "failed", failure: { code: "x" } });
});

test("an answer without an error has no failure", async () => {
  serve(() => ({ id: "1", error: null }));
  assert.deepEqual(await callJson("GET", "/v1/jobs/1"), { id: "1" });
});

test("a key that is void sends the page to the login", async () => {
  const before = reloads.count;
  serve(() => refusal(401, "key_needed"));
  assert.equal((await callJson("GET", "/v1/jobs")).code, "key_needed");
  assert.equal(reloads.count, before + 1);
  serve(() => refusal(403, "forbidden"));
  await callJson("GET", "/v1/jobs");
  assert.equal(reloads.count, before + 1);
});

test("one's own headers stand beside those of every question", async () => {
  const asked = serve(() => ({}));
  await call("/v1/import", { method: "POST", headers: { "Content-Type": "text/csv" }, body: "a,b" });
  assert.deepEqual(asked[0].headers, { "Accept-Language": "en", "Content-Type": "text/csv" });
});

test("a file comes with the name that the server gave it, whatever it is written in", async () => {
  const name = "红楼梦 𠮷 (1).wav";
  const headers = { "Content-Disposition": `attachment; filename*=UTF-8''${encodeURIComponent(name)}` };
  serve(() => new Response("sound", { headers }));
  const { file, name: given } = await callFile("/v1/jobs/1/result");
  assert.equal(given, name);
  assert.equal(await file.text(), "sound");
});

test("a file without a name, or with one in another form, has none", async () => {
  for (const disposition of [null, "inline", 'attachment; filename="plain.wav"']) {
    serve(() => new Response("x", { headers: disposition ? { "Content-Disposition": disposition } : {} }));
    assert.equal((await callFile("/x")).name, "");
  }
});

test("a file that is refused is an error and no file", async () => {
  serve(() => refusal(404, "no_job", "It is gone.", "Make it again."));
  const answer = await callFile("/v1/jobs/1/result");
  assert.equal(answer.error, "It is gone. Make it again.");
  assert.ok(!("file" in answer));
});

const untilGivenUp = ({ signal }) =>
  new Promise((_, refuse) => signal.addEventListener("abort", () => refuse(signal.reason)));

test("who gives a question up is not answered, and the server is not asked by another way", async () => {
  const asked = serve(untilGivenUp);
  const stop = new AbortController();
  const question = fetchWithin(60000, "/x", { signal: stop.signal });
  stop.abort(new Error("given up"));
  await assert.rejects(question, /given up/);
  assert.equal(asked.length, 1);
});

test("a question that is not answered in its time is given up", async () => {
  serve(untilGivenUp);
  const held = setInterval(() => {}, 1000); // the clock of a signal keeps no process alive
  await assert.rejects(fetchWithin(1, "/x"), { name: "TimeoutError" });
  clearInterval(held);
});
