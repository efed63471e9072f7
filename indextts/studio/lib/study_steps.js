// Studying sentence by sentence, as steps of a machine without a player: what has happened goes in, what is to be done
// comes out. A sentence is heard `times` times, from the second on slower; after each time there is a gap to repeat it;
// after the last one it goes on, or waits for its reader.
export const SLOWER = 0.8;
export const AFTER = ["on", "stop"];
export const TIMES = [1, 2, 3, 4, 5];
export const GAPS = [0, 1, 1.5]; // as parts of the sentence's own time

const oneOf = (values, value) => (values.includes(value) ? value : values[0]);
// What was kept, as far as it is among the choices.
export const choicesOf = (kept) => ({
  after: oneOf(AFTER, kept?.after),
  times: oneOf(TIMES, kept?.times),
  slower: kept?.slower !== false,
  gap: oneOf(GAPS, kept?.gap),
});
export const paceOf = ({ slower }, round) => (slower && round > 1 ? SLOWER : 1);

// `phase`: "plays"; "gap", silence in which one repeats; "held", such a gap stopped by a person; "waits", for a person
// to go on. `at` is the sentence's number, -1 before anything is heard; `round` counts how often it was begun.
export const BEGIN = { phase: "plays", at: -1, round: 1 };

const plays = (at, round) => ({ phase: "plays", at, round });
const goOn = ({ at }) => ({ state: plays(at + 1, 1), acts: [["pace", 1], ["on", at + 1]] });
const again = ({ at, round }, choices) => ({
  state: plays(at, round + 1),
  acts: [["pace", paceOf(choices, round + 1)], ["from", at]],
});
// After a sentence and its gap.
const next = (state, choices) => {
  if (state.round < choices.times) return again(state, choices);
  if (choices.after === "on") return goOn(state);
  return { state: { ...state, phase: "waits" }, acts: [["pause"]] };
};
const before = (act, { state, acts }) => ({ state, acts: [act, ...acts] });

const EVENTS = {
  // The sound is in the sentence `at`, and nothing was known of it.
  heard: (state, { at }) => ({ state: plays(at, 1), acts: [["pace", 1]] }),
  // The sentence has been heard; it is `length` seconds long at full speed.
  ended: (state, { length }, choices) => {
    if (state.phase !== "plays") return { state, acts: [] };
    const seconds = (length / paceOf(choices, state.round)) * choices.gap;
    if (!(seconds > 0)) return next(state, choices);
    return { state: { ...state, phase: "gap" }, acts: [["pause"], ["gap", seconds]] };
  },
  silent: (state, event, choices) => (state.phase === "gap" ? next(state, choices) : { state, acts: [] }),
  // A person goes on, by key, button or the player's own.
  go: (state, event, choices) => {
    if (state.phase === "waits") return goOn(state);
    if (state.phase === "held") return next(state, choices);
    if (state.phase === "gap") return before(["quiet"], next(state, choices));
    return { state, acts: [] };
  },
  skip: (state) => before(["quiet"], goOn(state)),
  // A person has gone to the sentence `at`: it begins anew, and is heard where one was being listened to.
  moved: (state, { at }) => ({
    state: plays(at, 1),
    acts: [["quiet"], ["pace", 1], ...(state.phase === "plays" ? [] : [["play"]])],
  }),
  paused: (state) =>
    state.phase === "gap" ? { state: { ...state, phase: "held" }, acts: [["quiet"]] } : { state, acts: [] },
  // Another choice holds from the next moment on.
  chosen: (state, event, choices) => ({ state, acts: [["pace", paceOf(choices, state.round)]] }),
  // All is over, or another sound.
  left: () => ({ state: BEGIN, acts: [["quiet"], ["pace", 1]] }),
};

// { state, acts } after `event`, which has a `type` and its own details. Acts: pace FACTOR, pause, play, from SENTENCE,
// on SENTENCE (the sound is there already, or goes there), gap SECONDS, and quiet, which ends a gap.
export const step = (state, event, choices) => EVENTS[event.type](state, event, choices);
