// The user's dictionary on the server. What changes something answers { said, undo } or { error, code }.
import { fill } from "../../lib/dom.js";
import { call, callJson } from "../../lib/rest.js";

const PATH = "/v1/lexicon";
const MOST = 1000;
const TYPES = { csv: "text/csv", json: "application/json" };

const addressOf = (entry) => `${PATH}/${entry.id}`;
// As it can be sent back.
const stored = ({ word, reading, kind, note, enabled }) => ({ word, reading, kind, note, enabled });
const undone = (answer) => (answer.error ? answer : { said: fill("entry_undone") });
const done = (key, details, back) => ({ said: fill(key, details), undo: async () => undone(await back()) });

export const list = (search, offset, limit) =>
  callJson("GET", `${PATH}?${new URLSearchParams({ search, offset, limit })}`);

// How a word alone is read: { reading, printed }, both empty where no one reading says it.
export const readingOf = (word) => callJson("GET", `${PATH}/reading?${new URLSearchParams({ word })}`);

// The first entries of a search, as many as `limit`, page by page: { entries, total }.
export const listUpTo = async (search, limit) => {
  let page = await list(search, 0, Math.min(limit, MOST));
  const entries = page.entries || [];
  while (page.entries?.length && entries.length < Math.min(limit, page.total)) {
    page = await list(search, entries.length, Math.min(limit - entries.length, MOST));
    entries.push(...(page.entries || []));
  }
  return page.error ? page : { ...page, entries };
};
// Its word as it is written to be heard, in use or not.
export const marked = ({ word, reading, kind }) => (kind === "text" ? reading : `<${word}|${reading}>`);

const keyOf = (word) => word.trim().split(/\s+/).join(" ").toLowerCase();
const find = async (word) => {
  const found = await list(word.trim(), 0, MOST);
  return found.entries?.find((entry) => keyOf(entry.word) === keyOf(word));
};

// A new entry, or another reading for a word that is there.
export const add = async ({ word, reading, kind }) => {
  const sent = { word, reading, kind: kind || null };
  const made = await callJson("POST", PATH, sent);
  if (!made.error) return done("entry_added", made, () => callJson("DELETE", addressOf(made)));
  if (made.code !== "entry_exists") return made;
  const before = await find(word);
  const changed = await callJson("POST", PATH, { ...sent, replace: true });
  if (changed.error) return changed;
  return done("entry_changed", changed, () => callJson("PUT", addressOf(changed), stored(before || changed)));
};
export const change = async (before, fields) => {
  const changed = await callJson("PUT", addressOf(before), fields);
  if (changed.error) return changed;
  const key = changed.enabled === before.enabled ? "entry_changed" : changed.enabled ? "entry_on" : "entry_off";
  return done(key, changed, () => callJson("PUT", addressOf(before), stored(before)));
};
export const remove = async (entry) => {
  const answer = await callJson("DELETE", addressOf(entry));
  if (answer.error) return answer;
  return done("entry_removed", entry, () => callJson("POST", PATH, { ...stored(entry), replace: true }));
};

export const exported = (format) => call(`${PATH}/export?format=${format}`);
const imported = (format, body, replace) =>
  callJson("POST", `${PATH}/import?replace=${replace}`, undefined, {
    headers: { "Content-Type": TYPES[format] },
    body,
  });
export const importFile = async (format, data) => {
  const kept = await exported("json");
  if (kept.error) return kept;
  const before = await kept.text();
  const counted = await imported(format, data, false);
  return counted.error ? counted : done("entries_imported", counted, () => imported("json", before, true));
};
