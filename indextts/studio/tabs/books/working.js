// The book that is being made, seen from every tab: a ring on the name of this one, until it is over.
import { callJson } from "../../lib/rest.js";
import { showSign } from "../speak/sign.js";
import { bookPath } from "./shell.js";
import { isUnderWay, left, percent } from "./words.js";

const LOOK_MS = 2500; // longer than an open book waits, which tells it first

let now = null, // its id
  timer = 0;
const rest = () => {
  now = null;
  clearTimeout(timer);
  showSign(null, "book-sign");
};
const look = async () => {
  const book = await callJson("GET", bookPath(now));
  if (book.status === 404) rest();
  else if (book.error) timer = setTimeout(look, LOOK_MS);
  else working(book);
};
// A book as it is now.
export const working = ({ id, job }) => {
  if (!isUnderWay(job)) {
    if (id === now) rest();
    return;
  }
  if (now && id !== now) return; // the first of them is shown
  now = id;
  const share = job.progress ?? 0;
  showSign({ tab: "books", count: percent(share), share, left: left(job) }, "book-sign");
  clearTimeout(timer);
  timer = setTimeout(look, LOOK_MS);
};
