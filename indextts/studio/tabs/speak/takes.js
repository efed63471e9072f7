// Takes: jobs that are done, kept by the server. Which one is shown is remembered here.
import { $, fill, onDrawn, saveBlob } from "../../lib/dom.js";
import { player } from "../../lib/player.js";
import { jobPath } from "../../lib/player_job.js";
import { project, projectBegun } from "../../lib/project.js";
import { callFile, callJson } from "../../lib/rest.js";
import { recallHere, recallJson, remember, rememberHere } from "../../lib/storage.js";
import { inLine } from "../../lib/waits.js";
import { voiceNames } from "./choices.js";
import { replaceText } from "./inputs.js";
import { SPEAK, busy, clearNotice, failed } from "./notice.js";
import { wholeReading } from "./reading_draw.js";
import { readingHead, timingsOf } from "./take_about.js";
import { takesList, takesOf } from "./takes_list.js";

const KEY = "indextts.takes",
  SAVE_MS = 300000,
  WHOLE_S = 1e9,
  SHOWN = 8, // rows at first …
  MORE = 24, // … that a press of "more" adds, and that are asked for beyond those that are shown
  MOST = 200; // jobs in an answer

const data = () => $("#take-data")?.dataset || {};
export const shownTake = () => data().take || "";
// What this window has shown last; a new one shows what its browser has, where that is of the project that it opens.
const keptTake = async () => {
  const mine = recallHere(KEY),
    { shown = "" } = recallJson(KEY, {});
  if (mine || !shown) return mine;
  await projectBegun;
  return (await callJson("GET", jobPath(shown))).project === project().id ? shown : "";
};
const keep = (id) => {
  rememberHere(KEY, id);
  remember(KEY, JSON.stringify({ shown: id }));
};

// The pictures below are Gradio's: while they are open, it is told of another take.
let plotting = false;
export const plotted = (yes) => {
  plotting = yes;
  return shownTake();
};
const plot = () =>
  plotting && $("#takes .takes-place")?.dispatchEvent(new CustomEvent("studio:takes", { bubbles: true }));

// What was read in a take stands in the place of the first steps, how long it took below it.
let empty = null,
  drawn = null;
const isDrawn = new Promise((done) => {
  drawn = done;
});
onDrawn(() => {
  empty ??= $("#reading .empty");
  if (empty && $("#takes .takes-place")) drawn();
});
const put = (reading, timings) => {
  (data().take ? $("#take-data") : $("#reading .empty")).parentElement.replaceChildren(...reading);
  $("#timings .timings-place")?.replaceChildren(...timings);
};
const inTurn = inLine();
const draw = async (id, until) => {
  const job = await callJson("GET", `${jobPath(id)}?reading=${until}`);
  if (job.error) return job;
  await isDrawn;
  const several = job.reading.segments.some(({ voice }) => voice !== job.reading.segments[0].voice);
  put([...readingHead(job), ...wholeReading(job.reading, several ? await voiceNames() : {})], [timingsOf(job)]);
  keep(id);
  plot();
  return { take: id };
};
const show = (id, until = 0) => inTurn(() => draw(id, until));

// The list. Its first answer says what is under way as well.
let rows = 0,
  known = [],
  asked = 0,
  answered = null;
export const firstJobs = new Promise((done) => {
  answered = done;
});
const drawList = () =>
  $("#takes .takes-place")?.replaceChildren(...takesList(known, shownTake(), SHOWN + rows));
const found = async () => {
  const jobs = [],
    wanted = SHOWN + rows + 1,
    limit = Math.min(MOST, wanted + MORE);
  for (let before = ""; ; before = jobs.at(-1).id) {
    const answer = await callJson("GET", `/v1/jobs?asked=true&limit=${limit}${before && `&before=${before}`}`);
    answered(answer);
    if (answer.error) return null;
    jobs.push(...answer.jobs);
    const takes = takesOf(jobs);
    if (takes.length >= wanted || answer.jobs.length < limit) return takes;
  }
};
export const drawTakes = async () => {
  const mine = (asked += 1),
    takes = await found();
  if (!takes || mine !== asked) return;
  known = takes;
  drawList();
};
isDrawn.then(drawList);

// Draw what was read in that take, and the list; the player is opened by whoever asks. Returns { take } or { error }.
// So much of a long one is drawn at least, in seconds of its sound.
export const showTake = async (id, until = 0) => {
  const [answer] = await Promise.all([show(id, until), drawTakes()]);
  drawList();
  return answer;
};
export const drawUntil = (until) => show(shownTake(), until);
// How far the reading is drawn.
export const drawnUntil = () =>
  Number([...document.querySelectorAll("#reading .segment[data-end]")].at(-1)?.dataset.end ?? 0);
export const showNone = async () => {
  keep("");
  await inTurn(() => isDrawn);
  put([empty], []);
  plot();
  drawTakes();
  return {};
};

// What was shown when this page was left is shown again.
let first = null;
export const firstTake = new Promise((done) => {
  first = done;
});
export const begin = async () => {
  drawTakes();
  const kept = await keptTake();
  first(kept ? (await show(kept)).take || "" : "");
  drawList();
};

// Whether the player holds what is not whole yet, or was cut, and the take below it is another one.
export const isOther = () => {
  const { job, foreign } = player;
  return Boolean(job?.status) && !foreign && job.status !== "done" && job.id !== shownTake();
};
// Files. They would be of another sound than the one that is heard.
const drawFiles = () => {
  const other = isOther();
  for (const button of document.querySelectorAll("#downloads button, #subtitles button")) {
    if (button.disabled !== other) button.disabled = other;
    const said = other ? fill("take_other") : "";
    if (button.title !== said) button.title = said;
  }
};
onDrawn(drawFiles);
for (const event of ["opened", "ended", "time"]) player.root.addEventListener(`studio:${event}`, drawFiles);
const busyFor = (format) => setTimeout(() => busy(SPEAK, fill("busy_convert", { format }), 0.5), 300);
export const download = async (format, id = shownTake()) => {
  if (!id) return;
  const quiet = !$("#notice .busy");
  const timer = quiet ? busyFor(format) : 0;
  const answer = await callFile(`${jobPath(id)}/result?format=${format}`, { patience: SAVE_MS });
  clearTimeout(timer);
  if (answer.error) {
    failed(SPEAK, answer.code ? answer : { error: fill("save_failed") });
    return;
  }
  if (quiet) clearNotice();
  saveBlob(answer.file, answer.name || `speech.${format}`);
};

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("#takes [data-action], #reading [data-action]");
  if (!button) return;
  const { action, take } = button.dataset;
  if (action === "play") {
    player.open(take, { play: true });
    const answer = await showTake(take);
    if (answer.error) failed(SPEAK, answer);
  } else if (action === "restore") {
    const answer = await callJson("GET", `${jobPath(take)}?asked=true`);
    if (answer.error) failed(SPEAK, answer);
    else writeText(answer.asked.text);
  } else if (action === "wav") download("wav", take);
  else if (action === "more") {
    rows += MORE;
    drawTakes();
  } else if (action === "whole") {
    button.disabled = true;
    await drawUntil(WHOLE_S);
  }
});
// The text box is Gradio's: it hears what is typed.
export const writeText = (text) => {
  const area = $("#text textarea");
  replaceText(text);
  area.value = text;
  area.dispatchEvent(new Event("input", { bubbles: true }));
};
