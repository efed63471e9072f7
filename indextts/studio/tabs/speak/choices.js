// The lists of voices, emotions and engines beside the text: what there is comes from the server, what was chosen goes
// into the page's settings.
import { $, facts, fill, home, make, onDrawn } from "../../lib/dom.js";
import { picker } from "../../lib/picker.js";
import { recallJson, remember } from "../../lib/storage.js";
import { favourites, onFavourites } from "../voices/favourites.js";
import { hearOnce, sample } from "../voices/own.js";
import { onInputs, settingsShown } from "./inputs.js";
import { meter } from "./meter.js";
import { SPEAK, plain } from "./notice.js";

const KEY = "indextts.names",
  AGAIN_MS = 2000,
  SOURCES = ["mix", "text", "reference"];

let lists = { voice: [], engine: [] };
const kept = recallJson(KEY, {}); // what was chosen last is called, until the server has told its lists

const voiceRows = () => {
  const rows = lists.voice.map((row) => ({ ...row, sample: row.sample || "tts" }));
  const loved = favourites();
  if (!rows.some(({ id }) => loved.has(id))) return rows;
  const [first, rest] = [rows.filter(({ id }) => loved.has(id)), rows.filter(({ id }) => !loved.has(id))];
  return [
    ...first.map((row) => ({ ...row, section: fill("voice_favourites") })),
    ...rest.map((row) => ({ ...row, section: fill("voice_others") })),
  ];
};
// Those that a name alone does not tell apart say what they do.
const ABOUT = ["auto", "neutral", "calm"];
const emotions = [...new Set(["auto", "neutral", ...facts.emotions, ...SOURCES])].map((id) => ({
  id,
  name: fill(`emotion_${id}`),
  about: ABOUT.includes(id) ? fill(`emotion_${id}_about`) : "",
}));

// What Gradio's values become: asked for by it, once `studio:picked` was told.
let next = {};
export const picked = () => facts.settings.map((name) => next[name]);
export const pick = (chosen) => {
  next = { ...settingsShown(), ...chosen };
  $("#picks .pick")?.dispatchEvent(new CustomEvent("studio:picked", { bubbles: true }));
};
// A voice of the library: its engine is left open where the chosen one does not have it.
export const speakWith = (voice) => {
  const row = lists.voice.find((one) => one.id === voice || one.voice === voice);
  pick({ voice: row?.id ?? voice, ...(row ? {} : { engine: "auto" }) });
  location.hash = "#/";
};

const toModels = () => {
  location.hash = "#/models";
};
const hear = async (row) => {
  const field = $("#voice .picker");
  field?.setAttribute("aria-busy", "true");
  const address = row.sample === "tts" ? await sample(row.id) : { audio_url: home() + row.sample };
  field?.removeAttribute("aria-busy");
  if (address.error) plain(SPEAK, address.error);
  else hearOnce(address.audio_url, row.name).catch(() => plain(SPEAK, fill("fix_lost")));
};
const pickers = {
  voice: picker("voice", {
    label: fill("voice"),
    rows: voiceRows,
    choose: (voice) => pick({ voice }),
    missing: toModels,
    hear,
    hearTip: fill("voice_hear_tip"),
  }),
  emotion: picker("emotion", { label: fill("emotion"), rows: () => emotions, choose: (emotion) => pick({ emotion }) }),
  engine: picker("engine", {
    label: fill("engine"),
    rows: () => lists.engine,
    choose: (engine) => pick({ engine }),
    missing: toModels,
  }),
};

// The chosen voice can be heard beside its name.
onDrawn(() => {
  const place = $("#voice .picker");
  if (!place?.querySelector("input") || place.querySelector("[data-do=hear]")) return;
  const button = make("button", {
    type: "button",
    class: "icon-button",
    "data-do": "hear",
    title: fill("voice_hear"),
    "aria-label": fill("voice_hear"),
  });
  button.append(make("span", { class: "glyph glyph-play", "aria-hidden": "true" }));
  button.addEventListener("click", () =>
    hear(pickers.voice.chosen() ?? { id: settingsShown().voice, name: kept.voice, sample: "tts" }),
  );
  place.append(button);
});

const show = () => {
  const now = settingsShown();
  for (const name of ["voice", "emotion", "engine"]) {
    const row = { voice: lists.voice, emotion: emotions, engine: lists.engine }[name].find(
      ({ id }) => id === now[name],
    );
    if (row && kept[name] !== row.name) {
      kept[name] = row.name;
      remember(KEY, JSON.stringify(kept));
    }
    pickers[name].show(now[name] ?? "", kept[name] || fill(name === "engine" ? "engine_auto" : "voice_default"));
  }
  const place = $("#settings-fold .settings-now");
  if (place) place.textContent = [kept.voice || fill("voice_default"), kept.emotion].filter(Boolean).join(" · ");
};
// A server that still loads has no lists yet.
let asking = 0;
const ask = () => $("#voicebook .voicebook")?.dispatchEvent(new CustomEvent("studio:changed", { bubbles: true }));
export const listed = (given) => {
  if (given) lists = given;
  clearTimeout(asking);
  if (!lists.voice.length) asking = setTimeout(ask, AGAIN_MS);
  show();
  meter(); // another engine has another pace
};
onInputs(show);
onFavourites(show);
let drawn = 0;
onDrawn(() => {
  const now = document.querySelectorAll(".picker input, #settings-fold .settings-now").length;
  if (now !== drawn) show();
  drawn = now;
});
