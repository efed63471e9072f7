// What the player is made of: its elements, and how times are written.
import { fill, glyph, make } from "./dom.js";

const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];
export const speedChoice = () =>
  make(
    "select",
    { class: "player-speed", title: fill("player_speed"), "aria-label": fill("player_speed") },
    ...SPEEDS.map((value) => make("option", { value, selected: value === 1 ? "" : null }, `${value}×`)),
  );

export const clock = (seconds) => {
  const whole = Math.floor(Math.max(0, seconds) + 0.02), // 3.999 is 0:04
    [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const two = (number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
};

export const tool = (name, title, shape, more = {}) =>
  make(
    "button",
    {
      type: "button",
      class: `player-button player-${name}`,
      title: fill(title),
      "aria-label": fill(title),
      disabled: "",
      ...more,
    },
    glyph(shape),
  );

// The elements by name; in the order of tabs, what plays comes first.
export const playerParts = () => {
  const audio = make("audio", { preload: "auto" });
  const play = tool("play", "player_play", "play");
  const canvas = make("canvas", { "aria-hidden": "true" });
  const tip = make("span", { class: "player-tip", "aria-hidden": "true" });
  const bar = make(
    "div",
    {
      class: "player-wave",
      role: "slider",
      tabindex: "0",
      "aria-label": fill("player_place"),
      "aria-valuemin": "0",
      "aria-disabled": "true",
    },
    canvas,
    tip,
  );
  const [now, all] = [make("span", { class: "player-now" }, "0:00"), make("span", { class: "player-all" }, "0:00")];
  const time = make("p", { class: "player-time" }, now, " / ", all);
  const note = make("p", { class: "player-note", role: "status" });
  const failure = make("p", { class: "player-failure", role: "alert" });
  const back = tool("back", "player_back", "back");
  const on = tool("on", "player_on", "on");
  const loop = tool("loop", "player_loop", "loop", { "aria-pressed": "false" });
  const study = tool("study", "study_open", "study", { "aria-pressed": "false" });
  const speed = speedChoice();
  const more = tool("more", "player_volume", "volume", { "aria-expanded": "false", "aria-controls": "player-volume" });
  const mute = tool("mute", "player_mute", "volume", { "aria-pressed": "false" });
  const volume = make("input", {
    type: "range",
    class: "player-level",
    min: "0",
    max: "1",
    step: "0.05",
    value: "1",
    title: fill("player_volume"),
    "aria-label": fill("player_volume"),
  });
  const close = tool("close", "player_close", "close");
  [more, mute, study, close].forEach((part) => part.removeAttribute("disabled"));
  const loudness = make("div", { class: "player-volume", id: "player-volume" }, mute, volume);
  const tools = make("div", { class: "player-tools" }, back, on, loop, study, speed, more, loudness, close);
  const title = make("p", { class: "player-title" });
  // What stands in its place beside the text while another sound is heard.
  const rest = make("div", { class: "player-rest" }, tool("own", "player_own", "play"), make("span"));
  rest.firstChild.removeAttribute("disabled");
  const root = make(
    "div",
    { class: "player", role: "group", "aria-label": fill("player"), "data-state": "empty" },
    audio,
    play,
    title,
    bar,
    time,
    note,
    failure,
    tools,
  );
  return {
    ...{ root, audio, play, title, canvas, tip, bar, now, all, note, failure },
    ...{ back, on, loop, speed, more, mute, volume, loudness, close, rest },
  };
};
