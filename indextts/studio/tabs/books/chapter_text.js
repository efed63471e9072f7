// The text of a chapter is written below its row: kept, left as it was, or cut in two where the caret is.
import { button, fill, make } from "../../lib/dom.js";
import { forget, recallHere, recallJson, remember, rememberHere } from "../../lib/storage.js";
import { asItWas } from "./quotations.js";

const ROWS = 18;

// What is written and not kept yet, by book and chapter: { text, base, aside }: in place of which text, and which other
// one lies ready. It outlives the page, and so does which chapter is open.
const DRAFT = "indextts.chapter.",
  OPEN = "indextts.chapter";
const drafts = new Map();
const draftOf = (key) => drafts.get(key) ?? recallJson(DRAFT + key, null);
let leave = null, // closes what is open
  last = recallHere(OPEN); // what was open when the page was left

const open = async (item, number, shell, closed) => {
  leave?.();
  const path = `/chapters/${number}`;
  let chapter = await shell.rest("GET", path);
  if (chapter.error) return chapter;
  const key = `${shell.book().id} ${number}`;
  let aside = null;
  const area = make("textarea", {
    class: "field",
    rows: ROWS,
    "aria-label": fill("chapter_text_short"),
    spellcheck: "false",
  });
  const said = make("p", { class: "told", role: "alert" });
  const panel = make(
    "div",
    { class: "chapter-text" },
    area,
    said,
    button("textOther", "chapter_other", { class: "quiet-button", hidden: "" }),
    make(
      "div",
      { class: "book-buttons" },
      button("textKeep", "entry_save", { class: "quiet-button strong" }),
      button("textLeave", "cancel"),
      button("textCut", "chapter_split"),
      make("p", { class: "hint" }, fill("chapter_split_hint")),
    ),
  );
  const discard = () => {
    drafts.delete(key);
    forget(DRAFT + key);
  };
  const note = () => {
    if (area.value === chapter.text && aside === null) {
      discard();
      return;
    }
    const draft = { text: area.value, base: chapter.text, aside };
    drafts.set(key, draft);
    remember(DRAFT + key, JSON.stringify(draft));
  };
  // Show `text`, with `other` at hand.
  const show = (text, other) => {
    area.value = text;
    aside = other;
    panel.querySelector("[data-do=textOther]").hidden = aside === null;
    said.textContent = "";
    note();
  };
  // It is another text by now than the one that was changed here.
  const renewed = (now, mine) => {
    chapter = now;
    if (mine === now.text) {
      show(mine, null);
      return;
    }
    show(now.text, mine);
    said.textContent = fill("chapter_changed_elsewhere");
  };
  area.addEventListener("input", () => {
    note();
    said.textContent = "";
  });
  const end = () => {
    if (leave !== end) return;
    leave = null;
    rememberHere(OPEN, "");
    panel.remove();
    closed();
  };
  // Another window may have changed this text, which is shown then, or something else in the book, which is no matter.
  const kept = async () => {
    if (area.value === chapter.text) return true;
    for (let again = true; ; again = false) {
      const now = await shell.rest("GET", path);
      if (!now.error && now.text !== chapter.text) {
        renewed(now, area.value);
        return aside === null;
      }
      const answer = now.error ? now : await shell.revised("PATCH", path, { text: area.value });
      if (!answer.error) return true;
      if (again && answer.code === "project_changed") continue;
      said.textContent = answer.error;
      return false;
    }
  };
  // As it was, with who said what.
  const back = async () => {
    const answer = await shell.revised("PATCH", path, asItWas(chapter));
    return answer.error ? answer : { said: fill("entry_undone") };
  };
  const acts = {
    textKeep: async () => {
      const changed = area.value !== chapter.text;
      if (!(await kept())) return;
      if (changed) discard(); // else what lies ready does so the next time
      end();
      if (changed) shell.say({ said: fill("chapter_kept"), undo: back });
    },
    textLeave: () => {
      discard();
      end();
    },
    textOther: () => {
      show(aside, area.value);
      area.focus({ preventScroll: true });
    },
    textCut: async () => {
      const at = [...area.value.slice(0, area.selectionStart)].length;
      if (!(await kept())) return;
      const answer = await shell.revised("POST", `${path}/split`, { at });
      if (answer.error) {
        said.textContent = answer.error;
        return;
      }
      discard();
      end();
      const undo = async () => {
        const joined = await shell.revised("POST", `${path}/merge`);
        const back = joined.error ? joined : await shell.revised("PATCH", path, { text: area.value });
        return back.error ? back : { said: fill("entry_undone") };
      };
      shell.say({ said: fill("chapter_cut"), undo });
    },
  };
  panel.addEventListener("click", async (event) => {
    const target = event.target.closest("[data-do]");
    if (!target) return;
    event.stopPropagation();
    if (panel.hasAttribute("aria-busy")) return;
    panel.setAttribute("aria-busy", "true");
    await acts[target.dataset.do]();
    panel.removeAttribute("aria-busy");
  });
  area.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && area.value === chapter.text && aside === null) {
      event.stopPropagation();
      acts.textLeave();
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      panel.querySelector("[data-do=textKeep]").click();
    }
  });
  leave = end;
  rememberHere(OPEN, key);
  const draft = draftOf(key);
  if (!draft) show(chapter.text, null);
  else if (draft.base === chapter.text) show(draft.text, draft.aside);
  else renewed(chapter, draft.text);
  item.append(panel);
  area.focus({ preventScroll: true });
  area.setSelectionRange(0, 0);
  panel.scrollIntoView({ block: "nearest" });
  return {};
};

export const CHAPTER_TEXT = {
  open,
  // The number of the chapter that was open when the page was left, with something unsaved; told once.
  left: ({ id }) => {
    const key = last;
    if (!key.startsWith(`${id} `) || !draftOf(key)) return 0;
    last = "";
    return Number(key.slice(id.length + 1));
  },
  // Whether something was open below `item`: what is written there stays for the next time.
  close: (item) => {
    if (!item.querySelector(".chapter-text")) return false;
    leave?.();
    return true;
  },
};
