// Study mode, beside the player: sentence by sentence, as study_steps.js says; and the sentence with its reading, which
// is hidden until it is asked for, and again at the next one. It is fetched when it is first wanted (lib/late.js).
import { $, fill, languageOf, make, root as html } from "./dom.js";
import { player } from "./player.js";
import { jobPath } from "./player_job.js";
import { TYPED, TAKEN } from "./player_keys.js";
import { callJson } from "./rest.js";
import { onView, view } from "./router.js";
import { recallJson, remember } from "./storage.js";
import { AFTER, BEGIN, GAPS, TIMES, choicesOf, step } from "./study_steps.js";

const KEPT = "indextts.study",
  EDGE_S = 0.03; // as the player's: so much before its end a sentence is taken as heard

const kept = recallJson(KEPT, {});
let on = false,
  choices = choicesOf(kept),
  state = BEGIN,
  asked = false, // the reading is shown
  drawn = "", // what the line shows
  acting = false,
  timer = 0,
  running = null;
const readings = new Map(); // by job and sentence

const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
const segmentAt = (at) => player.job?.segments[at];
const sentenceAt = (now) => Math.min(player.job.at(now), player.job.made - 1);
const endOf = ({ start_s: start, duration_s: length }) => start + length;
// How long is said, without the silence around it.
const lengthOf = ({ tokens = [], duration_s: whole }) =>
  tokens.length ? tokens[tokens.length - 1].end_s - tokens[0].start_s : whole;

// What is seen.
const choice = (name, values, text) =>
  make(
    "label",
    {},
    make("span", {}, fill(`study_${name}`)),
    make(
      "select",
      { class: "field", name },
      ...values.map((value) => make("option", { value, selected: choices[name] === value ? "" : null }, text(value))),
    ),
  );
const slower = make("input", { type: "checkbox", name: "slower" });
slower.checked = choices.slower;
const go = make(
  "button",
  { type: "button", class: "quiet-button", "aria-keyshortcuts": "Space Enter" },
  fill("study_next"),
);
const show = make(
  "button",
  { type: "button", class: "quiet-button", "aria-pressed": "false", "aria-keyshortcuts": "r" },
  fill("study_reading"),
);
const line = make("p", { class: "study-line", tabindex: "0", role: "group", "aria-label": fill("study_line") });
const left = make("span", { class: "study-left", "aria-hidden": "true" });
const panel = make(
  "div",
  { class: "study", role: "group", "aria-label": fill("study") },
  make(
    "div",
    { class: "study-tools" },
    go,
    show,
    choice("after", AFTER, (value) => fill(`study_${value}`)),
    choice("times", TIMES, (value) => `${value}×`),
    make("label", {}, slower, make("span", {}, fill("study_slower"))),
    choice("gap", GAPS, (value) => `${value}×`),
  ),
  line,
  left,
);
const toggle = player.root.querySelector(".player-study");

const ruby = ({ text, reading }) => (reading ? make("ruby", {}, text, make("rt", {}, reading)) : text);
const drawLine = () => {
  const segment = on ? segmentAt(state.at) : null,
    key = segment ? `${player.job.id} ${state.at} ${segment.start_s}` : "",
    told = asked ? readings.get(key) : null,
    sign = `${key} ${told ? (told.error ?? "read") : ""}`;
  if (sign !== drawn) {
    drawn = sign;
    const parts = told?.words ? told.words.map(ruby) : [segment?.text ?? ""];
    if (told?.error) parts.push(make("span", { class: "hint" }, ` ${told.error}`));
    line.replaceChildren(...parts);
    line.lang = languageOf(segment?.text ?? "");
    line.scrollTop = 0;
  }
  show.setAttribute("aria-pressed", String(asked));
  show.disabled = go.disabled = !segment;
  html.classList.toggle("reading-shown", asked);
  return { segment, key };
};
// Of the reading on the tab that speaks, the sentence that is studied.
const markSentence = () => {
  document.querySelectorAll("#reading .studied").forEach((part) => part.classList.remove("studied"));
  const segment = on && segmentAt(state.at),
    own = segment && $("#take-data")?.dataset.take === player.job.id;
  if (!own) return;
  for (const part of document.querySelectorAll("#reading .segment[data-start]")) {
    const start = Number(part.dataset.start);
    if (start >= segment.start_s - 0.001 && start < endOf(segment)) part.classList.add("studied");
  }
};
const notes = { waits: "study_waits", gap: "study_turn", held: "study_waits" };
const draw = () => {
  drawLine();
  markSentence();
  player.setNote(on && notes[state.phase] ? fill(notes[state.phase]) : "");
};

// The reading of the sentence, asked for once; one that was not to be had may be the next time.
const showReading = async (yes) => {
  asked = yes && Boolean(segmentAt(state.at));
  const { key } = drawLine();
  if (!asked || readings.get(key)?.words) return;
  const told = await callJson("GET", jobPath(player.job.id, `/segments/${state.at}/reading`));
  readings.set(key, told.code === "not_found" ? { error: fill("study_none") } : told);
  drawLine();
};

// What is done.
const quiet = () => {
  clearTimeout(timer);
  running?.cancel();
  running = null;
};
const ACTS = {
  pace: (factor) => player.pace(factor),
  pause: () => player.pause(),
  play: () => player.play(),
  from: (at) => {
    player.seekTo(segmentAt(at).start_s, true);
    player.play();
  },
  on: (at) => {
    const segment = segmentAt(at);
    if (segment) {
      if (Math.abs(player.now - segment.start_s) > 2 * EDGE_S) player.seekTo(segment.start_s, true);
      player.play();
    } else {
      // What follows is still being made, or nothing does.
      if (player.now < player.job.end - 2 * EDGE_S) player.seekTo(player.job.end, true);
      player.finish();
    }
  },
  gap: (seconds) => {
    timer = setTimeout(() => happens({ type: "silent" }), 1000 * seconds);
    running = left.animate([{ transform: "scaleX(1)" }, { transform: "scaleX(0)" }], {
      duration: 1000 * seconds,
      easing: calm() ? "steps(4, end)" : "linear",
    });
    panel.dataset.gap = String(seconds);
  },
  quiet,
};
const happens = (event) => {
  const was = state.at;
  const { state: now, acts } = step(state, event, choices);
  state = now;
  if (now.at !== was) asked = false;
  acting = true;
  acts.forEach(([name, value]) => ACTS[name](value));
  acting = false;
  if (acts.length || now.at !== was) draw();
};

const isHere = () => ["speak", "books"].includes(view());
const guide = {
  // The sound is at `now`, or has `ended`: whether that was no end.
  tick: (now, ended = false) => {
    const { job } = player;
    if (acting || !job || !isHere() || state.phase !== "plays") return false;
    if (state.at < 0) {
      if (ended || !job.made) return false;
      happens({ type: "heard", at: sentenceAt(now + EDGE_S) });
    }
    const segment = segmentAt(state.at);
    if (!segment) return false;
    if (drawn === "" || !drawn.startsWith(job.id)) draw();
    if (!ended && now < endOf(segment) - EDGE_S) return false;
    happens({ type: "ended", length: lengthOf(segment) });
    return true;
  },
  play: () => {
    if (acting || !isHere() || state.phase === "plays") return false;
    happens({ type: "go" });
    return true;
  },
  paused: () => {
    if (!acting) happens({ type: "paused" });
  },
  moved: (to) => {
    if (!acting && player.job?.made) happens({ type: "moved", at: sentenceAt(to + 0.001) });
  },
};

const keep = () => remember(KEPT, JSON.stringify({ ...choices, on }));
const turn = (yes) => {
  on = yes;
  keep();
  toggle.setAttribute("aria-pressed", String(on));
  html.classList.toggle("studying", on);
  player.guide(on ? guide : null);
  happens({ type: "left" });
  if (on) {
    player.root.append(panel);
    const { job, now } = player;
    if (job?.made) happens({ type: "heard", at: sentenceAt(now + EDGE_S) });
  } else panel.remove();
  draw();
};

toggle.addEventListener("click", () => turn(!on));
go.addEventListener("click", () => happens({ type: "skip" }));
show.addEventListener("click", () => showReading(!asked));
panel.addEventListener("change", ({ target }) => {
  const value = target.type === "checkbox" ? target.checked : target.value;
  const given = ["times", "gap"].includes(target.name) ? Number(value) : value;
  choices = choicesOf({ ...choices, [target.name]: given });
  keep();
  happens({ type: "chosen" });
});
player.root.addEventListener("studio:opened", () => happens({ type: "left" }));
player.root.addEventListener("studio:ended", () => happens({ type: "left" }));
onView(() => isHere() || happens({ type: "left" }));
document.addEventListener("keydown", (event) => {
  if (!on || !player.job || !isHere() || event.defaultPrevented) return;
  const focus = document.activeElement;
  if (event.ctrlKey || event.metaKey || event.altKey || focus?.closest(TYPED)) return;
  const free = focus === line || !focus?.closest(`button, a, ${TAKEN}`);
  if (event.key === "r") showReading(!asked);
  else if (event.key === "Enter" && free && state.phase !== "plays") happens({ type: "go" });
  else if (event.key === " " && focus === line) player.toggle();
  else return;
  event.preventDefault();
});
turn(true);
