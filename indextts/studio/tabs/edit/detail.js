// What belongs to the open sentence: its controls, the place of its picture, the table of its tokens.
import { button, fill, make } from "../../lib/dom.js";
import { PAUSE, PERCENT, icon, named, number, off, percent, select } from "./controls.js";
import { voiceName, voicesWith } from "./model.js";
import { curveBounds, curveSteps } from "./scales.js";

const LEVELS = [0, 1, 2, 3, 4];
const FIELDS = ["pitch", "length", "volume"];

export const detail = (model, place, comparing) => {
  const view = model.plan.sentences[place],
    still = off(view.locked);
  const settings = model.plan.settings;
  const like = model.emotions.find(([name]) => name === settings.emotion)?.[1] || settings.emotion;
  const sameVoice = ["", fill("edit_as_whole", { value: voiceName(settings.voice) })];
  const several = view.versions.length > 1;
  const versions = make(
    "div",
    { class: "versions", role: "group", "aria-label": fill("edit_versions") },
    ...view.versions.map((version, index) =>
      make(
        "button",
        {
          type: "button",
          class: "version",
          "data-do": "choose",
          "data-version": index,
          "data-key": `version.${index}`,
          "aria-pressed": String(index === view.chosen),
          disabled: still,
          title: fill("edit_version_seed", { name: version.name, seed: version.seed }),
        },
        version.name,
      ),
    ),
    icon("keep", "edit_keep", "plus", { disabled: still }),
  );
  const strong = view.emotion && view.emotion !== "neutral";
  const controls = make(
    "div",
    { class: "s-controls" },
    versions,
    button("again", "edit_again", { disabled: still, title: fill("edit_again_hint") }),
    ...(several
      ? [
          button("compare", comparing ? "edit_compare_stop" : "edit_compare", {
            "aria-pressed": String(comparing),
            title: fill("edit_compare_hint"),
          }),
        ]
      : []),
    make("span", { class: "s-gap" }),
    select("voice", "voice", [sameVoice, ...voicesWith(view.voice)], view.voice, { disabled: still }),
    select("emotion", "emotion", [["", fill("edit_as_whole", { value: like })], ...model.emotions], view.emotion, {
      disabled: still,
    }),
    ...(strong
      ? [
          named(
            "intensity",
            number("intensity", PERCENT, percent(view.intensity), {
              placeholder: percent(settings.intensity),
              disabled: still,
            }),
            "%",
          ),
        ]
      : []),
    named(
      "edit_pause",
      number("pause", PAUSE, view.pause === null ? "" : view.pause, {
        placeholder: view.silence.toFixed(2),
        disabled: still,
        title: fill("edit_pause_hint"),
      }),
      fill("edit_unit_s"),
    ),
  );
  return make(
    "div",
    { class: "s-detail" },
    controls,
    make(
      "div",
      { class: "s-graph", "data-scrolls": "", tabindex: 0, role: "group", "aria-label": fill("edit_curve") },
      make("div", { class: "s-curve" }),
      table(view),
    ),
    make("p", { class: "told", role: "alert" }),
  );
};
// Its columns are those of the picture above it, which says how wide they are; its heads name what is drawn there.
const table = (view) => {
  const said = view.tokens.map((token, index) => [token, index]).filter(([token]) => token.said);
  const still = off(view.locked);
  const shift = (token, index, field) => {
    const [low, high] = curveBounds[field],
      digits = field === "length" ? 2 : 1;
    const value = String(Number(token[field].toFixed(2)));
    const own = token[field] !== (field === "length" ? 1 : 0);
    return make("input", {
      type: "number",
      class: own ? "cell mine" : "cell",
      min: low,
      max: high,
      step: curveSteps[field],
      value,
      "data-token": index,
      "data-field": field,
      "data-key": `${field}.${index}`,
      disabled: still,
      "aria-label": `${token.text} ${fill(`edit_${field}`)}`,
      "data-digits": digits,
    });
  };
  const breaks = (token, index) => {
    const levels = token.last || token.break === 4 ? LEVELS : LEVELS.slice(0, 4);
    const part = make(
      "select",
      {
        class: "cell",
        "data-token": index,
        "data-field": "break",
        "data-key": `break.${index}`,
        disabled: still,
        "aria-label": `${token.text} ${fill("gap_choose")}`,
      },
      ...levels.map((level) => make("option", { value: level }, fill(`break_short_${level}`))),
    );
    part.value = String(token.break);
    return part;
  };
  const line = (key, cell) =>
    make(
      "tr",
      {},
      make("th", { scope: "row" }, fill(key)),
      ...said.map(([token, index]) => make("td", { "data-token": index }, cell(token, index))),
    );
  return make(
    "div",
    { class: "s-table" },
    make(
      "table",
      {},
      make("colgroup", {}, make("col"), ...said.map(() => make("col"))),
      make(
        "thead",
        {},
        make(
          "tr",
          {},
          make("td", {}),
          ...said.map(([token, index]) =>
            make(
              "th",
              { scope: "col", "data-token": index, lang: "zh-CN" },
              token.text,
              make(
                "small",
                {},
                token.end === null ? "" : fill("milliseconds", { value: Math.round((token.end - token.start) * 1000) }),
              ),
            ),
          ),
        ),
      ),
      make(
        "tbody",
        {},
        line("edit_reading", (token, index) =>
          make(
            "button",
            { type: "button", class: "cell", "data-read": index, "data-key": `read.${index}`, disabled: still },
            token.printed,
          ),
        ),
        ...FIELDS.map((field) => line(`edit_${field}`, (token, index) => shift(token, index, field))),
        line("gap_choose", breaks),
      ),
    ),
  );
};
