// A book that is open: its head, with what is being made of it, and its sections.
import { $, button, fill, focusIsLost, home, iconButton, make, onActions, put, putStatus } from "../../lib/dom.js";
import { openMenu } from "../../lib/menu.js";
import { named } from "../../lib/naming.js";
import { callJson } from "../../lib/rest.js";
import { CAST } from "./cast.js";
import { CHAPTERS } from "./chapters.js";
import { FILES } from "./files.js";
import { NAMES } from "./names.js";
import { REVIEW } from "./review.js";
import { bookPath, renewed, shellOf } from "./shell.js";
import { bar, fileAddress, formName, isDub, isUnderWay, putBar, readByAnother, stateOf } from "./words.js";
import { working } from "./working.js";

const SECTIONS = {
  chapters: CHAPTERS,
  cast: CAST,
  names: NAMES,
  review: REVIEW,
  files: FILES,
};
const LOOK_MS = 1500,
  LOST_MS = 4000,
  MOST_COVER = 8 * 1024 ** 2 // as works/books/covers.py has it;

const fileIn = ({ files = [] }, format) => files.find((one) => one.format === format && one.chapter === null);

let open = null; // { id, book, shell, root, section, timer, asked }

const known = () => open?.book;
const address = (id, section) => `#/books/${id}${section === "chapters" ? "" : `/${section}`}`;

// The book anew; where the last answer is the one of a later question, that one counts.
const load = async () => {
  if (!open) return null;
  const mine = open,
    number = (mine.asked += 1);
  clearTimeout(mine.timer);
  const answer = await callJson("GET", bookPath(mine.id));
  if (open !== mine || number !== mine.asked) return answer;
  if (answer.error) {
    if (answer.status === 404 || !mine.book) missing(answer);
    else mine.timer = setTimeout(load, LOST_MS);
    return answer;
  }
  take(answer);
  return answer;
};
const take = (book) => {
  const first = !open.book;
  open.book = book;
  working(book);
  renewed(book);
  if (first) build();
  drawHead();
  if (first) {
    showSection(open.wanted);
    hold(".book-title");
  } else SECTIONS[open.section]?.update(book);
  clearTimeout(open.timer);
  if (isUnderWay(book.job)) open.timer = setTimeout(load, LOOK_MS);
};
// Whoever comes by a key goes on from here.
const hold = (part) => focusIsLost() && open.root.querySelector(part).focus({ preventScroll: true });
const missing = ({ error }) => {
  open.root.replaceChildren(
    make(
      "div",
      { class: "empty" },
      make("p", {}, error),
      make("a", { class: "text-link", href: "#/books" }, fill("book_back")),
    ),
  );
  hold("a");
};

// The frame of one book.
const build = () => {
  const { id, root } = open;
  const tabs = Object.keys(SECTIONS).map((name) =>
    make("a", { href: address(id, name), "data-section": name }, fill(`book_${name}`)),
  );
  root.replaceChildren(
    make(
      "div",
      { class: "book-head" },
      make(
        "a",
        { class: "icon-button book-back", href: "#/books", title: fill("book_back"), "aria-label": fill("book_back") },
        make("span", { class: "glyph glyph-left", "aria-hidden": "true" }),
      ),
      make("button", {
        type: "button",
        class: "book-cover",
        "data-do": "cover",
        "aria-haspopup": "menu",
        "aria-expanded": "false",
      }),
      make(
        "div",
        { class: "book-what" },
        make(
          "div",
          { class: "book-line" },
          make("h2", { class: "book-title", tabindex: "-1" }),
          iconButton("title", fill("book_rename"), "edit"),
        ),
        make(
          "div",
          { class: "book-line book-author-line" },
          make("p", { class: "book-author hint" }),
          iconButton("author", fill("book_author_edit"), "edit"),
        ),
        make("p", { class: "book-state", role: "status" }),
        bar(0, fill("book_progress")),
      ),
      make("div", { class: "book-do" }),
    ),
    make("ul", { class: "book-warnings" }),
    make("nav", { class: "book-sections", "aria-label": fill("book_sections") }, ...tabs),
    make("div", { class: "book-section" }),
  );
};
const drawHead = () => {
  const { book, root } = open,
    { text, share, kind } = stateOf(book),
    another = readByAnother(book);
  const part = (name) => root.querySelector(name);
  const title = part(".book-title"),
    author = part(".book-author");
  if (title) put(title, book.title || fill("book_untitled"));
  if (author) put(author, book.author || fill("book_author_none"));
  putStatus(part(".book-state"), text, isUnderWay(book.job));
  part(".book-state").dataset.kind = kind;
  const line = part(".book-bar");
  line.hidden = share === null;
  putBar(line, share);
  drawCover(part(".book-cover"));
  // A film has its author and its pictures elsewhere.
  part(".book-cover").hidden = part(".book-author-line").hidden = isDub(book);
  drawDo(part(".book-do"), kind, kind === "stale" || another !== "");
  const all = another ? [another, ...book.warnings] : book.warnings,
    told = all.join("\n"),
    warnings = part(".book-warnings");
  if (warnings.dataset.told !== told) {
    warnings.dataset.told = told;
    warnings.replaceChildren(...all.map((one) => make("li", {}, one)));
  }
};
const drawCover = (place) => {
  const { book } = open,
    shown = book.cover ? String(open.picture) : "none";
  if (place.dataset.shown === shown) return;
  place.dataset.shown = shown;
  const name = fill(book.cover ? "book_cover_change" : "book_cover_add");
  place.title = name;
  place.setAttribute("aria-label", name);
  place.replaceChildren(
    book.cover
      ? make("img", { src: `${home()}${bookPath(book.id, "/cover")}?at=${open.picture}`, alt: "" })
      : make("span", { class: "glyph glyph-book", "aria-hidden": "true" }),
  );
};
// What can be done with it now; buttons keep their places and the focus.
const OFFERED = {
  draft: [["speak", "book_start", "strong"]],
  queued: [
    ["pause", "book_pause"],
    ["stop", "book_stop"],
  ],
  running: [
    ["pause", "book_pause"],
    ["stop", "book_stop"],
  ],
  paused: [
    ["speak", "book_resume", "strong"],
    ["stop", "book_stop"],
  ],
  failed: [["speak", "book_resume", "strong"]],
  cancelled: [["speak", "book_resume", "strong"]],
  done: [
    ["take", "book_take", "strong"],
    ["speak", "book_again"],
  ],
  stale: [["speak", "book_again", "strong"]],
};
const drawDo = (place, kind, due) => {
  const name = formName(open.book.options.format),
    sign = `${kind} ${name} ${due}`;
  if (place.dataset.sign === sign) return;
  const held = place.contains(document.activeElement);
  place.dataset.sign = sign;
  place.replaceChildren(
    ...OFFERED[kind].map(([action, key, strong = ""]) => {
      const more = { class: `quiet-button ${strong}` };
      // Where nothing has changed there is nothing to be spoken.
      if (key === "book_again")
        Object.assign(more, { title: fill(due ? "book_again_hint" : "book_again_none") });
      if (key === "book_again" && !due) more.disabled = "";
      const part = button(action, key, more);
      part.textContent = fill(key, { name });
      return part;
    }),
  );
  if (held) place.querySelector("button")?.focus({ preventScroll: true });
};

// Sections.
const WERE = { proof: "review", listening: "review" }; // as addresses of earlier days call them
const showSection = (wanted) => {
  const name = wanted in SECTIONS ? wanted : (WERE[wanted] ?? "chapters");
  if (!open.book) return;
  const place = open.root.querySelector(".book-section");
  if (open.section !== name) {
    if (open.section) SECTIONS[open.section].unmount();
    place.replaceChildren();
    place.dataset.section = name;
    open.section = name;
    SECTIONS[name].mount(place, open.book, open.shell);
  }
  const bar = open.root.querySelector(".book-sections");
  for (const tab of bar.children) {
    if (tab.dataset.section === name) {
      tab.setAttribute("aria-current", "page");
      bar.scrollLeft = tab.offsetLeft - bar.offsetLeft - (bar.clientWidth - tab.offsetWidth) / 2;
    } else tab.removeAttribute("aria-current");
  }
};

export const openBook = (root, id, section) => {
  root.hidden = false;
  if (open?.id === id) {
    open.wanted = section;
    showSection(section);
    return;
  }
  closeBook();
  root.hidden = false;
  root.replaceChildren(make("p", { class: "hint book-wait", role: "status" }, fill("book_opening")));
  open = { id, root, book: null, section: "", wanted: section, timer: 0, asked: 0, picture: 0 };
  open.shell = shellOf({ id, known, load });
  load();
};
// Returns which one it was.
export const closeBook = () => {
  if (!open) return "";
  const { id } = open;
  clearTimeout(open.timer);
  if (open.section) SECTIONS[open.section].unmount();
  open.root.replaceChildren();
  open.root.hidden = true;
  open = null;
  return id;
};

// What is done with the book.
const steer = (path) => async (target) => {
  target.setAttribute("aria-busy", "true");
  const answer = await callJson("POST", path(open.id), {});
  target.removeAttribute("aria-busy");
  if (!open) return;
  if (answer.error) open.shell.say(answer);
  await load();
};
// The file that the book was made into; one that is not there any more is made again first, where that can be seen.
const takeFile = async (target) => {
  const mine = open,
    { id, shell } = mine,
    { format } = mine.book.options;
  target.setAttribute("aria-busy", "true");
  let answer = await shell.rest("POST", "/files", { format }),
    file = fileIn(answer, format);
  if (file?.status === "making" && open === mine) {
    FILES.look();
    location.hash = address(id, "files");
  }
  while (file?.status === "making" && open === mine) {
    await new Promise((done) => setTimeout(done, LOOK_MS));
    answer = await shell.rest("GET", "/files");
    if (!answer.error) file = fileIn(answer, format);
  }
  target.removeAttribute("aria-busy");
  if (open !== mine) return;
  if (file?.status === "ready") make("a", { href: fileAddress(id, format), download: "" }).click();
  else shell.say({ error: answer.error ?? file?.error.message });
};
const rename = (selector, field, key) => {
  const place = open.root.querySelector(selector),
    old = open.book[field],
    { shell } = open;
  named(place, old, fill(key), async (name) => {
    const input = document.activeElement;
    if (name !== null) {
      const answer = await shell.change({ [field]: name.trim() });
      if (answer.error) shell.say(answer);
    }
    const field_ = open?.root.querySelector(".book-what input");
    if (field_) {
      field_.replaceWith(place);
      if (input === document.body || input === field_)
        place.parentElement.querySelector("button").focus({ preventScroll: true });
      drawHead();
    }
  });
};
const pictured = async (answer) => {
  if (answer.error) open.shell.say(answer);
  else {
    open.picture += 1;
    take(answer);
  }
};
const chooseCover = () => {
  const field = make("input", { type: "file", accept: "image/jpeg,image/png,image/webp" });
  field.addEventListener("change", async () => {
    const [file] = field.files;
    if (!file) return;
    const path = bookPath(open.id, "/cover"),
      headers = { "Content-Type": file.type };
    if (file.size > MOST_COVER) open.shell.say({ error: fill("book_cover_large") });
    else pictured(await callJson("PUT", path, undefined, { headers, body: file }));
  });
  field.click();
};
onActions(".book-head", {
  take: takeFile,
  speak: (target) => {
    open.shell.say({}); // what was changed before is spoken now: it is too late to undo it
    return steer((id) => bookPath(id, "/speak"))(target);
  },
  pause: steer((id) => `/v1/jobs/${id}/pause`),
  stop: steer((id) => `/v1/jobs/${id}/cancel`),
  title: () => rename(".book-title", "title", "book_rename"),
  author: () => rename(".book-author", "author", "book_author_edit"),
  cover: (target) => {
    if (!open.book.cover) {
      chooseCover();
      return;
    }
    openMenu(target, fill("book_cover"), [
      { key: "book_cover_other", shape: "upload", run: chooseCover },
      {
        key: "book_cover_remove",
        shape: "remove",
        run: async () => pictured(await callJson("DELETE", bookPath(open.id, "/cover"))),
      },
    ]);
  },
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && open?.book && isUnderWay(open.book.job)) load();
});
