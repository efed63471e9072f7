// Where the emotion comes from beside a name: a mixture of shares, a description in words, a recording. The list of
// emotions says which; what is sent is worked out here.
import { $, facts, fill, home, make, onDrawn, signal } from "../../lib/dom.js";
import { keeps } from "../../lib/project.js";
import { call, sentence } from "../../lib/rest.js";
import { recallJson, remember } from "../../lib/storage.js";
import { hearOnce, hushSample } from "../voices/own.js";

const CALL_MS = 600000;
const KEY = "indextts.mixture",
  RECORDING = "indextts.recording";
const NAMES = facts.emotions.filter((name) => name !== "neutral");
// Tells that what is sent is another emotion, though no setting of the form changed.
export const emotionChanged = signal();
const shares = recallJson(KEY, {});

let recording = recallJson(RECORDING, {});

const mixture = () =>
  NAMES.filter((name) => shares[name] > 0)
    .map((name) => `${name}:${shares[name]}`)
    .join("+") || "neutral";

// The settings as the server takes them.
export const wanted = (raw) => {
  const sent = { ...raw };
  sent.emotion_text = raw.emotion === "text" ? (raw.emotion_text || "").trim() : "";
  sent.emotion_reference = raw.emotion === "reference" ? recording.sha256 || "" : "";
  if (raw.emotion === "mix") sent.emotion = mixture();
  else if (raw.emotion === "text" || raw.emotion === "reference") sent.emotion = "neutral";
  return sent;
};

const show = (row, name) => {
  const value = shares[name] || 0,
    text = `${Math.round(value * 100)} %`;
  row.querySelector("input").value = value;
  row.querySelector("input").setAttribute("aria-valuetext", text);
  row.querySelector("output").textContent = text;
};
const set = (row, value) => {
  shares[row.dataset.name] = value;
  show(row, row.dataset.name);
  remember(KEY, JSON.stringify(shares));
  emotionChanged.tell();
};
// The shares of the mixture, to be kept with other settings and to be put back.
export const sharesNow = () => ({ ...shares });
export const setShares = (given) => {
  for (const name of NAMES) shares[name] = given[name] ?? 0;
  document.querySelectorAll("#mixture .share").forEach((row) => show(row, row.dataset.name));
  remember(KEY, JSON.stringify(shares));
};
const build = () => {
  const place = $("#mixture .mixture");
  if (!place || place.firstElementChild) return;
  const rows = NAMES.map((name) =>
    make(
      "div",
      { class: "share", "data-name": name },
      make("label", { for: `share-${name}` }, fill(`emotion_${name}`)),
      make("input", { type: "range", id: `share-${name}`, min: 0, max: 1, step: 0.05, value: 0 }),
      make("output", { for: `share-${name}` }),
    ),
  );
  place.append(...rows, make("p", { class: "hint" }, fill("mixture_hint")));
  rows.forEach((row) => show(row, row.dataset.name));
  drawRecording();
};

// The recording: prepared by the server, known here by its hash. It stays there for a while only.
const textButton = (action, key) =>
  make("button", { type: "button", class: "text-button", "data-do": action }, fill(key));
const drawRecording = (told = "", bad = false) => {
  const place = $("#emotion-recording .recording"),
    { sha256, name, seconds } = recording;
  place.replaceChildren(
    make("p", { class: "hint cannot" }, fill("recording_cannot")),
    make(
      "div",
      { class: "can" },
      ...(sha256
        ? [make("p", { class: "recording-name" }, `${name} · ${fill("seconds", { value: seconds.toFixed(1) })}`)]
        : [make("p", { class: "hint" }, fill("recording_hint"))]),
      make(
        "div",
        { class: "recording-do" },
        textButton("choose", sha256 ? "recording_other" : "recording_choose"),
        ...(sha256 ? [textButton("hear", "voice_listen"), textButton("drop", "entry_remove")] : []),
      ),
      make("p", { class: `hint recording-told${bad ? " bad" : ""}`, role: bad ? "alert" : "status" }, told),
      make("input", { type: "file", hidden: "", accept: "audio/*,.m4a,.opus", "aria-label": fill("recording_choose") }),
    ),
  );
};
const keep = (next) => {
  recording = next;
  remember(RECORDING, JSON.stringify(next));
  emotionChanged.tell();
};
const take = async (file) => {
  drawRecording(fill("recording_reading", { name: file.name }));
  const form = new FormData();
  form.append("reference", file);
  const given = await call("/v1/clones/recordings", { method: "POST", body: form, patience: CALL_MS });
  if (given.error) {
    drawRecording(given.error, true);
    return;
  }
  const answer = await given.json(),
    { sha256, seconds } = answer.references[0];
  keep({ sha256, seconds, name: file.name, id: answer.id });
  drawRecording(answer.findings.map(sentence).join(" "));
};
const hear = () => {
  const address = `${home()}/v1/clones/${recording.id}/preview`;
  hearOnce(address, recording.name).catch(() => drawRecording(fill("recording_gone"), true));
};
const drop = () => {
  hushSample();
  keep({});
  drawRecording();
};
document.addEventListener("click", (event) => {
  const target = event.target.closest?.("#emotion-recording [data-do]");
  if (target) ({ choose: () => $("#emotion-recording input[type=file]").click(), hear, drop })[target.dataset.do]();
});
document.addEventListener("change", (event) => {
  if (!event.target.matches?.("#emotion-recording input[type=file]") || !event.target.files.length) return;
  take(event.target.files[0]);
});
document.addEventListener("input", (event) => {
  const row = event.target.closest?.("#mixture .share");
  if (row) set(row, Number(event.target.value));
});
keeps({
  read: () => ({ mixture: shares, recording }),
  write: (kept) => {
    for (const name of NAMES) delete shares[name];
    Object.assign(shares, kept.mixture);
    recording = kept.recording || {};
    document.querySelectorAll("#mixture .share").forEach((row) => show(row, row.dataset.name));
    if ($("#emotion-recording .recording")?.firstElementChild) drawRecording();
  },
});
onDrawn(build);
