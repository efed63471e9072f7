// A person's own voices on the server. What changes something answers { said, undo } or { error, code }.
import { facts, fill, signal } from "../../lib/dom.js";
import { callJson } from "../../lib/rest.js";
import { nearFirst } from "../speak/offered.js";

const PATH = "/v1/voices";
const NUMBERS = ["tract", "pitch", "range", "rate", "tilt"];

const changed = signal();
// `listener` hears that a voice was made, changed or removed, here or where voices are cloned.
export const onVoices = changed.hear;
// Ends when everything that lists voices is drawn anew.
export const voicesChanged = () => Promise.all(changed.tell());

const addressOf = (voice) => `${PATH}/${voice.id}`;
const stored = (voice) => Object.fromEntries(["name", "mix", ...NUMBERS].map((name) => [name, voice[name]]));
// What was done to a voice, told to everything that lists voices, now and when it is taken back.
export const done = async (key, voice, back) => {
  await voicesChanged();
  const undo = async () => {
    const answer = await back();
    await voicesChanged();
    return answer.error ? answer : { said: fill("entry_undone") };
  };
  return { said: fill(key, { name: voice.name }), undo };
};

export const list = async () => {
  const answer = await callJson("GET", PATH);
  return answer.voices ? { ...answer, voices: nearFirst(answer.voices) } : answer;
};
export const add = async (values) => {
  const made = await callJson("POST", PATH, values);
  return made.error ? made : done("voice_saved", made, () => callJson("DELETE", addressOf(made)));
};
export const change = async (before, values) => {
  const made = await callJson("PUT", addressOf(before), values);
  return made.error ? made : done("voice_changed", made, () => callJson("PUT", addressOf(before), stored(before)));
};
export const remove = async (voice) => {
  const answer = await callJson("DELETE", addressOf(voice));
  return answer.error ? answer : done("voice_removed", voice, () => callJson("POST", `${addressOf(voice)}/restore`));
};

// A sample, of a voice that there is or of a design: { audio_url }. A natural voice, and a mixture by its heaviest one,
// says it in its own language; `mix` is what `voice` is made of.
const languageOf = (mix) => (/^z[fm]_/.test(mix) ? "zh" : /^[ab][fm]_/.test(mix) ? "en" : facts.language);
export const sampleText = (mix) => fill(`voice_sample_${languageOf(mix)}`);
export const sample = (voice, mix = voice) => callJson("POST", "/tts", { text: sampleText(mix), voice });
export const spoken = (text) => callJson("POST", "/tts", { text });

// One sample sounds at a time, wherever it was asked for.
const sampled = signal();
// `listener` hears which one sounds, as { audio, title }, or that none does.
export const onSample = sampled.hear;
let sounding = null;
// Whether there was one to stop.
export const hushSample = () => {
  if (!sounding) return false;
  sounding.pause();
  sounding = null;
  sampled.tell(null);
  return true;
};
// `title` says what it is.
export const hearOnce = async (address, title = "") => {
  hushSample();
  const mine = new Audio(address);
  sounding = mine;
  mine.onended = () => sounding === mine && hushSample();
  sampled.tell({ audio: mine, title });
  try {
    await mine.play();
  } catch (error) {
    // It was stopped or paused before it began: nothing failed, and what is paused goes on when it is asked to.
    if (sounding !== mine || error.name === "AbortError") return;
    hushSample();
    throw error;
  }
};
export const inline = (values, mix = "") =>
  `${mix || "design"}:${NUMBERS.map((name) => `${name}=${values[name]}`).join(",")}`;

// Which voice each label of a dialogue gets: [{ label, voice }].
export const castOf = async (text, voice) => (await callJson("POST", `${PATH}/cast`, { text, voice })).cast || [];
