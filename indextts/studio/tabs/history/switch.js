// The open project in the header: its name, how its saving goes, and what can be done with it.
import { $, fill, make, onDrawn, saveBlob } from "../../lib/dom.js";
import { askName, openMenu } from "../../lib/menu.js";
import {
  changeProject,
  keepBoth,
  leaveProject,
  newProject,
  onConflict,
  onParting,
  onProject,
  onRenewed,
  openProject,
  project,
  save,
  savingState,
} from "../../lib/project.js";
import { callFile, callJson } from "../../lib/rest.js";
import { say } from "../../lib/said.js";

const PATH = "/v1/projects",
  LONG_MS = 600000,
  SHOWN_MS = 60;

export const titled = ({ title }) => title || fill("project_untitled");

// What was done is told at the window's foot, on whatever tab.
const foot = () => {
  let place = $("#project-said");
  if (!place) document.body.append((place = make("div", { id: "project-said", role: "status" })));
  return place;
};
export const tell = (answer) => say(foot(), answer);

const drawn = () => {
  const button = $("#project-switch");
  if (!button) return;
  const name = titled(project()),
    state = savingState();
  button.querySelector(".project-title").textContent = name;
  button.dataset.state = state;
  button.setAttribute("aria-label", fill("project_is", { name }));
  button.title = `${name} · ${fill(`project_${state}`)}`;
};
onProject(drawn);
let there = false;
onDrawn(() => {
  if (there || !$("#project-switch")) return;
  there = true;
  drawn();
});

// What can be done with a project, from here and from the list. Each returns { said, undo } or { error }.
const idOf = (one) => `${PATH}/${encodeURIComponent(one.id)}`;
const opened = (answer) => (answer.error === true ? { error: fill("project_unkept") } : answer);
export const open = async (one) => opened(await openProject(one.id));
export const rename = (anchor, one, after = () => {}) =>
  askName(anchor, one.name || one.title, async (name) => {
    const answer = await changeProject(one.id, { name });
    if (!answer.error) after(answer);
    return answer;
  });
export const favour = (one) => changeProject(one.id, { favourite: !one.favourite });
export const duplicate = async (one) => {
  const name = fill("project_copy_of", { name: titled(one) }).slice(0, 120);
  const answer = await callJson("POST", `${idOf(one)}/duplicate?${new URLSearchParams({ name })}`);
  return answer.error ? answer : { said: fill("project_copied", { name: answer.name }), made: answer };
};
export const exported = async (one) => {
  const answer = await callFile(`${idOf(one)}/export`, { patience: LONG_MS });
  if (answer.error) return answer;
  const name = `${titled(one).replace(/[\\/:*?"<>|]/g, "_")}.idts`;
  saveBlob(answer.file, name);
  return { said: fill(answer.warnings.includes("mixed_rights") ? "project_mixed" : "project_exported", { name }) };
};
export const imported = async (file) => {
  tell({ said: fill("project_importing", { name: file.name }) });
  const headers = { "Content-Type": "application/zip" };
  const answer = await callJson("POST", `${PATH}/import`, undefined, { headers, body: file, patience: LONG_MS });
  if (answer.error) return answer;
  const said = fill("project_imported", { name: titled(answer) }),
    known = answer.warnings.map(({ message, hint }) => ` ${message} ${hint}`);
  return { [known.length ? "error" : "said"]: [said, ...known].join(""), made: answer };
};
export const remove = async (one) => {
  const here = one.id === project().id;
  if (here) await save();
  const answer = await callJson("DELETE", idOf(one));
  if (answer.error) return answer;
  if (here) await leaveProject();
  return {
    said: fill("project_removed", { name: titled(one) }),
    undo: async () => {
      const back = await callJson("POST", `${idOf(one)}/restore`);
      if (back.error) return back;
      if (here && !project().id) await open(one);
      done({});
      return { said: fill("entry_undone") };
    },
  };
};
const chooseFile = (then) => {
  const field = make("input", { type: "file", accept: ".idts" });
  field.addEventListener("change", () => field.files.length && then(field.files[0]));
  field.click();
};

// The menu. What exists nowhere but in this window is kept first.
const done = (answer) => {
  if (answer.said || answer.error) tell(answer);
  $("#history .history")?.dispatchEvent(new CustomEvent("studio:projects"));
};
const kept = (act) => async () => {
  await save();
  const now = project();
  done(now.id ? (await act(now)) || {} : { error: fill("project_empty") });
};
// The text can take the focus once its tab is shown.
const toText = () => {
  location.hash = "#/";
  setTimeout(() => $("#text textarea")?.focus({ preventScroll: true }), SHOWN_MS);
};
export const begin = async () => {
  const answer = opened(await newProject());
  if (answer.error) {
    done(answer);
    return;
  }
  toText();
};
export const bringIn = async (file) => {
  const answer = await imported(file);
  done(answer);
  if (!answer.made) return;
  const now = await open(answer.made);
  if (now.error) done(now);
};
export const openFile = () => chooseFile(bringIn);
const menu = (button) => {
  const now = project();
  const items = [
    { key: "project_new", shape: "add", run: begin },
    { key: "project_open", shape: "project", run: () => (location.hash = "#/history") },
    { key: "project_import", shape: "upload", run: openFile },
    null,
    { key: "project_rename", shape: "edit", run: kept((one) => rename(button, one, () => done({}))) },
    {
      key: now.favourite ? "project_unfavour" : "project_favour",
      shape: now.favourite ? "star" : "star-empty",
      run: kept((one) => favour(one).then(({ error }) => ({ error }))),
    },
    { key: "project_duplicate", shape: "copy", run: kept(duplicate) },
    { key: "project_export", shape: "download", run: kept(exported) },
    { key: "project_remove", shape: "remove", run: kept(remove) },
  ];
  openMenu(button, fill("project_menu"), items, `${titled(now)} · ${fill(`project_${savingState()}`)}`);
};
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("#project-switch");
  if (button) menu(button);
});

onRenewed(() => tell({ said: fill("project_renewed") }));
onParting((name) => tell({ said: fill("project_parted", { name: name || fill("project_untitled") }) }));

// Another window was faster: both versions are kept, and one of them goes on here.
const aside = (name) => fill("project_aside", { name: name || fill("project_untitled") }).slice(0, 120);
onConflict(() => {
  const choose = (mine, key) => {
    const kept = mine ? "mine" : "theirs";
    const button = make("button", { type: "button", class: "text-button", "data-keep": kept }, fill(key));
    button.addEventListener("click", async () => {
      button.disabled = true;
      const answer = await keepBoth(mine, aside);
      done(answer.error ? answer : { said: fill("project_both_kept", { name: answer.aside }) });
    });
    return button;
  };
  tell({ error: fill("project_torn_ask") });
  foot().append(choose(true, "project_keep_mine"), choose(false, "project_keep_theirs"));
});
