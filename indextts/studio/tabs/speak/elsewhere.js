// What does not belong into the text box, and where it does: a text that is too long, subtitles that were pasted, files
// that are dropped onto the page.
import { $, fill, make } from "../../lib/dom.js";
import { bring } from "../../lib/bringing.js";
import { onOffer } from "../../lib/project.js";
import { callJson } from "../../lib/rest.js";
import { asked } from "../../lib/router.js";
import { bringIn, open, tell, titled } from "../history/switch.js";
import { isSubtitles, isVtt, wordsOf } from "./captions_text.js";
import { onInputs, settingsNow, textNow } from "./inputs.js";
import { count } from "./length.js";
import { maxChars } from "./meter.js";
import { SPEAK, busy, clearNotice, failed, plain } from "./notice.js";
import { isBusy } from "./run.js";
import { writeText } from "./takes.js";

const LONG_MS = 600000,
  NAMED = 20, // characters by which a project, or the book of subtitles, is called
  MOST_BYTES = 4; // of a character

let making = false;
const makeBook = async () => {
  if (making) return;
  making = true;
  busy(SPEAK, fill("book_begins"), 0);
  const { voice } = settingsNow(),
    body = { text: textNow(), ...(voice && { settings: { voice } }) };
  const answer = await callJson("POST", "/v1/books", body, { patience: LONG_MS });
  making = false;
  clearNotice(SPEAK);
  if (answer.error) failed(SPEAK, answer);
  else location.hash = `#/books/${answer.id}`;
};
const dub = () => {
  const text = textNow(),
    [line] = wordsOf(text).split("\n"),
    name = line.slice(0, NAMED).replace(/[\\/:*?"<>|]/g, " ").trim() || fill("subtitles");
  bring([new File([text], `${name}.${isVtt(text) ? "vtt" : "srt"}`)]);
};
// A browser that is new here begins a project of its own.
let last = null;
onOffer((project) => {
  last = project;
  const whole = titled(last),
    name = whole.length > NAMED ? `${whole.slice(0, NAMED - 1)}…` : whole;
  plain(SPEAK, "", [["last", "project_last", { name }]]);
});
const goOn = async () => {
  const answer = await open(last);
  if (answer.error) tell(answer);
  else clearNotice(SPEAK);
};
document.addEventListener("click", ({ target }) => {
  const action = target.closest?.("[data-run]")?.dataset.run;
  if (action === "book") makeBook();
  else if (action === "dub") dub();
  else if (action === "last") goOn();
  else if (action === "words") writeText(wordsOf(textNow()));
});

let told = false;
onInputs(() => {
  const found = isSubtitles(textNow());
  if (found === told) return;
  told = found;
  if (isBusy()) return;
  if (!found) clearNotice(SPEAK);
  else
    plain(SPEAK, fill("subtitles_found"), [
      ["dub", "subtitles_dub"],
      ["words", "subtitles_words"],
    ]);
});

// Files. A short text is read where it can be changed; everything else is made into a book, or a dub.
const decoded = async (file) => {
  const bytes = await file.arrayBuffer();
  for (const encoding of ["utf-8", "gb18030"])
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes);
    } catch {
      /* another one */
    }
  return "";
};
const shortText = async (files) => {
  const [file] = files;
  const may = files.length === 1 && asked() !== "books" && /\.(txt|md|markdown)$/i.test(file.name);
  if (!may || file.size > MOST_BYTES * maxChars()) return "";
  const text = (await decoded(file)).trim();
  return count(text) > maxChars() || isSubtitles(text) ? "" : text;
};
const take = async (files) => {
  if (files.length === 1 && /\.idts$/i.test(files[0].name)) {
    bringIn(files[0]);
    return;
  }
  const text = await shortText(files);
  if (!text) {
    if (files.length) bring(files);
    return;
  }
  location.hash = "#/";
  writeText(text);
  plain(SPEAK, fill("file_read", { name: files[0].name }), [["book", "run_book"]]);
};
// Where the page is left to itself: recordings for a voice have a place of their own.
const isOurs = ({ target, dataTransfer }) =>
  [...(dataTransfer?.types || [])].includes("Files") && !target.closest?.("#clonebook .clone-form");
const over = () => {
  let place = $("#drop-over");
  if (!place) document.body.append((place = make("div", { id: "drop-over", "aria-hidden": "true" }, make("p", {}))));
  place.firstChild.textContent = fill(asked() === "books" ? "drop_book" : "drop_any");
  return place;
};
for (const kind of ["dragover", "dragleave", "drop"])
  document.addEventListener(kind, (event) => {
    if (!isOurs(event)) {
      $("#drop-over")?.remove();
      return;
    }
    if (kind !== "dragleave") event.preventDefault();
    if (kind === "dragover") over();
    else if (kind === "drop" || !event.relatedTarget) $("#drop-over")?.remove();
    if (kind === "drop") take([...event.dataTransfer.files]);
  });
