// What a run is asked for with, and what is said while it goes on.
import { facts, fill } from "../../lib/dom.js";

// How long it takes yet, as the server foresees.
export const left = ({ eta_s: seconds }) => {
  if (!seconds || seconds < 1) return "";
  if (seconds >= 90) return fill("run_left_minutes", { minutes: Math.round(seconds / 60) });
  return fill("run_left", { seconds: seconds < 20 ? Math.round(seconds) : 5 * Math.round(seconds / 5) });
};
// `run` is { job, stopping }.
export const told = (run) => {
  const { job } = run;
  if (run.stopping) return fill("cancelling");
  if (!job) return fill("busy_start");
  if (job.place > 0) return fill("run_waits_at", { place: job.place });
  if (job.status === "queued") return fill("run_waits");
  const { segments_done: made, segments_total: total } = job;
  if (!total) return fill("run_begins");
  const part = total > 1 ? fill("run_part", { number: Math.min(made + 1, total), total }) : fill("run_speaks");
  return [part, left(job)].filter(Boolean).join(" · ");
};

// An engine as people call it.
export const engineName = (engine) => facts.strings[`engine_${engine}`] ?? engine;
// That another engine has spoken than was chosen, why, and whether it may not be sold therefore; "" where none has.
export const fellBack = ({ engine, fallback, reason, not_free: barred = [] }) => {
  const unsold = barred.includes(engine) ? fill("unsold") : "";
  return fallback ? fill("engine_fallback", { engine: engineName(engine), unsold, reason }) : "";
};

// The settings of the form, by their names, as /tts takes them.
const given = ([, value]) => value !== null && value !== undefined && value !== "" && !Number.isNaN(value);
const SAMPLING = "sampling_";
export const bodyOf = (settings) => {
  const named = Object.entries(settings).filter(given);
  const sampled = named.filter(([name]) => name.startsWith(SAMPLING));
  const body = Object.fromEntries(named.filter(([name]) => !name.startsWith(SAMPLING)));
  if (sampled.length)
    body.sampling = Object.fromEntries(sampled.map(([name, value]) => [name.slice(SAMPLING.length), value]));
  return body;
};
