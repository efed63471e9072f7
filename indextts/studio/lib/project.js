// Which project is open in this window, and that what is written is kept: on the server after a moment and when the
// page goes, and in the browser until the server has it. Where another window was faster, both versions are kept.
import { isAnother, lastWhole } from "./another.js";
import { $, root, signal } from "./dom.js";
import { owe, payBack } from "./owed.js";
import { callJson } from "./rest.js";
import { forget, keysOf, recall, recallHere, recallJson, remember, rememberHere } from "./storage.js";

const PATH = "/v1/projects";
const SAVE_MS = 700,
  LATEST_MS = 5000,
  RETRY_MS = 4000,
  LOAD_MS = 5000,
  LOOK_MS = 15000,
  KEPT_MS = 250,
  KEEPALIVE_BYTES = 60000; // browsers let no more outlive a page
const MINE = "indextts.project",
  UNSAVED = "indextts.unsaved.",
  ABOUT = "indextts.about",
  DRAFT = "indextts.draft"; // of versions before there were projects

const addressOf = (id) => `${PATH}/${encodeURIComponent(id)}`;
const NEW = { id: "", name: "", title: "", revision: 0, favourite: false };
const BLANK = "new"; // what a window remembers that has begun a project of which nothing is kept yet
let open = { ...NEW };
// { id, name, title, revision, favourite }; without an id until something is kept of it.
export const project = () => open;

// The parts of the page whose contents belong to a project: `read()` gives them by name, `write(contents)` puts back.
const sources = [];
export const keeps = (source) => sources.push(source);
// The server keeps a text, settings and speakers: whatever else the parts give lies among the settings.
const contents = () => {
  const { text = "", speakers = null, settings = {}, ...more } = Object.assign({}, ...sources.map((one) => one.read()));
  return { text, speakers, settings: { ...settings, ...more } };
};
// In one order, so that it can be compared.
const ordered = (value) =>
  value && typeof value === "object"
    ? Object.fromEntries(
        Object.keys(value)
          .sort()
          .map((key) => [key, ordered(value[key])]),
      )
    : value;
const written = ({ text, speakers, settings }) => JSON.stringify(ordered({ text, speakers, settings }));

// News: another project is open, or this one is called otherwise; how the saving goes; another window was faster. What
// another window has written is shown here; the text became another one, and a project of its own beside the one that
// is named; a browser that is new here could go on with the last project.
const changed = signal(),
  conflict = signal(),
  renewed = signal(),
  parting = signal(),
  offer = signal();
export const onProject = changed.hear;
export const onConflict = conflict.hear;
export const onRenewed = renewed.hear;
export const onParting = parting.hear;
export const onOffer = offer.hear;
let state = "saved";
export const savingState = () => state;
const tell = (next = state) => {
  state = next;
  changed.tell(open, state);
};

// This window: its name and its project outlive a reload; what it has open is known to the others by a lock.
const named = () => {
  const name = Math.random().toString(36).slice(2);
  rememberHere(`${MINE}.window`, name);
  return name;
};
const WINDOW = recallHere(`${MINE}.window`) || named();
const lockOf = (name) => `${MINE}.${name}`;
let release = () => {};
const hold = () => {
  release();
  rememberHere(MINE, open.id || BLANK);
  if (open.id) remember(MINE, open.id); // where the next window of this browser goes on
  const until = new Promise((done) => (release = done));
  navigator.locks?.request(lockOf(open.id || WINDOW), { mode: "shared" }, () => until).catch(() => {});
};
const held = async () => {
  const found = await navigator.locks?.query().catch(() => null);
  return new Set((found?.held || []).map(({ name }) => name));
};

// What the server has not got yet stands in the browser's store, by project, or by window while there is none.
const place = (id = open.id) => UNSAVED + (id || WINDOW);
let base = null, // the contents as the server has them; null while they are on their way into the page
  sent = "", // and as they were sent last
  about = { text: "", title: "" }; // what the project is about, while another text is only begun
const settled = () => base !== null;
const dirty = () => settled() && written(contents()) !== base && Boolean(open.id || contents().text.trim());
const note = () => {
  const { id, revision } = open;
  if (dirty()) remember(place(), JSON.stringify({ ...contents(), id, revision, sent }));
  else forget(place());
};

let timer = 0,
  noting = 0,
  since = 0,
  saving = null,
  gone = false, // the page was left: what is under way may not be heard of any more
  torn = false; // another window was faster, and nobody has chosen yet
// Something of the contents is another.
export const touched = () => {
  if (!settled()) return;
  clearTimeout(noting);
  noting = setTimeout(note, KEPT_MS);
  if (!dirty()) return;
  if (state === "saved") tell("saving");
  since ||= Date.now();
  clearTimeout(timer);
  timer = setTimeout(save, Math.max(0, Math.min(SAVE_MS, since + LATEST_MS - Date.now())));
};
const told = (answer, what) => {
  const { id, name, title, revision, favourite } = answer;
  open = { id, name, title, revision, favourite };
  if (what !== undefined) base = what;
};
// A text that has nothing of the one before is kept in a project of its own, and that one has its text back. One that
// has a name is a place for several.
const part = (text) => {
  if (!open.id || open.name || !isAnother(about.text, text)) return;
  const { id, revision } = open,
    begun = JSON.parse(sent || base).text;
  if (begun !== about.text || JSON.parse(base).text !== about.text) owe(id, { text: about.text, begun, revision });
  forget(place());
  open = { ...NEW };
  hold();
  parting.tell(about.title);
};
const put = async () => {
  const now = contents(),
    what = written(now);
  part(now.text);
  const before = open.id;
  sent = what;
  since = 0;
  tell("saving");
  const body = JSON.stringify(before ? { ...now, revision: open.revision } : now);
  const answer = await callJson(before ? "PATCH" : "POST", before ? addressOf(before) : PATH, undefined, {
    headers: { "Content-Type": "application/json" },
    body,
    keepalive: new Blob([body]).size < KEEPALIVE_BYTES,
  });
  if (open.id !== before) return true; // another one was opened meanwhile
  if (answer.error) return refused(answer);
  const old = place();
  told(answer, what);
  if (!before || lastWhole(about.text, now.text) === now.text) about = { text: now.text, title: open.title };
  const { id, revision } = open;
  rememberHere(ABOUT, about.text === now.text ? "" : JSON.stringify({ ...about, id, revision }));
  if (!before) {
    forget(old);
    hold();
  }
  note();
  tell(dirty() ? "unsaved" : "saved");
  return true;
};
const refused = (answer) => {
  note();
  if (answer.code === "project_changed") {
    torn = true;
    tell("torn");
    conflict.tell();
    return false;
  }
  if (answer.code === "no_project") {
    // It was deleted elsewhere; what is written here begins a new one.
    forget(place());
    open = { ...NEW };
    hold();
    touched();
    return false;
  }
  tell("unsaved");
  if (!answer.code || answer.code === "rate_limited") timer = setTimeout(save, RETRY_MS);
  return false;
};
// Keep what there is now; whether the server has it.
export const save = async () => {
  clearTimeout(timer);
  while (saving) await saving;
  if (gone || torn || !dirty()) return !torn;
  saving = put();
  try {
    return await saving;
  } finally {
    saving = null;
    if (!torn && state !== "unsaved" && dirty()) touched();
  }
};
// The id of the open project, once what is written is kept; empty where that cannot be.
export const projectId = async () => {
  await save();
  return open.id;
};
// What was written before the page knew its project is left for the next one to find, below what lies there already.
const noteEarly = () => {
  const { text, ...rest } = contents();
  if (shown || !text.trim()) return;
  const kept = recordOf(place()) || { ...rest, id: "", revision: 0, sent: "" };
  remember(place(), JSON.stringify({ ...kept, text: [kept.text, text].filter(Boolean).join("\n") }));
};
addEventListener("pageshow", () => {
  gone = false;
});
addEventListener("pagehide", () => {
  gone = true;
  if (!settled()) {
    noteEarly();
    return;
  }
  note();
  clearTimeout(timer);
  if (!dirty() || torn || (saving && !open.id)) return;
  // Not after what is under way: there is no later. Of what that leaves unclear the browser's own store knows more.
  const last = put().finally(() => {
    if (saving === last) saving = null;
  });
  saving = last;
});
addEventListener("online", () => {
  payBack();
  save();
});

// Opening: the contents go to the parts; text and settings are Gradio's, and are asked for by restoreInputs().
const fresh = () => {
  const { speakers, ...rest } = contents();
  return { ...rest, text: "", speakers: null };
};
const parted = ({ text, speakers, settings }) => ({ ...settings, settings, text, speakers });
let shown = null,
  unkept = null, // of that, what the server has not got
  served = "", // and what it has
  left = ""; // and where it stood, when it is another window's
const take = (answer, record) => {
  told(answer.id ? answer : NEW);
  unkept = record && written(record) !== written(answer) ? record : null;
  if (unkept) {
    // What this window has sent itself without hearing of it is no other window's.
    open.revision = record.sent && record.sent === written(answer) ? answer.revision : record.revision;
  }
  sent = unkept?.sent || "";
  shown = parted(unkept || answer);
  served = written(answer);
  const begun = JSON.parse(recallHere(ABOUT) || "{}");
  about = begun.id === answer.id && begun.revision === answer.revision ? begun : answer;
  base = null;
  torn = false;
  hold();
};
const show = () => {
  for (const source of sources) source.write?.(shown);
};
const recordOf = (key) => {
  const record = recallJson(key, null);
  return record && typeof record.text === "string" && record.settings ? record : null;
};
// What windows that are gone have left unsaved.
const orphans = (locks) =>
  keysOf(UNSAVED).filter((key) => recordOf(key) && !locks.has(lockOf(key.slice(UNSAVED.length))));
const get = (id) => callJson("GET", addressOf(id), undefined, { patience: LOAD_MS });
const latest = async () =>
  (await callJson("GET", `${PATH}?limit=1&newest=true`, undefined, { patience: LOAD_MS })).newest;
const blank = () => ({ ...NEW, ...fresh() });
// A project with what is not saved of it yet. One that is deleted, and was not saved, begins a new one.
const withRecord = async (id, record) => {
  const found = await get(id);
  if (!found.error) return [found, record];
  if (!record) return null;
  // Where there was no answer, as it was here, and all of it unsaved.
  return found.code ? [blank(), { ...record, sent: "" }] : [{ ...NEW, ...record, id, settings: null }, record];
};
const withoutId = async (record) => {
  // It may have been kept, and the answer not heard.
  const last = record.sent ? await latest() : null;
  return last && written(last) === record.sent ? [last, record] : [blank(), record];
};
const find = async () => {
  await payBack();
  const mine = recallHere(MINE),
    own = recordOf(place(""));
  if (own) return withoutId(own);
  if (mine === BLANK) return [blank(), null];
  const found = mine && (await withRecord(mine, recordOf(place(mine))));
  if (found) return found;
  const locks = await held();
  [left = ""] = orphans(locks);
  if (left) {
    const record = recordOf(left);
    return record.id ? withRecord(record.id, record) : withoutId(record);
  }
  const ours = recall(MINE);
  if (ours && locks.has(lockOf(ours))) return [blank(), null]; // another window works on it
  const again = ours && (await withRecord(ours, null));
  if (again) return again;
  // What others have written last, on another machine perhaps, is not written over.
  last = await latest();
  const draft = recall(DRAFT) || "";
  return [blank(), draft.trim() ? { ...blank(), text: draft } : null];
};
let loading = null,
  last = null;
// What the page is to show: at first { text, settings } of this window's project, else of this browser's latest one.
export const contentsToShow = async () => {
  loading ||= find().then(([answer, record]) => {
    take(answer, record);
    forget(DRAFT);
    show();
    if (last) offer.tell(last);
    watch();
  });
  await loading;
  return shown;
};
let begun = null;
// Once this window has its project, which may be one without an id.
export const projectBegun = new Promise((done) => {
  begun = done;
});
// Text and settings are what is to be shown: from now on what is another is kept.
export const restored = () => {
  begun();
  if (settled()) return;
  base = unkept ? served : written(contents());
  unkept = null;
  note();
  if (left !== place()) forget(left);
  tell("saved");
  touched();
};

const tellParts = () => $("#history .history")?.dispatchEvent(new CustomEvent("studio:restore", { bubbles: true }));
// `quietly` where nobody has asked for it: what is heard goes on.
const appear = async (quietly = false) => {
  show();
  tellParts();
  const found = open.id ? await callJson("GET", `/v1/jobs?project=${open.id}&status=done&limit=1`) : {};
  const detail = { job: found.jobs?.[0]?.id || null, play: false, quietly };
  document.dispatchEvent(new CustomEvent("studio:open-take", { detail }));
};
// Open another one. Returns { error } where it is not there, or what is written here could not be kept.
export const openProject = async (id) => {
  if (!(await save())) return { error: true, torn };
  await payBack();
  const answer = await callJson("GET", addressOf(id));
  if (answer.error) return answer;
  take(answer, recordOf(place(id)));
  await appear();
  return {};
};
export const newProject = async () => {
  if (!(await save())) return { error: true, torn };
  take(blank(), null);
  await appear();
  return {};
};
// It was deleted here: what is open is nothing that could be kept.
export const leaveProject = async () => {
  clearTimeout(timer);
  forget(place());
  take(blank(), null);
  await appear();
};
// Change its name or whether it is a favourite; of the open one this window knows then.
export const changeProject = async (id, fields) => {
  const answer = await callJson("PATCH", addressOf(id), fields);
  if (!answer.error && id === open.id) {
    const { name, title, favourite } = answer;
    Object.assign(open, { name, title, favourite });
    tell();
  }
  return answer;
};

// Another window has changed the project. One version goes on in it, the other becomes a project by its side.
export const keepBoth = async (mine, name) => {
  const theirs = await callJson("GET", addressOf(open.id));
  if (theirs.error && theirs.code !== "no_project") return theirs;
  const aside = mine ? theirs : contents();
  if (!theirs.error) {
    const { text, settings, speakers, dictionary = [] } = aside;
    const copy = await callJson("POST", PATH, { name: name(theirs.title), text, settings, speakers, dictionary });
    if (copy.error) return copy;
  }
  torn = false;
  if (mine && !theirs.error) {
    told(theirs, written(theirs));
    await save();
  } else if (mine) touched();
  else {
    forget(place());
    take(theirs, null);
    await appear();
  }
  return { aside: name(theirs.title || "") };
};
// A window that is left alone shows what another one, or another machine, has written since.
const look = async () => {
  const idle = () => open.id && settled() && !saving && !torn && !dirty();
  if (document.hidden || !idle()) return;
  const answer = await callJson("GET", addressOf(open.id));
  if (answer.error || answer.id !== open.id || !idle()) return;
  if (answer.revision === open.revision) {
    told(answer);
    tell();
    return;
  }
  take(answer, null);
  renewed.tell();
  await appear(true);
};
document.addEventListener("visibilitychange", () => {
  if (document.hidden) save();
  else look();
});
addEventListener("focus", look);
const watch = () =>
  setTimeout(async () => {
    await look();
    watch();
  }, LOOK_MS);
onProject(() => {
  root.dataset.saving = state;
});
