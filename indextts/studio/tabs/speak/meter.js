// Count and forecast under the text. Seconds come from a rough measure of syllables, the wait from this machine's last
// takes.
import { $, facts, fill, onDrawn } from "../../lib/dom.js";
import { duration } from "../../lib/numbers.js";
import { recallJson, remember } from "../../lib/storage.js";
import { onInputs, settingsNow, textNow } from "./inputs.js";

const KEY = "indextts.pace";
const USUAL_PACE = 0.1; // seconds of waiting for a second of speech, before anything has shown the engine's own
const MEASURED_CHARS = 60000;

const seconds = (value) => duration(Math.max(0.1, value));
// What is not said: marks in brackets, tags, names before the lines of a dialogue.
const MARKS = /\[\/?[^[\]\n]{1,40}\]|<\/?[a-z][^<>\n]{0,200}>|^[^\S\n]*[^\s:：，。！？,.!?]{1,12}[:：](?=.*\S)/gim;
const READING = /<([^<>|\n]{1,40})\|[^<>|\n]{1,120}>/g;
const LABEL = /^[^\S\n]*[^\s:：，。！？,.!?]{1,12}[:：]/gm;
const said = (text) => {
  const many = (text.match(LABEL) || []).length > 1;
  return text.replace(READING, "$1").replace(MARKS, (found) => (/[:：]$/.test(found) && !many ? found : ""));
};
const speechSeconds = (text) => {
  const sample = said(text.slice(0, MEASURED_CHARS));
  const found = (kind) => (sample.match(kind) || []).length;
  const hanzi = found(/[\u3400-\u9fff]/g),
    words = found(/[A-Za-z]+/g),
    digits = found(/[0-9]/g);
  const marks = found(/[，、；：,;:]/g),
    ends = found(/[。！？!?…\n]+/g);
  const spoken = hanzi * 0.19 + words * 0.42 + digits * 0.25 + marks * 0.25 + ends * 0.45;
  return (spoken * Math.max(1, text.length / MEASURED_CHARS)) / (Number(settingsNow().speed) || 1);
};

const paces = () => {
  const kept = recallJson(KEY, {});
  return typeof kept === "object" ? kept : {};
};
const paceOf = ({ engine, pace }) => paces()[engine] ?? (Number(pace) || USUAL_PACE);
// A take of `engine` took `pace` seconds for each of its own.
export const keepPace = (engine, pace) => {
  if (!Number.isFinite(pace) || pace <= 0) return;
  remember(KEY, JSON.stringify({ ...paces(), [engine]: ((paces()[engine] ?? pace) + pace) / 2 }));
};

export const count = (text) => {
  let number = 0;
  for (const _ of text) number += 1;
  return number;
};
export const maxChars = () => Number($("#meter-text")?.dataset.max) || Infinity;
const forecast = () => {
  const speech = speechSeconds(textNow());
  const wait = speech * paceOf($("#engine-note [data-engine]")?.dataset || {}) + 0.1;
  return fill("meter_forecast", { speech: seconds(speech), wait: seconds(wait) });
};
export const meter = () => {
  const place = $("#meter-text");
  if (!place) return;
  const number = count(textNow()),
    limit = maxChars(),
    local = (value) => value.toLocaleString(facts.locale);
  place.classList.toggle("over", number > limit);
  if (!textNow().trim()) place.textContent = fill("meter_empty", { limit: local(limit) });
  else if (number > limit) {
    place.textContent = fill("meter_over", { count: local(number), over: local(number - limit) });
  } else place.textContent = `${fill("meter_count", { count: local(number) })} · ${forecast()}`;
};
onInputs(meter);
onDrawn(() => {
  if ($("#meter-text") && !$("#meter-text").textContent) meter();
});
