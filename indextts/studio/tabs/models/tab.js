// The tab with the models: which are here, how far a fetch is, what can be done. It asks again every second while
// something goes on; what is answered goes in as text, never as markup.
import { $, button, facts, fill, make, onDrawn, put } from "../../lib/dom.js";
import { reload } from "../../lib/reload.js";
import { callJson } from "../../lib/rest.js";
import { onView, view } from "../../lib/router.js";
import { say } from "../../lib/said.js";
import { RUNNING, computed, foundOf, offered, shownAs, size, sized, underWay } from "./words.js";

const PATH = "/v1/store",
  LOOK_MS = 1000,
  FAR_MS = 5000;

const listed = (answer) => {
  if (answer.error) tell(answer);
  else if (answer.models) draw({ ...answer, models: answer.models.map(shownAs) });
  return answer;
};
const refresh = async () => {
  if (built()) listed(await callJson("GET", PATH));
};

// The frame, made once.
const built = () => Boolean($("#models .models")?.firstElementChild);
const build = () => {
  const place = $("#models .models");
  if (!place || place.firstElementChild) return;
  place.append(
    make(
      "div",
      { class: "models-head" },
      make("h2", {}, fill("tab_models")),
      make("p", { class: "hint" }, fill("models_hint")),
      make("p", { class: "hint models-free" }),
    ),
    make("div", { class: "models-restart", role: "status" }),
    make("div", { class: "models-said", role: "status" }),
    make("ul", { id: "model-rows" }, make("li", { class: "hint" }, fill("models_empty"))),
  );
  if (view() === "models") refresh();
};

// The models. A row stays and is filled anew, so that what has the focus or is unfolded stays so.
const command = (text) =>
  make(
    "div",
    { class: "command" },
    make("code", { tabindex: "0" }, text),
    make("button", { type: "button", class: "text-button", "data-do": "copy" }, fill("model_copy")),
  );
const ROW = [
  ...["model-progress", "model-said", "model-stands", "model-do", "model-needs"],
  ...["hint model-computing", "hint model-licence"],
];
const rowFor = (model) => {
  const row = make(
    "li",
    { class: "model-row", "data-name": model.name },
    make(
      "div",
      { class: "model-head" },
      make("h3", {}, model.title),
      make("span", { class: "model-state", role: "status" }),
      make("span", { class: "model-size" }),
    ),
    make("p", { class: "model-about" }, model.about),
    ...ROW.map((classes) => make("div", { class: classes })),
  );
  if (model.files.length) {
    row.append(
      make(
        "details",
        { class: "model-offline fold" },
        make("summary", { class: "hint" }, fill("model_offline")),
        make("p", { class: "hint" }, fill("model_offline_how", { sources: model.sources })),
        make("p", { class: "model-files" }, ...model.files.map((file) => make("code", {}, file))),
        command(`python -m indextts models pull ${model.name} --from PATH`),
      ),
    );
  }
  return row;
};
const actionButton = ([action, key, strong]) => button(action, key, { class: `quiet-button ${strong || ""}` });
const redraw = (place, key, parts) => {
  if (place.dataset.key === key) return;
  place.dataset.key = key;
  place.replaceChildren(...parts());
};
const fillRow = (row, model) => {
  const part = (name) => row.querySelector(`.${name}`);
  row.dataset.state = model.state;
  put(part("model-state"), fill(`model_${model.state}`));
  part("model-size").textContent = sized(model);
  const running = RUNNING.includes(model.state);
  redraw(part("model-progress"), running ? "yes" : "", () =>
    running
      ? [
          make(
            "span",
            { class: "bar", role: "progressbar", "aria-label": model.title, "aria-valuemin": 0, "aria-valuemax": 100 },
            make("span", {}),
          ),
          make("p", { class: "hint" }),
        ]
      : [],
  );
  if (running) {
    const share = model.total ? model.done / model.total : 0,
      percent = Math.floor(100 * share);
    const bar = part("bar");
    bar.setAttribute("aria-valuenow", percent);
    bar.firstElementChild.style.width = `${100 * share}%`;
    part("model-progress").lastElementChild.textContent = underWay(model);
  }
  const said = running ? "" : foundOf(model);
  part("model-said").classList.toggle("bad", Boolean(said) && !model.whole);
  redraw(part("model-said"), said, () => (said ? [make("p", { role: model.error ? "alert" : null }, said)] : []));
  redraw(part("model-stands"), running ? "" : model.order, () =>
    running || !model.order
      ? []
      : [make("p", { class: "hint" }, fill("model_stands", { folder: model.stands })), command(model.order)],
  );
  const focused = part("model-do").contains(document.activeElement);
  redraw(part("model-do"), `${model.state} ${Boolean(model.kept)} ${model.packages.length}`, () =>
    offered(model).map(actionButton),
  );
  if (focused && !part("model-do").contains(document.activeElement))
    part("model-do").querySelector("button")?.focus({ preventScroll: true });
  const needs = running ? [] : model.packages;
  redraw(part("model-needs"), needs.join(), () =>
    needs.length ? [make("p", { class: "hint" }, fill("model_needs", { packages: needs.join(", ") }))] : [],
  );
  const computing = computed(model);
  redraw(part("model-computing"), computing, () => [computing]);
  const licence = facts.strings[`licence_${model.name}`] || model.licence;
  redraw(part("model-licence"), licence, () => [fill("model_licence", { licence })]);
};
let settled = {},
  timer = 0; // which were installed, when nothing was being done with them
const draw = ({ models, free, folder, restart: wanted }) => {
  if (!built()) return;
  const busy = models.some(({ state }) => RUNNING.includes(state));
  redraw($("#models .models-restart"), wanted && !busy ? "yes" : "", () =>
    wanted && !busy
      ? [
          make("span", {}, fill("models_restart")),
          button("restart", "models_restart_now", { class: "quiet-button strong" }),
        ]
      : [],
  );
  const place = $("#model-rows");
  if (
    !place.querySelector(".model-row") ||
    models.some(({ name }) => !place.querySelector(`[data-name="${CSS.escape(name)}"]`))
  )
    place.replaceChildren(...models.map(rowFor));
  for (const model of models) fillRow(place.querySelector(`[data-name="${CSS.escape(model.name)}"]`), model);
  $("#models .models-free").textContent = fill("models_free", { free: size(free), folder });
  const now = Object.fromEntries(
    models.map(({ name, state }) => [name, RUNNING.includes(state) ? Boolean(settled[name]) : state === "installed"]),
  );
  const changed = models.filter(({ name }) => name in settled && settled[name] !== now[name]);
  const came = changed.find(({ name }) => now[name]);
  if (came) tell({ said: fill("model_done", { name: came.title }) });
  if (changed.length) $("#models .models").dispatchEvent(new CustomEvent("studio:changed", { bubbles: true }));
  settled = now;
  clearTimeout(timer);
  if (models.some(({ state }) => RUNNING.includes(state)))
    timer = setTimeout(refresh, view() === "models" && !document.hidden ? LOOK_MS : FAR_MS);
};

const tell = (answer) => say($("#models .models-said"), answer);
const copy = async (target) => {
  const code = target.previousElementSibling;
  try {
    await navigator.clipboard.writeText(code.textContent);
    target.textContent = fill("model_copied");
    setTimeout(() => {
      target.textContent = fill("model_copy");
    }, 2000);
  } catch {
    getSelection().selectAllChildren(code);
  } // no clipboard without a safe address: it is marked for Ctrl+C
};
// The server goes and comes again; the page begins anew with it.
const UP_MS = 120000;
const restart = async () => {
  const answer = await callJson("POST", `${PATH}/restart`);
  if (answer.error) {
    tell(answer);
    return;
  }
  tell({ said: fill("models_restarting") });
  const before = performance.now();
  let gone = false;
  while (performance.now() - before < UP_MS) {
    await new Promise((wait) => setTimeout(wait, LOOK_MS));
    const health = await callJson("GET", "/healthz", undefined, { patience: FAR_MS });
    if (health.error) gone = true;
    else if (health.page === "ready" && (gone || performance.now() - before > FAR_MS)) {
      reload();
      return;
    }
  }
  tell({ error: fill("models_restart_lost") });
};
const addressOf = (name) => `${PATH}/${encodeURIComponent(name)}`;
const post = async (name, verb) => listed(await callJson("POST", `${addressOf(name)}/${verb}`));
const remove = async (name, title) => {
  const answer = await callJson("DELETE", addressOf(name));
  await refresh();
  if (answer.error) return answer;
  const undo = async () => {
    const back = await post(name, "restore");
    return back.error ? back : { said: fill("model_back", { name: title }) };
  };
  return { said: fill("model_removed", { name: title, size: size(answer.freed) }), undo };
};
const actions = {
  // What the engine needs beside its model comes first. Where that may not be done from here, the model comes alone.
  fetch: async (name) => {
    const answer = await post(name, "install");
    if (answer.code !== "packages_forbidden") return answer;
    await post(name, "pull");
    return answer;
  },
  verify: (name) => post(name, "verify"),
  stop: (name) => post(name, "stop"),
  remove,
};
document.addEventListener("click", async (event) => {
  const target = event.target.closest?.("#models [data-do]");
  if (!target || target.hasAttribute("aria-busy")) return;
  if (target.dataset.do === "copy") {
    copy(target);
    return;
  }
  if (target.dataset.do === "restart") {
    target.setAttribute("aria-busy", "true");
    await restart();
    target.removeAttribute("aria-busy");
    return;
  }
  const row = target.closest("[data-name]");
  target.setAttribute("aria-busy", "true");
  const answer = await actions[target.dataset.do](row.dataset.name, row.querySelector("h3").textContent);
  target.removeAttribute("aria-busy");
  tell(answer);
  if (answer.undo) $("#models [data-do=undo]")?.focus({ preventScroll: true });
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && view() === "models") refresh();
});
onView((name) => {
  if (name === "models") refresh();
});
onDrawn(build);
build(); // it came when the tab was opened
