// How a book and its parts are told: their state in plain words, counts, sizes.
import { facts, fill, home, make } from "../../lib/dom.js";
import { duration } from "../../lib/numbers.js";
import { jobPath, waitsFor } from "../../lib/player_job.js";
import { engineName, fellBack } from "../speak/run_words.js";

export const UNDER_WAY = ["queued", "running"];
export const isUnderWay = (job) => UNDER_WAY.includes(job?.status);

// Of subtitles: what is made belongs to a film.
export const SUBTITLES = /\.(srt|ass|ssa|vtt|sbv|sub|ttml|dfxp|lrc)$/i;
export const isDub = ({ source, options }) => options.fit || SUBTITLES.test(source);
export const formName = (form) => (form === "apkg" ? "Anki" : form.toUpperCase());
export const fileAddress = (id, form) => `${home()}${jobPath(id, `/result?format=${form}`)}`;

// Never more than there is, though 100 times 0.29 is a hair less than 29.
const hundredths = (share) => Math.floor(100 * (share || 0) + 1e-9);
export const percent = (share) => `${hundredths(share)}%`;
// So many characters, as people say it: 980, 1.2 万, 12,500.
export const amount = (count) =>
  new Intl.NumberFormat(facts.locale, {
    notation: count < 10000 ? "standard" : "compact",
    maximumFractionDigits: 1,
  }).format(count);
export const size = (bytes) =>
  bytes < 1e9
    ? fill("megabytes", { value: Math.max(1, Math.round(bytes / 1e6)) })
    : fill("gigabytes", { value: (bytes / 1e9).toFixed(1) });

export const left = ({ eta_s: seconds }) => {
  if (seconds === null || seconds < 1) return "";
  return seconds < 60
    ? fill("run_left", { seconds: Math.ceil(seconds / 5) * 5 })
    : fill("book_left", { time: duration(60 * Math.ceil(seconds / 60)).replace(/ 0 (s|秒)$/, "") });
};
const underWay = (job) => {
  const waits = waitsFor(job);
  if (waits) return fill("book_waits", { share: percent(job.progress), reason: waits });
  if (job.status === "queued") return fill("book_queued");
  if (job.stage === "binding") return fill("book_binding");
  return [fill("book_running", { share: percent(job.progress) }), left(job)].filter(Boolean).join(" · ");
};
// { text, share, kind }: `share` is null where there is nothing to draw.
export const stateOf = ({ job, updated, chapters = [] }) => {
  if (!job) return { text: fill("book_draft"), share: null, kind: "draft" };
  const share = percent(job.progress),
    reason = job.error?.message || "";
  if (isUnderWay(job)) return { text: underWay(job), share: job.progress, kind: job.status };
  if (job.status === "done") {
    // Where the chapters are known they tell: a cover or an author changes what is written, not what is said.
    const unsaid = ({ changed, on, parts }) => changed || (on && !parts.length),
      stale = chapters.length ? chapters.some(unsaid) : updated > job.updated,
      time = duration(job.duration_s, 60);
    return { text: fill(stale ? "book_stale" : "book_done", { time }), share: null, kind: stale ? "stale" : "done" };
  }
  const text =
    job.status === "failed" ? fill("book_failed", { reason }) : fill(`book_${job.status}`, { share, reason });
  return { text: text.replace(/[：:]\s*$/, ""), share: job.progress, kind: job.status };
};

// That another engine has read it, and of a book that one has read in part, which chapters; "" where none has.
const NAMED = 5;
const fallen = ({ parts }) => parts.some(({ fallback }) => fallback);
export const readByAnother = ({ job, chapters = [] }) => {
  const said = job ? fellBack(job) : "",
    begun = chapters.filter(({ on, parts }) => on && parts.length),
    those = begun.filter(fallen);
  if (!said || those.length === begun.length) return said;
  const names = those.slice(0, NAMED).map(({ title, number }) => title || fill("chapter_untitled", { number })),
    list = new Intl.ListFormat(facts.locale).format(those.length > NAMED ? [...names, "…"] : names);
  return list && `${list} · ${said}`;
};

export const sum = (parts, name) => parts.reduce((all, part) => all + part[name], 0);
// What is spoken of a chapter: { text, kind }.
export const chapterState = ({ parts, on, changed = false }) => {
  if (!parts.length) return { text: "", kind: "" };
  if (parts.some(isUnderWay)) {
    const done = parts.reduce((all, part) => all + part.progress * part.segments_total, 0),
      share = percent(done / (sum(parts, "segments_total") || 1));
    return { text: fill("chapter_running", { share }), kind: "running" };
  }
  const wrong = parts.find(({ status }) => status === "failed");
  if (wrong) return { text: fill("chapter_failed"), kind: "failed" };
  const seconds = sum(parts, "duration_s");
  if (!seconds) return { text: "", kind: "" };
  const another = parts.find(({ fallback }) => fallback),
    told = (key) =>
      [fill(key, { time: duration(seconds, 60) }), another && engineName(another.engine)].filter(Boolean).join(" · ");
  if (changed) return { text: told("chapter_changed"), kind: "stale" };
  const whole = parts.every(({ status }) => status === "done");
  return { text: told(whole ? "chapter_done" : "chapter_some"), kind: on && whole ? "done" : "" };
};

export const bar = (share, label) =>
  make(
    "span",
    {
      class: "book-bar",
      role: "progressbar",
      "aria-label": label,
      "aria-valuemin": "0",
      "aria-valuemax": "100",
      "aria-valuenow": String(hundredths(share)),
    },
    make("span", { style: `width: ${100 * (share || 0)}%` }),
  );
export const putBar = (place, share) => {
  place.setAttribute("aria-valuenow", String(hundredths(share)));
  place.firstChild.style.width = `${100 * (share || 0)}%`;
};
