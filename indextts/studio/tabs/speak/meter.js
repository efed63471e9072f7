// Count and forecast under the text. Seconds come from a rough measure of syllables, the wait from this machine's last
// takes.
import { $, facts, fill, onDrawn } from "../../lib/dom.js";
import { duration } from "../../lib/numbers.js";
import { recallJson, remember } from "../../lib/storage.js";
import { onInputs, settingsNow, textNow } from "./inputs.js";
import { count, speechSeconds } from "./length.js";

const KEY = "indextts.pace";
const USUAL_PACE = 0.1; // seconds of waiting for a second of speech, before anything has shown the engine's own

const seconds = (value) => duration(Math.max(0.1, value));
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

export const maxChars = () => Number($("#meter-text")?.dataset.max) || Infinity;
const forecast = () => {
  const speech = speechSeconds(textNow()) / (Number(settingsNow().speed) || 1);
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
