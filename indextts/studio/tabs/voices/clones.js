// The cloned voices under the other ones: recordings are chosen or made, checked by the server as they come, and kept
// with the speaker's consent.
import { $, button, fill, home, iconButton, make, onActions, onDrawn, onSubmit, saveBlob } from "../../lib/dom.js";
import { call, callFile, callJson } from "../../lib/rest.js";
import { onView, view } from "../../lib/router.js";
import { say } from "../../lib/said.js";
import { named } from "../../lib/naming.js";
import { tell as toast } from "../history/switch.js";
import { speakWith } from "../speak/choices.js";
import { extras, isShown, onFilter } from "./library.js";
import { done, hearOnce, onVoices, voicesChanged } from "./own.js";
import { chosenFiles, fileOf, forget, record, refuse, take } from "./recording.js";

const PATH = "/v1/clones",
  ENGINE = "indextts2";
const CALL_MS = 600000;
const ACCEPTED = ".wav,.flac,.mp3,.ogg,.opus,.m4a,.mp4,.aac,.aiff,.webm,audio/*";

const place = () => $("#clonebook .voicebook");
const built = () => Boolean(place()?.firstElementChild);
const form = () => $("#clonebook .clone-form");
const icon = (action, key, shape, name) => iconButton(action, fill(key, { name }), shape);
const field = (name, key, more = {}) =>
  make("input", {
    type: "text",
    class: "field",
    name,
    "aria-label": fill(`clone_${key}`),
    placeholder: fill(`clone_${key}_example`),
    autocomplete: "off",
    spellcheck: "false",
    ...more,
  });

// The frame, made once.
const build = () => {
  if (!place() || built()) return;
  place().append(
    make(
      "div",
      { class: "voices-list" },
      make(
        "div",
        { class: "voices-head" },
        make("h2", {}, fill("clones")),
        make("p", { class: "hint" }, fill("clones_hint")),
      ),
      make(
        "p",
        { class: "clones-engine", hidden: "" },
        fill("clones_engine"),
        " ",
        make("a", { href: "#/models" }, fill("clones_models")),
      ),
      make("div", { class: "voices-said", role: "status" }),
      make("div", { id: "clone-rows" }),
      make(
        "div",
        { class: "clones-import" },
        button("import", "clone_import"),
        make("input", { type: "file", name: "packed", accept: ".voice", hidden: "" }),
      ),
    ),
    make(
      "form",
      { class: "voice-form clone-form", novalidate: "" },
      make("h2", {}, fill("clone_new")),
      make("p", { class: "hint" }, fill("clone_advice")),
      make(
        "div",
        { class: "voice-buttons" },
        button("choose", "clone_choose"),
        button("record", "clone_record", { "aria-pressed": "false" }),
        make("input", { type: "file", name: "recordings", multiple: "", accept: ACCEPTED, hidden: "" }),
      ),
      make("p", { class: "clone-read", hidden: "" }, fill("clone_read")),
      make("ul", { class: "clone-files", "aria-live": "polite" }),
      field("name", "name", { maxlength: 40 }),
      field("tags", "tags"),
      make("textarea", {
        class: "field",
        name: "consent",
        rows: 3,
        maxlength: 500,
        "aria-label": fill("clone_consent"),
        placeholder: fill("clone_consent_example"),
      }),
      make(
        "label",
        { class: "clone-agreed" },
        make("input", { type: "checkbox", name: "agreed" }),
        make("span", {}, fill("clone_agreed")),
      ),
      make("p", { class: "told", role: "alert" }),
      make(
        "div",
        { class: "voice-buttons" },
        make("button", { type: "submit", class: "quiet-button strong" }, fill("clone_save")),
      ),
    ),
  );
  if (!navigator.mediaDevices || !window.MediaRecorder) form().querySelector("[data-do=record]").hidden = true;
  if (view() === "voices") refresh();
};

// Recordings and files take their time.
const send = (path, options) => call(`${PATH}${path}`, { method: "POST", patience: CALL_MS, ...options });
const refresh = async () => {
  if (!built()) return;
  const [clones, store] = await Promise.all([callJson("GET", PATH), callJson("GET", "/v1/store")]);
  const engine = store.models?.find(({ name }) => name === ENGINE);
  if (clones.error) tell(clones);
  else draw({ clones: clones.voices.reverse(), installed: engine?.state === "installed" && !engine.packages.length });
};
onVoices(refresh);

// The voices.
let shown = [],
  speaks = false; // whether the engine that imitates them is here
const about = ({ references, group, pitch_hz: pitch }) => {
  const seconds = references.reduce((sum, one) => sum + one.seconds, 0).toFixed(1),
    count = references.length;
  const made = fill(count === 1 ? "clone_about_one" : "clone_about", { count, seconds });
  return (group ? [fill(`clone_group_${group}`), made, `${pitch.toFixed(0)} Hz`] : [made]).join(" · ");
};
const consented = (voice) => fill("clone_consented", { consent: voice.consent, date: voice.consent_date });
const row = (voice) =>
  make(
    "li",
    { class: "voice-row", "data-id": voice.id, title: consented(voice) },
    icon("play", "clone_listen", "play", voice.name),
    make(
      "div",
      { class: "voice-text" },
      make("span", { class: "voice-name" }, voice.name),
      make(
        "span",
        { class: "hint" },
        about(voice),
        ...voice.tags.map((tag) => make("span", { class: "clone-tag" }, tag)),
      ),
    ),
    ...extras(voice, voice.name, speaks),
    icon("export", "clone_export", "download", voice.name),
    icon("rename", "clone_rename", "edit", voice.name),
    icon("remove", "clone_remove", "remove", voice.name),
  );
const draw = ({ clones, installed }) => {
  [shown, speaks] = [clones, installed];
  if (!built()) return;
  $("#clonebook .clones-engine").hidden = installed;
  const found = clones.filter((voice) => isShown({ ...voice, clone: true }));
  $("#clone-rows").replaceChildren(
    found.length
      ? make("ul", { class: "voice-rows" }, ...found.map(row))
      : make("p", { class: "hint" }, fill(clones.length ? "voices_no_match" : "clones_none")),
  );
};
const redraw = () => draw({ clones: shown, installed: speaks });
onFilter(redraw);
const voiceOf = (target) => shown.find((voice) => voice.id === target.closest("[data-id]")?.dataset.id);

const tell = (answer) => (answer.undo ? toast(answer) : say($("#clonebook .voices-said"), answer));
// One recording sounds at a time.
const sound = (address, title) => {
  place().dataset.heard = address;
  hearOnce(address, title).catch(() => tell({ error: fill("fix_lost") }));
};

const save = async () => {
  const { name, tags, consent, agreed } = form().elements;
  if (!chosenFiles().length) {
    refuse(fill("clone_need_recording"));
    form().querySelector("[data-do=choose]").focus();
    return;
  }
  if (!agreed.checked) {
    refuse(fill("clone_need_consent"), "agreed");
    return;
  }
  const submit = form().querySelector("[type=submit]");
  if (submit.hasAttribute("aria-busy")) return;
  refuse("");
  submit.setAttribute("aria-busy", "true");
  submit.textContent = fill("clone_saving");
  const sent = [...chosenFiles()],
    told = new Map([name, tags, consent].map((part) => [part, part.value])),
    body = new FormData();
  sent.forEach((one) => body.append("reference", one.file, one.file.name));
  for (const [part, text] of told) body.append(part.name, text);
  const answer = await send("", { body });
  submit.removeAttribute("aria-busy");
  submit.textContent = fill("clone_save");
  if (answer.error) {
    refuse(answer.error, name.value.trim() ? (consent.value.trim() ? "" : "consent") : "name");
    return;
  }
  const voice = await answer.json();
  forget(sent);
  // What was typed for the next one meanwhile stays.
  for (const [part, text] of told) if (part.value === text) part.value = "";
  agreed.checked = false;
  await voicesChanged();
  tell({ said: fill("clone_saved", { name: voice.name }) });
};
const unpack = async (file) => {
  const answer = await send("/import", { headers: { "Content-Type": "application/octet-stream" }, body: file });
  if (answer.error) {
    tell(answer);
    return;
  }
  const voice = await answer.json();
  await voicesChanged();
  tell({ said: fill("clone_saved", { name: voice.name }) });
};
const addressOf = (voice) => `${PATH}/${voice.id}`;
const renamed = async (voice, name) => {
  const made = await callJson("PATCH", addressOf(voice), { name });
  const back = () => callJson("PATCH", addressOf(voice), { name: voice.name });
  return made.error ? made : done("clone_renamed", made, back);
};
const removed = async (voice) => {
  const answer = await callJson("DELETE", `${addressOf(voice)}?restorable=true`);
  return answer.error ? answer : done("clone_removed", voice, () => callJson("POST", `${addressOf(voice)}/restore`));
};
const rename = (target) => {
  const voice = voiceOf(target);
  named(target.closest("li").querySelector(".voice-name"), voice.name, fill("clone_name"), async (name) => {
    if (name !== null) tell(await renamed(voice, name));
    redraw();
  });
};

const actions = {
  choose: () => form().elements.recordings.click(),
  record,
  import: () => $("#clonebook [name=packed]").click(),
  listen: (target) => sound(fileOf(target).url, fill("clone_new")),
  drop: (target) => forget([fileOf(target)]),
  play: (target) => sound(`${home()}${addressOf(voiceOf(target))}/preview`, voiceOf(target).name),
  export: async (target) => {
    const voice = voiceOf(target),
      answer = await callFile(`${addressOf(voice)}/export`, { patience: CALL_MS });
    if (answer.error) tell(answer);
    else saveBlob(answer.file, `${voice.name}.voice`);
  },
  rename,
  use: (target) => speakWith(voiceOf(target).id),
  remove: async (target) => {
    tell(await removed(voiceOf(target)));
    $("#project-said [data-do=undo]")?.focus({ preventScroll: true });
  },
};
onActions("#clonebook", actions);
onSubmit("#clonebook .clone-form", save);
document.addEventListener("change", (event) => {
  const input = event.target.closest?.("#clonebook input[type=file]");
  if (!input || !input.files.length) return;
  const files = [...input.files];
  input.value = "";
  if (input.name === "packed") unpack(files[0]);
  else take(files);
});
document.addEventListener("input", (event) => {
  if (event.target.closest?.("#clonebook .clone-form")) refuse("");
});
for (const kind of ["dragover", "drop"]) {
  document.addEventListener(kind, (event) => {
    if (!event.target.closest?.("#clonebook .clone-form") || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    if (kind === "drop") take(event.dataTransfer.files);
  });
}
onView((name) => {
  if (name === "voices") refresh();
});
onDrawn(build);
build(); // it came when the tab was opened
