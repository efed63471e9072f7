// The line beside the button: what is going on, how it ended, and what can be done about it. The editor has one too.
import { $, fill, make, onDrawn } from "../../lib/dom.js";
import { onLost, serverIsLost } from "../../lib/waits.js";
import { onInputs, textNow } from "./inputs.js";

export const SPEAK = "#notice";
export const EDIT = "#edit-notice";
const OF_TEXT = /^(text_|bad_(markup|reading|speakers)$|unknown_symbol$)/;

const said = { [SPEAK]: null, [EDIT]: null }; // what each place says, as functions that make its elements
const notice = (kind, more, ...inside) => make("div", { class: `notice ${kind}`, ...more }, ...inside);
const words = (...inside) => make("span", { class: "notice-text" }, ...inside);

const offline = () => [notice("error", { role: "alert", "data-code": "offline" }, words(fill("run_offline")))];
const draw = (place) => {
  const first = $(`${place} .notice`);
  if (!first) return;
  const parts = (serverIsLost() && place === SPEAK ? offline : said[place] || idle)();
  first.parentElement.replaceChildren(...parts);
};
const idle = () => [notice("idle", { role: "status" })];
let wrong = null; // the text that an error beside the button is about
const put = (place, parts) => {
  if (place === SPEAK) wrong = null;
  said[place] = parts;
  draw(place);
};

export const clearNotice = (place = SPEAK) => put(place, null);

// What can be done: [action, key of its words, their details] in a row; whoever offers it hears the clicks.
const buttons = (actions) =>
  actions.map(([action, key, details]) =>
    make("button", { type: "button", class: "text-button", "data-run": action }, fill(key, details)),
  );

// Something is going on: `share` from 0 to 1. Its elements stay while it moves, so that the bar can glide.
export const busy = (place, text, share, actions = []) => {
  const percent = String(Math.round(100 * Math.min(Math.max(share, 0), 1)));
  const parts = () => {
    const bar = make("span", {
      class: "bar",
      role: "progressbar",
      "aria-label": fill("run_progress"),
      "aria-valuemin": "0",
      "aria-valuemax": "100",
      "aria-valuenow": percent,
    });
    bar.append(make("span", { style: `width:${percent}%` }));
    // Read out it would never end: the bar says how far it is to those who ask.
    const line = make("span", { class: "notice-text", "aria-live": "off" }, text, " ", ...buttons(actions));
    return [notice("busy", { role: "status", "data-actions": actions.join() }, line, bar)];
  };
  const there = $(`${place} .notice.busy`);
  said[place] = parts;
  if (!there || there.dataset.actions !== actions.join() || serverIsLost()) {
    draw(place);
    return;
  }
  const [line, bar] = there.children;
  if (line.firstChild.data !== text) line.firstChild.data = text;
  bar.setAttribute("aria-valuenow", percent);
  bar.firstChild.style.width = `${percent}%`;
};

// It is done; below it stands what went wrong although it is.
export const done = (place, text, warnings = []) =>
  put(place, () => [
    notice("done", { role: "status" }, words(text)),
    ...warnings.map((warning) => notice("warned", { role: "status" }, words(warning))),
  ]);

export const plain = (place, text, actions = []) =>
  put(place, () => [notice("plain", { role: "status" }, words(text, " ", ...buttons(actions)))]);

// What went wrong and what to do, where the eyes are; what is wrong with a text leaves when that is another one.
export const failed = (place, { code = "", message = "", hint = "", error = "" }, actions = []) => {
  put(place, () => [
    notice(
      "error",
      { role: "alert", "data-code": code },
      words(make("strong", {}, message || error), " ", hint, " ", ...buttons(actions)),
    ),
  ]);
  if (place === SPEAK && OF_TEXT.test(code)) wrong = textNow();
};
onInputs(() => {
  if (wrong !== null && textNow() !== wrong) clearNotice();
});

onLost(() => draw(SPEAK));
onDrawn(() => {
  for (const place of [SPEAK, EDIT]) if (said[place] && $(`${place} .notice.idle`)) draw(place);
});
