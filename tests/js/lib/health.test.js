import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { page, parts, reloads } from "../support/page.js";
import { serve, settled, stopClock } from "../support/server.js";
import { fill, root } from "../../../indextts/studio/lib/dom.js";
import { askHealth } from "../../../indextts/studio/lib/health.js";
import { doubt, onLost, serverIsLost, setLost } from "../../../indextts/studio/lib/waits.js";

const place = { dataset: {}, title: "", text: { textContent: "" }, querySelector: () => place.text };
const heard = [];
onLost((yes) => heard.push(yes));
globalThis.gradio_config = { app_id: 7 };
const well = { status: "ok", model_loaded: true };
let clock = null,
  answer = well,
  app = 7,
  asked = [];
beforeEach(async () => {
  [answer, app] = [well, 7];
  parts.set("#status", place);
  clock = stopClock();
  asked = serve(({ path }) => (path === "/healthz" ? answer : { app_id: app }));
  await askHealth();
  setLost(false);
  [asked.length, heard.length] = [0, 0];
});
afterEach(() => {
  page.hidden = false;
  clock.goOn();
});
const questions = () => asked.filter(({ path }) => path === "/healthz").length;

test("a server that is well is asked every twenty seconds", async () => {
  assert.deepEqual([place.dataset.state, place.text.textContent], ["ready", fill("status_ready")]);
  await clock.pass(19999);
  assert.equal(questions(), 0);
  await clock.pass(1);
  await settled();
  assert.equal(questions(), 1);
});

test("a server that still loads is asked every two seconds", async () => {
  answer = { status: "ok", model_loaded: false };
  await askHealth();
  assert.equal(place.dataset.state, "loading");
  await clock.pass(6000);
  await settled();
  assert.equal(questions(), 4);
});

test("one lost answer is no loss, a second one is", async () => {
  answer = undefined;
  await askHealth();
  assert.deepEqual([serverIsLost(), place.dataset.state], [false, "offline"]);
  await clock.pass(2000);
  await settled();
  assert.deepEqual([serverIsLost(), heard], [true, [true]]);
  assert.ok(root.classList.contains("offline"));
});

test("the same server that is there again goes on with this page", async () => {
  const before = reloads.count;
  answer = undefined;
  await askHealth();
  await askHealth();
  answer = well;
  await askHealth();
  assert.deepEqual([serverIsLost(), place.dataset.state, reloads.count], [false, "ready", before]);
  assert.deepEqual(heard, [true, false]);
});

test("a server that was started anew gets a fresh page", async () => {
  const before = reloads.count;
  answer = undefined;
  await askHealth();
  [answer, app] = [well, 8];
  await askHealth();
  assert.equal(reloads.count, before + 1);
  app = 7;
  doubt();
  await settled();
});

test("a question that was not answered elsewhere has the server looked at, at once", async () => {
  doubt();
  await settled();
  assert.equal(questions(), 1);
  assert.ok(asked.some(({ path }) => path.endsWith("/app_id")));
});

test("a page that nobody looks at asks nothing until somebody does", async () => {
  page.hidden = true;
  await clock.pass(60000);
  await settled();
  assert.equal(questions(), 0);
  page.hidden = false;
  page.happens("visibilitychange");
  await settled();
  assert.equal(questions(), 1);
});

test("what is wrong with a server stands in the header, with what to do where it does not speak", async () => {
  answer = { status: "degraded", model_loaded: true };
  await askHealth();
  assert.deepEqual([place.dataset.state, place.title], ["degraded", ""]);
  answer = { status: "error", model_loaded: false };
  await askHealth();
  assert.deepEqual([place.dataset.state, place.title], ["error", fill("status_error_hint")]);
});
