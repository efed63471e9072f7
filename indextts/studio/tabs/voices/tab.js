// The tab with the voices: heard, designed, changed, removed. Names go in as text, never as markup.
import { $, button, facts, fill, iconButton, make, onActions, onDrawn, onSubmit } from "../../lib/dom.js";
import { onView, view } from "../../lib/router.js";
import { say } from "../../lib/said.js";
import { deletedList } from "../history/deleted.js";
import { tell as toast } from "../history/switch.js";
import { speakWith } from "../speak/choices.js";
import "./clones.js";
import { extras, filters, isShown, onFilter } from "./library.js";
import { addVoice, focusMix, mixActions, mixPart, mixed, mixtureText, setMix, setNatural } from "./mixing.js";
import { nearestActions, nearestPart, showNearest } from "./nearest.js";
import { add, change, hearOnce, inline, list, onVoices, remove, sample, voicesChanged } from "./own.js";

const NEUTRAL = { tract: 1, pitch: 0, range: 1, rate: 1 };
const STEPS = { tract: 0.01, pitch: 0.5, range: 0.05, rate: 0.05 };

const refresh = async () => {
  if (!built()) return;
  deleted.look();
  const answer = await list();
  if (answer.error) {
    say(LISTED(), answer);
    return;
  }
  draw(answer.voices.map(localised));
};
onVoices(refresh);

const localised = (voice) => ({
  ...voice,
  name: facts.language === "zh" ? voice.name_zh : voice.name_en,
  about: facts.language === "zh" ? voice.description_zh : voice.description_en,
});
const deleted = deletedList([{ path: "/v1/voices", told: (voice) => [voice.name_en, about(voice)] }], () =>
  voicesChanged(),
);

// The frame, made once.
let shown = [],
  editing = null,
  base = {};
const built = () => Boolean($("#voicebook .voicebook")?.firstElementChild);
const icon = (action, key, shape, name) => iconButton(action, fill(key, { name }), shape);
const printed = (name, value) =>
  name === "pitch"
    ? fill("voice_semitones", { value: `${value > 0 ? "+" : value < 0 ? "−" : ""}${Math.abs(value)}` })
    : `× ${value.toFixed(2)}`;
const slider = (name) => {
  const [low, high] = $("#voicebook .voicebook").dataset[name].split(" ");
  const input = make("input", {
    type: "range",
    name,
    min: low,
    max: high,
    step: STEPS[name],
    value: NEUTRAL[name],
    id: `voice-${name}`,
    "aria-describedby": `voice-${name}-ends`,
  });
  return make(
    "div",
    { class: "slider" },
    make("label", { for: `voice-${name}` }, fill(`voice_${name}`)),
    make("output", { for: `voice-${name}`, name: `${name}-value` }),
    input,
    make(
      "p",
      { class: "ends hint", id: `voice-${name}-ends` },
      make("span", {}, fill(`voice_${name}_low`)),
      make("span", {}, fill(`voice_${name}_high`)),
    ),
  );
};
const build = () => {
  const place = $("#voicebook .voicebook");
  if (!place || place.firstElementChild) return;
  place.append(
    make(
      "div",
      { class: "voices-list" },
      make(
        "div",
        { class: "voices-head" },
        make("h2", {}, fill("tab_voices")),
        make("p", { class: "hint" }, fill("voices_hint")),
      ),
      filters(),
      nearestPart(),
      make("div", { class: "voices-said", role: "status" }),
      make("div", { id: "voice-rows" }),
      deleted.fold,
    ),
    make(
      "form",
      { class: "voice-form" },
      make("h2", {}, fill("voice_design")),
      mixPart(),
      ...Object.keys(NEUTRAL).map(slider),
      make("p", { class: "hint" }, fill("voice_reset")),
      make("input", {
        type: "text",
        class: "field",
        name: "name",
        maxlength: 40,
        "aria-label": fill("voice_name"),
        placeholder: fill("voice_name_example"),
        autocomplete: "off",
        spellcheck: "false",
      }),
      make("p", { class: "told", role: "alert" }),
      make(
        "div",
        { class: "voice-buttons" },
        button("hear", "voice_listen", { class: "quiet-button strong" }),
        make("button", { type: "submit", class: "quiet-button" }, fill("voice_save")),
        button("leave", "voice_leave", { hidden: "" }),
      ),
      make("div", { class: "voices-said", role: "status" }),
    ),
  );
  put(NEUTRAL);
  if (view() === "voices") refresh();
};
const form = () => $("#voicebook .voice-form");
const put = (values) => {
  for (const name of Object.keys(NEUTRAL)) {
    form().elements[name].value = values[name];
    label(name);
  }
  base = values;
};
const label = (name) => {
  const value = Number(form().elements[name].value),
    text = printed(name, value);
  form().elements[`${name}-value`].textContent = text;
  form().elements[name].setAttribute("aria-valuetext", text);
};
const numbers = () => ({
  tilt: base.tilt ?? 0,
  ...Object.fromEntries(Object.keys(NEUTRAL).map((name) => [name, Number(form().elements[name].value)])),
});
const edit = (voice) => {
  editing = voice;
  form().querySelector("h2").textContent = voice ? fill("voice_editing", { name: voice.name }) : fill("voice_design");
  form().querySelector("[data-do=leave]").hidden = !voice;
  refuse("");
};
const refuse = (text, field = "name") => {
  form().querySelector(".told").textContent = text;
  if (text) {
    form().elements[field].setAttribute("aria-invalid", "true");
    form().elements[field].focus();
    form().querySelector(".told").scrollIntoView({ block: "nearest" });
  } else form().elements.name.removeAttribute("aria-invalid");
};

// The voices.
const about = (voice) => {
  if (voice.about) return voice.about;
  const parts = [printed("pitch", voice.pitch), `${fill("voice_tract")} ${printed("tract", voice.tract)}`];
  return [...(voice.mix ? [mixtureText(voice.mix)] : []), ...parts].join(" · ");
};
const row = (voice) =>
  make(
    "li",
    { class: "voice-row", "data-id": voice.id },
    icon("play", "voice_play", "play", voice.name),
    make(
      "div",
      { class: "voice-text" },
      make("span", { class: "voice-name" }, voice.name),
      make("span", { class: "hint" }, about(voice)),
    ),
    ...extras(voice, voice.name),
    ...(voice.own
      ? [icon("edit", "voice_edit", "edit", voice.name), icon("remove", "voice_remove", "remove", voice.name)]
      : voice.natural
        ? [icon("start", "mix_start", "plus", voice.name)]
        : [icon("start", "voice_start", "edit", voice.name)]),
  );
const draw = (voices) => {
  shown = voices;
  const ready = voices.filter((voice) => voice.natural);
  if (!built()) return;
  setNatural(ready);
  showNearest(ready.length > 0);
  const place = $("#voice-rows");
  const focused = place.contains(document.activeElement) ? document.activeElement : null;
  const [id, action] = [focused?.closest("[data-id]")?.dataset.id, focused?.dataset.do];
  const found = voices.filter(isShown),
    own = found.filter((voice) => voice.own),
    natural = found.filter((voice) => voice.natural),
    others = found.filter((voice) => !voice.own && !voice.natural);
  const none = (key) => make("p", { class: "hint nothing" }, fill(key));
  const listed = (rows) => make("ul", { class: "voice-rows" }, ...rows.map(row));
  place.replaceChildren(
    ...(natural.length ? [make("h3", {}, fill("voices_natural")), listed(natural)] : []),
    ...(natural.length && others.length ? [make("h3", {}, fill("voices_designed"))] : []),
    ...(others.length ? [listed(others)] : found.length ? [] : [none("voices_no_match")]),
    make("h3", {}, fill("voices_own")),
    own.length
      ? listed(own)
      : none(voices.some((voice) => voice.own) ? "voices_no_match" : "voices_none"),
  );
  if (id) place.querySelector(`[data-id="${CSS.escape(id)}"] [data-do=${action}]`)?.focus({ preventScroll: true });
};

onFilter(() => draw(shown));

// What was done, beside the form or above the list; there is one such line at a time.
const LISTED = () => $("#voicebook .voices-list .voices-said");
const near = (target) => (target.closest(".voice-form") ? $("#voicebook .voice-form .voices-said") : LISTED());
const tell = (answer, place) => {
  document.querySelectorAll("#voicebook .voices-said").forEach((other) => other.replaceChildren());
  say(place, answer);
};

// Samples: one sounds at a time.
const hear = async (voice, target, mix, title) => {
  const place = near(target);
  target.setAttribute("aria-busy", "true");
  tell({ said: fill("voice_making") }, place);
  const answer = await sample(voice, mix);
  target.removeAttribute("aria-busy");
  tell(answer.error ? answer : {}, place);
  if (answer.error) return;
  $("#voicebook .voicebook").dataset.heard = answer.audio_url;
  hearOnce(answer.audio_url, title).catch(() => tell({ error: fill("fix_lost") }, place));
};

const voiceOf = (target) => shown.find((voice) => voice.id === target.closest("[data-id]")?.dataset.id);
const save = async () => {
  const { name } = form().elements,
    before = editing,
    mix = mixed(),
    values = { name: name.value, ...numbers(), ...(mix ? { mix } : {}) };
  if (!values.name.trim()) {
    refuse(fill("voice_name_first"));
    return;
  }
  const answer = await (before ? change(before, values) : add(values));
  if (answer.error) {
    refuse(answer.error);
    return;
  }
  // The list shows the voice before all is done: what was begun in the form since then stays.
  if (editing === before && name.value === values.name) {
    edit(null);
    name.value = "";
  }
  toast(answer);
};
const actions = {
  ...mixActions,
  ...nearestActions,
  hear: (target) => {
    const mix = mixed();
    hear(inline(numbers(), mix), target, mix, fill("voice_design"));
  },
  restore: deleted.restore,
  use: (target) => speakWith(voiceOf(target).id),
  play: (target) => {
    const voice = voiceOf(target);
    hear(voice.id, target, voice.mix || voice.id, voice.name);
  },
  start: (target) => {
    const voice = voiceOf(target);
    if (voice.natural) {
      addVoice(voice.id);
      focusMix();
      return;
    }
    edit(null);
    setMix("");
    put(voice);
    form().elements.tract.focus();
  },
  edit: (target) => {
    const voice = voiceOf(target),
      { name } = form().elements;
    edit(voice);
    setMix(voice.mix ?? "");
    put(voice);
    name.value = voice.name;
    name.focus();
  },
  leave: () => {
    edit(null);
    setMix("");
    put(NEUTRAL);
    form().elements.name.value = "";
    form().elements.tract.focus();
  },
  remove: async (target) => {
    const voice = voiceOf(target),
      answer = await remove(voice);
    if (editing?.id === voice.id) edit(null);
    toast(answer);
    $("#project-said [data-do=undo]")?.focus({ preventScroll: true });
  },
};
onActions("#voicebook", actions);
onSubmit("#voicebook .voice-form", save);
document.addEventListener("input", (event) => {
  if (event.target.matches?.("#voicebook input[type=range][name]")) label(event.target.name);
  else if (event.target.matches?.("#voicebook [name=name]")) refuse("");
});
onView((name) => {
  if (name === "voices") refresh();
});
onDrawn(build);
build(); // it came when the tab was opened
