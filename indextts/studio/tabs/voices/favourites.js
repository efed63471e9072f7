// The voices that a person likes: remembered by this browser, first in every list.
import { signal } from "../../lib/dom.js";
import { recallJson, remember } from "../../lib/storage.js";

const KEY = "indextts.favourites";
const changed = signal();
export const onFavourites = changed.hear;
const kept = recallJson(KEY, []);
const loved = new Set(Array.isArray(kept) ? kept : []);
export const favourites = () => loved;
export const love = (voice, yes) => {
  if (yes) loved.add(voice);
  else loved.delete(voice);
  remember(KEY, JSON.stringify([...loved]));
  changed.tell();
};
