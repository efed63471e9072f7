// What belongs to the open sentence: its controls, the place of its picture, the table of its tokens.
import { button, fill, make } from "../../lib/dom.js";
import { PAUSE, PERCENT, icon, named, number, off, percent, select } from "./controls.js";
import { curveBounds, curveSteps } from "./scales.js";

const LEVELS = [0, 1, 2, 3, 4];
const FIELDS = ["pitch", "length", "volume"];

export const detail = (model, place, comparing) => {
  const view = model.plan.sentences[place],
    still = off(view.locked);
  const settings = model.plan.settings;
  const like = model.emotions.find(([name]) => name === settings.emotion)?.[1] || settings.emotion;
  const voiceLike = model.voices.find(([id]) => id === settings.voice)?.[1] || settings.voice;
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
  const changed = view.tokens.some((token) => token.said && (token.pitch || token.volume || token.length !== 1));
  const first = make(
    "div",
    { class: "s-controls" },
    button("again", "edit_again", { disabled: still, title: fill("edit_again_hint") }),
    versions,
    button("compare", comparing ? "edit_compare_stop" : "edit_compare", {
      disabled: off(!several),
      "aria-pressed": String(comparing),
      title: fill("edit_compare_hint"),
    }),
    icon("drop", "edit_drop", "remove", { disabled: off(!several || view.locked) }),
    button("level", "edit_level", { disabled: off(!changed || view.locked) }),
    make(
      "label",
      { class: "s-check" },
      make("input", {
        type: "checkbox",
        "data-set": "autoplay",
        "data-key": "autoplay",
        ...(model.autoplay ? { checked: "" } : {}),
      }),
      fill("edit_autoplay"),
    ),
  );
  const second = make(
    "div",
    { class: "s-controls own" },
    named(
      "voice",
      select("voice", "voice", [["", fill("edit_as_whole", { value: voiceLike })], ...model.voices], view.voice, {
        disabled: still,
      }),
    ),
    named(
      "emotion",
      select("emotion", "emotion", [["", fill("edit_as_whole", { value: like })], ...model.emotions], view.emotion, {
        disabled: still,
      }),
    ),
    named(
      "intensity",
      number("intensity", PERCENT, percent(view.intensity), {
        placeholder: percent(settings.intensity),
        disabled: off(view.locked || !view.emotion || view.emotion === "neutral"),
      }),
      "%",
    ),
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
  const last = place === model.plan.sentences.length - 1;
  const own = make(
    "div",
    { class: "s-controls line", role: "group", "aria-label": fill("edit_line") },
    button("add", "edit_add"),
    button("merge", "edit_merge", { disabled: off(last || view.locked || model.plan.sentences[place + 1].locked) }),
    button("remove-line", "edit_remove", { disabled: off(view.locked || model.plan.sentences.length < 2) }),
    icon("line-file", "edit_line_file", "download", { title: `${fill("edit_line_file")} (${model.format})` }),
  );
  return make(
    "div",
    { class: "s-detail" },
    first,
    second,
    own,
    make("div", { class: "s-curve", "data-scrolls": "", tabindex: 0, role: "group", "aria-label": fill("edit_curve") }),
    table(view),
    make("p", { class: "told", role: "alert" }),
  );
};
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
    { class: "s-table", "data-scrolls": "" },
    make(
      "table",
      {},
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
