// The sound of sentences: made for the open one a moment after it was changed, for others when they are played; two
// versions by turns.
import { speak } from "./asking.js";
import { stopBeside } from "./beside.js";
import { model, placeOf } from "./model.js";
import { bufferOf, silence, sound } from "./playing.js";
import { draggingCurve, drawSentence, markSentence, playhead } from "./rows.js";

const SOUND_AFTER_MS = 400,
  SWITCH_MS = 350;
let desk = null; // act, take, tell, quick, sounds: see tab.js
export const attachListening = (given) => {
  desk = given;
};
const tell = (text) => desk.tell(text);

// Sound: made for the open sentence a moment after the last change, and for others when they are played.
let timer = 0;
export const soon = (place) => {
  if (place !== model.open) return;
  clearTimeout(timer);
  const key = model.plan.sentences[place].key;
  timer = setTimeout(async () => {
    const now = placeOf(key);
    if (now < 0 || now !== model.open || draggingCurve()) return;
    const name = await soundOf(now, -1);
    if (name && model.autoplay && placeOf(key) === model.open) play(model.open);
  }, SOUND_AFTER_MS);
};
export const soundOf = async (place, version) => {
  const key = model.plan.sentences[place].key;
  model.making = place;
  markSentence(model, place);
  await desk.quick.idle(); // what was changed a moment ago is to be heard
  const answer = await desk.sounds(() => {
    const now = placeOf(key);
    return now < 0 ? {} : speak(model.plan, { segment: now, version });
  });
  model.making = -1;
  if (answer.id && answer.id !== model.plan?.id) return ""; // another plan was opened meanwhile
  if (answer.code !== "cancelled") {
    if (answer.error || answer.told) tell(answer.error || answer.told);
    if (!(answer.revision < model.plan?.revision)) desk.take(answer);
  }
  markSentence(model, place);
  return answer.audio || "";
};

export const soundBeside = async (segment) => {
  const answer = await desk.sounds(() => speak(model.plan, { segment, beside: true }));
  if (answer.error) tell(answer.error);
  return answer.audio || "";
};

// Playing.
let frame = 0,
  switching = null;
const stop = () => {
  cancelAnimationFrame(frame);
  silence();
  const { playing } = model;
  model.playing = null;
  playhead(null);
  if (playing) markSentence(model, playing.place);
};
export const halt = () => {
  clearTimeout(switching?.timer);
  switching = null;
  stopBeside();
  stop();
};
const start = async (place, version, ended) => {
  stop();
  const sentence = model.plan.sentences[place];
  const known = sentence.versions[version]?.audio;
  let buffer = known ? await bufferOf(known, tell) : null;
  if (!buffer) {
    const name = await soundOf(place, version);
    buffer = name ? await bufferOf(name, tell) : null;
  }
  if (!buffer) return;
  stop();
  model.playing = { place, version };
  const at = await sound(buffer, () => {
    stop();
    ended?.();
  });
  const run = () => {
    if (!model.playing) return;
    if (place === model.open && version === model.plan.sentences[place]?.chosen) playhead(at());
    frame = requestAnimationFrame(run);
  };
  run();
  markSentence(model, place);
};
const play = (place) => start(place, model.plan.sentences[place].chosen);
export const toggle = (place) => {
  const mine = model.playing?.place === place || switching?.place === place;
  halt();
  if (!mine) play(place);
};

// Two versions in turn, until it is pressed again.
export const compare = (place) => {
  if (switching) {
    halt();
    drawSentence(model, place);
    return;
  }
  const { chosen, versions } = model.plan.sentences[place];
  const partner =
    last.get(place) !== undefined && last.get(place) !== chosen && last.get(place) < versions.length
      ? last.get(place)
      : chosen
        ? chosen - 1
        : 1;
  switching = { place, timer: 0 };
  const turn = (now, next) =>
    start(place, now, () => {
      if (switching) switching.timer = setTimeout(turn, SWITCH_MS, next, now);
    });
  turn(chosen, partner);
  drawSentence(model, place);
};
const last = new Map(); // the version that was chosen before, by sentence

export const choose = (place, version) => {
  halt();
  last.set(place, model.plan.sentences[place].chosen);
  return desk.act({ action: "choose", segment: place, version });
};
export const again = async (place) => {
  last.set(place, model.plan.sentences[place].chosen);
  const answer = await desk.act({ action: "again", segment: place });
  if (!answer.error && place === model.open) {
    clearTimeout(timer);
    play(place);
  }
};
export const soonIfSilent = (place) => {
  if (!model.plan.sentences[place].audio) soon(place);
};
export const comparing = (place) => switching?.place === place;
export const forgetSounds = () => {
  last.clear();
  if (model.playing || switching) halt();
};
