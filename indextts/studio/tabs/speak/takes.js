// Takes: jobs that are done, kept by the server. Which one is shown is remembered here.
import { $, fill, onDrawn, saveBlob } from "../../lib/dom.js";
import { player } from "../../lib/player.js";
import { jobPath } from "../../lib/player_job.js";
import { callFile, callJson } from "../../lib/rest.js";
import { recallJson, remember } from "../../lib/storage.js";
import { askPage, inLine } from "../../lib/waits.js";
import { replaceText } from "./inputs.js";
import { SPEAK, busy, clearNotice, failed } from "./notice.js";
import { takesList, takesOf } from "./takes_list.js";

const KEY = "indextts.takes",
  SAVE_MS = 300000,
  DRAW_MS = 2000,
  SHOWN = 8, // rows at first …
  MORE = 24, // … that a press of "more" adds, and that are asked for beyond those that are shown
  MOST = 200; // jobs in an answer

const data = () => $("#take-data")?.dataset || {};
export const shownTake = () => data().take || "";
const keptTake = () => recallJson(KEY, {}).shown || "";

// The answer comes before Gradio has drawn the new reading.
const drawn = async (id) => {
  const ends = Date.now() + DRAW_MS;
  while (shownTake() !== id && Date.now() < ends) await new Promise((done) => setTimeout(done, 10));
};
const inTurn = inLine();
const ask = (sent) => inTurn(() => askPage("#takes .takes-place", "studio:takes", sent));
const took = async (answer) => {
  if (!answer.take) return answer;
  await drawn(answer.take);
  remember(KEY, JSON.stringify({ shown: answer.take }));
  return answer;
};

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
let there = false;
onDrawn(() => {
  if (there || !$("#takes .takes-place")) return;
  there = true;
  drawList();
});

// Draw what was read in that take, and the list; the player is opened by whoever asks. Returns { take } or { error }.
// So much of a long one is drawn at least, in seconds of its sound.
export const showTake = async (id, until = 0) => {
  const listed = drawTakes(),
    answer = await took(await ask({ action: "show", take: id, until }));
  drawList();
  await listed;
  return answer;
};
export const drawUntil = (until) => ask({ action: "whole", take: shownTake(), until });
// How far the reading is drawn.
export const drawnUntil = () =>
  Number([...document.querySelectorAll("#reading .segment[data-end]")].at(-1)?.dataset.end ?? 0);
export const showNone = async () => {
  remember(KEY, JSON.stringify({ shown: "" }));
  const answer = await ask({ action: "none" });
  drawTakes();
  return answer;
};

// To be called when Gradio's page has loaded: what was shown when this page was left is shown again.
let begun = false,
  first = null;
export const firstTake = new Promise((done) => {
  first = done;
});
export const begin = async () => {
  if (begun) return;
  begun = true;
  const kept = keptTake();
  first(kept ? (await took(await ask({ action: "first", take: kept }))).take || "" : "");
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
    await ask({ action: "whole", take: shownTake() });
  }
});
// The text box is Gradio's: it hears what is typed.
export const writeText = (text) => {
  const area = $("#text textarea");
  replaceText(text);
  area.value = text;
  area.dispatchEvent(new Event("input", { bubbles: true }));
};
