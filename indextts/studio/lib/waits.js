// No wait without an end: a question over HTTP has so many seconds, and so has one to Gradio, whose answers come back
// under the number that was sent along.
import { $, fill, signal } from "./dom.js";

const PATIENCE_MS = 60000;

// Whether the server has not answered at all lately; lib/health.js asks it. `listener` hears when that changes.
const loss = signal();
let lost = false;
export const onLost = loss.hear;
export const serverIsLost = () => lost;
export const setLost = (yes) => {
  if (lost === yes) return;
  lost = yes;
  if (yes) giveUp();
  loss.tell(yes);
};

// A question got no answer: is the server still there, and still the same one?
const unanswered = signal();
export const onDoubt = unanswered.hear;
export const doubt = unanswered.tell;

const waiting = new Map();
let number = 0;
let others = () => false;
export const alsoWaiting = (given) => {
  others = given;
};
export const isWaiting = () => waiting.size > 0 || others();

// Something is asked of the page's own server side: `name` is an event that a part of Gradio's hears at `selector`.
// The answer is an object, with `error` where there is none.
export const askPage = (selector, name, sent, patience = PATIENCE_MS) =>
  new Promise((resolve) => {
    const mine = (number += 1),
      place = $(selector);
    const end = (answer) => {
      clearTimeout(timer);
      if (waiting.delete(mine)) resolve(answer);
    };
    const timer = setTimeout(end, patience, { error: fill("fix_lost") });
    waiting.set(mine, end);
    if (place) place.dispatchEvent(new CustomEvent(name, { bubbles: true, detail: { ...sent, number: mine } }));
    else end({ error: fill("fix_lost") });
  });
export const answered = (answer) => waiting.get(answer?.number)?.(answer);

const giveUp = () => [...waiting.values()].forEach((end) => end({ error: fill("fix_lost") }));

// Each question waits for the answer to the one before.
export const inLine = () => {
  let line = Promise.resolve();
  const ask = (question) => {
    const answer = line.then(question);
    line = answer.catch(() => {});
    return answer;
  };
  ask.idle = () => line;
  return ask;
};
