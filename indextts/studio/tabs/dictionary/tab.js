// The tab with the user's dictionary. Text from entries goes in as text, never as markup.
import { add, change, exported, importFile, list, listUpTo, marked, remove } from "./entries.js";
import { $, button, fill, iconButton, make, onActions, onDrawn, onSubmit, saveBlob } from "../../lib/dom.js";
import { onView, view } from "../../lib/router.js";
import { say } from "../../lib/said.js";
import { recallHere, rememberHere } from "../../lib/storage.js";
import { hearOnce, spoken } from "../voices/own.js";
import { decode, formatOf } from "./files.js";
import { accept, field, refuse, told } from "./form.js";

const STEP = 100,
  MAX_BYTES = 16 * 1024 * 1024;
const KINDS = ["", "pinyin", "arpabet", "text"];

const state = { search: "", limit: STEP };
let shown = [],
  asked = 0;
const refresh = async () => {
  if (!built()) return;
  const mine = (asked += 1),
    { search, limit } = state;
  const page = await listUpTo(search, limit);
  const known = search.trim() && !page.error ? (await list("", 0, 1)).total : page.total;
  if (mine !== asked) return; // what was asked for since will be drawn
  if (page.error) tell(page);
  else draw({ rows: page.entries, found: page.total, known });
};
const tell = (answer) => {
  const place = $("#lexicon .lexicon-said");
  if (place) say(place, answer);
};
// A change; then the entries as they are, and again when it is taken back.
const changed = async (answer) => {
  if (answer.error) return answer;
  await refresh();
  return {
    ...answer,
    undo: async () => {
      const undone = await answer.undo();
      await refresh();
      return undone;
    },
  };
};

// A word that is being added outlives a reload: the page loads itself again when its server was started anew.
const DRAFT = "indextts.word";
const draftOf = ({ word, reading, kind }) => [word, reading, kind].map((part) => part.value);
const keepDraft = ({ elements }) => {
  const [word, reading, kind] = draftOf(elements);
  rememberHere(DRAFT, word || reading ? JSON.stringify([word, reading, kind]) : "");
};
const bringDraft = ({ elements }) => {
  const { word, reading, kind } = elements;
  [word.value, reading.value, kind.value] = JSON.parse(recallHere(DRAFT) || '["", "", ""]');
};

// The frame, made once.
const built = () => Boolean($("#lexicon .lexicon")?.firstElementChild);
const kindChoice = (value = "") => {
  const select = make(
    "select",
    { class: "field", name: "kind", "aria-label": fill("entry_kind") },
    ...KINDS.map((kind) => make("option", { value: kind }, fill(`kind_${kind || "auto"}`))),
  );
  select.value = value;
  return select;
};
const icon = (action, key, shape) => iconButton(action, fill(key), shape);
const build = () => {
  const place = $("#lexicon .lexicon");
  if (!place || place.firstElementChild) return;
  place.append(
    make(
      "div",
      { class: "lexicon-head" },
      make("h2", {}, fill("tab_dictionary")),
      make("p", { class: "hint" }, fill("dictionary_hint")),
      field("search", "dictionary_search", { type: "search", id: "lexicon-search" }),
      button("import", "dictionary_import"),
      button("csv", "dictionary_csv"),
      button("json", "dictionary_json"),
      make("input", {
        type: "file",
        accept: ".csv,.json,text/csv,application/json",
        id: "lexicon-file",
        hidden: "",
        "aria-label": fill("dictionary_import"),
      }),
    ),
    make(
      "form",
      { class: "entry-form", id: "lexicon-add" },
      field("word", "entry_word", { maxlength: 64 }),
      field("reading", "entry_reading_example", { maxlength: 400 }),
      kindChoice(),
      make("button", { type: "submit", class: "quiet-button strong" }, fill("entry_add")),
      told(),
    ),
    make("div", { class: "lexicon-said", role: "status" }),
    make("div", { id: "lexicon-rows" }),
  );
  bringDraft($("#lexicon-add"));
  if (view() === "dictionary") refresh();
};

// The entries.
const narrow = matchMedia("(max-width: 45em)"); // two columns are left out
const row = (entry) =>
  make(
    "tr",
    { "data-id": entry.id, class: entry.enabled ? "" : "off" },
    make("td", { class: "entry-word" }, entry.word),
    make("td", { class: "entry-reading", title: entry.printed }, entry.printed),
    make("td", { class: "entry-kind hint" }, fill(`kind_${entry.kind}`)),
    make("td", { class: "entry-note hint" }, entry.note),
    make(
      "td",
      { class: "entry-do" },
      iconButton("hear", fill("entry_hear", { word: entry.word }), "play"),
      make(
        "label",
        { class: "entry-switch", title: fill("entry_enabled") },
        (() => {
          const box = make("input", {
            type: "checkbox",
            "data-do": "toggle",
            "aria-label": fill("entry_enabled_word", { word: entry.word }),
          });
          box.checked = entry.enabled;
          return box;
        })(),
      ),
      icon("edit", "entry_edit", "edit"),
      icon("remove", "entry_remove", "remove"),
    ),
  );
const editor = (entry) => {
  const word = field("word", "entry_word", { maxlength: 64 }),
    reading = field("reading", "entry_reading", { maxlength: 400 }),
    note = field("note", "entry_note", { maxlength: 200 });
  [word.value, reading.value, note.value] = [entry.word, entry.printed, entry.note];
  const form = make(
    "form",
    { class: "entry-form" },
    word,
    reading,
    kindChoice(entry.kind),
    note,
    make("button", { type: "submit", class: "quiet-button strong" }, fill("entry_save")),
    button("leave", "cancel"),
    told(),
  );
  return make("tr", { "data-id": entry.id, class: "editing" }, make("td", { colspan: narrow.matches ? 3 : 5 }, form));
};
const draw = (answer) => {
  if (!built()) return;
  const place = $("#lexicon-rows");
  const back = place.contains(document.activeElement) ? document.activeElement.closest("[data-id]")?.dataset.id : null;
  shown = answer.rows;
  const begun = draftOf($("#lexicon-add").elements).some(Boolean);
  $("#lexicon").classList.toggle("blank", answer.known === 0 && !begun);
  if (answer.known === 0) {
    place.replaceChildren(
      make("div", { class: "empty" }, make("p", {}, fill("dictionary_empty")), button("first", "dictionary_first")),
    );
    return;
  }
  const head = make(
    "thead",
    {},
    make(
      "tr",
      {},
      ...["entry_word", "entry_reading", "entry_kind", "entry_note"].map((key) =>
        make("th", { scope: "col" }, fill(key)),
      ),
      make("th", { scope: "col" }, make("span", { class: "sr-only" }, fill("entry_actions"))),
    ),
  );
  const count =
    answer.found < answer.known
      ? fill("dictionary_found", { found: answer.found, known: answer.known })
      : fill("dictionary_count", { known: answer.known });
  const parts = answer.found
    ? [
        make(
          "table",
          { class: "entries" },
          make("caption", { class: "sr-only" }, fill("tab_dictionary")),
          head,
          make("tbody", {}, ...shown.map(row)),
        ),
      ]
    : [make("p", { class: "hint nothing" }, fill("dictionary_nothing"))];
  const foot = make("div", { class: "lexicon-foot" }, make("p", { class: "hint" }, count));
  if (shown.length < answer.found) foot.append(button("more", "dictionary_more"));
  place.replaceChildren(...parts, foot);
  if (back)
    (place.querySelector(`[data-id="${back}"] [data-do=edit]`) || $("#lexicon-search")).focus({ preventScroll: true });
};

// What is typed.
const entryOf = (part) => shown.find((one) => String(one.id) === part.closest("[data-id]")?.dataset.id);
const submitted = async (form) => {
  const { word, reading, kind, note } = form.elements,
    before = entryOf(form);
  const values = { word: word.value, reading: reading.value, kind: kind.value || null };
  const answer = await changed(await (before ? change(before, { ...values, note: note.value }) : add(values)));
  if (answer.error) {
    // A lost answer is said where the list says so too: once.
    if (answer.code) refuse(form, answer);
    else tell(answer);
    return;
  }
  accept(form);
  tell(answer);
  // Unless the next entry is being typed already.
  if (!before && word.value === values.word && reading.value === values.reading) {
    form.reset();
    keepDraft(form);
    word.focus();
  }
};
const leave = (form) => {
  const fresh = row(entryOf(form));
  form.closest("[data-id]").replaceWith(fresh);
  fresh.querySelector("[data-do=edit]").focus();
};

const take = async (file) => {
  accept($("#lexicon-add")); // what was refused before is not about the file
  if (file.size > MAX_BYTES) {
    tell({ error: fill("dictionary_too_large") });
    return;
  }
  const data = await decode(file);
  tell({ said: fill("dictionary_reading", { name: file.name }) });
  tell(await changed(await importFile(formatOf(file.name, data), data)));
};
const give = async (format) => {
  const answer = await exported(format);
  if (answer.error) tell(answer);
  else saveBlob(await answer.blob(), `dictionary.${format}`);
};

const hear = async (target) => {
  target.setAttribute("aria-busy", "true");
  const entry = entryOf(target),
    answer = await spoken(marked(entry));
  target.removeAttribute("aria-busy");
  if (answer.error) {
    tell(answer);
    return;
  }
  tell({});
  $("#lexicon .lexicon").dataset.heard = answer.audio_url;
  hearOnce(answer.audio_url, entry.word).catch(() => tell({ error: fill("fix_lost") }));
};
const actions = {
  hear,
  import: () => $("#lexicon-file").click(),
  csv: () => give("csv"),
  json: () => give("json"),
  first: () => {
    $("#lexicon").classList.remove("blank");
    $("#lexicon-add [name=word]").focus();
  },
  more: () => {
    state.limit += STEP * 4;
    refresh();
  },
  toggle: async (target) => {
    const answer = await changed(await change(entryOf(target), { enabled: target.checked }));
    tell(answer);
    if (answer.error) target.checked = !target.checked;
  },
  edit: (target) => {
    const form = editor(entryOf(target));
    target.closest("tr").replaceWith(form);
    form.querySelector("[name=reading]").focus();
  },
  remove: async (target) => {
    const here = target.closest("tr"),
      next = (here.nextElementSibling || here.previousElementSibling)?.dataset.id;
    const answer = await changed(await remove(entryOf(target)));
    tell(answer);
    if (answer.error) return;
    const place = $(`#lexicon [data-id="${next}"] [data-do=remove]`) || $("#lexicon [data-do=undo]");
    place?.focus({ preventScroll: true });
  },
  leave: (target) => leave(target.closest("form")),
};
onActions("#lexicon", actions);
onSubmit("#lexicon .entry-form", submitted);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const form = event.target.closest?.("#lexicon .editing form");
  if (form) {
    event.preventDefault();
    leave(form);
  }
});
let typing = 0;
document.addEventListener("input", (event) => {
  const form = event.target.closest?.("#lexicon .entry-form");
  if (form) accept(form);
  if (form?.id === "lexicon-add") keepDraft(form);
  if (event.target.id !== "lexicon-search") return;
  clearTimeout(typing);
  typing = setTimeout(() => {
    Object.assign(state, { search: event.target.value, limit: STEP });
    refresh();
  }, 150);
});
document.addEventListener("change", (event) => {
  if (event.target.id !== "lexicon-file" || !event.target.files.length) return;
  take(event.target.files[0]);
  event.target.value = "";
});

onView((name) => {
  if (name === "dictionary") refresh();
});
onDrawn(build);
build(); // it came when the tab was opened
