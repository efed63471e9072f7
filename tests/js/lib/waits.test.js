import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { Place, parts } from "../support/page.js";
import { stopClock } from "../support/server.js";
import {
  alsoWaiting,
  answered,
  askPage,
  doubt,
  inLine,
  isWaiting,
  onDoubt,
  onLost,
  serverIsLost,
  setLost,
} from "../../../indextts/studio/lib/waits.js";

const LOST = { error: "The server did not respond. Try again." };
let clock = null,
  sent = [];
beforeEach(() => {
  clock = stopClock();
  sent = [];
  const place = new Place();
  place.addEventListener("studio:test", ({ detail }) => sent.push(detail));
  parts.set("#place", place);
  setLost(false);
});
afterEach(() => clock.goOn());

test("an answer comes back to the question whose number it bears", async () => {
  const [first, second] = ["a", "b"].map((id) => askPage("#place", "studio:test", { id }));
  assert.deepEqual(sent.map(({ id }) => id), ["a", "b"]);
  answered({ number: sent[1].number, said: "to b" });
  answered({ number: sent[0].number, said: "to a" });
  assert.equal((await first).said, "to a");
  assert.equal((await second).said, "to b");
});

test("a question has so many seconds and no more", async () => {
  const asked = askPage("#place", "studio:test", {}, 5000);
  await clock.pass(4999);
  assert.ok(isWaiting());
  await clock.pass(1);
  assert.deepEqual(await asked, LOST);
  assert.ok(!isWaiting());
});

test("an answer that comes too late, twice, or to nobody is no trouble", async () => {
  const asked = askPage("#place", "studio:test", {}, 5000);
  await clock.pass(5000);
  answered({ number: sent[0].number, said: "late" });
  answered({ number: 9999 });
  answered(null);
  assert.deepEqual(await asked, LOST);
});

test("an answer in time leaves no clock running", async () => {
  const asked = askPage("#place", "studio:test", {});
  answered({ number: sent[0].number });
  await asked;
  assert.deepEqual(clock.waiting(), []);
});

test("where the part of the page is missing the question fails at once", async () => {
  assert.deepEqual(await askPage("#nowhere", "studio:test", {}), LOST);
  assert.ok(!isWaiting());
});

test("once the server is lost no question waits any longer", async () => {
  const asked = [askPage("#place", "studio:test", {}), askPage("#place", "studio:test", {})];
  setLost(true);
  assert.deepEqual(await Promise.all(asked), [LOST, LOST]);
});

test("who listens hears of a loss once, and once of its end", () => {
  const heard = [];
  onLost((yes) => heard.push(yes));
  for (const lost of [true, true, false, false, true]) setLost(lost);
  assert.deepEqual(heard, [true, false, true]);
  assert.equal(serverIsLost(), true);
});

test("others can wait as well", () => {
  let others = true;
  alsoWaiting(() => others);
  assert.ok(isWaiting());
  others = false;
  assert.ok(!isWaiting());
});

test("a doubt is told to who asks the server after its health", () => {
  let doubts = 0;
  onDoubt(() => (doubts += 1));
  doubt();
  doubt();
  assert.equal(doubts, 2);
});

test("questions in line are asked one after the other, whatever the first one takes", async () => {
  const ask = inLine(),
    done = [];
  const slow = ask(() => new Promise((end) => setTimeout(() => end(done.push("slow")), 1000)));
  const quick = ask(() => done.push("quick"));
  await clock.pass(999);
  assert.deepEqual(done, []);
  await clock.pass(1);
  await Promise.all([slow, quick]);
  assert.deepEqual(done, ["slow", "quick"]);
});

test("a question in line that fails tells who asked it, and the next one is asked all the same", async () => {
  const ask = inLine();
  await assert.rejects(ask(() => Promise.reject(new Error("no"))), /no/);
  await assert.rejects(
    ask(() => {
      throw new Error("at once");
    }),
    /at once/,
  );
  assert.equal(await ask(() => "yes"), "yes");
});

test("a line is idle when its last question was answered", async () => {
  const ask = inLine();
  let over = false;
  ask(() => new Promise((end) => setTimeout(end, 500))).then(() => (over = true));
  const idle = ask.idle();
  await clock.pass(500);
  await idle;
  assert.ok(over);
});
