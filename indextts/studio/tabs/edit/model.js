// What the editor knows: the plan as the server told it, and what is going on with it.
import { facts } from "../../lib/dom.js";
import { project } from "../../lib/project.js";
import { recall } from "../../lib/storage.js";
import { isMixture, mixtureWords } from "../voices/mixture.js";
import { PAUSE } from "./controls.js";
import { curveBounds } from "./scales.js";
import { keepTimes } from "./timing.js";

export const AUTOPLAY = "indextts.autoplay";

export const model = {
  plan: null,
  open: 0,
  playing: null,
  busy: false,
  empty: false,
  other: "",
  making: -1,
  autoplay: recall(AUTOPLAY) === "yes",
  voices: [],
  gone: {},
  emotions: [],
  draft: null,
  find: null,
  beside: null,
};

// What a voice is called, one that is gone and a mixture too; and those that can be chosen, with the one that is.
const called = (id) => model.voices.find(([name]) => name === id)?.[1] ?? model.gone[id] ?? id;
export const voiceName = (id) => (isMixture(id) ? mixtureWords(id, called) : called(id));
export const voicesWith = (id) =>
  !id || model.voices.some(([name]) => name === id) ? model.voices : [...model.voices, [id, voiceName(id)]];

// Where the browser keeps the plan's id: each project has its own.
export const keyOfPlan = () => ["indextts.editor", project().id].filter(Boolean).join(".");

// Changes that wait for their answer. What an earlier answer says about the same place must not take them back: the
// next press of a key would count from there.
export const underway = [];
const LIMITS = { ...facts.bounds, pause: PAUSE };
export const hold = (plan, { action, segment, token, value, ...more }) => {
  const sentence = plan.sentences[segment],
    ofToken = curveBounds[action];
  const there = ofToken ? sentence?.tokens?.[token] : action === "settings" ? plan.settings : sentence;
  const wishes = ofToken || action === "pause" ? { [action]: value } : more;
  for (const [name, wish] of Object.entries(wishes)) {
    const [low, high] = ofToken || LIMITS[name] || [1, 0];
    if (there && wish >= low && wish <= high) there[name] = wish;
  }
};

// Sentences are known by keys of their own here, as they may be moved while an answer is on its way.
let keys = 0;
export const placeOf = (key) => model.plan?.sentences.findIndex((one) => one.key === key) ?? -1;
export const keyed = (fresh, old) => {
  keepTimes(old, fresh);
  fresh.tokens?.forEach((token) => {
    token.timed = token.length;
  });
  fresh.key = old?.key ?? (keys += 1);
  return fresh;
};
export const ordered = (old, order, changed) =>
  order.map((before, place) => {
    const view = changed[place];
    return view ? keyed(view, old[before]) : old[before];
  });
// Where what was at a place before is now; in the place of what is gone comes what follows it. Nowhere stays nowhere,
// though what is new comes from there, too.
export const follow = (order, place) => {
  if (place < 0) return -1;
  const now = order.indexOf(place);
  return now >= 0 ? now : Math.min(place, order.length - 1);
};
