// The editor's tools: what belongs to the whole plan. What is needed less often is in the menu at their end: inputs.js.
import { $, facts, fill, make } from "../../lib/dom.js";
import { finding } from "./finding.js";
import { besideBar } from "./beside.js";
import { voicesWith } from "./model.js";
import { PERCENT, icon, menuButton, named, number, off, percent, select } from "./controls.js";

export const TEMPO = Object.fromEntries(["speed", "pitch", "energy"].map((name) => [name, facts.bounds[name]]));
const whole = ({ autoplay, emotions, plan }) => {
  const { sentences, settings } = plan,
    locked = sentences.some((sentence) => sentence.locked);
  const part = make(
    "details",
    { class: "tempo fold" },
    make("summary", { class: "quiet-button" }, fill("edit_whole")),
    make(
      "div",
      { class: "tempo-fields" },
      named("voice", select("whole-voice", "voice", voicesWith(settings.voice), settings.voice)),
      named("emotion", select("whole-emotion", "emotion", emotions, settings.emotion)),
      ...(settings.emotion === "neutral"
        ? []
        : [named("intensity", number("whole-intensity", PERCENT, percent(settings.intensity)), "%")]),
      ...Object.entries(TEMPO).map(([name, bounds]) =>
        named(name, number(`whole-${name}`, bounds, settings[name], { disabled: off(locked) })),
      ),
      ...(locked ? [make("p", { class: "hint" }, fill("edit_tempo_locked"))] : []),
      make(
        "label",
        { class: "s-check" },
        make("input", {
          type: "checkbox",
          "data-set": "autoplay",
          "data-key": "autoplay",
          ...(autoplay ? { checked: "" } : {}),
        }),
        fill("edit_autoplay"),
      ),
    ),
  );
  part.open = Boolean($("#editor .tempo")?.open);
  return part;
};
export const tools = (model) => {
  const { plan, busy } = model;
  return make(
    "div",
    { class: "edit-tools" },
    icon("undo", "undo", "undo", { disabled: off(!plan?.undo), "aria-keyshortcuts": "Control+Z" }),
    icon("redo", "edit_redo", "redo", { disabled: off(!plan?.redo), "aria-keyshortcuts": "Control+Shift+Z" }),
    ...(plan
      ? [
          make(
            "button",
            {
              type: "button",
              id: "edit-assemble",
              class: plan.assembled ? "primary done" : "primary",
              "data-do": "assemble",
              disabled: off(busy),
              title: fill("edit_assemble_hint"),
            },
            fill(plan.assembled ? "edit_play_whole" : "edit_assemble"),
          ),
        ]
      : []),
    // Always the same one: a file may be being chosen for it.
    $("#edit-file") ||
      make("input", {
        type: "file",
        accept: ".json,application/json",
        id: "edit-file",
        hidden: "",
        "aria-label": fill("edit_open"),
      }),
    make("span", { class: "s-gap" }),
    ...(plan ? [whole(model)] : []),
    menuButton("more", "edit_more"),
  );
};

// Below the tools, while they are open: to find, and to compare.
export const bars = (model) => (model.plan ? [finding(model), besideBar(model)] : []);
