// Who speaks which lines of a dialogue: asked of the server, which alone knows the rule.
import { $, facts, fill, make, onDrawn } from "../../lib/dom.js";
import { keeps, touched } from "../../lib/project.js";
import { openMenu } from "../../lib/menu.js";
import { castOf, list, onVoices } from "../voices/own.js";
import { onInputs, settingsNow, textNow } from "./inputs.js";
import { tellLost } from "./lost.js";

const CAST_MS = 500;

let chosen = {},
  voices = [],
  parts = [],
  timer = 0,
  asked = 0;
const told = new Set(); // voices that are not here, each said once
const known = (voice) => voices.some((one) => one.id === voice);
const voiceFor = ({ label, voice }) => (known(chosen[label]) ? chosen[label] : voice);

// The voices of the labels as they are sent; null where the server's own choice holds.
export const speakers = () => {
  if (!parts.some(({ label }) => known(chosen[label]))) return null;
  return Object.fromEntries(parts.map((part) => [part.label, voiceFor(part)]));
};

const labelled = (text) => (text.match(/^[^\S\n]*[^\n:：]{1,44}[:：]/gm) || []).length > 1;
const nameOf = (voice) => (facts.language === "zh" ? voice.name_zh : voice.name_en);
// Its language, and whether a woman or a man speaks: what a description begins with.
const kindOf = (voice) => {
  const about = (facts.language === "zh" ? voice.description_zh : voice.description_en) || "";
  return about.split(" · ").slice(0, 2).join(" · ");
};
const chooser = (part) => {
  const { label } = part;
  const select = make(
    "select",
    {
      class: "field",
      "data-label": label,
      "aria-label": fill("speaker_voice", { label }),
    },
    ...voices.map((one) => make("option", { value: one.id }, nameOf(one))),
  );
  select.value = voiceFor(part);
  return make("label", { class: "speaker" }, make("span", {}, label), select);
};
const draw = () => {
  const shown = parts.length ? [make("p", { class: "hint" }, fill("speakers")), ...parts.map(chooser)] : [];
  $("#speakers .speakers")?.replaceChildren(...shown);
};
const cast = async () => {
  const mine = (asked += 1),
    text = $("#text textarea")?.value || textNow();
  if (labelled(text) && !voices.length) voices = (await list()).voices || [];
  const found = labelled(text) ? await castOf(text, settingsNow().voice) : [];
  if (mine !== asked) return;
  for (const { label, voice } of voices.length ? found : []) {
    const lost = chosen[label],
      instead = voices.find(({ id }) => id === voice);
    if (!lost || known(lost) || told.has(lost)) continue;
    told.add(lost);
    tellLost(lost, instead ? nameOf(instead) : voice);
  }
  if (JSON.stringify(found) === JSON.stringify(parts)) return;
  parts = found;
  draw();
};
const later = () => {
  clearTimeout(timer);
  timer = setTimeout(cast, CAST_MS);
};
onInputs(later);
onVoices(async () => {
  if (!voices.length) return;
  voices = (await list()).voices || voices;
  draw();
  later();
});
let there = false;
onDrawn(() => {
  if (!there && $("#speakers .speakers")) {
    there = true;
    later();
  }
});

document.addEventListener("change", (event) => {
  const select = event.target.closest?.("#speakers select");
  if (!select) return;
  chosen[select.dataset.label] = select.value;
  touched();
});
// The same from the reading, where a line of theirs begins; it is spoken so at once.
document.addEventListener("click", async (event) => {
  const pill = event.target.closest?.("#reading button.who");
  if (!pill) return;
  const { label } = pill.dataset;
  if (!voices.length) voices = (await list()).voices || [];
  const now = parts.find((part) => part.label === label),
    speaking = now && voiceFor(now);
  const rows = voices.map((one) => ({
    text: nameOf(one),
    note: kindOf(one),
    now: one.id === speaking,
    run: () => {
      chosen[label] = one.id;
      touched();
      draw();
      $("#generate").click();
    },
  }));
  openMenu(pill, fill("speaker_voice", { label }), rows, fill("speaker_voice", { label }));
});
keeps({
  read: () => ({ speakers: Object.keys(chosen).length ? chosen : null }),
  write: ({ speakers }) => {
    chosen = { ...speakers };
    draw();
    later();
  },
});
