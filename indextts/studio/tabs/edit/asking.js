// The editor's questions to the server, /v1/editor. Only what ends in the player is an event: that is Gradio's.
import { $, fill } from "../../lib/dom.js";
import { call, callJson } from "../../lib/rest.js";
import { expectAnswer } from "../../lib/waits.js";

const PATIENCE_MS = 20000,
  SPEAKING_MS = 600000; // the server's own limits are shorter

// The open page, as the server calls it: its plan is kept until the page is closed.
let page = "";
export const named = (name) => {
  page = name;
};
export const isNamed = () => Boolean(page);

const address = ({ id }, rest = "") => `/v1/editor/${encodeURIComponent(id)}${rest}`;
// Where another window changed the plan, the error comes with the plan as it is now.
const withPlan = async (plan, answer) => {
  if (answer.code !== "edited_elsewhere") return answer;
  const now = await callJson("GET", address(plan, `?page=${encodeURIComponent(page)}`));
  return { ...now, error: answer.error };
};
export const load = (sent) => callJson("POST", "/v1/editor", { ...sent, page }, { patience: PATIENCE_MS });
export const change = async (plan, sent) => {
  const body = { ...sent, revision: plan.revision };
  return withPlan(plan, await callJson("POST", address(plan, "/edits"), body, { patience: PATIENCE_MS }));
};
export const speak = (plan, segment, version) =>
  callJson("POST", address(plan, "/sounds"), { segment, version }, { patience: SPEAKING_MS });
// The file and its name, or the error.
export const planFile = async (plan) => {
  const answer = await call(address(plan, `/file?revision=${plan.revision}`));
  if (answer.error) return withPlan(plan, answer);
  const [, name] = /filename\*=UTF-8''(\S+)/.exec(answer.headers.get("Content-Disposition"));
  return { file: await answer.blob(), name: decodeURIComponent(name) };
};

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

// A take of the whole, which goes into the player: asked and answered by number.
let number = 0;
const waiting = new Map();
export const edited = (answer) => {
  const resolve = answer && waiting.get(answer.number);
  if (!resolve) return;
  waiting.delete(answer.number);
  resolve(answer);
};
export const whole = (sent) =>
  new Promise((resolve) => {
    const mine = (number += 1),
      place = $("#editor .editor");
    const lose = () => edited({ number: mine, error: fill("fix_lost") });
    // It ends too when the server says that it works on nothing for this page any more.
    const ended = expectAnswer(lose);
    waiting.set(mine, (answer) => {
      ended();
      resolve(answer);
    });
    const detail = { ...sent, number: mine };
    if (place) place.dispatchEvent(new CustomEvent("studio:whole", { bubbles: true, detail }));
    else lose();
  });
