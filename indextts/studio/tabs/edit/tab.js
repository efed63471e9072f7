// The editor's tab: a plan, sentence by sentence. It holds what the server told it, sends each change (asking.js), and
// asks for the sound of a sentence a moment after it was changed. rows.js draws, curve.js draws the picture.
import { $, facts, fill, home, onDrawn, root, saveBlob } from "../../lib/dom.js";
import { fetchWithin } from "../../lib/rest.js";
import { onView } from "../../lib/router.js";
import { recall, remember } from "../../lib/storage.js";
import { assemble, change, inLine, isNamed, load, openPlan, openText, planFile, speak } from "./asking.js";
import { PAUSE } from "./controls.js";
import { curveBounds } from "./curve.js";
import {
  attach,
  draggingCurve,
  drawEditor,
  drawSentence,
  drawTools,
  markSentence,
  playhead,
  tellEditor,
} from "./rows.js";
import { fixed, inEditor } from "../speak/fix.js";
import { settingsNow } from "../speak/inputs.js";
import { firstTake, shownTake } from "../speak/takes.js";

const KEY = "indextts.editor",
  AUTOPLAY = "indextts.autoplay";
const SOUND_MS = 60000,
  SOUND_AFTER_MS = 400,
  MAX_FILE = 16 * 1024 * 1024,
  SWITCH_MS = 350,
  PATIENCE_MS = 5000;

const model = {
  plan: null,
  open: 0,
  playing: null,
  busy: false,
  empty: false,
  other: "",
  making: -1,
  autoplay: recall(AUTOPLAY) === "yes",
  voices: [],
  emotions: [],
};

// What is answered at once goes one after another, and so does sound, and so do takes of the whole.
const known = () => model.plan?.id || recall(KEY) || "";
const quick = inLine(),
  sounds = inLine(),
  takes = inLine();

// Changes that wait for their answer. What an earlier answer says about the same place must not take them back: the
// next press of a key would count from there.
const underway = [];
const LIMITS = { ...facts.bounds, pause: PAUSE };
const hold = (plan, { action, segment, token, value, ...more }) => {
  const sentence = plan.sentences[segment],
    ofToken = curveBounds[action];
  const there = ofToken ? sentence?.tokens[token] : action === "settings" ? plan.settings : sentence;
  const wishes = ofToken || action === "pause" ? { [action]: value } : more;
  for (const [name, wish] of Object.entries(wishes)) {
    const [low, high] = ofToken || LIMITS[name] || [1, 0];
    if (there && wish >= low && wish <= high) there[name] = wish;
  }
};

// What an answer says about the plan becomes the model, and is drawn.
const take = (answer) => {
  if (answer.empty) Object.assign(model, { plan: null, empty: true });
  if (answer.voices) Object.assign(model, { voices: answer.voices, emotions: answer.emotions });
  if (!answer.id) return;
  const fresh = !model.plan || model.plan.id !== answer.id;
  const sentences = answer.all || model.plan?.sentences || [];
  for (const [place, view] of Object.entries(answer.changed || {})) sentences[Number(place)] = view;
  const { id, revision, undo, redo, assembled, settings } = answer;
  model.plan = { id, revision, undo, redo, assembled, settings, sentences };
  underway.forEach((sent) => hold(model.plan, sent));
  if (answer.all) model.other = answer.other || ""; // the others say nothing about it
  Object.assign(model, { empty: false, open: fresh ? 0 : Math.min(model.open, sentences.length - 1) });
  remember(KEY, id);
  if (fresh) model.playing = null;
  if (answer.all) drawEditor(model);
  else {
    Object.keys(answer.changed || {}).forEach((place) => drawSentence(model, Number(place)));
    drawTools(model);
  }
};
const tell = (text, mood = "error") => tellEditor(text, mood);

// A change; then the sound of what it changed.
const act = async (sent) => {
  tell("");
  underway.push(sent);
  const answer = await quick(() => change(model.plan, sent));
  underway.splice(underway.indexOf(sent), 1);
  take(answer);
  if (answer.error) {
    // What was typed goes back to what holds; what is said about it comes last, or it would be drawn over.
    if (model.plan && sent.segment !== undefined && !answer.all) drawSentence(model, sent.segment);
    tell(answer.error);
    return answer;
  }
  for (const place of Object.keys(answer.changed || {})) if (!model.plan.sentences[place].audio) soon(Number(place));
  return answer;
};

// Sound: made for the open sentence a moment after the last change, and for others when they are played.
let timer = 0;
const soon = (place) => {
  if (place !== model.open) return;
  clearTimeout(timer);
  timer = setTimeout(async () => {
    if (!model.plan?.sentences[place] || draggingCurve()) return;
    const name = await soundOf(place, -1);
    if (name && model.autoplay && place === model.open) play(place);
  }, SOUND_AFTER_MS);
};
const soundOf = async (place, version) => {
  model.making = place;
  markSentence(model, place);
  const answer = await sounds(() => speak(model.plan, place, version));
  model.making = -1;
  if (answer.id && answer.id !== model.plan?.id) return ""; // another plan was opened meanwhile
  if (answer.code !== "cancelled") {
    if (answer.error || answer.told) tell(answer.error || answer.told);
    take(answer);
  }
  markSentence(model, place);
  return answer.audio || "";
};

// Playing: decoded once, to the sample, with nothing of the neighbours.
let audio = null,
  source = null,
  frame = 0,
  switching = null;
const buffers = new Map();
const bufferOf = async (name) => {
  if (!buffers.has(name)) {
    try {
      const { ok, answer } = await fetchWithin(SOUND_MS, `${home()}/audio/${name}`);
      if (!ok) return null;
      buffers.set(name, await audio.decodeAudioData(await answer.arrayBuffer()));
    } catch {
      tell(fill("fix_lost"));
      return null;
    }
    if (buffers.size > 64) buffers.delete(buffers.keys().next().value);
  }
  return buffers.get(name);
};
const stop = () => {
  cancelAnimationFrame(frame);
  if (source) {
    source.onended = null;
    source.stop();
    source = null;
  }
  const { playing } = model;
  model.playing = null;
  playhead(null);
  if (playing) markSentence(model, playing.place);
};
const halt = () => {
  clearTimeout(switching?.timer);
  switching = null;
  stop();
};
const start = async (place, version, ended) => {
  stop();
  audio ??= new AudioContext();
  const sentence = model.plan.sentences[place];
  const known = sentence.versions[version]?.audio;
  let buffer = known ? await bufferOf(known) : null;
  if (!buffer) {
    const name = await soundOf(place, version);
    buffer = name ? await bufferOf(name) : null;
  }
  if (!buffer) return;
  stop();
  if (audio.state === "suspended") await audio.resume();
  source = new AudioBufferSourceNode(audio, { buffer });
  source.connect(audio.destination);
  const began = audio.currentTime;
  model.playing = { place, version };
  source.onended = () => {
    source = null;
    stop();
    ended?.();
  };
  source.start();
  const run = () => {
    if (!model.playing) return;
    if (place === model.open && version === model.plan.sentences[place]?.chosen) playhead(audio.currentTime - began);
    frame = requestAnimationFrame(run);
  };
  run();
  markSentence(model, place);
};
const play = (place) => start(place, model.plan.sentences[place].chosen);
const toggle = (place) => {
  const mine = model.playing?.place === place || switching?.place === place;
  halt();
  if (!mine) play(place);
};

// Two versions in turn, until it is pressed again.
const compare = (place) => {
  if (switching) {
    halt();
    drawSentence(model, place);
    return;
  }
  const { chosen, versions } = model.plan.sentences[place];
  const partner =
    last.get(place) !== undefined && last.get(place) !== chosen && last.get(place) < versions.length
      ? last.get(place)
      : chosen
        ? chosen - 1
        : 1;
  switching = { place, timer: 0 };
  const turn = (now, next) =>
    start(place, now, () => {
      if (switching) switching.timer = setTimeout(turn, SWITCH_MS, next, now);
    });
  turn(chosen, partner);
  drawSentence(model, place);
};
const last = new Map(); // the version that was chosen before, by sentence

// The whole: put together, opened, saved.
const long = async (work) => {
  halt();
  model.busy = true;
  drawTools(model);
  tell("");
  const answer = await takes(work);
  model.busy = false;
  take(answer);
  drawTools(model);
  if (answer.error) tell(answer.error);
  return answer;
};
const putTogether = async () => {
  await quick.idle(); // what was changed a moment ago belongs to it
  await long(() => assemble({ id: known() }));
};
const openFile = async (file) => {
  if (!file) return;
  if (file.size > MAX_FILE) {
    tell(fill("edit_too_large"));
    return;
  }
  await long(() => openPlan(file));
};
const save = async () => {
  tell("");
  const answer = await quick(() => planFile(model.plan));
  take(answer);
  if (answer.file) saveBlob(answer.file, answer.name);
  else tell(answer.error);
};

// Coming to this tab: the plan that was being edited, the shown take, or the text that stands there.
let loading = false;
const settled = async () => {
  await Promise.race([firstTake, new Promise((done) => setTimeout(done, PATIENCE_MS))]);
  for (let tries = 0; !isNamed() && tries < 60; tries += 1) await new Promise((done) => setTimeout(done, 50));
};
const openEditor = async (anew = false) => {
  if (loading || !$("#editor .editor")) return;
  loading = true;
  try {
    await opening(anew);
  } finally {
    loading = false;
  }
};
const opening = async (anew) => {
  drawEditor(model);
  await settled();
  const answer = await quick(() => load({ plan: known(), take: shownTake(), anew }));
  take(answer);
  if (answer.error) tell(answer.error);
  const text = $("#text textarea")?.value || "";
  if (answer.empty && text.trim()) {
    await long(() => openText(text, settingsNow()));
  }
  if (!model.plan) drawEditor(model);
  else if (model.plan.sentences[model.open]) soonIfSilent(model.open);
};

// The reading's dialog, when it is open over a sentence here.
const editorFix = async (detail) => {
  const { take: shown, number: asked, ...sent } = detail;
  const answer = await act(sent);
  fixed(
    answer.error
      ? { number: asked, error: answer.error }
      : { number: asked, take: shown, undone: sent.action === "undo", undo_s: 10, remember: answer.remember || null },
  );
  if (answer.error) tell("");
};
const isOpen = () => root.dataset.view === "edit";
document.addEventListener(
  "keydown",
  (event) => {
    if (
      !isOpen() ||
      event.isComposing ||
      !(event.ctrlKey || event.metaKey) ||
      event.altKey ||
      event.target.closest?.("#fix")
    )
      return;
    const key = event.key.toLowerCase();
    const step = key === "z" ? (event.shiftKey ? "redo" : "undo") : key === "y" ? "redo" : "";
    if (!step || !model.plan) return;
    event.preventDefault();
    if (model.plan[step]) act({ action: step });
  },
  true,
);

let there = false;
onDrawn(() => {
  if (there || !$("#editor .editor")) return;
  there = true;
  if (isOpen()) openEditor();
});

const choose = (place, version) => {
  halt();
  last.set(place, model.plan.sentences[place].chosen);
  return act({ action: "choose", segment: place, version });
};
const again = async (place) => {
  last.set(place, model.plan.sentences[place].chosen);
  const answer = await act({ action: "again", segment: place });
  if (!answer.error && place === model.open) {
    clearTimeout(timer);
    play(place);
  }
};
const soonIfSilent = (place) => {
  if (!model.plan.sentences[place].audio) soon(place);
};
const setAutoplay = (yes) => {
  model.autoplay = yes;
  remember(AUTOPLAY, yes ? "yes" : "no");
};

attach({
  model,
  act,
  toggle,
  compare,
  comparing: (place) => switching?.place === place,
  choose,
  again,
  assemble: putTogether,
  openFile,
  save,
  soonIfSilent,
  setAutoplay,
  openEditor,
});
inEditor({ ask: editorFix, listen: toggle });
onView((name) => {
  if (name === "edit") openEditor();
  else halt();
});
