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
// Which platform takes a file that is so loud; without a norm it is a podcast's where it happens to be near.
const NEAR_LU = 1,
  PODCAST = -16,
  MOST_PEAK = -1;
const verdict = ({ norm, lufs, checks, chapters }) => {
  const wrong = checks.some(({ name, state }) => (norm === "acx" || !acxOnly(name)) && state === "failed");
  if (norm !== "none") return fill(wrong ? "report_wrong" : "report_right", { norm: fill(`report_norm_${norm}`) });
  const near = lufs !== null && Math.abs(lufs - PODCAST) <= NEAR_LU,
    held = chapters.every(({ true_peak_db: peak }) => peak <= MOST_PEAK);
  return near && held ? fill("report_right", { norm: fill("report_norm_podcast") }) : "";
};
// The demands of a norm in LUFS stand among those of ACX.
const acxOnly = (name) => !["loudness", "true_peak"].includes(name);
const acxOf = ({ norm, checks }) => {
  const own = checks.filter(({ name }) => !acxOnly(name)),
    theirs = checks.filter(({ name }) => acxOnly(name));
  const told = norm === "acx" ? [make("h4", {}, acx(theirs)), list(theirs)] : [];
  const folded = () =>
    make("details", { class: "fold report-acx" }, make("summary", {}, acx(theirs)), list(theirs));
  const aside = norm === "acx" || !theirs.length ? [] : [folded()];
  return [...(own.length ? [list(own)] : []), ...told, ...aside];
};
// Each file has its own: what is right in one can be wrong in another.
const nameOf = ({ form }) => fill("report_head", { name: form.toUpperCase() });
const headOf = (report) =>
  [nameOf(report), fill("report_loud", { loudness: loud(report.lufs, "LUFS") }), verdict(report)]
    .filter(Boolean)
    .join(" · ");
const drawn = (report, dub) => [
  make("summary", {}, headOf(report)),
  make(
    "p",
    { class: "hint" },
    [
      nameOf(report),
      duration(report.duration_s, 60),
      `${report.sample_rate / 1000} kHz`,
      ...(report.bit_rate ? [`${report.bit_rate} kbit/s`] : []),
    ].join(" · "),
  ),
  ...acxOf(dub ? { ...report, checks: report.checks.filter(({ name }) => !acxOnly(name)) } : report),
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
  make: (shell, kind = "report") => {
    const place = make("details", { class: `making fold ${kind}`, hidden: "" });
    let known = "",
      asked = 0;
    // Of the file in `format`. `sign` is another where the file is; empty where there is none. Of a dub nobody asks
    // what ACX wants.
    const show = async (format, sign, dub) => {
      if (sign === known) return;
      known = sign;
      const mine = (asked += 1);
      const report = sign ? await shell.rest("GET", `/report?format=${format}`) : { error: "none" };
      if (mine !== asked) return;
      if (report.error && sign) known = "";
      place.hidden = Boolean(report.error);
      place.replaceChildren(...(report.error ? [] : drawn(report, dub)));
    };
    return { place, show, end: () => (asked += 1) };
  },
};
