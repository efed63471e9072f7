// What was deleted in the last day, at the foot of a list: closed until somebody looks for it.
import { button, fill, fillFor, make } from "../../lib/dom.js";
import { callJson } from "../../lib/rest.js";
import { tell } from "./switch.js";

const MOST = 200;

const row = (kind, one) => {
  const [name, more] = kind.told(one);
  return make(
    "li",
    { class: "deleted-row" },
    make(
      "div",
      {},
      make("p", { class: "deleted-name" }, name),
      make("p", { class: "hint" }, more),
    ),
    button("restore", "deleted_restore", {
      "data-path": `${kind.path}/${encodeURIComponent(one.id)}/restore`,
      "data-name": name,
      "aria-label": fillFor("deleted_restore", name),
    }),
  );
};
// The list, the last deleted first, and what looks anew where it is open; `after` draws the list above it. Each of
// `kinds` is { path: of the API, told(one): [its name, more about it] }.
export const deletedList = (kinds, after) => {
  const rows = make("ul", {}),
    summary = make("summary", { class: "hint" }, fill("deleted")),
    fold = make("details", { class: "fold deleted" }, summary, rows);
  let asked = 0;
  const look = async () => {
    if (!fold.open) return;
    const mine = (asked += 1);
    const query = `?${new URLSearchParams({ deleted: true, limit: MOST })}`;
    const answers = await Promise.all(kinds.map(({ path }) => callJson("GET", `${path}${query}`)));
    if (mine !== asked) return;
    const wrong = answers.find(({ error }) => error);
    if (wrong) {
      tell(wrong);
      return;
    }
    const found = kinds.flatMap((kind, at) => answers[at][kind.path.split("/").at(-1)].map((one) => [kind, one]));
    const all = found.sort(([, one], [, other]) => other.deleted - one.deleted).map(([kind, one]) => row(kind, one));
    const held = rows.contains(document.activeElement);
    rows.replaceChildren(...(all.length ? all : [make("li", { class: "hint" }, fill("deleted_none"))]));
    if (held) (rows.querySelector("button") ?? summary).focus({ preventScroll: true });
  };
  const restore = async ({ dataset }) => {
    const answer = await callJson("POST", dataset.path);
    tell(answer.error ? answer : { said: fill("model_back", { name: dataset.name }) });
    await Promise.all([after(), look()]);
  };
  fold.addEventListener("toggle", look);
  return { fold, look, restore };
};
