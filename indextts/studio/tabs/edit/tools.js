// The editor's tools: what belongs to the whole plan.
import { $, button, facts, fill, make } from "../../lib/dom.js";
import { PERCENT, icon, named, number, off, percent, select } from "./controls.js";

// An answer may come between press and release: a button that is drawn anew then would not be clicked.
let pressed = false,
  waiting = null;
const press = ({ target }) => {
  pressed = Boolean(target.closest?.("#editor .edit-tools button"));
};
const release = () =>
  setTimeout(() => {
    const draw = waiting;
    [pressed, waiting] = [false, null];
    draw?.();
  });
document.addEventListener("pointerdown", press, true);
for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, release, true);
export const unlessPressed = (draw) => {
  if (pressed) waiting = draw;
  else draw();
};

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
