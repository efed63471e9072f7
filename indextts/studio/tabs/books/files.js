// Files: what the book is made into, what is ready of it, and what was measured.
import { fill, home, make } from "../../lib/dom.js";
import { duration } from "../../lib/numbers.js";
import { jobPath } from "../../lib/player_job.js";
import { CUES } from "./cues.js";
import { MUSIC } from "./music.js";
import { PODCAST } from "./podcast.js";
import { PUSH } from "./push.js";
import { REPORT } from "./report.js";
import { bar, percent, putBar, size } from "./words.js";

const FORMS = ["m4b", "mp3", "m4a", "opus", "flac", "wav", "zip", "epub"],
  ZIPPED = FORMS.filter((one) => !["zip", "m4b", "epub"].includes(one)),
  TEXTS = ["srt", "vtt", "lrc"],
  NAMES = { apkg: "Anki" };
const NORMS = ["none", "acx", "podcast", "ebu"],
  CLIPS = ["sentence", "word"],
  RUBY = ["none", "rare", "all"],
  NOTICES = ["off", "start", "end", "both"];
const LOOK_MS = 1500,
  LOST_MS = 4000;

let desk = null; // { root, book, shell, files, timer, asked, knows }

// How it is made. A field shows what the server has, and is sent as soon as it is another.
const chosen = (name, values, label, text = (value) => fill(`making_${name}_${value}`)) =>
  make(
    "label",
    { class: "making-field" },
    make("span", {}, label),
    make(
      "select",
      { class: "field", name },
      ...values.map((value) => make("option", { value }, text(value))),
    ),
  );
const counted = (name, most, label) =>
  make(
    "label",
    { class: "making-field" },
    make("span", {}, label),
    make("input", { type: "number", class: "field", name, min: 0, max: most, step: "any", inputmode: "decimal" }),
  );
const ticked = (name, label) =>
  make("label", { class: "making-tick" }, make("input", { type: "checkbox", name }), make("span", {}, label));
const isDub = ({ source, options }) => options.fit || /\.(srt|ass|ssa|vtt|sbv|sub|ttml|dfxp|lrc)$/i.test(source);
const form = () =>
  make(
    "form",
    { class: "making-how" },
    chosen("format", FORMS, fill("making_format")),
    chosen("zip_format", ZIPPED, fill("making_zip"), (value) => value.toUpperCase()),
    chosen("clips", CLIPS, fill("making_clips")),
    chosen("ruby", RUBY, fill("making_ruby")),
    chosen("norm", NORMS, fill("making_norm")),
    counted("chapter_pause_s", 30, fill("making_pause")),
    chosen("notice", NOTICES, fill("making_notice")),
    counted("length_s", 86400, fill("making_length")),
    ticked("titles", fill("making_titles")),
    ticked("fit", fill("making_fit")),
    ticked("commercial", fill("making_commercial")),
  );
const showHow = () => {
  const { book, how } = desk,
    { options, settings } = book;
  for (const field of how.elements) {
    const value = field.name === "commercial" ? settings.commercial : options[field.name];
    if (field.type === "checkbox") field.checked = Boolean(value);
    else if (field !== document.activeElement || field.tagName === "SELECT") field.value = value ?? "";
  }
  const show = (name, yes) => {
    how.elements[name].closest("label").hidden = !yes;
  };
  show("zip_format", options.format === "zip");
  show("clips", options.format === "epub");
  show("ruby", options.format === "epub");
  show("fit", isDub(book));
  show("length_s", options.fit);
  show("chapter_pause_s", !options.fit);
  show("notice", !options.fit);
};
const valueOf = (field) => {
  if (field.type === "checkbox") return field.checked;
  if (field.type !== "number") return field.value;
  return field.value === "" && field.name === "length_s" ? null : Number(field.value);
};
const changed = async ({ target }) => {
  const { shell, book } = desk,
    given = { [target.name]: valueOf(target) };
  // A setting of how it is spoken, the others of what it is made into.
  const answer = await shell.change(
    target.name === "commercial" ? { settings: { ...book.settings, ...given } } : { options: given },
  );
  if (!desk || !answer.error) return;
  shell.say(answer);
  target.value = desk.book.options[target.name] ?? "";
  showHow();
};

// What is ready. A row keeps its place and the focus, whatever becomes of it.
const spoken = () => desk.book.chapters.some(({ parts }) => parts.some(({ status }) => status === "done"));
const fileOf = (name) => desk.files?.find(({ format, chapter }) => format === name && chapter === null);
const nameOf = (name) => NAMES[name] ?? name.toUpperCase();
const stateOf = (file) => {
  if (!file) return "";
  if (file.status === "making") return fill("making_made", { share: percent(file.progress) });
  if (file.status === "failed") return file.error.message;
  return TEXTS.includes(file.format) ? "" : size(file.bytes);
};
const doing = (name, file) => {
  if (file?.status === "ready")
    return make(
      "a",
      {
        class: "quiet-button strong",
        href: `${home()}${jobPath(desk.book.id, `/result?format=${name}`)}`,
        download: "",
        "data-what": "take",
        "aria-label": fill("making_take_one", { name: nameOf(name) }),
      },
      fill("making_take"),
    );
  return make(
    "button",
    {
      type: "button",
      class: "quiet-button",
      "data-make": name,
      "aria-label": fill("making_make_one", { name: nameOf(name) }),
      ...(file?.status === "making" ? { "aria-busy": "true" } : {}),
      ...(spoken() ? {} : { disabled: "" }),
    },
    fill(file?.status === "failed" ? "making_again" : "making_make"),
  );
};
const line = (name) => {
  const row = make(
    "li",
    { class: "making-file", "data-form": name },
    make("strong", { class: "making-name" }, nameOf(name)),
    make("span", { class: "hint making-what" }, fill(`making_about_${name}`)),
    make("span", { class: "hint making-state", role: "status" }),
    bar(0, fill("making_share", { name: nameOf(name) })),
    make("span", { class: "making-do" }),
  );
  return row;
};
const showRow = (row) => {
  const name = row.dataset.form,
    file = fileOf(name),
    [, , state, line, place] = row.children,
    told = stateOf(file),
    kind = `${file?.status ?? ""} ${spoken()}`;
  if (state.textContent !== told) state.textContent = told;
  row.dataset.state = file?.status ?? "";
  line.hidden = file?.status !== "making";
  putBar(line, file?.progress ?? 0);
  if (place.dataset.kind === kind) return;
  place.dataset.kind = kind;
  const held = place.contains(document.activeElement);
  place.replaceChildren(doing(name, file));
  if (held) place.firstChild.focus({ preventScroll: true });
};
const showFiles = () => {
  // The book's own format stands first.
  const { format } = desk.book.options,
    order = [format, ...FORMS.filter((name) => name !== format), ...TEXTS, "apkg"];
  if (desk.list.dataset.order !== format) {
    desk.list.dataset.order = format;
    desk.list.replaceChildren(...order.map(line));
  }
  for (const row of desk.list.children) showRow(row);
  desk.none.hidden = spoken();
};
const take = (answer) => {
  desk.files = answer.files;
  desk.warned.replaceChildren(...answer.warnings.map(({ message, hint }) => make("span", {}, `${message} ${hint}`)));
  desk.warned.hidden = !answer.warnings.length;
  showFiles();
  if (answer.files.some(({ status }) => status === "making")) desk.timer = setTimeout(look, LOOK_MS);
  // A report is of the file as it is now.
  const { format } = desk.book.options;
  desk.report.show(fileOf(format)?.status === "ready" ? `${desk.book.revision} ${format}` : "");
};
const look = async () => {
  const mine = desk;
  clearTimeout(mine.timer);
  const number = (mine.asked += 1);
  const answer = await mine.shell.rest("GET", "/files");
  if (desk !== mine || number !== mine.asked) return;
  if (answer.error) mine.timer = setTimeout(look, LOST_MS);
  else take(answer);
};
const begin = async (button) => {
  const { shell } = desk;
  button.setAttribute("aria-busy", "true");
  const answer = await shell.rest("POST", "/files", { format: button.dataset.make });
  button.removeAttribute("aria-busy");
  if (!desk) return;
  if (answer.error) shell.say(answer);
  else {
    clearTimeout(desk.timer);
    desk.asked += 1;
    take(answer);
  }
};
const clicked = ({ target }) => {
  const button = target.closest("[data-make]");
  if (button && !button.hasAttribute("aria-busy")) begin(button);
};
// What the files depend on; as long as that is the same, what is known of them is too.
const sign = ({ revision, job, options }) => JSON.stringify([revision, job?.status, job?.updated, options]);
const show = () => {
  const { book } = desk,
    now = sign(book);
  showHow();
  showFiles();
  desk.cues.show(book);
  desk.music.show(book);
  desk.podcast.show(book, spoken());
  desk.push.show(book, spoken());
  desk.long.textContent = book.job?.duration_s
    ? fill("making_long", { time: duration(book.job.duration_s, 60) })
    : "";
  if (desk.knows === now) return;
  desk.knows = now;
  look();
};

export const FILES = {
  mount: (root, book, shell) => {
    const how = form(),
      list = make("ul", { class: "making-files" }),
      none = make("p", { class: "hint" }, fill("making_none")),
      warned = make("p", { class: "hint making-warned", role: "status", hidden: "" }),
      long = make("p", { class: "hint" });
    desk = { root, book, shell, how, list, none, warned, long, files: null, timer: 0, asked: 0, knows: "" };
    desk.report = REPORT.make(shell);
    desk.cues = CUES.make(shell);
    desk.music = MUSIC.make(shell);
    desk.podcast = PODCAST.make(shell);
    desk.push = PUSH.make(shell);
    root.append(
      make("section", { class: "making" }, make("h3", {}, fill("making_head")), how),
      desk.music.place,
      make(
        "section",
        { class: "making" },
        make("div", { class: "making-head" }, make("h3", {}, fill("making_files")), long, none),
        warned,
        list,
      ),
      desk.podcast.place,
      desk.push.place,
      desk.report.place,
      desk.cues.place,
    );
    how.addEventListener("change", changed);
    how.addEventListener("submit", (event) => event.preventDefault());
    list.addEventListener("click", clicked);
    show();
  },
  update: (book) => {
    desk.book = book;
    show();
  },
  unmount: () => {
    clearTimeout(desk.timer);
    desk.cues.end();
    desk.music.end();
    desk.podcast.end();
    desk.push.end();
    desk.report.end();
    desk = null;
  },
};
