// The shelf: a person's books, what is being made of each, and the ways in for new ones.
import {
  $, button, facts, fill, focusIsLost, home, iconButton, make, onActions, onSubmit, putStatus,
} from "../../lib/dom.js";
import { onBrought, taken } from "../../lib/bringing.js";
import { openMenu } from "../../lib/menu.js";
import { callJson } from "../../lib/rest.js";
import { recallHere, rememberHere } from "../../lib/storage.js";
import { deletedList } from "../history/deleted.js";
import { tell } from "../history/switch.js";
import { bookPath } from "./shell.js";
import { upload } from "./upload.js";
import { SUBTITLES, amount, bar, isUnderWay, percent, putBar, stateOf } from "./words.js";
import { working } from "./working.js";

const LOOK_MS = 2500,
  LOST_MS = 5000,
  MOST = 200;
const KINDS =
  ".epub,.docx,.pdf,.txt,.md,.markdown,.fb2,.fountain,.zip,.srt,.ass,.ssa,.vtt,.sbv,.sub,.ttml,.dfxp,.lrc" +
  ",.jss,.json,.json3,.html" +
  ",.htm";

const PASTED = "indextts.pasted"; // a text that no book was made of yet, over a reload
const SAID = ["", "first", "second", "both"];

let books = [],
  timer = 0,
  asked = 0,
  left = "", // the book that was open
  search = "";
const place = () => $("#shelf");
const shown = () => Boolean(place() && !place().hidden);

const refresh = async () => {
  clearTimeout(timer);
  if (!shown()) return;
  const mine = (asked += 1);
  deleted.look();
  const answer = await callJson("GET", `/v1/books?${new URLSearchParams({ search, limit: MOST })}`);
  if (mine !== asked || !shown()) return;
  if (answer.error) {
    tell(answer);
    timer = setTimeout(refresh, LOST_MS);
    return;
  }
  books = answer.books;
  books.forEach(working);
  draw();
  if (books.some(({ job }) => isUnderWay(job))) timer = setTimeout(refresh, LOOK_MS);
};

// The frame, made once.
const build = () => {
  if (place().firstElementChild) return;
  place().append(
    make(
      "div",
      { class: "shelf-head" },
      make("h2", {}, fill("tab_books")),
      make("p", { class: "hint" }, fill("shelf_hint")),
      make("input", {
        type: "search",
        id: "shelf-search",
        class: "field",
        "aria-label": fill("shelf_search"),
        placeholder: fill("shelf_search"),
        autocomplete: "off",
        spellcheck: "false",
      }),
      button("paste", "shelf_paste", { "aria-expanded": "false", "aria-controls": "shelf-paste" }),
      button("choose", "shelf_choose", { class: "quiet-button strong" }),
    ),
    make("div", { class: "shelf-taking", role: "status" }),
    make(
      "details",
      { class: "shelf-subtitles fold" },
      make("summary", { class: "hint" }, fill("shelf_subtitles")),
      make("label", {}, make("input", { type: "checkbox", name: "sounds" }), make("span", {}, fill("shelf_sounds"))),
      make(
        "label",
        {},
        make("span", {}, fill("shelf_said")),
        make(
          "select",
          { class: "field", name: "said" },
          ...SAID.map((value) => make("option", { value }, fill(`shelf_said_${value || "auto"}`))),
        ),
      ),
    ),
    make(
      "form",
      { id: "shelf-paste", hidden: "" },
      make("input", {
        type: "text",
        name: "title",
        class: "field",
        maxlength: 200,
        autocomplete: "off",
        "aria-label": fill("shelf_title"),
        placeholder: fill("shelf_title"),
      }),
      make("textarea", {
        name: "text",
        class: "field",
        rows: 10,
        "aria-label": fill("shelf_text"),
        placeholder: fill("shelf_text_hint"),
      }),
      make("p", { class: "told", role: "alert" }),
      make(
        "div",
        { class: "book-buttons" },
        make("button", { type: "submit", class: "quiet-button strong" }, fill("shelf_make")),
        button("leave", "cancel"),
      ),
    ),
    make("div", { id: "shelf-rows" }),
    deleted.fold,
  );
  const [title = "", text = ""] = JSON.parse(recallHere(PASTED) || "[]");
  if (!text) return;
  Object.assign($("#shelf-paste [name=title]"), { value: title });
  Object.assign($("#shelf-paste [name=text]"), { value: text });
  fold(true);
};
addEventListener("pagehide", () => {
  const { title, text } = $("#shelf-paste")?.elements ?? {};
  if (text) rememberHere(PASTED, text.value && JSON.stringify([title.value, text.value]));
});
const date = (seconds) =>
  new Intl.DateTimeFormat(facts.locale, { year: "numeric", month: "short", day: "numeric" }).format(
    new Date(seconds * 1000),
  );
const titled = (book) => book.title || fill("book_untitled");
const about = ({ author, characters, updated }) =>
  [author, fill("book_characters", { count: amount(characters) }), date(updated)].filter(Boolean).join(" · ");
const deleted = deletedList([{ path: "/v1/books", told: (book) => [titled(book), about(book)] }], () => refresh());
const row = (book) => {
  const { text, share, kind } = stateOf(book),
    title = titled(book);
  return make(
    "li",
    { class: "shelf-row", "data-id": book.id, "data-kind": kind },
    make(
      "a",
      { class: "shelf-open", href: `#/books/${book.id}` },
      book.cover
        ? make("img", {
            class: "shelf-cover",
            src: `${home()}${bookPath(book.id, "/cover")}`,
            alt: "",
            loading: "lazy",
          })
        : make("span", { class: "shelf-cover" }, make("span", { class: "glyph glyph-book", "aria-hidden": "true" })),
      make(
        "span",
        { class: "shelf-what" },
        make("span", { class: "shelf-title" }, title),
        make("span", { class: "hint" }, about(book)),
        make("span", { class: "hint book-state", "data-kind": kind }, text),
        ...(share === null ? [] : [bar(share, title)]),
      ),
    ),
    iconButton("more", fill("book_menu_of", { name: title }), "more", {
      "aria-haspopup": "menu",
      "aria-expanded": "false",
    }),
  );
};
const draw = () => {
  const rows = $("#shelf-rows"),
    none = !books.length;
  const held = rows.contains(document.activeElement) ? document.activeElement : null,
    id = held?.closest("[data-id]")?.dataset.id,
    again = held?.dataset.do ? "[data-do]" : "a";
  place().classList.toggle("blank", none && !search);
  if (none && !search)
    rows.replaceChildren(
      make(
        "div",
        { class: "empty" },
        make("p", {}, fill("shelf_empty")),
        button("choose", "shelf_choose", { class: "quiet-button strong" }),
      ),
    );
  else if (none) rows.replaceChildren(make("p", { class: "hint nothing" }, fill("shelf_nothing")));
  else rows.replaceChildren(make("ul", { class: "shelf-rows" }, ...books.map(row)));
  // Who comes back from a book goes on from its row.
  const here = id ?? (focusIsLost() ? left : ""),
    own = here && rows.querySelector(`[data-id="${CSS.escape(here)}"] ${id ? again : "a"}`);
  left = "";
  if (own) own.focus({ preventScroll: Boolean(id) });
};

// New books.
let taking = null;
const toldTaking = (text, share = null, stop = null) => {
  const line = $("#shelf .shelf-taking");
  if (text === "") {
    line.replaceChildren();
    return;
  }
  const [words, there] = line.children;
  if (share !== null && there?.matches(".book-bar")) {
    // Its elements stay while it moves, and so does the focus.
    putStatus(words, text, share > 0 && share < 1);
    putBar(there, share);
    there.setAttribute("aria-label", text);
    return;
  }
  line.replaceChildren(
    make("span", share === null ? {} : { "data-counts": "yes" }, text),
    ...(share === null ? [] : [bar(share, text)]),
    ...(stop ? [button("stop", "cancel")] : []),
  );
};
const refuse = (error) => {
  const line = $("#shelf .shelf-taking");
  line.replaceChildren(make("p", { class: "book-refused", role: "alert" }, error));
};
const opened = (book) => {
  toldTaking("");
  location.hash = `#/books/${book.id}`;
};
const takeFile = async (file) => {
  const form = new FormData();
  form.append("file", file, file.name);
  if (SUBTITLES.test(file.name) || /\.zip$/i.test(file.name)) {
    const [sounds, said] = $("#shelf .shelf-subtitles").querySelectorAll("input, select");
    form.append("subtitles", JSON.stringify({ sounds: sounds.checked, said: said.value }));
  }
  const { name } = file;
  toldTaking(fill("shelf_sending", { name, share: percent(0) }), 0, true);
  taking = upload("/v1/books", form, (share) =>
    toldTaking(
      share < 1 ? fill("shelf_sending", { name, share: percent(share) }) : fill("shelf_reading", { name }),
      share,
      true,
    ),
  );
  const answer = await taking.answer;
  taking = null;
  return answer;
};
const takeFiles = async (files) => {
  if (taking || !files.length) return;
  location.hash = "#/books";
  let last = null;
  for (const file of files) {
    const answer = await takeFile(file);
    if (answer.stopped) {
      toldTaking("");
      break;
    }
    if (answer.error) {
      refuse(answer.error);
      await refresh();
      return;
    }
    last = answer;
    if (files.length > 1) await refresh();
  }
  if (last && files.length === 1) opened(last);
  else {
    if (last) toldTaking("");
    await refresh();
  }
};
const chooseFiles = () => {
  const field = make("input", { type: "file", accept: KINDS, multiple: "" });
  field.addEventListener("change", () => takeFiles([...field.files]));
  field.click();
};
const fold = (yes) => {
  $("#shelf-paste").hidden = !yes;
  $("#shelf [data-do=paste]").setAttribute("aria-expanded", String(yes));
  if (yes) $("#shelf-paste [name=text]").focus();
  else $("#shelf [data-do=paste]").focus();
};
const makeOfText = async (form) => {
  const { title, text } = form.elements,
    told = form.querySelector(".told"),
    send = form.querySelector("[type=submit]");
  if (send.hasAttribute("aria-busy")) return;
  told.textContent = "";
  send.setAttribute("aria-busy", "true");
  const body = { text: text.value, ...(title.value.trim() && { title: title.value.trim() }) };
  const answer = await callJson("POST", "/v1/books", body, { patience: 600000 });
  send.removeAttribute("aria-busy");
  if (answer.error) {
    told.textContent = answer.error;
    return;
  }
  form.reset();
  fold(false);
  opened(answer);
};

const remove = async (book) => {
  const answer = await callJson("DELETE", bookPath(book.id));
  await refresh();
  if (answer.error) {
    tell(answer);
    return;
  }
  const undo = async () => {
    const back = await callJson("POST", bookPath(book.id, "/restore"));
    await refresh();
    return back.error ? back : { said: fill("entry_undone") };
  };
  tell({ said: fill("project_removed", { name: titled(book) }), undo });
  ($("#project-said [data-do=undo]") || $("#shelf-search")).focus({ preventScroll: true });
};
onActions("#shelf", {
  choose: chooseFiles,
  paste: () => fold($("#shelf-paste").hidden),
  leave: () => fold(false),
  stop: () => taking?.stop(),
  restore: deleted.restore,
  more: (target) => {
    const book = books.find(({ id }) => id === target.closest("[data-id]").dataset.id);
    openMenu(target, fill("book_menu_of", { name: titled(book) }), [
      { key: "history_open", shape: "book", run: () => opened(book) },
      { key: "project_remove", shape: "remove", run: () => remove(book) },
    ]);
  },
});
onSubmit("#shelf-paste", makeOfText);
let typing = 0;
document.addEventListener("input", ({ target }) => {
  if (target.id !== "shelf-search") return;
  clearTimeout(typing);
  typing = setTimeout(() => {
    search = target.value.trim();
    refresh();
  }, 150);
});

// Files that were dropped, wherever that was.
const pick = () => {
  if (shown() && !taking) takeFiles(taken());
};
onBrought(pick);

export const showShelf = (root, from = "") => {
  root.hidden = false;
  left = from;
  build();
  refresh();
  pick();
};
export const hideShelf = () => {
  clearTimeout(timer);
  place().hidden = true;
};
