// Up to four natural voices with a slider for each one's share: the part of the form that makes a voice of them.
import { $, button, facts, fill, iconButton, make } from "../../lib/dom.js";
import { mixtureWords, partsOf, percents, writtenAs } from "./mixture.js";

const MOST = 4;

let natural = [];
const place = () => $("#voicebook .mix");
const rows = () => [...place().querySelectorAll(".mix-row")];
const nameOf = (id) => natural.find((voice) => voice.id === id)?.name ?? id;

// As it is written; empty where no voice is mixed.
export const mixed = () =>
  writtenAs(
    rows().map((row) => [row.querySelector("select").value, Number(row.querySelector("input").value)]),
  );
export const mixtureText = (written) => mixtureWords(written, nameOf);

// The other sliders make room for the one that moved, so that each stands where its number says.
const balanced = (moved) => {
  const others = rows()
      .map((row) => row.querySelector("input"))
      .filter((input) => input !== moved),
    total = others.reduce((sum, input) => sum + Number(input.value), 0);
  moved.value = others.length ? Math.min(moved.value, 100 - others.length) : 100;
  for (const input of others)
    input.value = Math.max(1, Math.round((Number(input.value) * (100 - moved.value)) / total));
};
// What each share comes to; the buttons that there are.
const told = () => {
  const shown = rows(),
    total = shown.reduce((sum, row) => sum + Number(row.querySelector("input").value), 0);
  shown.forEach((row, index) => {
    const [select, input] = [row.querySelector("select"), row.querySelector("input")],
      share = `${Math.round((100 * Number(input.value)) / total)} %`,
      name = nameOf(select.value);
    row.querySelector("output").textContent = share;
    input.setAttribute("aria-valuetext", share);
    input.setAttribute("aria-label", fill("mix_share", { name }));
    select.setAttribute("aria-label", fill("mix_voice", { number: index + 1 }));
    const drop = row.querySelector("[data-do=mix-drop]"),
      title = fill("mix_drop", { name });
    drop.title = title;
    drop.setAttribute("aria-label", title);
  });
  place().hidden = !natural.length;
  place().querySelector("[data-do=mix-add]").disabled = shown.length >= MOST;
  place().classList.toggle("mixing", shown.length > 0);
};
const option = (voice, chosen) =>
  make("option", { value: voice.id, ...(voice.id === chosen ? { selected: "" } : {}) }, voice.name);
const choices = (chosen) =>
  ["zh", "en"].map((language) =>
    make(
      "optgroup",
      { label: fill(`mix_language_${language}`) },
      ...natural.filter((voice) => voice.languages[0] === language).map((voice) => option(voice, chosen)),
    ),
  );
const row = ([voice, weight]) =>
  make(
    "div",
    { class: "slider mix-row" },
    make("select", { class: "field" }, ...choices(voice)),
    make("output", {}),
    iconButton("mix-drop", "", "close"),
    make("input", { type: "range", min: 1, max: 100, step: 1, value: weight, class: "mix-share" }),
  );
const put = (parts) => {
  place().querySelector(".mix-rows").replaceChildren(...parts.map(row));
  told();
};
export const setMix = (written) =>
  put(percents(partsOf(written)).map(([voice, percent]) => [voice, Math.max(1, percent)]));
// One voice more in the mixture; the one that is asked for, or the best of its language that is not in it.
export const addVoice = (voice = "") => {
  const taken = rows().map((one) => one.querySelector("select").value);
  if (taken.length >= MOST || taken.includes(voice)) return;
  const language = facts.language === "zh" ? "zh" : "en",
    free = natural.filter((one) => !taken.includes(one.id)),
    next = voice || (free.find((one) => one.languages[0] === language) ?? free[0])?.id;
  if (!next) return;
  const added = row([next, Math.round(100 / (taken.length + 1))]);
  place().querySelector(".mix-rows").append(added);
  balanced(added.querySelector("input"));
  told();
};
export const setNatural = (voices) => {
  natural = voices;
  if (place()) put(partsOf(mixed()));
};
export const focusMix = () => rows().at(-1)?.querySelector("select").focus();

export const mixPart = () =>
  make(
    "fieldset",
    { class: "mix", hidden: "" },
    make("legend", {}, fill("mix_title")),
    make("p", { class: "hint" }, fill("mix_hint")),
    make("div", { class: "mix-rows" }),
    button("mix-add", "mix_add", { class: "quiet-button" }),
  );
export const mixActions = {
  "mix-add": () => {
    addVoice();
    focusMix();
  },
  "mix-drop": (target) => {
    target.closest(".mix-row").remove();
    setMix(mixed());
    (rows().at(-1)?.querySelector("[data-do=mix-drop]") ?? place().querySelector("[data-do=mix-add]")).focus();
  },
};
document.addEventListener("input", (event) => {
  if (!event.target.closest?.("#voicebook .mix-row")) return;
  if (event.target.matches("input")) balanced(event.target);
  told();
});
