// A server at the other end of `fetch`, and a clock that goes on when a test says so.
import { home } from "../../../indextts/studio/lib/dom.js";

// `answers(question)` is called for each { method, path, headers, body, signal }: it returns the answer's JSON, a
// Response, or nothing where the server is not there. What was asked so far is `asked`.
export const serve = (answers) => {
  const asked = [];
  globalThis.fetch = async (address, { method = "GET", headers = {}, body = null, signal = null, ...more } = {}) => {
    const path = String(address).replace(home(), "");
    const question = { method, path, headers, body, signal, ...more };
    asked.push(question);
    const answer = await answers(question, asked.length);
    if (answer === undefined) throw new TypeError("fetch failed");
    if (answer instanceof Response) return answer;
    return Response.json(answer);
  };
  return asked;
};
export const refusal = (status, code, message = "It cannot be.", hint = "Do something else.") =>
  Response.json({ error: { code, message, hint } }, { status });

const turn = setImmediate;
// All that waits for nothing but its turn.
export const settled = async () => {
  for (let round = 0; round < 20; round += 1) await new Promise((done) => turn(done));
};

// From now on time stands still but for `pass(ms)`, which calls what becomes due, in its order.
export const stopClock = () => {
  const due = new Map();
  const kept = { setTimeout, clearTimeout, now: Date.now };
  let now = 1_000_000,
    number = 0;
  globalThis.setTimeout = (called, ms = 0, ...given) => {
    number += 1;
    due.set(number, { at: now + Math.max(0, ms || 0), called: () => called(...given) });
    return number;
  };
  globalThis.clearTimeout = (timer) => due.delete(timer);
  Date.now = () => now;
  return {
    get now() {
      return now;
    },
    waiting: () => [...due.values()].map(({ at }) => at - now).sort((one, other) => one - other),
    pass: async (ms) => {
      const end = now + ms;
      for (;;) {
        await settled();
        const [first] = [...due.entries()].sort(([, one], [, other]) => one.at - other.at);
        if (!first || first[1].at > end) break;
        due.delete(first[0]);
        now = first[1].at;
        first[1].called();
      }
      now = end;
    },
    goOn: () => {
      globalThis.setTimeout = kept.setTimeout;
      globalThis.clearTimeout = kept.clearTimeout;
      Date.now = kept.now;
    },
  };
};
