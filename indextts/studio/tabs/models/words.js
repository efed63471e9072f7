// How a model of the store is told: what it is called, how large it is, how far a fetch is, what can be done.
import { facts, fill } from "../../lib/dom.js";
import { duration } from "../../lib/numbers.js";
import { sentence } from "../../lib/rest.js";

export const RUNNING = ["fetching", "checking", "stopping", "installing"];

// What the program builds itself has its name among the page's words; else the line about it begins with its name.
const titled = ({ name, about }) => {
  if (!about)
    return facts.strings[`model_title_${name}`]
      ? [fill(`model_title_${name}`), fill(`model_about_${name}`)]
      : [name, ""];
  const [title, ...rest] = about.split(/\s*[:：]\s*/),
    said = about.slice(title.length).replace(/^\s*[:：]\s*/, "");
  return rest.length && said ? [title, said[0].toUpperCase() + said.slice(1)] : [name, title];
};
// A model as it is shown.
export const shownAs = (model) => {
  const [title, about] = titled(model),
    { error, progress } = model;
  return {
    ...model,
    ...progress,
    title,
    about,
    sources: model.sources.join(", "),
    error: error ? sentence(error) : "",
  };
};

// Bytes for people.
export const size = (bytes) => {
  const value = bytes / (bytes < 1e9 ? 1e6 : 1e9),
    digits = bytes < 1e9 && value >= 10 ? 0 : 1;
  return fill(bytes < 1e9 ? "megabytes" : "gigabytes", {
    value: value.toLocaleString(facts.locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }),
  });
};

const WAITING = { checking: "models_empty", stopping: "models_empty", installing: "model_preparing" };
export const sized = (model) => {
  if (model.state === "installed" || model.state === "damaged" || model.state === "checking")
    return fill("model_on_disk", { size: size(model.bytes) });
  if (RUNNING.includes(model.state) && model.total) return "";
  return model.kept
    ? fill("model_left_to_fetch", { kept: size(model.kept), size: size(model.bytes) })
    : model.bytes
      ? fill("model_to_fetch", { size: size(model.bytes) })
      : "";
};
// What can be done with it: [action, key of its words, how it stands out].
export const offered = (model) =>
  ({
    fetching: [["stop", "model_stop"]],
    checking: [["stop", "model_stop"]],
    installing: [["stop", "cancel"]],
    stopping: [],
    absent: [["fetch", "model_fetch", "strong"]],
    stopped: [
      ["fetch", "model_resume", "strong"],
      ["remove", "model_remove"],
    ],
    failed: [["fetch", "model_retry", "strong"], ...(model.kept ? [["remove", "model_remove"]] : [])],
    damaged: [
      ["fetch", "model_repair", "strong"],
      ["verify", "model_verify"],
      ...(model.files.length ? [["remove", "model_remove"]] : []),
    ],
    installed: [
      ...(model.packages.length ? [["fetch", "model_install", "strong"]] : []),
      ["verify", "model_verify"],
      ...(model.files.length ? [["remove", "model_remove"]] : []),
    ],
  })[model.state];
export const underWay = (model) => {
  if (!model.total) return fill(WAITING[model.state] ?? (model.files.length ? "model_asking" : "model_building"));
  const left = model.rate > 0 ? (model.total - model.done) / model.rate : 0;
  return [
    fill("model_progress", { done: size(model.done), total: size(model.total) }),
    `${Math.floor((100 * model.done) / model.total)} %`,
    ...(model.state === "fetching" && model.rate > 0 ? [fill("model_rate", { rate: size(model.rate) })] : []),
    ...(left >= 1 ? [fill("model_left", { time: duration(left, 1) })] : []),
    model.file,
  ].join(" · ");
};
// What went wrong with it, or that all of it is right.
export const foundOf = (model) => {
  if (model.error) return model.error;
  if (model.wrong.length) return fill("model_wrong", { files: model.wrong.join(", ") });
  return model.whole ? fill("model_whole", { count: model.whole }) : "";
};
// How its parts compute.
export const computed = (model) => {
  const parts = model.computing.map(({ part: title, numbers, seconds: took }) => {
    const each = Object.entries(took).map(([name, value]) => `${name} ${fill("seconds", { value: value.toFixed(2) })}`);
    return each.length ? `${title} ${numbers} (${each.join(" / ")})` : `${title} ${numbers}`;
  });
  return parts.length ? fill("model_computing", { parts: parts.join(", ") }) : "";
};
