// The takes of the history: asked for page by page, put under their projects, and how far each is.
import { fill } from "../../lib/dom.js";
import { waitsFor } from "../../lib/player_job.js";
import { callJson } from "../../lib/rest.js";
import { fellBack } from "../speak/run_words.js";

const MOST = 200;

// The newest, as many as `limit`; `query(count)` are the URL's parameters that ask for so many.
export const jobsUpTo = async (limit, query) => {
  const jobs = [];
  let total = 0;
  while (jobs.length < limit) {
    const last = jobs.at(-1)?.id;
    const wanted = query(Math.min(limit - jobs.length, MOST));
    if (last) wanted.set("before", last);
    const page = await callJson("GET", `/v1/jobs?${wanted}`);
    if (page.error) return page;
    jobs.push(...page.jobs);
    total = page.total;
    if (!page.jobs.length || jobs.length >= total) break;
  }
  return { jobs, total };
};
// [[id of a project, its jobs], …], what was changed last first; jobs of no `known` project stand under "".
export const grouped = (projects, jobs, known) => {
  const groups = new Map(projects.map(({ id }) => [id, []]));
  for (const job of jobs) {
    const id = known.has(job.project) ? job.project : "";
    if (!groups.has(id)) groups.set(id, []);
    groups.get(id).push(job);
  }
  const age = ([id, takes]) => Math.max(known.get(id)?.updated || 0, takes[0]?.created || 0);
  return [...groups].sort((one, other) => age(other) - age(one));
};
// In words; "" for one that is done as it was asked for.
export const stateOf = (job) => {
  const count = { done: job.segments_done, total: job.segments_total || "…" };
  if (job.status === "failed") return fill("take_failed", { reason: job.error?.message || "" });
  if (job.status === "done") return fellBack(job);
  const binds = job.status === "running" && job.stage === "binding";
  const state = binds ? fill("book_binding") : fill(`take_${job.status}`, count);
  return [state, waitsFor(job), fellBack(job)].filter(Boolean).join(" · ");
};
