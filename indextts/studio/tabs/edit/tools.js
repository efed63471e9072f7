// The editor's tools: what belongs to the whole plan.
import { $, button, facts, fill, make } from "../../lib/dom.js";
import { finding } from "./finding.js";
import { besideBar } from "./beside.js";
import { FORMATS, PERCENT, icon, named, number, off, percent, select } from "./controls.js";

export const TEMPO = Object.fromEntries(["speed", "pitch", "energy"].map((name) => [name, facts.bounds[name]]));
const tempo = (plan, settings) => {
  const locked = plan.sentences.some((sentence) => sentence.locked);
  const part = make(
    "details",
    { class: "tempo" },
    make("summary", { class: "quiet-button" }, fill("delivery")),
    make(
      "div",
      { class: "tempo-fields" },
      ...Object.entries(TEMPO).map(([name, bounds]) =>
        named(name, number(`whole-${name}`, bounds, settings[name], { disabled: off(locked) })),
      ),
      ...(locked ? [make("p", { class: "hint" }, fill("edit_tempo_locked"))] : []),
    ),
  );
  part.open = Boolean($("#editor .tempo")?.open);
  return part;
};
export const tools = (model) => {
  const { plan, busy } = model,
    idle = !plan || busy;
  const settings = plan?.settings || {};
  const bar = make(
    "div",
    { class: "edit-tools" },
    make(
      "div",
      { class: "tool-group" },
      icon("undo", "undo", "undo", { disabled: off(!plan?.undo), "aria-keyshortcuts": "Control+Z" }),
      icon("redo", "edit_redo", "redo", { disabled: off(!plan?.redo), "aria-keyshortcuts": "Control+Shift+Z" }),
    ),
    ...(plan
      ? [
          make(
            "div",
            { class: "tool-group whole", role: "group", "aria-label": fill("edit_whole") },
            make("span", { class: "row-label" }, fill("edit_whole")),
            select("whole-voice", "voice", model.voices, settings.voice),
            select("whole-emotion", "emotion", model.emotions, settings.emotion),
            ...(settings.emotion === "neutral"
              ? []
              : [named("intensity", number("whole-intensity", PERCENT, percent(settings.intensity)), "%")]),
            tempo(plan, settings),
            button("all-again", "edit_all_again", { title: fill("edit_all_again_hint") }),
          ),
        ]
      : []),
    make(
      "div",
      { class: "tool-group end" },
      button("open-file", "edit_open"),
      ...(plan ? [button("save", "edit_save")] : []),
      // Always the same one: a file may be being chosen for it.
      $("#edit-file") ||
        make("input", {
          type: "file",
          accept: ".json,application/json",
          id: "edit-file",
          hidden: "",
          "aria-label": fill("edit_open"),
        }),
      ...(plan
        ? [
            make(
              "button",
              {
                type: "button",
                id: "edit-assemble",
                class: plan.assembled ? "primary done" : "primary",
                "data-do": "assemble",
                disabled: off(idle),
                title: fill("edit_assemble_hint"),
              },
              fill(plan.assembled ? "edit_play_whole" : "edit_assemble"),
            ),
          ]
        : []),
    ),
  );
  return bar;
};

// What is needed less often: find, compare, take out.
export const more = (model) =>
  model.plan
    ? [
        make(
          "div",
          { class: "edit-more" },
          button("find", "edit_find", { "aria-expanded": String(Boolean(model.find)), "data-key": "find" }),
          button("beside", "edit_beside", { title: fill("edit_beside_hint"), "data-key": "beside" }),
          make(
            "span",
            { class: "tool-group end" },
            select("format", "edit_format", FORMATS.map((name) => [name, name.toUpperCase()]), model.format),
            button("line-files", "edit_lines", { title: fill("edit_lines_hint") }),
            button("to-text", "edit_to_text", { title: fill("edit_to_text_hint") }),
          ),
        ),
        finding(model),
        besideBar(model),
      ]
    : [];
