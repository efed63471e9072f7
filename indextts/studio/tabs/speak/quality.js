// Beside each quality of a cloned voice: how long this text would take in it, as the server foresees.
import { $, fill, make, onDrawn } from "../../lib/dom.js";
import { duration } from "../../lib/numbers.js";
import { callJson } from "../../lib/rest.js";
import { onInputs, settingsNow, textNow } from "./inputs.js";
import { count } from "./length.js";
import { maxChars } from "./meter.js";

const PATH = "/v1/forecast",
  QUIET_MS = 500; // what is typed faster than this is asked about once
const ASKED = ["engine", "voice", "speed"]; // what a forecast depends on beside the text

const place = () => $("#quality");
// An engine that is not here, or has no voice yet, has no pace either: nothing is asked about it.
const ENGINE = '#engine-note [data-engine="indextts2"][data-pace]';
const applies = () => Boolean(place() && $(ENGINE) && textNow().trim() && count(textNow()) <= maxChars());
let foreseen = {},
  asked = "",
  timer = 0;

const draw = () => {
  const list = $("#quality-takes ul"),
    said = Object.entries(foreseen).map(([name, seconds]) =>
      fill("quality_takes", { name: fill(`quality_${name}`), time: duration(Math.max(1, seconds), 1) }),
    );
  if (!list || list.dataset.said === said.join()) return;
  list.dataset.said = said.join();
  list.replaceChildren(...said.map((text) => make("li", {}, text)));
};
const ask = async () => {
  if (!applies()) return;
  const settings = settingsNow();
  const body = { text: textNow(), ...Object.fromEntries(ASKED.map((name) => [name, settings[name]])) };
  const key = JSON.stringify(body);
  if (key === asked) return;
  asked = key;
  const answer = await callJson("POST", PATH, body);
  if (key !== asked) return; // another text was asked about meanwhile
  foreseen = answer.qualities ?? {};
  if (answer.error) asked = "";
  draw();
};
const later = () => {
  clearTimeout(timer);
  timer = setTimeout(ask, QUIET_MS);
};
onInputs(later);
let engine = "";
onDrawn(() => {
  if (!place()) return;
  draw();
  const now = $(ENGINE)?.dataset.engine ?? "";
  if (now !== engine) {
    engine = now;
    later();
  }
});
