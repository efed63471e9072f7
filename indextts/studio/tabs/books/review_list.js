// What there is to check in a book, in its order: a click plays a place and opens what it could be. A word that is read
// one way in many places is one row, which steps through them.
import { fill, iconButton, make } from "../../lib/dom.js";
import { READ, about, short } from "./doubts.js";
import { isUnderWay, stateOf } from "./words.js";

const STEP = 100,
  MOST = 500, // that one question answers
  KINDS = ["polyphone", "word", "number", "speaker", "length", "cue"];

// `hear(doubt)` plays one, `name(chapter)` says what its chapter is called, `written(doubt, text)` puts other words in
// its place and answers { error } where that cannot be, `counted(all)` hears how many there are.
const make_ = (shell, { hear, name, written, counted }) => {
  const kinds = make("select", { class: "field", "aria-label": fill("proof_kinds") }),
    rows = make("ol", { class: "checks" }),
    none = make("p", { class: "hint" }),
    more = make("button", { type: "button", class: "quiet-button", hidden: "" }, fill("dictionary_more")),
    root = make("div", {}, kinds, none, rows, more);
  let doubts = [],
    counts = {},
    next = null,
    asked = 0,
    ended = false;
  const all = () => Object.values(counts).reduce((sum, count) => sum + count, 0);

  // Other words, where no reading could mend it.
  const words = (doubt) => {
    const field = make("input", {
      type: "text",
      class: "field",
      maxlength: 2000,
      autocomplete: "off",
      placeholder: fill("proof_words"),
      "aria-label": fill("proof_words"),
    });
    const told = make("p", { class: "told", role: "alert" }),
      form = make("form", { class: "check-words" }, field, told);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const text = field.value.trim();
      told.textContent = text ? ((await written(doubt, text)).error ?? "") : "";
    });
    return form;
  };
  // The places of one group, from the first: they are asked for as far as somebody has gone.
  const steps = (first) => {
    const at = make("span", {}, `1 / ${first.count}`),
      back = iconButton("stepBack", fill("proof_step_back"), "left"),
      on = iconButton("stepOn", fill("proof_step_on"), "right"),
      known = [first];
    let here = 0,
      after = first.id;
    const further = async () => {
      while (after) {
        const query = new URLSearchParams({ kind: first.kind, limit: MOST, after });
        const answer = await shell.rest("GET", `/doubts?${query}`);
        if (answer.error) return answer;
        after = answer.next;
        const found = answer.doubts.filter(({ group }) => group === first.group);
        known.push(...found);
        if (found.length) break;
      }
      return {};
    };
    const go = async (by) => {
      const answer = here + by < known.length ? {} : await further();
      if (answer.error) shell.say(answer);
      const wanted = known[here + by];
      back.disabled = here + by <= 0;
      on.disabled = !known[here + by + 1] && !after;
      if (!wanted || ended) return;
      here += by;
      at.textContent = `${here + 1} / ${first.count}`;
      hear(wanted);
    };
    back.disabled = true;
    back.addEventListener("click", () => go(-1));
    on.addEventListener("click", () => go(1));
    return make("div", { class: "check-steps hint" }, back, at, on);
  };
  const row = (doubt) => {
    const { count } = doubt,
      where = count > 1 ? fill("proof_places", { count }) : name(doubt.chapter);
    const to = make(
      "button",
      { type: "button", class: "mark-go" },
      make("span", { class: "mark-time" }, `${fill(`proof_${doubt.kind}`)} · ${where}`),
      make(
        "span",
        { class: "check-text" },
        doubt.before,
        make("mark", {}, READ.includes(doubt.kind) ? doubt.text : short(doubt.text)),
        doubt.after,
      ),
      ...(about(doubt) ? [make("span", { class: "hint" }, about(doubt))] : []),
    );
    to.addEventListener("click", () => hear(doubt));
    const right = make(
      "button",
      { type: "button", class: "text-button", "data-do": "right" },
      fill(count > 1 ? "proof_all_right" : "proof_right"),
    );
    right.addEventListener("click", () => settle(doubt, right));
    const wide = READ.includes(doubt.kind) || doubt.kind === "speaker" ? [] : [words(doubt)];
    return make(
      "li",
      { class: "check", "data-id": doubt.id, "data-count": count },
      to,
      right,
      ...(count > 1 ? [steps(doubt)] : []),
      ...wide,
    );
  };
  const draw = () => {
    const there = KINDS.filter((kind) => counts[kind]),
      now = there.includes(kinds.value) ? kinds.value : "",
      held = rows.contains(document.activeElement) ? document.activeElement.closest("li").dataset.id : null;
    kinds.replaceChildren(
      ...["", ...there].map((kind) =>
        make("option", { value: kind }, `${fill(`proof_${kind || "all"}`)} (${kind ? counts[kind] : all()})`),
      ),
    );
    kinds.value = now;
    kinds.hidden = there.length < 2;
    // What is being written stays.
    const known = new Map([...rows.children].map((one) => [`${one.dataset.id} ${one.dataset.count}`, one]));
    rows.replaceChildren(...doubts.map((one) => known.get(`${one.id} ${one.count}`) ?? row(one)));
    if (held) (rows.querySelector(`[data-id="${held}"] .mark-go`) ?? rows.querySelector(".mark-go"))?.focus();
    more.hidden = !next;
    none.hidden = doubts.length > 0;
    tell();
    counted(all());
  };
  // Why there are none: how far the book is goes on.
  const tell = () => {
    const book = shell.book(),
      begun = book.chapters.some(({ parts }) => parts.length);
    none.textContent = isUnderWay(book.job) ? stateOf(book).text : fill(begun ? "proof_none" : "proof_nothing_yet");
  };
  const load = async (after = "") => {
    const mine = (asked += 1),
      query = new URLSearchParams({ kind: kinds.value, limit: STEP, after, grouped: true });
    const answer = await shell.rest("GET", `/doubts?${query}`);
    if (ended || mine !== asked) return;
    if (answer.error) shell.say(answer);
    else {
      doubts = after ? [...doubts, ...answer.doubts] : answer.doubts;
      ({ kinds: counts, next } = answer);
      draw();
    }
  };
  // It is right as it is; and again in doubt.
  const settle = async (doubt, button) => {
    button.disabled = true;
    const scope = doubt.count > 1 ? "book" : "here",
      answer = await shell.revised("POST", "/fix", { doubt: doubt.id, right: true, scope });
    button.disabled = false;
    const undo = async () => {
      const back = await shell.revised("POST", "/fix", { doubt: doubt.id, right: false, scope });
      if (!back.error && !ended) load();
      return back.error ? back : { said: fill("entry_undone") };
    };
    if (answer.error) shell.say(answer);
    else {
      // Who speaks is decided by that for good.
      shell.say({ said: fill("proof_is_right"), undo: doubt.kind === "speaker" ? null : undo });
      if (!ended) load();
    }
  };
  kinds.addEventListener("change", () => load());
  more.addEventListener("click", () => load(next));
  return { root, load, tell, end: () => (ended = true) };
};
export const LIST = { make: make_ };
