import assert from "node:assert/strict";
import { test } from "node:test";

import { browser, page } from "../support/page.js";
import { asked, onView, startRouter, view } from "../../../indextts/studio/lib/router.js";

const opened = [];
onView((name) => opened.push(name));
const goTo = (hash) => {
  location.hash = hash;
  browser.happens("hashchange");
};

test("the address names the tab, and what follows is the tab's own", () => {
  for (const [hash, name] of [
    ["#/books", "books"],
    ["#/books/a1/cast", "books"],
    ["#/edit", "edit"],
    ["#/system/", "system"],
  ]) {
    location.hash = hash;
    assert.equal(asked(), name, hash);
  }
});

test("an address that names no tab is that of the text", () => {
  for (const hash of ["", "#", "#/", "#/nothing", "#/Books", "#books/x", "#/../edit", "#/__proto__", "#//edit"]) {
    location.hash = hash;
    assert.equal(asked(), "speak", hash);
  }
});

test("a tab is opened once and told once, however often its address is", () => {
  location.hash = "#/books/1";
  startRouter();
  assert.equal(view(), "books");
  assert.equal(page.documentElement.dataset.view, "books");
  goTo("#/books/2");
  goTo("#/history");
  goTo("#/");
  goTo("#/no-such-tab");
  assert.deepEqual(opened, ["books", "history", "speak"]);
});
