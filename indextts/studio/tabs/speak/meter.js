// Count and forecast under the text. Seconds come from a rough measure of syllables. How long it takes is told while it
// is made, from what is measured then; beforehand only of an engine that cannot keep up with the listener.
import { $, facts, fill, make, onDrawn } from "../../lib/dom.js";
import { duration } from "../../lib/numbers.js";
import { recall } from "../../lib/storage.js";
import { onInputs, settingsNow, textNow } from "./inputs.js";
import { count, speechSeconds } from "./length.js";

const KEPT_UP = 0.9; // seconds of work for a second of speech, up to which it plays without a stop

// Whether what is made is heard at once.
export const SWITCH = "indextts.playAsMade";
export const playsAsMade = () => recall(SWITCH) !== "no";

export const maxChars = () => Number($("#meter-text")?.dataset.max) || Infinity;
// What was made last with the same settings is kept: what stands before and after the change costs nothing.
let made = { text: "", settings: "" };
const changed = (text) => {
  if (made.settings !== JSON.stringify(settingsNow())) return text;
  let [begin, end] = [0, 0];
  const most = Math.min(text.length, made.text.length);
  while (begin < most && text[begin] === made.text[begin]) begin += 1;
  while (end < most - begin && text.at(-1 - end) === made.text.at(-1 - end)) end += 1;
  return text.slice(begin, text.length - end);
};
const seconds = (value) => duration(Math.max(0.1, value));
const forecast = () => {
  const within = (text) => speechSeconds(text) / (Number(settingsNow().speed) || 1),
    speech = within(textNow()),
    wait = within(changed(textNow())) * (Number($("#engine-note [data-engine]")?.dataset.pace) || 0);
  if (wait > KEPT_UP * speech) return fill("meter_slow", { speech: seconds(speech), wait: seconds(wait) });
  return fill(playsAsMade() ? "meter_forecast" : "meter_speech", { speech: seconds(speech) });
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
    const book = make("button", { type: "button", class: "text-button", "data-run": "book" }, fill("run_book"));
    place.replaceChildren(fill("meter_over", { count: local(number), over: local(number - limit) }), " ", book);
  } else place.textContent = `${fill("meter_count", { count: local(number) })} · ${forecast()}`;
};
export const wasMade = (text, settings) => {
  made = { text, settings: JSON.stringify(settings) };
  meter();
};
onInputs(meter);
onDrawn(() => {
  if ($("#meter-text") && !$("#meter-text").textContent) meter();
});
