// The editor's questions to the server and their answers, by number.
import { $, fill } from "../../lib/dom.js";
import { expectAnswer } from "../../lib/waits.js";

let number = 0;
const waiting = new Map();
export const edited = (answer) => {
  const resolve = answer && waiting.get(answer.number);
  if (!resolve) return;
  waiting.delete(answer.number);
  resolve(answer);
};
const once = (name, sent, patience, known) =>
  new Promise((resolve) => {
    const mine = (number += 1),
      place = $("#editor .editor");
    const lose = () => edited({ number: mine, error: fill("fix_lost") });
    // What takes long ends when the server says that it works on nothing for this page any more.
    const lost = patience ? setTimeout(lose, patience) : 0,
      ended = patience ? null : expectAnswer(lose);
    waiting.set(mine, (answer) => {
      clearTimeout(lost);
      ended?.();
      resolve(answer);
    });
    if (!place) {
      lose();
      return;
    }
    place.dispatchEvent(
      new CustomEvent(name, {
        bubbles: true,
        detail: { ...sent, ...known(), number: mine },
      }),
    );
  });
// Each question waits for the answer to the one before; `known` tells which plan the page knows.
export const inLine = (name, patience, known) => {
  let line = Promise.resolve();
  const ask = (sent) => {
    line = line.then(() => once(name, sent, patience, known));
    return line;
  };
  ask.idle = () => line;
  return ask;
};
