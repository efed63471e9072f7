// The lists of voices, emotions and engines beside the text: what there is comes from the server, what was chosen goes
// into the page's settings; below them stands what is to be said of the chosen ones.
import { $, facts, fill, home, make, onDrawn } from "../../lib/dom.js";
import { picker } from "../../lib/picker.js";
import { project } from "../../lib/project.js";
import { callJson } from "../../lib/rest.js";
import { recallJson, remember } from "../../lib/storage.js";
import { favourites, onFavourites } from "../voices/favourites.js";
import { hearOnce, onVoices, sample } from "../voices/own.js";
import { onInputs, settingsShown } from "./inputs.js";
import { tellLost } from "./lost.js";
import { meter } from "./meter.js";
import { SPEAK, plain } from "./notice.js";
import { AUTO, DEFAULT, engineNote, engineRows, isUsable, licenceOf, voiceRows, voicesOf } from "./offered.js";

const KEY = "indextts.names",
  AGAIN_MS = 2000,
  SOURCES = ["mix", "text", "reference"];

let lists = { voice: [], engine: [] };
const kept = recallJson(KEY, {}); // what was chosen last is called, until the server has told its lists

const voicesToShow = () => {
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
    rows: voicesToShow,
    choose: (voice) => {
      left = null;
      pick({ voice });
    },
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
// What there is, asked for until it is there, and drawn for what is chosen; what cannot be chosen any more gives way.
let offer = null,
  offered = null,
  seen = {},
  asked = 0,
  again = 0,
  left = null; // the voice of a project that was not here: taken again when it comes back
const follow = () => {
  const { engine, voice } = settingsShown(),
    [note, licence] = [$("#engine-note .note-place"), $("#licence .licence-place")];
  if (!offer || !engine || !note || !licence) return;
  const isNew = seen.engine !== engine || seen.voice !== voice;
  if (!isNew && seen.offer === offer) return;
  const asksAnew = seen.offer === offer; // an engine may have been opened since
  seen = { offer, engine, voice };
  const name = isUsable(offer, engine) ? engine : AUTO;
  lists = { engine: engineRows(offer), voice: voiceRows(offer, name) };
  const isThere = lists.voice.some(({ id, lacks }) => id === voice && !lacks);
  const back = voice === DEFAULT && left?.project === project().id && lists.voice.find(({ id }) => id === left.voice);
  if (back && !back.lacks) pick({ engine: name, voice: left.voice });
  else if (name !== engine || !isThere) pick({ engine: name, voice: isThere ? voice : DEFAULT });
  if (!isThere && !offer.voices.some(({ id }) => id === voice)) {
    left = { voice, project: project().id };
    const called = (id) => [...offer.voices, ...offer.silent].find((one) => one.id === id)?.name ?? id;
    tellLost(voice, lists.voice.find(({ id }) => id === DEFAULT).name, called);
  }
  const voices = voicesOf(offer, name),
    chosen = voices.find(({ id }) => id === voice) ?? voices[0];
  note.replaceChildren(engineNote(offer, name, chosen));
  licence.replaceChildren(...(chosen ? licenceOf(offer, chosen) : []));
  show();
  meter(); // another engine has another pace
  if (asksAnew) ask();
};
const ask = async () => {
  const mine = (asked += 1);
  clearTimeout(again);
  const answer = await callJson("GET", "/v1/audio/voices");
  if (mine !== asked) return;
  if (!answer.error) offered((offer = answer));
  else if (!offer) again = setTimeout(ask, AGAIN_MS);
  follow();
};
const isOffered = new Promise((done) => {
  offered = done;
});
// What the voices are called, by their ids; after a while nothing where they are still loaded.
export const voiceNames = async () => {
  await Promise.race([isOffered, new Promise((done) => setTimeout(done, AGAIN_MS))]);
  const rows = offer?.voices.map(({ id, name }) => [id, name]) ?? [];
  return { ...Object.fromEntries(rows), ...(rows.length && { [DEFAULT]: rows[0][1] }) };
};
export const start = () => {
  ask();
};
onVoices(ask);
document.addEventListener("studio:changed", ask); // a model has come or gone
onInputs(follow);
onInputs(show);
onFavourites(show);
let drawn = 0;
onDrawn(() => {
  const now = document.querySelectorAll(".picker input, #settings-fold .settings-now").length;
  if (now === drawn) return;
  drawn = now;
  show();
  follow();
});
