// Takes: jobs that are done, kept by the server. Which one is shown is remembered here.
import { $, fill, onDrawn, saveBlob } from "../../lib/dom.js";
import { player } from "../../lib/player.js";
import { callFile } from "../../lib/rest.js";
import { recallJson, remember } from "../../lib/storage.js";
import { askPage, inLine } from "../../lib/waits.js";
import { replaceText } from "./inputs.js";
import { SPEAK, busy, clearNotice, failed } from "./notice.js";

const KEY = "indextts.takes",
  SAVE_MS = 300000,
  DRAW_MS = 2000,
  MORE = 24; // rows that a press of "more" adds

const data = () => $("#take-data")?.dataset || {};
export const shownTake = () => data().take || "";
const keptTake = () => recallJson(KEY, {}).shown || "";

// The answer comes before Gradio has drawn the new reading.
const drawn = async (id) => {
  const ends = Date.now() + DRAW_MS;
  while (shownTake() !== id && Date.now() < ends) await new Promise((done) => setTimeout(done, 10));
};
let rows = 0;
const inTurn = inLine();
const ask = (sent) => inTurn(() => askPage("#takes .takes-place", "studio:takes", { rows, ...sent }));
const took = async (answer) => {
  if (!answer.take) return answer;
  await drawn(answer.take);
  remember(KEY, JSON.stringify({ shown: answer.take }));
  return answer;
};

// Draw what was read in that take, and the list; the player is opened by whoever asks. Returns { take } or { error }.
// So much of a long one is drawn at least, in seconds of its sound.
export const showTake = async (id, until = 0) => took(await ask({ action: "show", take: id, until }));
export const drawUntil = (until) => ask({ action: "whole", take: shownTake(), until });
// How far the reading is drawn.
export const drawnUntil = () =>
  Number([...document.querySelectorAll("#reading .segment[data-end]")].at(-1)?.dataset.end ?? 0);
export const showNone = async () => {
  remember(KEY, JSON.stringify({ shown: "" }));
  return ask({ action: "none" });
};
export const drawTakes = () => ask({ action: "list", take: shownTake() });

// Gradio's page has loaded: what it is to be told, and what it answers.
export const askedAtFirst = () => ({ action: "list", take: keptTake(), rows, first: true });
let first = null;
export const firstTake = new Promise((done) => {
  first = done;
});
export const tookFirst = async (answer) => first((await took(answer || {})).take || "");

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
  const path = `/v1/jobs/${encodeURIComponent(id)}/result?format=${format}`;
  const answer = await callFile(path, { patience: SAVE_MS });
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
    const answer = await ask({ action, take });
    if (answer.text !== undefined) writeText(answer.text);
    else failed(SPEAK, answer);
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
