// Runs of the page: a text becomes a job of the server (/v1/jobs), which is heard while it is made. A job goes on
// without the page, so a page that comes back, or another window, finds it again. Two can go on at once: a long text,
// and the sentence that is spoken anew; the notice is about the later one.
import { $, facts, fill, onDrawn } from "../../lib/dom.js";
import { askHealth } from "../../lib/health.js";
import { player } from "../../lib/player.js";
import { projectId } from "../../lib/project.js";
import { call, callJson, sentence } from "../../lib/rest.js";
import { recallHere, recallJson, remember, rememberHere } from "../../lib/storage.js";
import { alsoWaiting, inLine, onLost, serverIsLost } from "../../lib/waits.js";
import { tell as tellAtFoot } from "../history/switch.js";
import { isSubtitles, wordsOf } from "./captions_text.js";
import { sentSettings, settingsNow, settingsShown } from "./inputs.js";
import { count } from "./length.js";
import { SWITCH, maxChars, meter, playsAsMade, wasMade } from "./meter.js";
import { SPEAK, busy, clearNotice, done, failed, plain } from "./notice.js";
import { bodyOf, engineName, fellBack, left, told } from "./run_words.js";
import { askToTell, canTell, showSign, tellEnd } from "./sign.js";
import { speakers } from "./speakers.js";
import { drawTakes, firstJobs, firstTake, shownTake, showNone, showTake, writeText } from "./takes.js";

const KEY = "indextts.run",
  HEARD = "indextts.heard";
const FIRST_MS = 120,
  SLOWER = 1.35,
  LATER_MS = 1000,
  LOST_MS = 2000,
  LOOK_MS = 60,
  PATIENCE_MS = 15000,
  LONG_S = 10;
const GOES_ON = ["queued", "running"];

const path = (id, rest = "") => `/v1/jobs/${encodeURIComponent(id)}${rest}`;
const rest = (ms) => new Promise((end) => setTimeout(end, ms));

const runs = []; // { id, place, since, job, quiet }, the latest last
let offered = null; // the run that was cut, while it can be gone on with
alsoWaiting(() => runs.length > 0);

// The two buttons, whenever Gradio draws them.
const setButtons = () => {
  const generate = $("#generate"),
    cancel = $("#cancel");
  if (generate) generate.disabled = isBusy() || serverIsLost();
  if (cancel) cancel.disabled = !runs.length;
};
onDrawn(setButtons);

const draw = () => {
  setButtons();
  const run = runs.at(-1);
  if (!run) {
    showSign(null);
    return;
  }
  const { job } = run;
  const total = job?.segments_total || 0,
    share = job?.progress || 0;
  const long = job && (job.eta_s > LONG_S || Date.now() - run.since > LONG_S * 1000);
  busy(run.place, told(run), share, long && canTell() ? [["tell", "run_tell"]] : []);
  const tab = run.place === SPEAK ? "speak" : "edit",
    number = Math.min((job?.segments_done || 0) + 1, total);
  showSign({ tab, count: total > 1 ? `${number}/${total}` : "…", share, left: job ? left(job) : "" });
};

// The player knows first when a job that it plays is over.
const pause = async (run, ms) => {
  const ends = Date.now() + ms;
  while (Date.now() < ends && !(player.job?.id === run.id && player.job.over && !run.sawEnd)) {
    await rest(Math.min(LOOK_MS, ms));
    if (run.hurry) break;
  }
  run.hurry = false;
  run.sawEnd ||= player.job?.id === run.id && player.job.over;
};
// Asks until it is over, or the server knows nothing of it.
const over = async (run) => {
  if (run.job) await pause(run, FIRST_MS); // it has just told of itself
  for (let ms = FIRST_MS; ; ms = Math.min(ms * SLOWER, LATER_MS)) {
    const job = await callJson("GET", path(run.id), undefined, { patience: PATIENCE_MS });
    if (!job.error) {
      run.job = job;
      if (!GOES_ON.includes(job.status)) return job;
    } else if (job.status === 404) return job;
    else ms = LOST_MS;
    draw();
    await pause(run, ms);
  }
};

// Follows a job to its end, and returns it as it is then. `quiet` runs do not keep others from being started.
export const follow = async (id, { place = SPEAK, quiet = false, since = Date.now(), job = null } = {}) => {
  const run = { id, place, quiet, since, job };
  runs.push(run);
  setTimeout(askHealth, LOST_MS);
  draw();
  try {
    return await over(run);
  } finally {
    runs.splice(runs.indexOf(run), 1);
    if (!runs.some((other) => other.place === place)) clearNotice(place);
    draw();
  }
};

// What it came to, told and shown. Returns whether it is done.
const words = (job) => {
  const seconds = { duration: job.duration_s.toFixed(1), elapsed: job.work_s.toFixed(1) };
  const chosen = $(".fold[data-engine]")?.dataset.engine;
  const other = job.commercial === "yes" && settingsShown().commercial === true && chosen && chosen !== job.engine;
  const free = other ? fill("engine_free", { engine: engineName(job.engine) }) : "";
  return `${fill("done", seconds)} ${fellBack(job) || free}`.trim();
};
const warnings = (job) => (job.warnings || []).map(sentence);
export const tellDone = (place, job, text = "") => done(place, text || words(job), warnings(job));

const offer = (run, job) => {
  const { segments_done: made, segments_total: total, failure } = job;
  offered = { ...run, job };
  const keep = made ? [["keep", "run_keep"]] : [];
  const again = [...keep, ["resume", "run_resume"]];
  if (job.status === "failed" || failure) failed(run.place, failure || {}, again);
  else if (!made && job.status === "cancelled") plain(run.place, fill("cancelled"));
  else plain(run.place, fill("run_cut", { made, total: total || "?" }), again);
};
const forget = (id) => {
  if (recallJson(KEY, {}).id === id) remember(KEY, "{}");
};
const ended = async (run, job) => {
  if (job.status === 404) {
    forget(run.id);
    failed(run.place, job);
    return false;
  }
  if (job.status !== "done") {
    offer(run, job);
    if (!job.segments_done) {
      forget(run.id);
      if (player.job?.id === run.id) player.open(shownTake() || null);
    }
    drawTakes();
    return false;
  }
  busy(run.place, told({ job }), 1);
  const { error, ...more } = await showTake(run.id);
  forget(run.id);
  if (error) failed(run.place, { error, ...more });
  else tellDone(run.place, job);
  tellEnd(run.since, job.title);
  return true;
};
// A run from its start to what it came to: it is heard at once, and found again after a reload.
// `fresh` is what the server has just said of it.
export const conduct = async (id, { place = SPEAK, play = playsAsMade(), at = 0, since = Date.now(), fresh } = {}) => {
  offered = null;
  remember(KEY, JSON.stringify({ id, place, since }));
  if (player.job?.id === id) player.open(null); // it was over, and goes on now
  player.open(id, { play, at });
  const job = await follow(id, { place, since, job: fresh });
  await ended({ id, place, since }, job);
  draw();
  return job;
};

// A new job, from a body of JSON. What is refused is told, and nothing else changes. Returns the job, or nothing.
const post = async (body, place) => {
  const headers = { "Content-Type": "application/json" };
  const answer = await call("/v1/jobs", { method: "POST", headers, body });
  if (!answer.error) return answer.json();
  failed(place, answer.code ? answer : { code: "offline", error: fill("run_offline") });
  return null;
};
export const bodyFor = (text, settings, project, more = {}) => {
  const chosen = speakers();
  const also = { ...(chosen && { speakers: chosen }), ...(project && { project }) };
  return JSON.stringify({ text, ...bodyOf(settings), ...also, ...more });
};
let posting = false;
export const isBusy = () => posting || runs.some((run) => !run.quiet);
// One run at a time, from a body that is made at once; returns the job as it ends, or nothing.
export const speak = async (body, { place = SPEAK, play } = {}) => {
  if (isBusy()) return null;
  posting = true;
  busy(place, fill("busy_start"), 0);
  setButtons();
  let job = null;
  try {
    job = await post(await body, place);
  } finally {
    posting = false;
    setButtons();
  }
  return job && conduct(job.id, { place, play, fresh: job });
};
export const speakText = async (text, settings, options = {}) => {
  const length = count(text),
    limit = maxChars();
  // Too long a text is not sent at all.
  if (length > limit) {
    const told = { code: "text_too_long", error: fill("run_too_long", { length, limit }) };
    failed(options.place || SPEAK, told, [["book", "run_book"]]);
    return null;
  }
  const asked = settingsNow(),
    job = await speak(bodyWith(text, settings, options.keep), options);
  if (job?.status === "done") wasMade(text, asked);
  return job;
};
// Changes of single sentences, one after another.
export const fixing = inLine();
// With the project's words, as they are now, and with what was fixed in the shown take, if that is still there and of
// the same project: in a new one nobody has fixed anything yet.
const bodyWith = async (text, settings, keep) => {
  await fixing.idle();
  const take = keep && fixesOf(),
    project = await projectId(),
    was = take ? await callJson("GET", path(take)) : { error: "none" },
    kept = !was.error && (!was.project || was.project === project);
  return bodyFor(text, settings, project, { live: true, ...(kept && { keep_fixes: take }) });
};
const fixesOf = () => (Number($("#take-data")?.dataset.fixes) ? shownTake() : "");
let plainly = false;
// Nobody wants to hear the times of subtitles.
const wordsAlone = (text) => {
  if (!isSubtitles(text)) return text;
  const words = wordsOf(text);
  writeText(words);
  tellAtFoot({ said: fill("subtitles_read"), undo: () => (writeText(text), {}) });
  return words;
};
export const generate = (text, ...values) => {
  const sent = sentSettings(values),
    settings = Object.fromEntries(facts.settings.map((name, index) => [name, sent[index]]));
  const keep = !plainly;
  plainly = false;
  speakText(wordsAlone(text || ""), settings, { keep });
};
// Once more, without what was fixed.
const speakPlainly = () => {
  plainly = !$("#generate").disabled;
  $("#generate").click();
};

// Cancel stops the latest; what is done can be kept, or gone on with.
export const cancel = async () => {
  const run = runs.at(-1);
  if (!run || run.stopping) return;
  run.stopping = run.hurry = true;
  draw();
  const answer = await callJson("POST", path(run.id, "/cancel"), {}, { patience: PATIENCE_MS });
  run.hurry = true;
  if (answer.error) run.stopping = false;
};
const resume = async () => {
  const { id, place } = offered;
  clearNotice(place);
  const job = await callJson("POST", path(id, "/resume"), {});
  if (job.error) {
    failed(place, job, [["resume", "run_resume"]]);
    return;
  }
  const here = player.job?.id === id ? player.now : 0;
  conduct(id, { place, at: here });
};
const keep = async () => {
  const { id, place, job } = offered;
  const kept = await callJson("PATCH", path(id), { kept: true });
  const answer = kept.error ? kept : await showTake(id);
  if (answer.error) {
    failed(place, answer, [
      ["keep", "run_keep"],
      ["resume", "run_resume"],
    ]);
    return;
  }
  forget(id);
  player.open(id);
  plain(place, fill("run_kept", { made: job.segments_done }), [["resume", "run_resume"]]);
};
const tell = async () => {
  await askToTell();
  draw();
};
document.addEventListener("click", (event) => {
  const action = event.target.closest?.("[data-run]")?.dataset.run;
  if (action === "tell") tell();
  else if (action === "plain") speakPlainly();
  else if (offered) ({ resume, keep })[action]?.();
});

// Whether what is made is heard at once.
document.addEventListener("change", ({ target }) => {
  if (target.id !== "play-as-made-yes") return;
  remember(SWITCH, target.checked ? "yes" : "no");
  meter();
});
onDrawn(() => {
  const box = $("#play-as-made-yes");
  if (!box || box.dataset.seen) return;
  box.dataset.seen = "yes";
  box.checked = playsAsMade();
});

// Examples: in the text they say what to do next; where there is no result yet, one is heard.
document.addEventListener("click", async ({ target }) => {
  const chip = target.closest?.("#examples button:not(#undo)"),
    first = target.closest?.("button[data-example]");
  if (chip && !isBusy()) plain(SPEAK, fill("example_next"));
  if (!first) return;
  $("#examples button").click();
  const area = $("#text textarea"),
    before = area.value;
  for (let tries = 0; area.value === before && tries < 40; tries += 1) await rest(25);
  await rest(LOOK_MS); // until Gradio knows the text too
  if (area.value.trim()) $("#generate").click();
});

// A page that opens: the run that goes on, the one that was cut, or the last take; heard from where it was.
addEventListener("pagehide", () => {
  const play = ["playing", "waiting"].includes(player.root.dataset.state);
  rememberHere(HEARD, JSON.stringify({ job: player.job?.id, at: player.now, play }));
});
const heardOf = (id) => {
  const heard = JSON.parse(recallHere(HEARD) || "{}");
  return heard.job === id ? { play: Boolean(heard.play), at: heard.at || 0 } : { play: false };
};
const underWay = async () => {
  const { jobs = [], total = 0 } = await firstJobs,
    found = jobs.filter(({ status }) => GOES_ON.includes(status));
  if (found.length || total <= jobs.length) return found;
  const asked = new URLSearchParams(GOES_ON.map((status) => ["status", status]));
  return (await callJson("GET", `/v1/jobs?${asked}`)).jobs ?? [];
};
const known = async () => {
  const kept = recallJson(KEY, {});
  if (kept.id) {
    const job = await callJson("GET", path(kept.id));
    if (!job.error) return { ...kept, job };
    if (job.status === 404) forget(kept.id);
  }
  const live = (await underWay()).filter((one) => one.live);
  const job = live.find((one) => one.status === "running") ?? live[0];
  return job ? { id: job.id, job } : null;
};
const find = async () => {
  const [run, take] = [await known(), await firstTake];
  if (isBusy()) return; // a person was faster
  const { id, job, place = SPEAK, since = Date.now() } = run || {};
  if (!run || (job.status === "done" && take === id)) {
    if (run) forget(id);
    if (take) player.open(take, heardOf(take));
    return;
  }
  if (GOES_ON.includes(job.status)) {
    conduct(id, { place, since, ...heardOf(id) });
    return;
  }
  player.open(job.segments_done ? id : take || null, heardOf(id));
  ended({ id, place, since }, job);
};
// Another project was opened, or a take in the history.
document.addEventListener("studio:open-take", async ({ detail: { job, play, quietly } }) => {
  const heard = ["playing", "waiting"].includes(player.root.dataset.state);
  if (quietly && (heard || isBusy() || job === shownTake())) return;
  if (!runs.length) clearNotice(); // what it says is of another text
  player.open(job, { play });
  const answer = await (job ? showTake(job) : showNone());
  if (answer.error) failed(SPEAK, answer);
});
let found = null;
export const isFound = new Promise((done) => {
  found = done;
});
export const start = () => {
  find().finally(found);
  // What was cut with the server is found when it is back.
  onLost((yes) => {
    if (!yes && !runs.length && !offered) drawTakes();
    setButtons();
  });
};
