// The text of a chapter is written below its row: kept, left as it was, or cut in two where the caret is.
import { button, fill, make } from "../../lib/dom.js";
import { asItWas } from "./quotations.js";

const ROWS = 18;

const drafts = new Map(); // what is written and not kept yet, by book and chapter
let leave = null; // closes what is open

const open = async (item, number, shell, closed) => {
  leave?.();
  const chapter = await shell.rest("GET", `/chapters/${number}`);
  if (chapter.error) return chapter;
  const key = `${shell.book().id} ${number}`,
    path = `/chapters/${number}`;
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
    make(
      "div",
      { class: "book-buttons" },
      button("textKeep", "entry_save", { class: "quiet-button strong" }),
      button("textLeave", "cancel"),
      button("textCut", "chapter_split"),
      make("p", { class: "hint" }, fill("chapter_split_hint")),
    ),
  );
  area.value = drafts.get(key) ?? chapter.text;
  area.addEventListener("input", () => {
    if (area.value === chapter.text) drafts.delete(key);
    else drafts.set(key, area.value);
    said.textContent = "";
  });
  const end = () => {
    if (leave !== end) return;
    leave = null;
    panel.remove();
    closed();
  };
  const kept = async () => {
    if (area.value === chapter.text) return true;
    const answer = await shell.revised("PATCH", path, { text: area.value });
    if (answer.error) {
      said.textContent = answer.error;
      return false;
    }
    drafts.delete(key);
    return true;
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
      end();
      if (changed) shell.say({ said: fill("chapter_kept"), undo: back });
    },
    textLeave: () => {
      drafts.delete(key);
      end();
    },
    textCut: async () => {
      const at = [...area.value.slice(0, area.selectionStart)].length;
      if (!(await kept())) return;
      const answer = await shell.revised("POST", `${path}/split`, { at });
      if (answer.error) {
        said.textContent = answer.error;
        return;
      }
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
    if (event.isComposing) return;
    if (event.key === "Escape" && area.value === chapter.text) {
      event.stopPropagation();
      acts.textLeave();
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      panel.querySelector("[data-do=textKeep]").click();
    }
  });
  leave = end;
  item.append(panel);
  area.focus({ preventScroll: true });
  area.setSelectionRange(0, 0);
  panel.scrollIntoView({ block: "nearest" });
  return {};
};

export const CHAPTER_TEXT = {
  open,
  // Whether something was open below `item`: what is written there stays for the next time.
  close: (item) => {
    if (!item.querySelector(".chapter-text")) return false;
    leave?.();
    return true;
  },
};
