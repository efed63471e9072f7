// Marks of who listens, each with a note, and the place where the listening goes on. They are kept with the book.
import { fill, iconButton, make } from "../../lib/dom.js";
import { clock } from "../../lib/player_parts.js";
import { inLine } from "../../lib/waits.js";

const MOST = 2000,
  KEEPALIVE_CHARACTERS = 15000; // of what a page that is left can still send

// `go(mark)` plays from one, `name(chapter)` says what its chapter is called, `changed()` hears of another place, and
// `counted(count)` of how many there are.
const make_ = (shell, { go, name, changed, counted }) => {
  const list = make("ol", { class: "mark-rows" }),
    none = make("p", { class: "hint" }, fill("marks_none")),
    root = make("div", {}, none, list);
  const next = inLine();
  let notes = { marks: [], place: null },
    loaded = false;
  const ordered = () => [...notes.marks].sort((one, other) => one.chapter - other.chapter || one.at_s - other.at_s);

  const row = (mark) => {
    const field = make("input", {
      type: "text",
      class: "field",
      maxlength: MOST,
      autocomplete: "off",
      placeholder: fill("mark_note"),
      "aria-label": fill("mark_note_of", { time: clock(mark.at_s) }),
    });
    field.value = mark.note;
    field.addEventListener("change", () => keep(() => Object.assign(mark, { note: field.value.trim() })));
    field.addEventListener("keydown", (event) => {
      if (!["Enter", "Escape"].includes(event.key)) return;
      event.stopPropagation();
      field.blur();
    });
    const to = make(
      "button",
      { type: "button", class: "mark-go" },
      make("span", { class: "mark-time" }, `${name(mark.chapter)} · ${clock(mark.at_s)}`),
      make("span", { class: "mark-text" }, mark.text),
    );
    to.addEventListener("click", () => go(mark));
    const away = iconButton("markRemove", fill("mark_remove_of", { time: clock(mark.at_s) }), "remove");
    away.addEventListener("click", () => remove(mark));
    return make("li", { class: "mark" }, to, away, field);
  };
  const draw = () => {
    list.replaceChildren(...ordered().map(row));
    none.hidden = notes.marks.length > 0;
    counted(notes.marks.length);
  };
  // One after the other, so that an earlier list never comes after a later one.
  const send = () =>
    next(() => shell.rest("PUT", "/notes", notes, { keepalive: JSON.stringify(notes).length < KEEPALIVE_CHARACTERS }));
  const keep = async (change) => {
    const before = structuredClone(notes);
    change();
    const answer = await send();
    if (!answer.error) return true;
    notes = before;
    shell.say(answer);
    draw();
    return false;
  };
  const remove = async (mark) => {
    const done = await keep(() => {
      notes.marks = notes.marks.filter((one) => one !== mark);
    });
    if (!done) return;
    draw();
    (list.querySelector(".mark-go") ?? root.closest(".book-section")?.querySelector("[data-do=listenMark]"))?.focus({
      preventScroll: true,
    });
    const undo = async () => {
      const answer = await keep(() => notes.marks.push(mark));
      draw();
      return answer ? { said: fill("entry_undone") } : {};
    };
    shell.say({ said: fill("mark_removed"), undo });
  };
  return {
    root,
    get place() {
      return notes.place;
    },
    load: async () => {
      const answer = await shell.rest("GET", "/notes");
      if (answer.error) shell.say(answer);
      else {
        notes = { marks: answer.marks, place: answer.place };
        loaded = true;
      }
      draw();
      changed();
    },
    // Its note is asked for at once; Enter leaves it.
    add: async (mark) => {
      if (!loaded) return;
      if (!(await keep(() => notes.marks.push(mark)))) return;
      draw();
      list.children[ordered().indexOf(mark)]?.querySelector("input").focus({ preventScroll: true });
    },
    stay: async (place) => {
      if (!loaded) return;
      notes.place = place;
      await send();
      changed();
    },
  };
};
export const MARKS = { make: make_ };
