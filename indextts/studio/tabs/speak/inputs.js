// The text and the settings: as the page shows them, as they are sent, and as they survive a reload.
import { $, facts, fill, languageOf, onDrawn, root, signal } from "../../lib/dom.js";
import { contentsToShow, keeps, restored, touched } from "../../lib/project.js";
import { recallJson, remember } from "../../lib/storage.js";
import { emotionChanged, wanted } from "./emotion.js";

const KEY = "indextts.settings"; // what a new project begins with
const SETTINGS = facts.settings;
const UNDO_MS = 10000;

const changed = signal();
// `listener` hears that the text or a setting is another one.
export const onInputs = changed.hear;
onInputs(touched);

let latest = "",
  typed = "",
  opened = false; // the page knows its project
export const textNow = () => latest;
const onText = (text) => {
  latest = text;
  const area = $("#text textarea");
  if (area) area.lang = languageOf(text);
  changed.tell();
};
onDrawn(() => {
  const area = $("#text textarea");
  if (!area || area.dataset.watched) return;
  area.dataset.watched = "yes";
  area.lang = languageOf(latest || area.value);
  area.addEventListener("input", () => {
    if (!opened) typed = area.value;
    onText(area.value);
  });
});

// Gradio names the two fields of a slider and the button between them in English, on every page.
const ITS_NAME = /^(?:number input|range slider) for /;
onDrawn(() => {
  for (const part of document.querySelectorAll("input[aria-label*=' for ']")) {
    if (!ITS_NAME.test(part.ariaLabel)) continue;
    const name = part.ariaLabel.replace(ITS_NAME, "");
    part.setAttribute("aria-label", name);
    const reset = part.parentElement.querySelector(".reset-button");
    if (reset) reset.ariaLabel = reset.title = fill("field_reset", { name });
  }
});

// Gradio asks what the fields should show: when the page opens, and when another project does. From the first time on
// it hears its events.
let defaults = null,
  began = null;
export const gradioBegan = new Promise((done) => {
  began = done;
});
export const restoreInputs = async (...values) => {
  // What Gradio gives for the text may be what somebody wrote before, or the first words of it.
  began();
  defaults ??= [typed.startsWith(values[0]) ? "" : values[0], ...values.slice(1)];
  const [given, ...usual] = defaults;
  const { text, settings } = await contentsToShow();
  const kept = SETTINGS.some((name) => name in settings) ? settings : recallJson(KEY, {});
  const wished = usual.map((value, index) => kept[SETTINGS[index]] ?? value);
  // What somebody wrote before the page knew its project comes after what stands there: neither is lost.
  const stood = given || text;
  const draft = [stood, typed].filter((part) => part.trim()).join("\n");
  typed = "";
  opened = true;
  onText(stood);
  setTimeout(() => {
    onSettings(...wished);
    restored();
    if (draft !== stood) onText(draft);
  }, 0);
  return [draft, ...wished];
};

let shown = {},
  settings = {}; // as the page shows them, and as they are sent
const named = (values) => Object.fromEntries(SETTINGS.map((name, index) => [name, values[index]]));
keeps({ read: () => ({ text: latest, settings: shown }) });
export const settingsNow = () => settings;
export const settingsShown = () => shown;
// The settings in the order in which the page's values stand, each as it is sent.
export const sentSettings = (values) => {
  const sent = wanted(named(values));
  return SETTINGS.map((name) => sent[name]);
};
export const onSettings = (...values) => {
  shown = named(values);
  remember(KEY, JSON.stringify(shown));
  settings = wanted(shown);
  root.dataset.emotion = shown.emotion;
  showIntensity();
  changed.tell();
};
emotionChanged.hear(() => onSettings(...SETTINGS.map((name) => shown[name])));
const showIntensity = () => {
  const strength = Number(settings.intensity) || 0,
    word = $("#intensity-word");
  if (!word) return;
  const names = [
    [0.05, "none"],
    [0.4, "slight"],
    [0.7, "clear"],
    [0.95, "strong"],
    [Infinity, "full"],
  ];
  const name = names.find(([below]) => strength < below)[1];
  const unused = settings.emotion === "neutral" && !settings.emotion_text && !settings.emotion_reference;
  const said = `${fill(`intensity_${name}`)} · ${Math.round(strength * 100)} %`;
  word.textContent = unused ? fill("intensity_unused") : said;
  word.dataset.unused = unused;
  for (const part of document.querySelectorAll("#intensity :is(input, button)")) part.disabled = unused;
};
onDrawn(() => {
  const part = $("#intensity input[type=range]");
  if (part && !part.dataset.seen && shown.emotion) {
    part.dataset.seen = "yes";
    showIntensity();
  }
});

// Replacing a text can be undone for ten seconds.
let before = null,
  undoTimer = 0;
export const replaceText = (next) => {
  if (latest.trim() && latest !== next) {
    before = latest;
    root.classList.add("can-undo");
    clearTimeout(undoTimer);
    undoTimer = setTimeout(() => {
      root.classList.remove("can-undo");
      before = null;
    }, UNDO_MS);
  }
  onText(next);
  return next;
};
// An example's text in the reader's language.
export const example = (name) => replaceText(fill(`example_${name}_text`));
export const undo = (current) => {
  root.classList.remove("can-undo");
  const text = before ?? current;
  before = null;
  onText(text);
  return text;
};
