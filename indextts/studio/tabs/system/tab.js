// The tab with the server's state: whether all is well, the last hour in small charts, and the diagnostic bundle. It
// asks again every half minute while it is seen.
import { $, button, facts, fill, make, onActions, onDrawn, saveBlob } from "../../lib/dom.js";
import { duration } from "../../lib/numbers.js";
import { callFile, callJson, sentence } from "../../lib/rest.js";
import { onView, view } from "../../lib/router.js";
import { say } from "../../lib/said.js";
import { chart } from "./charts.js";
import { originActions, originsSection, refreshOrigins } from "./origins.js";
import { phoneActions, phoneSection, refreshPhone } from "./phone.js";

const PATH = "/v1/system",
  HOUR_S = 3600,
  ROWS = 13;

const number = (value, digits) =>
  value.toLocaleString(facts.locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
const percent = (value) => `${Math.round(100 * value)} %`;
const count = (value) => number(value, 0);
const times = (value) => number(value, 2);
const seconds = (value) => fill("seconds", { value: number(value, 1) });
const megabytes = (value) => fill("megabytes", { value: count(value / 1e6) });
const gigabytes = (value) => fill("gigabytes", { value: number(value / 1e9, 1) });

// What is drawn, in order: its words, its value in a moment, that in words, and how high the chart is at least.
const DRAWN = [
  ["system_cpu", ({ cpu }) => cpu, percent, 1],
  ["system_memory_used", (one) => one.memory_bytes, megabytes, 1],
  ["system_queued", ({ busy, waiting }) => busy + waiting, count, 2],
  ["system_rtf", ({ rtf }) => rtf, times, 0.2],
  ["system_first", (one) => one.first_s, seconds, 1],
  ["system_failed", ({ errors }) => errors, count, 4],
];

const place = () => $("#system .system");
const built = () => Boolean(place()?.firstElementChild);
const build = () => {
  if (!place() || built()) return;
  place().append(
    make("h2", {}, fill("tab_system")),
    make("div", { class: "system-found", role: "status" }),
    make("p", { class: "hint system-about" }),
    make(
      "section",
      { class: "system-hour", "aria-labelledby": "system-hour", hidden: "" },
      make("h2", { id: "system-hour" }, fill("system_hour")),
      make("ul", { class: "system-charts" }),
      make(
        "details",
        { class: "system-numbers fold" },
        make("summary", { class: "hint" }, fill("system_numbers")),
        make("div", { role: "region", "aria-label": fill("system_numbers"), tabindex: "0" }, make("table", {})),
      ),
    ),
    phoneSection(),
    originsSection(),
    make(
      "section",
      { class: "system-bundle", "aria-labelledby": "system-bundle", hidden: "" },
      make("h2", { id: "system-bundle" }, fill("system_bundle")),
      make("p", { class: "hint" }, fill("system_bundle_has")),
      button("bundle", "system_bundle_save"),
      make("div", { class: "system-said", role: "status" }),
    ),
  );
  if (view() === "system") refresh();
};

const tell = (findings, status) => {
  const well = status === "loading" ? "system_loading" : "system_well";
  const key = JSON.stringify([findings, status]),
    found = place().querySelector(".system-found");
  if (found.dataset.key === key) return; // what is read aloud already is not said again
  found.dataset.key = key;
  found.dataset.state = findings.length ? "bad" : status === "loading" ? "" : "good";
  found.replaceChildren(...(findings.length ? findings : [fill(well)]).map((said) => make("p", {}, said)));
};

const table = (moments) => {
  // Every so many, the newest last and in any case.
  const every = Math.max(1, Math.ceil(moments.length / ROWS));
  const rows = moments.filter((_, at) => (moments.length - 1 - at) % every === 0);
  const head = ["system_time", ...DRAWN.map(([key]) => key)].map((key) => make("th", { scope: "col" }, fill(key)));
  const time = new Intl.DateTimeFormat(facts.locale, { hour: "2-digit", minute: "2-digit" });
  return [
    make("thead", {}, make("tr", {}, ...head)),
    make(
      "tbody",
      {},
      ...rows.map((moment) =>
        make(
          "tr",
          {},
          make("th", { scope: "row" }, time.format(new Date(1000 * moment.at))),
          ...DRAWN.map(([, value, said]) => make("td", {}, value(moment) === null ? "–" : said(value(moment)))),
        ),
      ),
    ),
  ];
};

const draw = (told) => {
  tell(told.findings.map(sentence), told.status);
  const { now, jobs } = told,
    moments = [...told.hour, now],
    span = Math.round(HOUR_S / told.step_s) + 2;
  place().querySelector(".system-about").textContent = [
    fill("system_about", { version: told.version, time: duration(told.uptime_s, 1), workers: told.workers }),
    fill("system_jobs_now", { running: jobs.running ?? 0, queued: jobs.queued ?? 0 }),
    fill("system_disk_cache", {
      free: gigabytes(now.disk_free_bytes),
      share: now.cache_hits === null ? "–" : percent(now.cache_hits),
    }),
  ].join(" · ");
  place()
    .querySelector(".system-charts")
    .replaceChildren(
      ...DRAWN.map(([key, value, said, least]) => chart({ key, values: moments.map(value), span, said, least })),
    );
  place().querySelector("table").replaceChildren(...table(moments));
};

let timer = 0;
const refresh = async () => {
  clearTimeout(timer);
  if (!built()) return;
  const told = await callJson("GET", PATH);
  if (told.error) tell([told.error], "");
  else {
    draw(told);
    await Promise.all([refreshPhone(place()), refreshOrigins(place())]);
  }
  for (const section of place().querySelectorAll("section")) section.hidden = told.code === "system_forbidden";
  if (!told.code && view() === "system" && !document.hidden)
    timer = setTimeout(refresh, 1000 * (told.step_s ?? 30));
};

onActions("#system", {
  ...phoneActions(place),
  ...originActions(place),
  bundle: async (target) => {
    const said = place().querySelector(".system-bundle .system-said");
    target.setAttribute("aria-busy", "true");
    const answer = await callFile(`${PATH}/bundle`);
    target.removeAttribute("aria-busy");
    if (!answer.error) saveBlob(answer.file, answer.name);
    say(said, answer.error ? answer : { said: fill("system_bundle_saved", { name: answer.name }) });
  },
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && view() === "system") refresh();
});
onView((name) => {
  if (name === "system") refresh();
});
onDrawn(build);
build(); // it came when the tab was opened
