// What was measured of a book's file: the loudness of each chapter, and what a norm asks for.
import { facts, fill, make } from "../../lib/dom.js";
import { duration } from "../../lib/numbers.js";

const SIGNS = { passed: "✓", failed: "✗", unknown: "–" };
const loud = (value, unit) => (value === null ? "–" : `${value.toFixed(1).replace("-", "−")} ${unit}`);

const check = ({ state, said }) =>
  make(
    "li",
    { class: "report-check", "data-state": state },
    make("span", { class: "report-sign", role: "img", "aria-label": fill(`report_${state}`) }, SIGNS[state]),
    make("span", {}, said[facts.language] ?? said.en),
  );
const cells = (tag, values) => values.map((value) => make(tag, tag === "th" ? { scope: "col" } : {}, value));
const row = ({ number, title, duration_s: seconds, lufs, rms_db: rms, true_peak_db: peak, noise_floor_db: noise }) =>
  make(
    "tr",
    {},
    ...cells("td", [
      title || fill("chapter_untitled", { number }),
      duration(seconds, 60),
      loud(lufs, "LUFS"),
      loud(rms, "dB"),
      loud(peak, "dB"),
      loud(noise, "dB"),
    ]),
  );
const HEADS = ["chapter", "length", "lufs", "rms", "peak", "noise"];
const list = (checks) => make("ul", { class: "report-checks" }, ...checks.map(check));
const acx = (checks) =>
  fill("report_acx", { met: checks.filter(({ state }) => state === "passed").length, all: checks.length });
const drawn = (report) => [
  make(
    "div",
    { class: "making-head" },
    make("h3", {}, fill("report_head", { name: report.form.toUpperCase() })),
    make(
      "p",
      { class: "hint" },
      [
        duration(report.duration_s, 60),
        loud(report.lufs, "LUFS"),
        `${report.sample_rate / 1000} kHz`,
        ...(report.bit_rate ? [`${report.bit_rate} kbit/s`] : []),
      ].join(" · "),
    ),
  ),
  ...(report.checks.length ? [make("h4", {}, acx(report.checks)), list(report.checks)] : []),
  make(
    "div",
    { class: "report-table", tabindex: "0", role: "region", "aria-label": fill("report_chapters") },
    make(
      "table",
      {},
      make("thead", {}, make("tr", {}, ...cells("th", HEADS.map((name) => fill(`report_${name}`))))),
      make("tbody", {}, ...report.chapters.map(row)),
    ),
  ),
];

export const REPORT = {
  make: (shell) => {
    const place = make("section", { class: "making report", hidden: "" });
    let known = "",
      asked = 0;
    // `sign` is another where the file is; empty where there is none.
    const show = async (sign) => {
      if (sign === known) return;
      known = sign;
      const mine = (asked += 1);
      const report = sign ? await shell.rest("GET", "/report") : { error: "none" };
      if (mine !== asked) return;
      if (report.error && sign) known = "";
      place.hidden = Boolean(report.error);
      place.replaceChildren(...(report.error ? [] : drawn(report)));
    };
    return { place, show, end: () => (asked += 1) };
  },
};
