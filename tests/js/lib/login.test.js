import assert from "node:assert/strict";
import { test } from "node:test";

import { page, reloads } from "../support/page.js";
import { loginEnded } from "../../../indextts/studio/lib/login.js";

test("only an answer that asks for a key sends the page to the login", () => {
  for (const status of [200, 204, 304, 400, 403, 404, 409, 429, 500, 503]) loginEnded(status);
  assert.equal(reloads.count, 0);
  loginEnded(401);
  assert.equal(reloads.count, 1);
});

test("a page loads whatever stands in its cookies", async () => {
  for (const [at, cookie] of [
    "",
    "studio_name=%E7%8E%8B",
    "a=1; studio_name=%; b=2",
    "xstudio_name=no",
  ].entries()) {
    page.cookie = cookie;
    await assert.doesNotReject(import(`../../../indextts/studio/lib/login.js?cookie=${at}`), cookie);
  }
});
