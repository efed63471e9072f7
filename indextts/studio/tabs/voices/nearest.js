// The natural voices that are most like a recording: a file is sent, three voices come back, and nothing is kept.
import { $, button, facts, fill, iconButton, make } from "../../lib/dom.js";
import { call } from "../../lib/rest.js";

const CALL_MS = 600000,
  ACCEPTED = ".wav,.flac,.mp3,.ogg,.opus,.m4a,.mp4,.aac,.aiff,.webm,audio/*";

const place = () => $("#voicebook .nearest");
export const nearestPart = () =>
  make(
    "div",
    { class: "nearest", hidden: "" },
    button("nearest", "nearest_choose", { class: "quiet-button" }),
    make("input", { type: "file", name: "nearest", accept: ACCEPTED, hidden: "" }),
    make("p", { class: "hint" }, fill("nearest_hint")),
    make("div", { class: "nearest-found", role: "status" }),
  );
export const showNearest = (there) => {
  if (place()) place().hidden = !there;
};

const apart = (semitones) => {
  const whole = Math.round(Math.abs(semitones));
  if (!whole) return fill("nearest_level");
  return fill(semitones > 0 ? "nearest_higher" : "nearest_lower", { value: whole });
};
const row = (voice) => {
  const name = facts.language === "zh" ? voice.name_zh : voice.name_en;
  return make(
    "li",
    { class: "voice-row", "data-id": voice.id },
    iconButton("play", fill("voice_play", { name }), "play"),
    make(
      "div",
      { class: "voice-text" },
      make("span", { class: "voice-name" }, name),
      make("span", { class: "hint" }, `${fill(`nearest_${voice.closeness}`)} · ${apart(voice.semitones)}`),
    ),
    iconButton("start", fill("mix_start", { name }), "plus"),
    button("use", "voice_use", {
      class: "quiet-button strong voice-use",
      "aria-label": fill("voice_use_name", { name }),
    }),
  );
};
const tell = (...parts) => place().querySelector(".nearest-found").replaceChildren(...parts);
const find = async (file) => {
  const target = place().querySelector("[data-do=nearest]"),
    body = new FormData();
  body.append("reference", file, file.name);
  target.setAttribute("aria-busy", "true");
  tell(make("p", { class: "hint" }, fill("nearest_looking")));
  const answer = await call("/v1/voices/nearest", { method: "POST", patience: CALL_MS, body });
  target.removeAttribute("aria-busy");
  if (answer.error) {
    tell(make("p", { class: "told" }, answer.error));
    return;
  }
  const { voices } = await answer.json();
  const far = voices.every((voice) => voice.closeness === "distant");
  tell(
    make("p", { class: "hint" }, fill(far ? "nearest_far" : "nearest_found", { file: file.name })),
    make("ul", { class: "voice-rows" }, ...voices.map(row)),
  );
};
export const nearestActions = { nearest: () => place().querySelector("input").click() };
document.addEventListener("change", (event) => {
  const input = event.target.closest?.("#voicebook [name=nearest]");
  if (!input?.files.length) return;
  const [file] = input.files;
  input.value = "";
  find(file);
});
