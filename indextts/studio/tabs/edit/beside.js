// The whole text in two states, heard by turns at the same place: as it was before, or as another take has it, and now.
// In the model, `beside` is { take, told, side, place } while its bar is open; `told` is what the server says of it.
import { $, button, fill, make } from "../../lib/dom.js";
import { icon } from "./controls.js";
import { bufferOf, silence, sound } from "./playing.js";

let desk = null,
  run = 0, // counts what was begun: what is late belongs to another one
  timer = 0,
  now = null; // how far it is: { place, length, at() }
export const attachBeside = (given) => {
  desk = given;
};
export const besideBar = (model) => {
  const { beside } = model;
  const bar = make("div", { class: "edit-beside", role: "group", "aria-label": fill("edit_beside") });
  bar.hidden = !beside;
  if (!beside) return bar;
  const side = (name, key) =>
    button(`beside-${name}`, key, { "aria-pressed": String(beside.side === name), "data-key": `beside.${name}` });
  const changed = model.plan.sentences.length - beside.same.size,
    counted = beside.told ? fill("edit_beside_count", { count: changed }) : "";
  bar.append(
    icon("beside-play", beside.playing ? "edit_stop" : "edit_beside_play", beside.playing ? "stop" : "play"),
    make(
      "span",
      { class: "versions" },
      side("was", beside.take ? "edit_beside_take" : "edit_beside_was"),
      side("now", "edit_beside_now"),
    ),
    make("span", { class: "edit-found", role: "status" }, counted),
    icon("beside", "close", "close"),
  );
  return bar;
};
// Which sentence of the other state is heard where that one would be.
const partner = (place) => {
  const { partners } = desk.model.beside;
  return partners.get(place) ?? null;
};
const named = async (place, side) => {
  if (side === "now") return desk.soundOf(place, -1);
  const there = partner(place);
  return there === null ? "" : desk.soundBeside(there);
};
const stop = () => {
  run += 1;
  clearTimeout(timer);
  silence();
  now = null;
  const { beside } = desk.model;
  if (beside?.playing) {
    beside.playing = false;
    desk.rowOf(beside.place)?.classList.remove("heard");
    desk.drawMore();
  }
};
export const stopBeside = stop;
const playFrom = async (place, share) => {
  const { model } = desk,
    mine = (run += 1);
  const { beside } = model;
  clearTimeout(timer);
  if (!model.plan.sentences[place]) {
    stop();
    return;
  }
  beside.place = place;
  document.querySelectorAll("#editor .heard").forEach((part) => part.classList.remove("heard"));
  desk.rowOf(place)?.classList.add("heard");
  const following = (seconds) => {
    timer = setTimeout(playFrom, seconds * 1000, place + 1, 0);
  };
  const name = await named(place, beside.side);
  const buffer = name ? await bufferOf(name, desk.tell) : null;
  if (mine !== run || !model.beside) return;
  if (!buffer) {
    following(0.1); // a line that only the other state has
    return;
  }
  const length = buffer.duration;
  const ended = () => {
    if (mine === run) following(model.plan.sentences[place]?.silence || 0);
  };
  const at = await sound(buffer, ended, share * length);
  if (mine === run) now = { length, at };
};
const turn = (side) => {
  const { beside } = desk.model;
  if (beside.side === side) return;
  beside.side = side;
  const share = now ? Math.min(now.at() / now.length, 1) : 0;
  if (beside.playing) playFrom(beside.place, share < 1 ? share : 0);
  desk.drawMore();
};
const toggle = () => {
  const { model } = desk,
    { beside } = model;
  if (beside.playing) {
    stop();
    return;
  }
  desk.halt();
  beside.playing = true;
  desk.drawMore();
  playFrom(Math.max(model.open, 0), 0);
};
const open = async () => {
  const { model } = desk;
  if (model.beside) {
    stop();
    model.beside = null;
    desk.drawMore();
    $("#editor [data-do=more]").focus();
    return;
  }
  const take = model.other;
  model.beside = { take, told: null, side: "now", place: 0, playing: false, partners: new Map(), same: new Set() };
  desk.drawMore();
  await learn();
};
// Which sentences belong together; asked again when the plan was changed.
export const learn = async () => {
  const { beside } = desk.model;
  if (!beside) return;
  const told = await desk.compared(beside.take);
  if (told.error || desk.model.beside !== beside) {
    desk.tell(told.error || "");
    return;
  }
  Object.assign(beside, {
    told,
    partners: new Map(told.pairs.map(([there, here]) => [here, there])),
    same: new Set(told.pairs.filter(([, , same]) => same).map(([, here]) => here)),
  });
  desk.drawMore();
};
export const besideActions = {
  beside: open,
  "beside-play": toggle,
  "beside-was": () => turn("was"),
  "beside-now": () => turn("now"),
};
