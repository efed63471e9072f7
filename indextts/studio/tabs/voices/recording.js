// The recordings that a cloned voice is to be made of: chosen, or made with the microphone, each looked at by the
// server as soon as it is there.
import { $, fill, iconButton, make } from "../../lib/dom.js";
import { call } from "../../lib/rest.js";

const MAX_RECORD_S = 60,
  CALL_MS = 600000;

const form = () => $("#clonebook .clone-form");
const icon = (action, key, shape, name) => iconButton(action, fill(key, { name }), shape);
export const refuse = (text, name = "") => {
  form().querySelector(".told").textContent = text;
  form()
    .querySelectorAll("[aria-invalid]")
    .forEach((part) => part.removeAttribute("aria-invalid"));
  if (text && name) {
    form().elements[name].setAttribute("aria-invalid", "true");
    form().elements[name].focus();
  }
};

let chosen = [],
  made = 0;
export const chosenFiles = () => chosen;
const seconds = (value) => value.toFixed(1);
const fileRow = (one) => {
  const found = one.found?.findings || [];
  const state =
    one.error ||
    (!one.found
      ? fill("clone_checking")
      : found.length
        ? one.found.usable
          ? fill("clone_used", { seconds: seconds(one.found.used_s) })
          : ""
        : fill("clone_good", { seconds: seconds(one.found.used_s) }));
  const bad = one.error || (one.found && !one.found.usable);
  return make(
    "li",
    { class: `clone-file${bad ? " bad" : found.length ? " doubtful" : ""}`, "data-file": one.number },
    icon("listen", "clone_listen", "play", one.file.name),
    make(
      "div",
      { class: "voice-text" },
      make("span", { class: "clone-file-name" }, one.file.name),
      ...(state ? [make("span", { class: "clone-state" }, state)] : []),
      ...found.map(({ message, hint, code }) =>
        make("span", { class: "clone-finding", "data-code": code }, make("strong", {}, message), " ", hint),
      ),
    ),
    icon("drop", "clone_leave_out", "close", one.file.name),
  );
};
const drawFiles = () =>
  form()
    .querySelector(".clone-files")
    .replaceChildren(...chosen.map(fileRow));
export const take = async (files) => {
  refuse("");
  const fresh = [...files].map((file) => ({ file, number: String((made += 1)), url: URL.createObjectURL(file) }));
  chosen = [...chosen, ...fresh];
  drawFiles();
  for (const one of fresh) {
    const body = new FormData();
    body.append("reference", one.file, one.file.name);
    const answer = await call("/v1/clones/check", { method: "POST", patience: CALL_MS, body });
    if (answer.error) one.error = answer.error;
    else [one.found] = (await answer.json()).recordings;
    drawFiles();
  }
};
export const fileOf = (target) => chosen.find((one) => one.number === target.closest("[data-file]").dataset.file);
export const forget = (gone) => {
  gone.forEach((one) => URL.revokeObjectURL(one.url));
  chosen = chosen.filter((one) => !gone.includes(one));
  drawFiles();
};

// The microphone, as it is: what improves a call makes a voice worse to learn from.
let recorder = null,
  ticking = 0,
  recorded = 0;
const showRecording = (since) => {
  const target = form().querySelector("[data-do=record]"),
    now = Math.floor((Date.now() - since) / 1000);
  target.textContent = recorder ? fill("clone_stop", { seconds: now }) : fill("clone_record");
  target.setAttribute("aria-pressed", String(Boolean(recorder)));
  form().querySelector(".clone-read").hidden = !recorder;
  if (recorder && now >= MAX_RECORD_S) recorder.stop();
};
export const record = async () => {
  if (recorder) {
    recorder.stop();
    return;
  }
  refuse("");
  let stream = null;
  try {
    stream = await navigator.mediaDevices.getUserMedia({
      audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
    });
  } catch {
    refuse(fill("clone_no_microphone"));
    return;
  }
  const parts = [],
    since = Date.now(),
    mine = new MediaRecorder(stream);
  recorder = mine;
  mine.addEventListener("dataavailable", (event) => parts.push(event.data));
  mine.addEventListener("stop", () => {
    clearInterval(ticking);
    stream.getTracks().forEach((track) => track.stop());
    recorder = null;
    showRecording(since);
    recorded += 1;
    take([new File(parts, fill("clone_recorded", { number: recorded }), { type: mine.mimeType })]);
  });
  mine.start();
  showRecording(since);
  ticking = setInterval(() => showRecording(since), 250);
};
