// One line of the editor's list: its number, its text as it is read, and what can be done with all of it.
import { fill, make } from "../../lib/dom.js";
import { sentenceReading } from "../speak/reading_draw.js";
import { icon, menuButton } from "./controls.js";
import { detail } from "./detail.js";
import { voiceName } from "./model.js";
import { keyOf, speakersOf } from "./speaking.js";
import { writing } from "./writing.js";

const pill = ({ label, voice, colour }) =>
  make(
    "span",
    { class: `who who-${colour}` },
    ...(label ? [make("b", {}, label)] : []),
    ...(voice ? [make("small", {}, voiceName(voice))] : []),
  );
const reading = (view, number, who) => {
  const part = make("div", { class: "s-reading" });
  if (view.reading === undefined) {
    part.append(make("p", { class: "s-plain" }, ...(who ? [pill(who)] : []), view.text));
    return part;
  }
  part.append(sentenceReading(view.reading, number));
  if (who) part.querySelector(".segment")?.prepend(pill(who));
  const first = part.querySelector(".token[data-at]");
  if (first && !view.locked) first.tabIndex = 0;
  return part;
};
const meta = (model, view, who) => {
  const { settings } = model.plan;
  const own = (name, called) => (view[name] && view[name] !== settings[name] ? called(view[name]) : "");
  const emotionName = (id) => model.emotions.find(([name]) => name === id)?.[1] ?? id;
  const chips = [who?.voice ? "" : own("voice", voiceName), own("emotion", emotionName)].filter(Boolean);
  const several = view.versions.length > 1;
  return make(
    "div",
    { class: "s-meta" },
    ...chips.map((chip) => make("span", { class: "chip" }, chip)),
    ...(several
      ? [
          make(
            "span",
            { class: "s-version", title: fill("edit_versions") },
            `${view.versions[view.chosen].name} / ${view.versions.length}`,
          ),
        ]
      : []),
    make(
      "span",
      { class: "s-time" },
      view.duration === null ? "" : fill("seconds", { value: view.duration.toFixed(2) }),
    ),
    icon("write", "edit_text", "edit", { disabled: view.locked ? "" : null, "aria-keyshortcuts": "F2" }),
    icon("lock", view.locked ? "edit_unlock" : "edit_lock", view.locked ? "locked" : "unlocked", {
      "aria-pressed": String(view.locked),
    }),
    menuButton("line-more", "edit_line_more"),
  );
};
export const playButton = (model, number) => {
  const playing = model.playing?.place === number;
  const part = icon("play", playing ? "edit_stop" : "edit_play", playing ? "stop" : "play");
  part.classList.add("s-play");
  part.classList.toggle("making", model.making === number);
  return part;
};
const marksOf = (model, number) => {
  const { beside, find, open, plan } = model;
  const heard = beside?.playing && beside.place === number,
    found = find?.line === number;
  const marks = { open: number === open, locked: plan.sentences[number].locked, found, heard };
  return Object.keys(marks).filter((name) => marks[name]);
};
export const row = (model, number, comparing) => {
  const view = model.plan.sentences[number],
    open = number === model.open,
    who = speakersOf(model.plan)[number],
    draft = model.draft?.place === number ? model.draft : null;
  const grip = icon("grip", "edit_move", "grip", { "aria-keyshortcuts": "Alt+ArrowUp Alt+ArrowDown" });
  grip.classList.add("s-grip");
  const line = make(
    "div",
    { class: "s-line" },
    make(
      "div",
      { class: "s-place" },
      grip,
      make(
        "button",
        {
          type: "button",
          class: "s-number",
          "data-do": "open",
          "aria-expanded": String(open),
          title: fill(open ? "edit_close" : "edit_open_sentence"),
          "aria-label": `${number + 1}. ${view.text}`,
        },
        String(number + 1),
      ),
    ),
    playButton(model, number),
    draft ? writing(model, draft) : reading(view, number, who),
    meta(model, view, who),
  );
  const item = make(
    "li",
    { class: ["sentence", ...marksOf(model, number)].join(" "), "data-place": number, "data-who": keyOf(who) },
    line,
  );
  if (open && view.tokens) item.append(detail(model, number, comparing));
  return item;
};

// It stands elsewhere now.
export const renumber = (item, number) => {
  const before = item.dataset.place;
  if (before === String(number)) return;
  item.dataset.place = number;
  const button = item.querySelector(".s-number");
  button.textContent = String(number + 1);
  button.setAttribute("aria-label", button.getAttribute("aria-label").replace(/^\d+/, String(number + 1)));
  for (const name of ["at", "gap", "ending"])
    for (const token of item.querySelectorAll(`.s-reading [data-${name}]`))
      token.dataset[name] = token.dataset[name].replace(/^\d+/, String(number));
};
