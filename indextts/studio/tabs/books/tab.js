// The tab with books: a shelf of them, or one that is open. Which one, and which of its sections, stands in the
// address: #/books, #/books/ID, #/books/ID/cast.
import { $, make, onDrawn } from "../../lib/dom.js";
import { onView, view } from "../../lib/router.js";
import { closeBook, openBook } from "./open.js";
import { hideShelf, showShelf } from "./shelf.js";

const place = () => $("#books .books");
const inAddress = () => {
  const [, , id = "", section = ""] = location.hash.split("/");
  return { id, section };
};
const show = () => {
  const root = place();
  if (!root?.firstElementChild) return;
  const { id, section } = inAddress();
  if (view() !== "books") {
    closeBook();
    hideShelf();
  } else if (id) {
    hideShelf();
    openBook($("#book"), id, section);
  } else {
    const from = closeBook();
    showShelf($("#shelf"), from);
  }
};
const build = () => {
  const root = place();
  if (!root || root.firstElementChild) return;
  root.append(make("div", { id: "shelf", hidden: "" }), make("div", { id: "book", hidden: "" }));
  show();
};
onDrawn(build);
build(); // it came when the tab was opened
onView(show);
addEventListener("hashchange", show);
