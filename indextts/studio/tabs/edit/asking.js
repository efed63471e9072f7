// The editor's questions to the server, /v1/editor. Only what ends in the player is an event: that is Gradio's.
import { call, callJson } from "../../lib/rest.js";
import { askPage } from "../../lib/waits.js";
import { EDIT } from "../speak/notice.js";
import { conduct, speak as speakBody, speakText } from "../speak/run.js";

const PATIENCE_MS = 20000,
  SPEAKING_MS = 600000; // the server's own limits are shorter

// The open page, as the server calls it: its plan is kept until the page is closed.
let page = "";
export const named = (name) => {
  page = name;
};
export const isNamed = () => Boolean(page);

const address = ({ id }, rest = "") => `/v1/editor/${encodeURIComponent(id)}${rest}`;
// Where another window changed the plan, the error comes with the plan as it is now.
const withPlan = async (plan, answer) => {
  if (answer.code !== "edited_elsewhere") return answer;
  const now = await callJson("GET", address(plan, `?page=${encodeURIComponent(page)}`));
  return { ...now, error: answer.error };
};
export const load = (sent) => callJson("POST", "/v1/editor", { ...sent, page }, { patience: PATIENCE_MS });
export const change = async (plan, sent) => {
  const body = { ...sent, revision: plan.revision };
  return withPlan(plan, await callJson("POST", address(plan, "/edits"), body, { patience: PATIENCE_MS }));
};
export const speak = (plan, segment, version) =>
  callJson("POST", address(plan, "/sounds"), { segment, version }, { patience: SPEAKING_MS });
// The file and its name, or the error.
export const planFile = async (plan) => {
  const answer = await call(address(plan, `/file?revision=${plan.revision}`));
  if (answer.error) return withPlan(plan, answer);
  const [, name] = /filename\*=UTF-8''(\S+)/.exec(answer.headers.get("Content-Disposition"));
  return { file: await answer.blob(), name: decodeURIComponent(name) };
};

// Each question waits for the answer to the one before.
export const inLine = () => {
  let line = Promise.resolve();
  const ask = (question) => {
    const answer = line.then(question);
    line = answer.catch(() => {});
    return answer;
  };
  ask.idle = () => line;
  return ask;
};

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
