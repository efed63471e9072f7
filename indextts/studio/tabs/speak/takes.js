// Takes: their ids are kept here, they themselves on the server.
import { $, fill, saveBlob } from "../../lib/dom.js";
import { fetchWithin } from "../../lib/rest.js";
import { recallJson, remember } from "../../lib/storage.js";
import { notify, onLeaving } from "../../lib/waits.js";
import { keepPace, meter } from "./meter.js";

const KEY = "indextts.takes",
  SAVE_MS = 300000;

export const keepTakes = () => {
  const data = $("#take-data");
  if (!data) return;
  const ids = [...document.querySelectorAll("#takes [data-action=play]")].map((button) => button.dataset.take);
  remember(KEY, JSON.stringify({ ids, shown: data.dataset.take }));
  keepPace(data.dataset.engine, Number(data.dataset.elapsed) / Number(data.dataset.duration));
  meter();
};
export const keptTakes = () => {
  const kept = recallJson(KEY, {});
  return [kept.ids || [], kept.shown || ""];
};
onLeaving(keepTakes);

export const save = async (file, name) => {
  if (!file || !file.url) return;
  // Through a blob, because the server's own name for the file would win over the readable one.
  try {
    const { ok, answer } = await fetchWithin(SAVE_MS, file.url);
    if (ok) saveBlob(await answer.blob(), name);
    else notify(fill("save_failed"));
  } catch {
    notify(fill("save_failed"));
  }
};
