// The list of takes: jobs that have sound, newest first, with what was asked for.
import { fill, fillFor, glyph, languageOf, make } from "../../lib/dom.js";
import { duration } from "../../lib/numbers.js";
import { withoutMarks } from "./length.js";

const OVER = ["done", "failed", "cancelled", "paused"],
  LONGEST = 80, // characters of a text
  DESCRIBED = 20; // … of one in the name of a button, and of an emotion in words

const cut = (text, most) => {
  const chars = [...text];
  return chars.length > most ? `${chars.slice(0, most - 1).join("")}…` : text;
};
// Of `jobs`, newest first: those that are takes; of one that was edited, what it became.
export const takesOf = (jobs) => {
  const replaced = new Set(jobs.filter(({ status }) => status === "done").map(({ before }) => before));
  return jobs.filter((job) => OVER.includes(job.status) && job.segments_done && !replaced.has(job.id));
};

// A name, or the names of a mixture with their shares.
const named = (emotion) => {
  const parts = emotion.split("+").map((part) => part.split(":")),
    whole = parts.length === 1 && Number(parts[0][1] ?? 1) === 1;
  const words = ([name, share = 1]) =>
    fill(`emotion_${name}`) + (whole ? "" : ` ${Math.round(100 * Number(share))}%`);
  return parts.map(words).join(" + ");
};
const feeling = ({ emotion, emotion_text: described, emotion_reference: recording }) => {
  if (recording) return fill("emotion_borrowed");
  return described ? `“${cut(described, DESCRIBED)}”` : named(emotion);
};
const about = ({ asked, kind, dub, before, status, ...job }) => {
  const facts = [feeling(asked), duration(job.duration_s, 60)];
  if (kind === "book") facts.unshift(fill(dub ? "take_dub" : "take_book"));
  else if (before) facts.unshift(fill("take_edited"));
  if (status !== "done") facts.push(fill("take_part", { made: job.segments_done, total: job.segments_total || "?" }));
  return facts.join(" · ");
};
const row = (job, isShown) => {
  const text = (withoutMarks(job.asked.text).trim() || job.asked.text.trim()).split(/\s+/).join(" "),
    what = about(job);
  const button = (action, key, shape) => {
    const name = fillFor(key, `${cut(text, DESCRIBED)} · ${what}`);
    const more = { "data-action": action, "data-take": job.id, title: fill(key), "aria-label": name };
    return make("button", { type: "button", class: "icon-button", ...more }, glyph(shape));
  };
  return make(
    "li",
    { class: "take", "aria-current": isShown ? "true" : null, title: isShown ? fill("take_now") : null },
    button("play", "take_play", "play"),
    make("span", { class: "take-text", lang: languageOf(job.asked.text) }, cut(text, LONGEST)),
    make("span", { class: "take-meta" }, what),
    button("restore", "take_restore", "restore"),
    button("wav", "take_download", "download"),
  );
};
// The first `most` of them; `shown` is the id of the one whose reading stands there.
export const takesList = (takes, shown, most) => {
  if (!takes.length) return [];
  const head = make(
    "div",
    { class: "section-head" },
    make("h2", {}, fill("takes")),
    make("p", { class: "hint" }, fill("takes_kept")),
  );
  const rows = takes.slice(0, most).map((job) => row(job, job.id === shown)),
    more = make("button", { type: "button", class: "quiet-button", "data-action": "more" }, fill("takes_more"));
  return [head, make("ol", { class: "takes" }, ...rows), ...(takes.length > most ? [more] : [])];
};
