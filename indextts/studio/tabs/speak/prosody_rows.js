// Breaks, emphasis and melody in the reading: their rows in the dialog.
import { fill, make } from "../../lib/dom.js";
import { sureness, written } from "./reading.js";

const gapOf = (token) => token.closest(".reading-text").querySelector(`.break[data-gap="${token.dataset.at}"]`);
export const gapsOf = (part) => [...part.closest(".segment").querySelectorAll(".break[data-gap]:not([data-last])")];
export const placeOf = (place) => place.split(".").map(Number);

// A row of the dialog: its name, and one button for each choice; the present one does nothing.
const choice = (text, event, now, { title = text, glyph = null } = {}) =>
  make(
    "button",
    {
      type: "button",
      class: "choice",
      "aria-pressed": String(now),
      "data-send": now ? null : JSON.stringify(event),
      title,
    },
    ...(glyph ? [make("span", { class: `melody-icon melody-${glyph}`, "aria-hidden": "true" })] : []),
    text,
  );
const row = (name, choices, note) =>
  make(
    "div",
    { class: "row", "data-row": name },
    make("span", { class: "row-name" }, fill(name)),
    make("div", { class: "choices", role: "group", "aria-label": fill(name) }, ...choices),
    ...(note ? [make("small", { class: "row-note" }, note)] : []),
  );

const breakRow = (gap) => {
  const now = Number(gap.dataset.level),
    levels = "last" in gap.dataset ? [0, 1, 2, 3, 4] : [0, 1, 2, 3];
  if (now === 4 && levels.length === 4) levels.push(4);
  const choices = levels.map((level) =>
    choice(fill(`break_short_${level}`), { action: "break", level }, level === now, {
      title: fill(`break_${level}`),
    }),
  );
  return row("gap_choose", choices, sureness(gap.dataset.source, gap.dataset.sure));
};
const stressRow = (token) => {
  const now = Number(token.dataset.stress || 0);
  const choices = [0, 1, 2].map((level) =>
    choice(fill(`stress_${level}`), { action: "emphasis", level }, level === now),
  );
  return row("stress_choose", choices, sureness(token.dataset.stressed, token.dataset.stressure));
};
const melodyRow = (ending) => {
  const kinds = ["statement", "question", "exclamation", "continuation"];
  const choices = kinds.map((kind) =>
    choice(fill(`melody_${kind}`), { action: "ending", intonation: kind }, kind === ending.dataset.level, {
      glyph: kind,
    }),
  );
  return row("melody_choose", choices, sureness(ending.dataset.source, ending.dataset.sure));
};

// Below a character's readings: how its word stands out, and what follows it.
export const prosodyRows = (token) => {
  const gap = gapOf(token),
    ending = token.closest(".reading-text").querySelector(`.melody[data-ending="${token.dataset.at}"]`);
  return [
    make(
      "div",
      { class: "rows" },
      stressRow(token),
      ...(gap ? [breakRow(gap)] : []),
      ...(ending ? [melodyRow(ending)] : []),
    ),
  ];
};

// The dialog of a gap or of a sentence's end.
export const prosodyDialog = (kind, part, head) => {
  if (kind === "ending") {
    const name = fill("melody_title");
    return {
      name,
      content: [
        head(fill("melody_choose"), sureness(part.dataset.source, part.dataset.sure), null),
        make("div", { class: "rows alone" }, melodyRow(part)),
      ],
    };
  }
  const all = [...part.closest(".segment").querySelectorAll(".token[data-at]")];
  const here = all.findIndex((token) => token.dataset.at === part.dataset.gap);
  const before = written(all[here]),
    behind = all[here + 1] && !("last" in part.dataset) ? written(all[here + 1]) : "";
  const name = behind ? fill("gap_title", { before, after: behind }) : fill("gap_title_end", { before });
  const content = [
    head(behind ? `${before} | ${behind}` : `${before} |`, sureness(part.dataset.source, part.dataset.sure), "zh-CN"),
    make("div", { class: "rows alone" }, breakRow(part)),
  ];
  if ("last" in part.dataset) content.push(make("p", { class: "hint" }, fill("gap_stays")));
  else if (Number(part.dataset.level)) {
    const gaps = gapsOf(part),
      place = gaps.indexOf(part);
    const mover = (key, to, title, sign) =>
      make(
        "button",
        {
          type: "button",
          class: "choice",
          "data-key": key,
          title: fill(title),
          "aria-label": fill(title),
          disabled: to ? null : "",
          "data-send": to ? JSON.stringify({ action: "move", to: placeOf(to.dataset.gap)[1] }) : null,
        },
        sign,
      );
    content.push(
      make(
        "div",
        { class: "row movers" },
        mover("ArrowLeft", gaps[place - 1], "gap_earlier", "←"),
        mover("ArrowRight", gaps[place + 1], "gap_later", "→"),
        make("span", { class: "hint" }, fill("gap_hint")),
      ),
    );
  }
  return { name, content };
};
