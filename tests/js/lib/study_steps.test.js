import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";

import { chance } from "../support/chance.js";
import { AFTER, BEGIN, GAPS, SLOWER, TIMES } from "../../../indextts/studio/lib/study_steps.js";
import { choicesOf, paceOf, step } from "../../../indextts/studio/lib/study_steps.js";

let state, choices, acts;
const happens = (type, details = {}) => {
  ({ state, acts } = step(state, { type, ...details }, choices));
  return acts;
};
const heard = (at) => happens("heard", { at });
const ended = (length = 2) => happens("ended", { length });
const set = (given) => {
  choices = choicesOf({ slower: true, ...given });
};
beforeEach(() => {
  state = BEGIN;
  set({});
});

describe("what is chosen", () => {
  test("nothing kept: it goes on, once, without a gap, and would be slower", () => {
    assert.deepEqual(choicesOf(undefined), { after: "on", times: 1, slower: true, gap: 0 });
  });
  test("what was kept is taken", () => {
    const all = { after: "stop", times: 5, slower: false, gap: 1.5 };
    assert.deepEqual(choicesOf(all), all);
  });
  test("what is no choice is the first one", () => {
    for (const kept of [null, "x", { after: "never", times: 6, gap: 9, slower: "yes" }, { times: "2", gap: "1" }])
      assert.deepEqual(choicesOf(kept), { after: AFTER[0], times: TIMES[0], slower: true, gap: GAPS[0] });
  });
  test("only later times are slower, where that is chosen", () => {
    assert.deepEqual([1, 2, 3].map((round) => paceOf({ slower: true }, round)), [1, SLOWER, SLOWER]);
    assert.deepEqual([1, 2, 3].map((round) => paceOf({ slower: false }, round)), [1, 1, 1]);
  });
});

describe("without repeating", () => {
  test("a sentence begins at full pace", () => {
    assert.deepEqual(heard(3), [["pace", 1]]);
    assert.deepEqual(state, { phase: "plays", at: 3, round: 1 });
  });
  test("it goes on to the next one", () => {
    heard(0);
    assert.deepEqual(ended(), [["pace", 1], ["on", 1]]);
    assert.deepEqual(state, { phase: "plays", at: 1, round: 1 });
  });
  test("it stops after each, and a person goes on", () => {
    set({ after: "stop" });
    heard(0);
    assert.deepEqual(ended(), [["pause"]]);
    assert.equal(state.phase, "waits");
    assert.deepEqual(happens("go"), [["pace", 1], ["on", 1]]);
    assert.deepEqual(state, { phase: "plays", at: 1, round: 1 });
  });
  test("an end that is told twice is one end", () => {
    set({ after: "stop" });
    heard(0);
    ended();
    assert.deepEqual(ended(), []);
    assert.equal(state.phase, "waits");
  });
  test("going on while something plays is the player's own matter", () => {
    heard(0);
    const before = state;
    assert.deepEqual(happens("go"), []);
    assert.equal(state, before);
  });
});

describe("repeating", () => {
  test("twice is twice, the second time slower, and then at full pace on", () => {
    set({ times: 2 });
    heard(4);
    assert.deepEqual(ended(), [["pace", SLOWER], ["from", 4]]);
    assert.deepEqual(state, { phase: "plays", at: 4, round: 2 });
    assert.deepEqual(ended(), [["pace", 1], ["on", 5]]);
  });
  test("five times, then it stops", () => {
    set({ times: 5, after: "stop", slower: false });
    heard(0);
    for (const round of [2, 3, 4, 5]) {
      assert.deepEqual(ended(), [["pace", 1], ["from", 0]]);
      assert.equal(state.round, round);
    }
    assert.deepEqual(ended(), [["pause"]]);
  });
  test("fewer times chosen meanwhile are enough", () => {
    set({ times: 5 });
    heard(0);
    ended();
    ended();
    set({ times: 2 });
    assert.deepEqual(happens("chosen"), [["pace", SLOWER]]);
    assert.deepEqual(ended(), [["pace", 1], ["on", 1]]);
  });
  test("slower switched off meanwhile holds at once", () => {
    set({ times: 2 });
    heard(0);
    ended();
    set({ times: 2, slower: false });
    assert.deepEqual(happens("chosen"), [["pace", 1]]);
  });
});

describe("the gap", () => {
  test("is as long as the sentence was heard, and then it goes on", () => {
    set({ gap: 1.5 });
    heard(0);
    assert.deepEqual(ended(2), [["pause"], ["gap", 3]]);
    assert.equal(state.phase, "gap");
    assert.deepEqual(happens("silent"), [["pace", 1], ["on", 1]]);
  });
  test("after a slower time it is longer", () => {
    set({ gap: 1, times: 2 });
    heard(0);
    assert.deepEqual(ended(2), [["pause"], ["gap", 2]]);
    assert.deepEqual(happens("silent"), [["pace", SLOWER], ["from", 0]]);
    assert.deepEqual(ended(2), [["pause"], ["gap", 2 / SLOWER]]);
  });
  test("comes before the stop", () => {
    set({ gap: 1, after: "stop" });
    heard(0);
    ended();
    assert.deepEqual(happens("silent"), [["pause"]]);
    assert.equal(state.phase, "waits");
  });
  test("is cut short by going on", () => {
    set({ gap: 1 });
    heard(0);
    ended();
    assert.deepEqual(happens("go"), [["quiet"], ["pace", 1], ["on", 1]]);
  });
  test("stops where a person pauses, and then goes on from there", () => {
    set({ gap: 1, times: 2 });
    heard(0);
    ended();
    assert.deepEqual(happens("paused"), [["quiet"]]);
    assert.equal(state.phase, "held");
    assert.deepEqual(happens("silent"), [], "one that was stopped does not end");
    assert.deepEqual(happens("go"), [["pace", SLOWER], ["from", 0]]);
  });
  test("a sentence of no length has none", () => {
    set({ gap: 1 });
    heard(0);
    assert.deepEqual(ended(0), [["pace", 1], ["on", 1]]);
  });
  test("a pause while something plays changes nothing", () => {
    heard(0);
    assert.deepEqual(happens("paused"), []);
    assert.equal(state.phase, "plays");
  });
});

describe("a person goes elsewhere", () => {
  test("while it plays: there it begins anew, at full pace", () => {
    set({ times: 3 });
    heard(0);
    ended();
    assert.deepEqual(happens("moved", { at: 7 }), [["quiet"], ["pace", 1]]);
    assert.deepEqual(state, { phase: "plays", at: 7, round: 1 });
  });
  test("in a gap, or while it waits: there it is heard", () => {
    for (const given of [{ gap: 1 }, { after: "stop" }]) {
      set(given);
      heard(0);
      ended();
      assert.deepEqual(happens("moved", { at: 0 }), [["quiet"], ["pace", 1], ["play"]]);
      assert.equal(state.phase, "plays");
    }
  });
  test("the button leaves out what is left of a sentence", () => {
    set({ times: 5, gap: 1, after: "stop" });
    heard(2);
    ended();
    assert.deepEqual(happens("skip"), [["quiet"], ["pace", 1], ["on", 3]]);
  });
  test("another sound begins from the beginning", () => {
    set({ gap: 1 });
    heard(2);
    ended();
    assert.deepEqual(happens("left"), [["quiet"], ["pace", 1]]);
    assert.deepEqual(state, BEGIN);
  });
});

test("whatever is chosen, each sentence is heard so often, in order, with a gap after each time", () => {
  const { whole, pick } = chance(7);
  for (let tried = 0; tried < 300; tried += 1) {
    state = BEGIN;
    set({ after: pick(AFTER), times: pick(TIMES), gap: pick(GAPS), slower: whole(0, 1) === 1 });
    const played = [];
    let gaps = 0,
      pace = 0;
    heard(0);
    for (let moment = 0; moment < 200 && state.at < 4; moment += 1) {
      if (state.phase === "plays") played.push([state.at, (ended(), acts)]);
      else if (state.phase === "gap") (gaps += 1), happens("silent");
      else happens("go");
      for (const [name, value] of acts) if (name === "pace") pace = value;
      if (state.phase === "plays") assert.equal(pace, paceOf(choices, state.round));
    }
    const expected = [0, 1, 2, 3].flatMap((at) => Array(choices.times).fill(at));
    assert.deepEqual(played.map(([at]) => at), expected);
    assert.equal(gaps, choices.gap ? expected.length : 0);
  }
});
