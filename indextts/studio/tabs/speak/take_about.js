// What stands above a take's reading and below it: what the marks mean, what stays of earlier fixes, how long it took.
import { facts, fill, make } from "../../lib/dom.js";
import { engineName, fellBack } from "./run_words.js";

const LEGEND = ["break", "stress", "melody", "changed", "doubt"];
const known = (key, otherwise) => facts.strings[key] ?? otherwise;
const span = (classes, text) => make("span", { class: classes }, text);
const mark = (classes) => make("i", { class: classes });

const legend = () => {
  const sample = facts.language === "zh" ? "重" : "word";
  const marks = {
    break: [mark("break break-2"), mark("break break-3")],
    stress: [span("legend-stress", sample)],
    melody: [mark("melody melody-question")],
    changed: [span("legend-changed", "12")],
    doubt: [span("legend-doubt", sample)],
  };
  const rows = LEGEND.map((name) => make("li", {}, ...marks[name], ` ${fill(`reading_legend_${name}`)}`));
  return make("ul", { class: "legend" }, ...rows);
};
// How many of an earlier take's fixes stay in this one, and how many have lost their place.
const fixesKept = ({ kept, lost }) => {
  if (kept === undefined) return [];
  const said = [["kept", kept], ["lost", lost]].filter(([, count]) => count),
    words = said.map(([name, count]) =>
      make("span", {}, fill(`fixes_${name}${count === 1 ? "_one" : ""}`, { count })),
    );
  const drop = make("button", { type: "button", class: "text-button", "data-run": "plain" }, fill("fixes_drop"));
  return [make("p", { class: "fixes-kept", role: "status" }, ...words, ...(kept ? [drop] : []))];
};
// `job` is as the server tells it, with its reading. Other scripts find the take in the element of that id, and the
// lines that are shown while it is heard.
export const readingHead = (job) => {
  const { reading } = job;
  const head = make(
    "div",
    { class: "section-head" },
    make("h2", {}, fill("reading")),
    make("p", { class: "hint" }, fill("reading_click")),
    legend(),
  );
  const data = {
    ...{ hidden: "", id: "take-data", "data-take": job.id, "data-duration": job.duration_s.toFixed(3) },
    ...{ "data-before": job.before ?? "", "data-fixes": String(reading.fixes) },
    "data-lines": JSON.stringify(reading.lines),
  };
  return [head, make("span", data), ...fixesKept(reading)];
};

const milliseconds = (seconds) => fill("milliseconds", { value: (1000 * seconds).toFixed(seconds < 0.00995 ? 1 : 0) });
// Seconds by stage, the real-time factor, the engine.
export const timingsOf = (job) => {
  const { stages, duration_s: duration, engine, fallback, cached } = job;
  const total = stages.reduce((sum, { seconds }) => sum + seconds, 0),
    name = engineName(engine);
  const spoken = fallback
      ? span("fallback", fellBack(job))
      : fill("engine_used", { engine: name }),
    kept = cached ? [" ", span("hint", fill("sentences_kept", { count: cached }))] : [];
  const factor = make("span", { class: "has-tip", tabindex: "0", "data-tip": fill("rtf_hint") }, fill("rtf")),
    heads = [...stages.map((stage) => known(`stage_${stage.name}`, stage.name)), fill("timings_total"), factor];
  const row = make(
    "tr",
    {},
    ...[...stages.map(({ seconds }) => seconds), total].map((seconds) => make("td", {}, milliseconds(seconds))),
    make("td", { class: "rtf" }, (total / Math.max(duration, 1e-9)).toFixed(3)),
    make("td", { class: "engine" }, spoken, ...kept),
  );
  const table = make(
    "table",
    { class: "timings" },
    make("caption", { class: "sr-only" }, fill("timings")),
    make("thead", {}, make("tr", {}, ...[...heads, fill("engine")].map((one) => make("th", { scope: "col" }, one)))),
    make("tbody", {}, row),
  );
  return make("details", { class: "fold" }, make("summary", { class: "hint" }, fill("timings")), table);
};
