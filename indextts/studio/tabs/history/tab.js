// The tab with all that was made: takes, the newest first, under their projects. What is shown goes in as text.
import { $, button, facts, fill, fillFor, iconButton, make, onActions, onDrawn, saveBlob } from "../../lib/dom.js";
import { askName, openMenu } from "../../lib/menu.js";
import { duration } from "../../lib/numbers.js";
import { project } from "../../lib/project.js";
import { callFile, callJson } from "../../lib/rest.js";
import { onView, view } from "../../lib/router.js";
import { SPEAK, plain } from "../speak/notice.js";
import { deletedList } from "./deleted.js";
import { grouped, jobsUpTo, stateOf } from "./pages.js";
import { begin, duplicate, exported, favour, open, openFile, remove, rename, tell, titled } from "./switch.js";

const STEP = 60,
  LOOK_MS = 2500,
  LONG_MS = 600000;
const FORMATS = ["wav", "flac", "mp3", "opus", "srt", "vtt", "lrc", "json", "apkg"];
const UNDER_WAY = ["queued", "running"],
  STOPPED = ["paused", "failed", "cancelled"];

const state = { search: "", favourite: false, limit: STEP };
const known = new Map(); // projects by id
let shown = { projects: [], jobs: [], total: 0, more: false },
  asked = 0,
  timer = 0;
const query = (limit) => {
  const given = { search: state.search, limit, ...(state.favourite && { favourite: true }) };
  return new URLSearchParams(given);
};
const refresh = async () => {
  clearTimeout(timer);
  if (!built() || view() !== "history") return;
  const mine = (asked += 1);
  deleted.look();
  const [projects, jobs] = await Promise.all([
    callJson("GET", `/v1/projects?${query(state.limit)}`),
    jobsUpTo(state.limit, query),
  ]);
  if (mine !== asked) return;
  const wrong = [projects, jobs].find(({ error }) => error);
  if (wrong) {
    tell(wrong);
    return;
  }
  projects.projects.forEach((one) => known.set(one.id, one));
  const missing = new Set(jobs.jobs.map((one) => one.project).filter((id) => id && !known.has(id)));
  for (const found of await Promise.all([...missing].map((id) => callJson("GET", `/v1/projects/${id}`))))
    if (!found.error) known.set(found.id, found);
  if (mine !== asked) return;
  const more = jobs.total > jobs.jobs.length || projects.total > projects.projects.length;
  shown = { projects: projects.projects, jobs: jobs.jobs, more };
  draw();
  if (jobs.jobs.some(({ status }) => UNDER_WAY.includes(status))) timer = setTimeout(refresh, LOOK_MS);
};

// The frame, made once.
const built = () => Boolean($("#history .history")?.firstElementChild);
const build = () => {
  const place = $("#history .history");
  if (!place || place.firstElementChild) return;
  place.addEventListener("studio:projects", refresh);
  place.append(
    make(
      "div",
      { class: "history-head" },
      make("h2", {}, fill("tab_history")),
      make("p", { class: "hint" }, fill("history_hint")),
      make("input", {
        type: "search",
        id: "history-search",
        class: "field",
        "aria-label": fill("history_search"),
        placeholder: fill("history_search"),
        autocomplete: "off",
        spellcheck: "false",
      }),
      button("favourites", "history_favourites", { "aria-pressed": "false" }),
      button("import", "project_import"),
    ),
    make("div", { id: "history-rows" }),
    deleted.fold,
  );
  refresh();
};

// Rows.
const date = (seconds) =>
  new Intl.DateTimeFormat(facts.locale, { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" }).format(
    new Date(seconds * 1000),
  );
const star = (one, name) => {
  const key = one.favourite ? "project_unfavour" : "project_favour",
    more = { "aria-pressed": String(one.favourite), "aria-label": fillFor(key, name) };
  return iconButton("favour", fill(key), one.favourite ? "star" : "star-empty", more);
};
const aboutTake = (job) => {
  const long = job.duration_s ? duration(job.duration_s, 60) : "";
  const made = job.dub ? "take_dub" : job.kind === "book" ? "take_book" : job.before ? "take_edited" : "",
    kind = made && fill(made);
  return [kind, date(job.created), long, job.kept ? fill("take_kept") : ""].filter(Boolean).join(" · ");
};
const aboutProject = ({ takes: count, updated }) =>
  fill(count === 1 ? "history_takes_one" : "history_takes", { count, date: date(updated) });
const deleted = deletedList(
  [
    { path: "/v1/projects", told: (one) => [titled(one), aboutProject(one)] },
    { path: "/v1/jobs", told: (job) => [job.title, aboutTake(job)] },
  ],
  () => refresh(),
);
const takeRow = (job) => {
  const told = stateOf(job),
    about = aboutTake(job),
    named = (key) => ({ "aria-label": fillFor(key, `${job.title} · ${about}`) });
  return make(
    "li",
    { class: "history-take", "data-job": job.id, "data-state": job.status },
    iconButton("play", fill("take_play"), "play", {
      ...named("take_play"),
      ...(job.segments_done ? {} : { disabled: "" }),
    }),
    make(
      "div",
      { class: "history-what" },
      make("p", { class: "history-title" }, job.title),
      make("p", { class: "hint" }, about),
      ...(told ? [make("p", { class: "hint history-state" }, told)] : []),
    ),
    ...(STOPPED.includes(job.status) ? [button("resume", "take_resume", named("take_resume"))] : []),
    star(job, `${job.title} · ${about}`),
    iconButton("download", fill("take_download_as"), "download", {
      ...named("take_download_as"),
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      ...(job.segments_done ? {} : { disabled: "" }),
    }),
    iconButton("more", fill("take_more"), "more", {
      ...named("take_more"),
      "aria-haspopup": "menu",
      "aria-expanded": "false",
    }),
  );
};
const group = (id, takes) => {
  const one = known.get(id);
  const head = one
    ? make(
        "div",
        { class: "history-project-head" },
        make("h3", {}, titled(one)),
        make("p", { class: "hint" }, aboutProject(one)),
        id === project().id
          ? make("p", { class: "history-here" }, fill("history_here"))
          : button("open", "history_open", { "aria-label": fill("history_open_named", { name: titled(one) }) }),
        star(one, titled(one)),
        iconButton("more", fill("project_menu_of", { name: titled(one) }), "more", {
          "aria-haspopup": "menu",
          "aria-expanded": "false",
        }),
      )
    : make("div", { class: "history-project-head" }, make("h3", {}, fill("history_loose")));
  const rows = takes.length
    ? [make("ol", { class: "history-takes" }, ...takes.map(takeRow))]
    : [make("p", { class: "hint history-beginning" }, one?.beginning.slice(0, 120) || fill("history_nothing_yet"))];
  return make("section", { class: "history-project", "data-project": id }, head, ...rows);
};
const draw = () => {
  const place = $("#history-rows"),
    { projects, jobs, more } = shown;
  const all = grouped(projects, jobs, known);
  const none = !all.length;
  $("#history").classList.toggle("blank", none && !state.search && !state.favourite);
  const focused = place.contains(document.activeElement) ? document.activeElement : null;
  const back = focused && [
    focused.closest("[data-job]")?.dataset.job,
    focused.closest("[data-project]")?.dataset.project,
    focused.dataset.do,
  ];
  if (none && !state.search && !state.favourite)
    place.replaceChildren(
      make("div", { class: "empty" }, make("p", {}, fill("history_empty")), button("begin", "history_begin")),
    );
  else if (none) place.replaceChildren(make("p", { class: "hint nothing" }, fill("history_nothing")));
  else {
    const groups = all.map(([id, takes]) => group(id, takes));
    place.replaceChildren(...groups, ...(more ? [button("further", "dictionary_more")] : []));
  }
  if (!back) return;
  const [job, id, action] = back;
  const row = job ? `[data-job="${job}"]` : `[data-project="${id}"]`;
  (place.querySelector(`${row} [data-do="${action}"]`) || $("#history-search")).focus({ preventScroll: true });
};

// What can be done.
const jobOf = (part) => shown.jobs.find(({ id }) => id === part.closest("[data-job]")?.dataset.job);
const projectOf = (part) => known.get(part.closest("[data-project]")?.dataset.project);
const path = (job, rest = "") => `/v1/jobs/${encodeURIComponent(job.id)}${rest}`;
const after = async (answer) => {
  if (answer.said || answer.error) tell(answer);
  await refresh();
};
const failed = (answer) => (answer.error ? answer : {});
const change = async (job, fields) => after(failed(await callJson("PATCH", path(job), fields)));
const download = async (job, format) => {
  tell({ said: fill("busy_convert", { format }) });
  const answer = await callFile(path(job, `/result?format=${format}`), { patience: LONG_MS });
  if (answer.error) {
    tell(answer);
    return;
  }
  saveBlob(answer.file, answer.name || `${job.title}.${format}`);
  tell({ said: fill("take_saved") });
};
const removeTake = async (job) => {
  const answer = await callJson("DELETE", path(job));
  if (answer.error) return after(answer);
  const undo = async () => {
    const back = await callJson("POST", path(job, "/restore"));
    await refresh();
    return back.error ? back : { said: fill("entry_undone") };
  };
  return after({ said: fill("take_removed"), undo });
};
const openIts = async (one) => {
  const answer = await open(one);
  if (answer.error) tell(answer);
  else location.hash = "#/";
};
const menuOf = (target, job) => {
  const owner = known.get(job.project);
  const items = [
    {
      key: "project_rename",
      shape: "edit",
      run: () =>
        askName(target, job.title, async (title) => {
          const answer = await callJson("PATCH", path(job), { title });
          if (!answer.error) refresh();
          return answer;
        }),
    },
    { key: job.kept ? "take_let_go" : "take_keep", shape: "keep", run: () => change(job, { kept: !job.kept }) },
    ...(owner ? [{ key: "take_open_project", shape: "project", run: () => openIts(owner) }] : []),
    { key: "project_remove", shape: "remove", run: () => removeTake(job) },
  ];
  openMenu(target, fill("take_more"), items);
};
const menuOfProject = (target, one) => {
  const act = (work) => async () => after((await work(one)) || {});
  openMenu(target, fill("project_menu_of", { name: titled(one) }), [
    { key: "project_rename", shape: "edit", run: () => rename(target, one, refresh) },
    { key: "project_duplicate", shape: "copy", run: act(duplicate) },
    { key: "project_export", shape: "download", run: act(exported) },
    { key: "project_remove", shape: "remove", run: act(remove) },
  ]);
};
onActions("#history", {
  begin,
  import: openFile,
  further: () => {
    state.limit += 2 * STEP;
    refresh();
  },
  favourites: (target) => {
    state.favourite = !state.favourite;
    target.setAttribute("aria-pressed", String(state.favourite));
    refresh();
  },
  play: (target) => {
    const job = jobOf(target),
      owner = known.get(job.project);
    document.dispatchEvent(new CustomEvent("studio:open-take", { detail: { job: job.id, play: true } }));
    location.hash = "#/";
    // It is heard and read below the text in use, which may be another one.
    if (!owner || owner.id === project().id || document.querySelector("#notice .busy")) return;
    theirs = owner;
    plain(SPEAK, fill("take_of", { name: titled(owner) }), [["theirs", "take_open_project"]]);
  },
  resume: async (target) => after(failed(await callJson("POST", path(jobOf(target), "/resume"), {}))),
  favour: async (target) => {
    const job = jobOf(target);
    if (job) return change(job, { favourite: !job.favourite });
    return after(failed(await favour(projectOf(target))));
  },
  download: (target) => {
    const job = jobOf(target);
    const items = FORMATS.map((format) => ({ text: format.toUpperCase(), run: () => download(job, format) }));
    openMenu(target, fill("take_download_as"), items);
  },
  more: (target) => {
    const job = jobOf(target);
    if (job) menuOf(target, job);
    else menuOfProject(target, projectOf(target));
  },
  open: (target) => openIts(projectOf(target)),
  restore: deleted.restore,
});
let theirs = null; // the project of the take that is heard
document.addEventListener("click", async ({ target }) => {
  if (!target.closest?.("#notice [data-run=theirs]") || !theirs) return;
  const answer = await open(theirs);
  if (answer.error) tell(answer);
});
let typing = 0;
document.addEventListener("input", (event) => {
  if (event.target.id !== "history-search") return;
  clearTimeout(typing);
  typing = setTimeout(() => {
    Object.assign(state, { search: event.target.value.trim(), limit: STEP });
    refresh();
  }, 150);
});
onView((name) => {
  if (name === "history") refresh();
  else clearTimeout(timer);
});
onDrawn(build);
build(); // it came when the tab was opened
