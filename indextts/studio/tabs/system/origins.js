// Pages of other programs: which of them may have speech, and which were refused, each with one button.
import { button, facts, fill, fillFor, make } from "../../lib/dom.js";
import { callJson } from "../../lib/rest.js";
import { say } from "../../lib/said.js";

const PATH = "/v1/system/origins";

export const originsSection = () =>
  make(
    "section",
    { class: "system-origins", "aria-labelledby": "system-origins", hidden: "" },
    make("h2", { id: "system-origins" }, fill("system_origins")),
    make("p", { class: "hint" }, fill("system_origins_about")),
    make("ul", {}),
    make("div", { class: "system-said", role: "status" }),
  );

const about = ({ state, times, at }) => {
  if (state !== "refused") return fill(`system_origin_${state}`);
  const time = new Intl.DateTimeFormat(facts.locale, { hour: "2-digit", minute: "2-digit" });
  return fill("system_origin_refused", { times, time: time.format(new Date(1000 * at)) });
};

const does = (action, key, origin) => {
  const made = button(action, key);
  made.dataset.origin = origin;
  made.setAttribute("aria-label", fillFor(key, origin));
  return made;
};

const row = (one) =>
  make(
    "li",
    { "data-state": one.state },
    make("code", {}, one.origin),
    make("span", {}, about(one)),
    ...(one.state === "refused" ? [does("allow-origin", "system_origin_allow", one.origin)] : []),
    ...(one.state === "configured" ? [] : [does("forget-origin", "system_origin_forget", one.origin)]),
  );

const show = (place, { origins }) => {
  const list = place.querySelector(".system-origins ul");
  const key = JSON.stringify(origins);
  if (list.dataset.key === key) return; // what a person is about to press stays where it is
  list.dataset.key = key;
  list.replaceChildren(...(origins.length ? origins.map(row) : [make("li", {}, fill("system_origins_none"))]));
};

export const refreshOrigins = async (place) => {
  const told = await callJson("GET", PATH);
  if (!told.error) show(place, told);
};

const change = async (place, target, method, query, body, key) => {
  const { origin } = target.dataset;
  const told = await callJson(method, PATH + query, body);
  if (!told.error) show(place, told);
  say(place.querySelector(".system-origins .system-said"), told.error ? told : { said: fill(key, { origin }) });
};

// What the buttons do, inside of what `place` gives.
export const originActions = (place) => ({
  "allow-origin": (target) =>
    change(place(), target, "POST", "", { origin: target.dataset.origin }, "system_origin_now_allowed"),
  "forget-origin": (target) =>
    change(
      place(),
      target,
      "DELETE",
      `?origin=${encodeURIComponent(target.dataset.origin)}`,
      undefined,
      "system_origin_forgotten",
    ),
});
