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
const seconds = (value) => duration(Math.max(0.1, value));
const forecast = () => {
  const speech = speechSeconds(textNow()) / (Number(settingsNow().speed) || 1),
    pace = Number($("#engine-note [data-engine]")?.dataset.pace) || 0;
  if (pace > KEPT_UP) return fill("meter_slow", { speech: seconds(speech), wait: seconds(speech * pace) });
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
onInputs(meter);
onDrawn(() => {
  if ($("#meter-text") && !$("#meter-text").textContent) meter();
});
