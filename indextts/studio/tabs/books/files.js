// Files: what the book is made into, what is ready of it, and what was measured.
import { facts, fill, make, put, putStatus } from "../../lib/dom.js";
import { duration } from "../../lib/numbers.js";
import { CUES } from "./cues.js";
import { MUSIC } from "./music.js";
import { PODCAST } from "./podcast.js";
import { PUSH } from "./push.js";
import { REPORT } from "./report.js";
import {
  bar,
  fileAddress,
  formName,
  isDub,
  isUnderWay,
  percent,
  putBar,
  readByAnother,
  size,
  stateOf as bookState,
} from "./words.js";

const FORMS = ["m4b", "mp3", "m4a", "opus", "flac", "wav", "zip", "epub"],
  ZIPPED = FORMS.filter((one) => !["zip", "m4b", "epub"].includes(one)),
  TEXTS = ["srt", "vtt", "lrc"],
  IN_BOOKS = ["m4b", "zip", "epub", "lrc", "apkg"]; // what nobody makes of a film
const NORMS = ["none", "acx", "podcast", "ebu"],
  CLIPS = ["sentence", "word"],
  RUBY = ["none", "rare", "all"],
  NOTICES = ["off", "start", "end", "both"];
const LOOK_MS = 1500,
  LOST_MS = 4000;

let desk = null; // { root, book, shell, dub, files, timer, asked, knows }

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
const folded = (kind, key, ...inside) =>
  make("details", { class: `making fold ${kind}` }, make("summary", {}, fill(key)), ...inside);
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
  show("fit", desk.dub);
  show("length_s", options.fit);
  for (const name of ["chapter_pause_s", "notice", "titles"]) show(name, !options.fit);
  for (const one of [...how.elements.format.options, ...how.elements.norm.options])
    one.hidden = one.disabled = options.fit && [...IN_BOOKS, "acx"].includes(one.value) && !one.selected;
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
const nameOf = (name) =>
  name === "zip" ? fill("making_each", { name: desk.book.options.zip_format.toUpperCase() }) : formName(name);
// The book's own format stands first: it is made when all is spoken.
const isOwn = (name) => name === desk.book.options.format;
const whatOf = (name, file) => {
  const { book } = desk,
    ofFilm = desk.dub && `making_about_${name}_film`,
    about = fill(ofFilm in facts.strings ? ofFilm : `making_about_${name}`);
  if (!isOwn(name)) return about;
  const seconds = book.job?.duration_s,
    chapters = book.chapters.filter(({ on }) => on).length;
  const told = [
    ...(desk.dub || chapters < 2 ? [] : [fill("making_chapters", { count: chapters })]),
    ...(seconds ? [duration(seconds, 60)] : []),
    ...(file?.status === "ready" ? [size(file.bytes)] : []),
  ];
  return told.join(" · ") || about;
};
const stateOf = (name, file) => {
  if (isOwn(name) && isUnderWay(desk.book.job)) return bookState(desk.book).text;
  if (!file) return "";
  if (file.status === "making") return fill("making_made", { share: percent(file.progress) });
  if (file.status === "failed") return file.error.message;
  return isOwn(name) || TEXTS.includes(file.format) ? "" : size(file.bytes);
};
const doing = (name, file) => {
  if (file?.status === "ready")
    return make(
      "a",
      {
        class: "quiet-button strong",
        href: fileAddress(desk.book.id, name),
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
      ...(spoken() && !isUnderWay(desk.book.job) ? {} : { disabled: "" }),
    },
    fill(file?.status === "failed" ? "making_again" : "making_make"),
  );
};
const line = (name) =>
  make(
    "li",
    { class: "making-file", "data-form": name },
    make("strong", { class: "making-name" }),
    make("span", { class: "hint making-what" }),
    make("span", { class: "hint making-state", role: "status" }),
    bar(0, fill("making_share", { name: nameOf(name) })),
    make("span", { class: "making-do" }),
  );
const showRow = (row) => {
  const name = row.dataset.form,
    file = fileOf(name),
    [called, what, state, line, place] = row.children,
    speaking = isOwn(name) && isUnderWay(desk.book.job),
    kind = `${file?.status ?? ""} ${spoken()} ${isUnderWay(desk.book.job)}`;
  put(called, nameOf(name));
  put(what, whatOf(name, file));
  putStatus(state, stateOf(name, file), file?.status === "making" || speaking);
  row.dataset.state = file?.status ?? "";
  line.hidden = file?.status !== "making" && !speaking;
  putBar(line, speaking ? desk.book.job.progress : file?.progress ?? 0);
  if (place.dataset.kind === kind) return;
  place.dataset.kind = kind;
  const held = place.contains(document.activeElement);
  place.replaceChildren(doing(name, file));
  if (held) place.firstChild.focus({ preventScroll: true });
};
// What stands above them: why nothing can be downloaded, or what is not in it.
const wordOf = ({ job, ...book }) => {
  const kind = bookState({ job, ...book }).kind;
  if (isUnderWay(job)) return fill("making_under_way");
  if (kind === "stale") return fill("making_stale");
  if (kind === "done") return "";
  if (!spoken()) return fill(job ? "making_none_on" : "making_none");
  return fill("making_part", { time: duration(job.duration_s, 60) });
};
const showFiles = () => {
  const { format } = desk.book.options,
    shown = desk.dub ? [format, "srt", "vtt"] : [format, format === "zip" ? "m4b" : "zip", "srt"],
    left = desk.dub ? [...shown, ...IN_BOOKS] : shown,
    all = [...FORMS, ...TEXTS, "apkg"].filter((name) => !left.includes(name)),
    order = `${format} ${desk.dub}`;
  if (desk.shop.dataset.order !== order) {
    desk.shop.dataset.order = order;
    desk.shop.replaceChildren(...shown.map(line));
    desk.list.replaceChildren(...all.map(line));
  }
  for (const row of [...desk.shop.children, ...desk.list.children]) showRow(row);
  put(desk.word, [wordOf(desk.book), readByAnother(desk.book)].filter(Boolean).join(" "));
};
const take = (answer) => {
  const { format } = desk.book.options,
    was = fileOf(format)?.status;
  desk.files = answer.files;
  desk.warned.replaceChildren(...answer.warnings.map(({ message, hint }) => make("span", {}, `${message} ${hint}`)));
  desk.warned.hidden = !answer.warnings.length;
  showFiles();
  if (answer.files.some(({ status }) => status === "making")) desk.timer = setTimeout(look, LOOK_MS);
  if (was === "making" && fileOf(format)?.status === "ready") desk.shell.reload(); // the book lasts as long as its file
  // A report is of the file as it is now.
  const signOf = (name) => (fileOf(name)?.status === "ready" ? `${desk.book.revision} ${name}` : "");
  desk.report.show(format, signOf(format), desk.dub);
  desk.zipped.show("zip", format === "zip" ? "" : signOf("zip"), desk.dub);
};
const look = async () => {
  const mine = desk;
  if (!mine) return;
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
  desk.podcast.show(book, spoken() && !desk.dub);
  desk.push.show(book, spoken() && !desk.dub);
  if (desk.knows === now) return;
  desk.knows = now;
  look();
};

export const FILES = {
  look,
  mount: (root, book, shell) => {
    const how = form(),
      shop = make("ul", { class: "shop" }),
      list = make("ul", { class: "making-files" }),
      word = make("p", { class: "hint shop-word", role: "status" }),
      warned = make("p", { class: "hint making-warned", role: "status", hidden: "" });
    desk = { root, book, shell, dub: isDub(book), how, shop, list, word, warned, files: null };
    Object.assign(desk, { timer: 0, asked: 0, knows: "" });
    desk.report = REPORT.make(shell);
    desk.zipped = REPORT.make(shell, "report-zip");
    desk.cues = CUES.make(shell);
    desk.music = MUSIC.make(shell);
    desk.podcast = PODCAST.make(shell);
    desk.push = PUSH.make(shell);
    root.append(
      make(
        "section",
        { class: "making" },
        make("h3", { class: "sr-only" }, fill("making_files")),
        word,
        warned,
        shop,
        folded("making-more", "making_more", list),
      ),
      desk.cues.place,
      desk.report.place,
      desk.zipped.place,
      folded("making-settings", "making_head", how, desk.music.place),
      desk.podcast.place,
      desk.push.place,
    );
    how.addEventListener("change", changed);
    how.addEventListener("submit", (event) => event.preventDefault());
    for (const place of [shop, list]) place.addEventListener("click", clicked);
    show();
  },
  update: (book) => {
    desk.book = book;
    desk.dub ||= isDub(book);
    show();
  },
  unmount: () => {
    clearTimeout(desk.timer);
    desk.cues.end();
    desk.music.end();
    desk.podcast.end();
    desk.push.end();
    desk.report.end();
    desk.zipped.end();
    desk = null;
  },
};
