// The editor's questions to the server, /v1/editor. Only what ends in the player is an event: that is Gradio's.
import { project } from "../../lib/project.js";
import { callFile, callJson } from "../../lib/rest.js";
import { askPage } from "../../lib/waits.js";
import { EDIT } from "../speak/notice.js";
import { conduct, speak as speakBody, speakText } from "../speak/run.js";

const PATIENCE_MS = 20000,
  MOST = 80,
  SPEAKING_MS = 600000; // the server's own limits are shorter

// The open page, as the server calls it: its plan is kept until the page is closed.
let page = "";
export const named = async () => {
  page ||= (await askPage("#editor .editor", "studio:whole", {})).page ?? "";
};

const address = ({ id }, rest = "") => `/v1/editor/${encodeURIComponent(id)}${rest}`;
// Where another window changed the plan, the error comes with the plan as it is now.
const withPlan = async (plan, answer) => {
  if (answer.code !== "edited_elsewhere") return answer;
  const now = await callJson("GET", address(plan, `?page=${encodeURIComponent(page)}`));
  return { ...now, error: answer.error };
};
// The project that is open in this window: the plan is kept in it.
const kept = () => (project().id ? { project: project().id } : {});
export const load = (sent) => callJson("POST", "/v1/editor", { ...sent, page, ...kept() }, { patience: PATIENCE_MS });
export const change = async (plan, sent) => {
  const body = { ...sent, ...kept(), revision: plan.revision };
  const patience = sent.action === "replace" ? SPEAKING_MS : PATIENCE_MS;
  return withPlan(plan, await callJson("POST", address(plan, "/edits"), body, { patience }));
};
export const speak = (plan, wish) => callJson("POST", address(plan, "/sounds"), wish, { patience: SPEAKING_MS });
export const rowsOf = (plan, places) => callJson("GET", address(plan, `?places=${places.slice(0, MOST).join(",")}`));
export const compared = (plan, take) => callJson("POST", address(plan, "/compare"), take ? { take } : {});
export const markedText = (plan) => callJson("GET", address(plan, "/text"));
// The file and its name, or the error.
const file = async (plan, path, more = {}) => {
  const answer = await callFile(address(plan, path), more);
  return answer.error ? withPlan(plan, answer) : answer;
};
export const planFile = (plan) => file(plan, `/file?revision=${plan.revision}`);
export const soundFile = (plan, path, format) =>
  file(plan, `${path}?revision=${plan.revision}&format=${format}`, { patience: SPEAKING_MS });

// Takes of the whole, which go into the player. Each returns the plan as it is then, an error, or nothing where the
// notice says what became of it.
const done = (job) => job?.status === "done";
const opened = async (job) => (done(job) ? load({ take: job.id, anew: true }) : {});
export const assemble = async ({ id }) => {
  const answer = await askPage("#editor .editor", "studio:whole", { id });
  if (answer.error) return answer;
  const job = await conduct(answer.job, { place: EDIT, play: true });
  return done(job) ? askPage("#editor .editor", "studio:whole", { id, job: job.id }) : {};
};
export const openText = async (text, settings) => opened(await speakText(text, settings, { place: EDIT, play: false }));
// What the file says is put into the question as it is: the server knows best what is wrong with it.
const planBody = async (file) => `{"live":true,"plan":${await file.text()}}`;
export const openPlan = async (file) => opened(await speakBody(planBody(file), { place: EDIT, play: false }));
