// Texts that projects are to have back, after another text was begun in their place. They stand in the browser's store
// until the server has them: an answer that is lost, and a page that is left, cost nothing.
import { callJson } from "./rest.js";
import { forget, keysOf, recall, recallJson, remember } from "./storage.js";

const PATH = "/v1/projects",
  OWED = "indextts.owed.";
const RETRY_MS = 4000,
  PATIENCE_MS = 5000,
  KEEPALIVE_CHARACTERS = 15000;
const LATER = [undefined, "rate_limited", "loading"];

// `begun` is what this window has written there of the other text. Where somebody else has written there since, the
// text becomes a project beside that.
const give = async (id, { text, begun, revision }) => {
  const address = `${PATH}/${encodeURIComponent(id)}`,
    more = { patience: PATIENCE_MS, keepalive: text.length < KEEPALIVE_CHARACTERS };
  const answer = await callJson("PATCH", address, { text, revision }, more);
  if (answer.code !== "project_changed") return answer;
  const theirs = await callJson("GET", address, undefined, { patience: PATIENCE_MS });
  if (theirs.error || theirs.text === text) return theirs;
  if (theirs.text === begun) return callJson("PATCH", address, { text, revision: theirs.revision }, more);
  const { settings, speakers, dictionary = [] } = theirs;
  return callJson("POST", PATH, { text, settings, speakers, dictionary }, more);
};

let paying = Promise.resolve(),
  timer = 0;
const payAll = async () => {
  for (const key of keysOf(OWED)) {
    const record = recallJson(key, null);
    const answer = record ? await give(key.slice(OWED.length), record) : {};
    if (!answer.error || answer.code === "no_project") forget(key);
    else if (LATER.includes(answer.code)) {
      clearTimeout(timer);
      timer = setTimeout(payBack, RETRY_MS);
    }
  }
};
// Whatever is owed is given back, one after another.
export const payBack = () => (paying = paying.then(payAll));
export const owe = (id, record) => {
  remember(OWED + id, JSON.stringify(record));
  return recall(OWED + id) ? payBack() : give(id, record); // where nothing can be stored, it is tried once
};
