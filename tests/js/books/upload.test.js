import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Place, readIn } from "../support/page.js";
import { fill } from "../../../indextts/studio/lib/dom.js";
import { upload } from "../../../indextts/studio/tabs/books/upload.js";

let request = null;
globalThis.XMLHttpRequest = class extends Place {
  headers = {};
  upload = new Place();

  open(method, address) {
    [this.method, this.address] = [method, address];
    request = this;
  }

  setRequestHeader(name, value) {
    this.headers[name] = value;
  }

  send(body) {
    this.body = body;
  }

  abort() {
    this.happens("abort");
  }

  answers(status, responseText) {
    Object.assign(this, { status, responseText });
    this.happens("load");
  }
};
let shares = [];
const begin = () => upload("/v1/books", "the form", (share) => shares.push(share));
beforeEach(() => {
  readIn("en");
  shares = [];
});

test("a file is sent to the server in the reader's language, and what it answers comes back", async () => {
  readIn("zh");
  const { answer } = begin();
  assert.ok(request.address.endsWith("/v1/books"));
  assert.deepEqual([request.method, request.body], ["POST", "the form"]);
  assert.deepEqual(request.headers, { "Accept-Language": "zh-CN" });
  request.answers(201, '{"id": "b1"}');
  assert.deepEqual(await answer, { id: "b1" });
});

test("how much was sent is told, and at its end that all was", () => {
  begin();
  request.upload.happens("progress", { loaded: 5, total: 20 });
  request.upload.happens("progress", { loaded: 5, total: 0 });
  request.upload.happens("load");
  assert.deepEqual(shares, [0.25, 0, 1]);
});

test("what is refused is one sentence with its code and status", async () => {
  const { answer } = begin();
  request.answers(413, '{"error": {"code": "too_large", "message": "It is too large.", "hint": "Cut it."}}');
  const { error, code, status } = await answer;
  assert.deepEqual([error, code, status], ["It is too large. Cut it.", "too_large", 413]);
});

test("an answer that is no JSON, and none at all, are one plain sentence", async () => {
  for (const body of ["<html>", "", "null"]) {
    const { answer } = begin();
    request.answers(502, body);
    assert.deepEqual(await answer, { error: fill("fix_lost") }, body);
  }
  for (const what of ["error", "timeout"]) {
    const { answer } = begin();
    request.happens(what);
    assert.deepEqual(await answer, { error: fill("fix_lost") }, what);
  }
});

test("who stops it is told that it was stopped, not that it failed", async () => {
  const { answer, stop } = begin();
  stop();
  assert.deepEqual(await answer, { stopped: true });
});
