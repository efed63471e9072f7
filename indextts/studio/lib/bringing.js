// Files on their way to the shelf of books, from wherever on the page they were dropped.
import { signal } from "./dom.js";

const waiting = [],
  brought = signal();
// The shelf hears of them, and takes them once it is there.
export const onBrought = brought.hear;
export const taken = () => waiting.splice(0);
export const bring = (files) => {
  waiting.push(...files);
  location.hash = "#/books";
  brought.tell();
};
