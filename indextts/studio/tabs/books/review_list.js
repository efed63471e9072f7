// What there is to check in a book, in its order: a click plays a place and opens what it could be.
import { fill, make } from "../../lib/dom.js";
import { READ, about, short } from "./doubts.js";

const STEP = 100,
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
  const row = (doubt) => {
    const to = make(
      "button",
      { type: "button", class: "mark-go" },
      make("span", { class: "mark-time" }, `${fill(`proof_${doubt.kind}`)} · ${name(doubt.chapter)}`),
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
    const right = make("button", { type: "button", class: "text-button", "data-do": "right" }, fill("proof_right"));
    right.addEventListener("click", () => settle(doubt, right));
    const wide = READ.includes(doubt.kind) || doubt.kind === "speaker" ? [] : [words(doubt)];
    return make("li", { class: "check", "data-id": doubt.id }, to, right, ...wide);
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
    const known = new Map([...rows.children].map((one) => [one.dataset.id, one]));
    rows.replaceChildren(...doubts.map((one) => known.get(one.id) ?? row(one)));
    if (held) (rows.querySelector(`[data-id="${held}"] .mark-go`) ?? rows.querySelector(".mark-go"))?.focus();
    more.hidden = !next;
    none.hidden = doubts.length > 0;
    const begun = shell.book().chapters.some(({ parts }) => parts.length);
    none.textContent = fill(begun ? "proof_none" : "proof_nothing_yet");
    counted(all());
  };
  const load = async (after = "") => {
    const mine = (asked += 1),
      query = new URLSearchParams({ kind: kinds.value, limit: STEP, after });
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
    const answer = await shell.revised("POST", "/fix", { doubt: doubt.id, right: true });
    button.disabled = false;
    const undo = async () => {
      const back = await shell.revised("POST", "/fix", { doubt: doubt.id, right: false });
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
  return { root, load, end: () => (ended = true) };
};
export const LIST = { make: make_ };
