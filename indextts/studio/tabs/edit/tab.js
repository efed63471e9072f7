// The editor's tab: a plan, sentence by sentence. It holds what the server told it, sends each change (asking.js), and
// asks for the sound of a sentence a moment after it was changed. rows.js draws, curve.js draws the picture.
import { $, fill, onDrawn, root, saveBlob } from "../../lib/dom.js";
import { player } from "../../lib/player.js";
import { onProject, project } from "../../lib/project.js";
import { onView } from "../../lib/router.js";
import { recall, recallHere, remember, rememberHere } from "../../lib/storage.js";
import { inLine } from "../../lib/waits.js";
import {
  assemble,
  change,
  compared,
  load,
  markedText,
  named,
  openPlan,
  openText,
  planFile,
  rowsOf,
  soundFile,
} from "./asking.js";
import { attachBeside, besideActions, learn, stopBeside } from "./beside.js";
import { attachFinding, drawFound, findingActions } from "./finding.js";
import { addPressed, attachInputs } from "./inputs.js";
import {
  again,
  attachListening,
  choose,
  compare,
  comparing,
  forgetSounds,
  halt,
  soon,
  soonIfSilent,
  soundBeside,
  soundOf,
  toggle,
} from "./listening.js";
import { AUTOPLAY, follow, hold, keyOfPlan, keyed, model, ordered, placeOf, underway } from "./model.js";
import { attachMoving } from "./moving.js";
import {
  attach,
  drawDraft,
  drawEditor,
  drawMore,
  drawOrder,
  drawSentence,
  drawSpeakers,
  drawTools,
  rowOf,
  tellEditor,
} from "./rows.js";
import { attachWriting, write } from "./writing.js";
import { closeFix, fixed, inScope } from "../speak/fix.js";
import { gradioBegan, settingsNow } from "../speak/inputs.js";
import { isBusy } from "../speak/run.js";
import { firstTake, shownTake } from "../speak/takes.js";
import { onSample } from "../voices/own.js";

const OPEN = "indextts.edit.open",
  MAX_FILE = 16 * 1024 * 1024,
  PATIENCE_MS = 5000;

// What is answered at once goes one after another, and so does sound, and so do takes of the whole.
const known = () => model.plan?.id || recall(keyOfPlan()) || "";
const quick = inLine(),
  sounds = inLine(),
  takes = inLine();

// After a reload the line is open that was, with what was being written in it, or in a new one.
addEventListener("pagehide", () => rememberHere(OPEN, JSON.stringify([model.plan?.id, model.open, model.draft])));
const openBefore = (id, count) => {
  const [plan, open] = JSON.parse(recallHere(OPEN) || "[]");
  return plan === id && open < count ? open : 0;
};
const draftBefore = (id, sentences) => {
  const [plan, open, draft] = JSON.parse(recallHere(OPEN) || "[]");
  if (plan !== id || !draft) return null;
  rememberHere(OPEN, JSON.stringify([plan, open]));
  const { place, at, was } = draft,
    view = sentences[place];
  return (place < 0 ? at <= sentences.length : view && !view.locked && (view.line ?? view.text) === was) ? draft : null;
};

// What an answer says about the plan becomes the model, and is drawn.
const take = (answer) => {
  if (answer.empty) Object.assign(model, { plan: null, empty: true });
  if (answer.voices) {
    const { voices, gone, emotions } = answer;
    Object.assign(model, { voices, gone, emotions });
  }
  if (!answer.id) return;
  const { id, revision, undo, redo, assembled, settings, order, changed = {} } = answer;
  const fresh = !model.plan || model.plan.id !== id,
    old = model.plan?.sentences || [];
  let sentences = old;
  if (answer.all) sentences = answer.all.map((view) => keyed(view, null));
  else if (order) sentences = ordered(old, order, changed);
  else for (const [place, view] of Object.entries(changed)) sentences[Number(place)] = keyed(view, old[place]);
  model.plan = { id, revision, undo, redo, assembled, settings, sentences };
  underway.forEach((sent) => hold(model.plan, sent));
  if (answer.all) model.other = answer.other || ""; // the others say nothing about it
  const count = sentences.length,
    kept = () => (order ? follow(order, model.open) : Math.min(model.open, count - 1)),
    open = fresh ? openBefore(id, count) : kept();
  Object.assign(model, { empty: false, open });
  remember(keyOfPlan(), id);
  if (fresh) Object.assign(model, { playing: null, draft: draftBefore(id, sentences) });
  if (answer.all) {
    stopBeside();
    if (model.draft && (model.draft.place >= sentences.length || model.draft.at > sentences.length)) model.draft = null;
    drawEditor(model);
  } else if (order) {
    forgetSounds();
    const { draft } = model;
    if (draft?.place >= 0) draft.place = order.indexOf(draft.place);
    if (draft && draft.place < 0 && draft.at < 0) model.draft = null;
    drawOrder(model, order, new Set(Object.keys(changed).map(Number)));
    drawTools(model);
  } else {
    Object.keys(changed).forEach((place) => drawSentence(model, Number(place)));
    drawTools(model);
  }
  drawSpeakers(model);
  drawFound(model);
};
const tell = (text, mood = "error") => tellEditor(text, mood);

// A change; then the sound of what it changed. With `quiet`, whoever asks says what went wrong.
const act = async (given, { quiet = false, taken = null } = {}) => {
  if (!quiet) tell("");
  const sent = { ...given },
    key = model.plan?.sentences[sent.segment]?.key;
  underway.push(sent);
  const answer = await quick(() => {
    // It may stand elsewhere by now; new lines come where they were asked for.
    if (key !== undefined && sent.action !== "add") sent.segment = placeOf(key);
    return sent.segment === -1 ? {} : change(model.plan, sent);
  });
  underway.splice(underway.indexOf(sent), 1);
  if (!answer.error) taken?.();
  take(answer);
  if (answer.error) {
    // What was typed goes back to what holds; what is said about it comes last, or it would be drawn over.
    if (model.plan && sent.segment !== undefined && !answer.all) drawSentence(model, sent.segment);
    if (!quiet) tell(answer.error);
    return answer;
  }
  for (const place of Object.keys(answer.changed || {})) if (!model.plan.sentences[place]?.audio) soon(Number(place));
  if (model.beside) learn();
  return answer;
};
const fetchRows = async (places) => {
  const wanted = places.map((place) => model.plan.sentences[place]?.key);
  const answer = await quick(() => {
    const now = wanted.map(placeOf).filter((place) => place >= 0);
    return now.length ? rowsOf(model.plan, now) : {};
  });
  if (answer.id && answer.id === model.plan?.id && answer.revision === model.plan.revision) take(answer);
};
// Where the one before is still on its way, its answer says where the line stands.
const moveLine = async (from, to) => {
  const key = model.plan.sentences[from].key;
  await quick.idle();
  const now = placeOf(key),
    there = now + to - from;
  if (now >= 0 && there >= 0 && there < model.plan.sentences.length)
    await act({ action: "move_line", segment: now, to: there });
};

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

const saved = async (question) => {
  tell("");
  model.busy = true;
  drawTools(model);
  const answer = await quick(question);
  model.busy = false;
  take(answer);
  drawTools(model);
  if (answer.file) saveBlob(answer.file, answer.name);
  else if (answer.error) tell(answer.error);
};
const toText = async () => {
  const box = $("#text textarea"),
    answer = await quick(() => markedText(model.plan));
  if (answer.error || !box) {
    tell(answer.error || "");
    return;
  }
  box.value = answer.text;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  location.hash = "#/";
};

// Coming to this tab: the plan that was being edited, the shown take, or the text that stands there.
let loading = false,
  seen = null, // the take that was shown then
  awaited = false, // nothing is there to be edited, but it is being made
  anotherTime = null; // something came to be meanwhile that is to be opened
const projectKnown = new Promise((done) => (project().id ? done() : onProject(() => done())));
const settled = async () => {
  const patience = new Promise((done) => setTimeout(done, PATIENCE_MS));
  await Promise.race([Promise.all([firstTake, projectKnown, gradioBegan.then(named)]), patience]);
};
const openEditor = async (anew = false) => {
  if (!$("#editor .editor")) return;
  if (loading) {
    anotherTime = { anew: anew || Boolean(anotherTime?.anew) };
    return;
  }
  loading = true;
  try {
    await opening(anew);
  } finally {
    loading = false;
  }
  if (!anotherTime) return;
  const next = anotherTime;
  anotherTime = null;
  await openEditor(next.anew);
};
const opening = async (anew) => {
  drawEditor(model);
  await settled();
  seen = shownTake();
  const answer = await quick(() => load({ plan: known(), take: shownTake(), anew }));
  take(answer);
  if (answer.error) tell(answer.error);
  else if (answer.kept) tell(fill("edit_kept", { count: answer.kept }), "done");
  const text = $("#text textarea")?.value || "";
  awaited = Boolean(answer.empty) && isBusy();
  if (awaited) model.empty = false;
  else if (answer.empty && text.trim()) {
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
      : { number: asked, take: shown, undone: sent.action === "undo", remember: answer.remember || null },
  );
  if (answer.error) tell("");
};
const isOpen = () => root.dataset.view === "edit";
// A take that is made while the tab stands open is opened by itself; one that was given up is waited for no longer.
onDrawn(() => {
  if (seen === null || !isOpen() || model.busy) return;
  if (shownTake() !== seen) {
    seen = shownTake();
    openEditor();
  } else if (awaited && !loading && !isBusy()) {
    [awaited, model.empty] = [false, true];
    drawEditor(model);
  }
});
document.addEventListener(
  "keydown",
  (event) => {
    if (!isOpen() || !(event.ctrlKey || event.metaKey) || event.altKey || event.target.closest?.("#fix")) return;
    const key = event.key.toLowerCase();
    const step = key === "z" ? (event.shiftKey ? "redo" : "undo") : key === "y" ? "redo" : "";
    if (!step || !model.plan) return;
    event.preventDefault();
    if (model.plan[step]) act({ action: step });
  },
  true,
);

// Never two sounds.
player.root.addEventListener("studio:sounds", halt);
onSample((one) => one && halt());

let there = false;
const begin = () => {
  if (there || !$("#editor .editor")) return;
  there = true;
  if (isOpen()) openEditor();
};
onDrawn(begin);

const setAutoplay = (yes) => {
  model.autoplay = yes;
  remember(AUTOPLAY, yes ? "yes" : "no");
};

const desk = {
  model,
  quick,
  sounds,
  take,
  act,
  toggle,
  compare,
  comparing,
  choose,
  again,
  assemble: putTogether,
  openFile,
  save,
  soonIfSilent,
  setAutoplay,
  openEditor,
  fetchRows,
  moveLine,
  write,
  closeFix,
  tell,
  halt,
  rowOf,
  soundOf,
  soundBeside,
  toText,
  compared: (other) => quick(() => compared(model.plan, other)),
  drawDraft: () => drawDraft(model),
  endDraft: (draft) => drawDraft(model, draft),
  drawMore: () => drawMore(model),
  lineFile: (place, format) => saved(() => soundFile(model.plan, `/lines/${place}`, format)),
  lineFiles: (format) => saved(() => soundFile(model.plan, "/lines", format)),
};
const parts = [attach, attachListening, attachInputs, attachWriting, attachMoving, attachFinding, attachBeside];
parts.forEach((hand) => hand(desk));
addPressed({ ...findingActions, ...besideActions });
inScope("#editor", { ask: editorFix, listen: toggle });
// Another project is open: what is edited is another plan.
let opened = project().id;
onProject(({ id }) => {
  if (id === opened) return;
  const other = Boolean(opened);
  opened = id;
  if (other) {
    halt();
    Object.assign(model, { plan: null, draft: null, find: null, beside: null, other: "", empty: false, open: 0 });
    drawEditor(model);
  }
  if (isOpen()) openEditor();
});
onView((name) => {
  if (name === "edit") openEditor();
  else halt();
});
begin(); // it came when the tab was opened
