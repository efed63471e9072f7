// Never two sounds: a sample stops the player, and the player a sample. What a sample was asked for with shows that it
// sounds, and stops it when it is pressed again; so does Escape. It is heard in the same bar at the window's foot.
import { $, fill, make } from "./dom.js";
import { player } from "./player.js";
import { KEYED } from "./player_keys.js";
import { clock, speedChoice, tool } from "./player_parts.js";
import { hushSample, onSample } from "../tabs/voices/own.js";

const HEAR = "[data-do=hear], [data-do$=Hear], .option-hear, .voice-row [data-do=play]";

let asked = null, // what was pressed last
  owner = null, // what sounds was asked for with that
  sample = null; // the <audio> that sounds
// Lists are drawn anew: what stands for the same thing is known by its names.
const keyOf = (part) => `${part.dataset.do} ${part.closest("[data-id]")?.dataset.id}`;
const isOwner = (part) => part === owner || (owner && !owner.isConnected && keyOf(part) === keyOf(owner));
const shape = (picture, yes) => {
  picture?.classList.toggle("glyph-play", !yes);
  picture?.classList.toggle("glyph-pause", yes);
};

// The bar.
const play = tool("play", "player_pause", "pause"),
  title = make("p", { class: "player-title" }),
  place = { type: "range", class: "player-wave", min: "0", step: "0.01", "aria-label": fill("player_place") },
  at = make("input", place),
  time = make("p", { class: "player-time" }),
  speed = speedChoice(),
  close = tool("close", "player_close", "close");
[play, close].forEach((part) => part.removeAttribute("disabled"));
const bar = make(
  "div",
  { id: "sample", class: "player slim", role: "group", "aria-label": fill("player_sample") },
  ...[play, title, at, time, make("div", { class: "player-tools" }, speed, close)],
);
const show = () => {
  const plays = Boolean(sample && !sample.paused);
  shape(play.firstChild, plays);
  shape(owner?.querySelector(".glyph"), plays);
  play.title = fill(plays ? "player_pause" : "player_play");
  play.setAttribute("aria-label", play.title);
  if (!sample) return;
  const all = Number.isFinite(sample.duration) ? sample.duration : 0;
  at.max = String(all);
  at.value = String(sample.currentTime);
  at.setAttribute("aria-valuetext", fill("player_at", { now: clock(sample.currentTime), all: clock(all) }));
  time.textContent = `${clock(sample.currentTime)} / ${clock(all)}`;
};
const toggle = () => {
  if (!sample.paused) {
    sample.pause();
    return;
  }
  player.pause();
  sample.play().catch(() => {});
};
const pace = () => {
  sample.playbackRate = Number(speed.value);
};
play.addEventListener("click", toggle);
close.addEventListener("click", hushSample);
at.addEventListener("input", () => {
  sample.currentTime = Number(at.value);
});
speed.addEventListener("change", () => {
  player.setSpeed(Number(speed.value));
  pace();
});

onSample((one) => {
  shape(owner?.querySelector(".glyph"), false);
  owner = one ? asked : null;
  sample = one?.audio ?? null;
  if (!one) {
    bar.remove();
    return;
  }
  title.textContent = title.title = one.title;
  speed.value = String(player.speed);
  pace();
  for (const news of ["play", "pause", "timeupdate", "durationchange"])
    sample.addEventListener(news, () => sample === one.audio && show());
  show();
  ($("main") || document.body).append(bar); // a landmark, for those who hear the page
  player.pause();
});
player.root.addEventListener("studio:sounds", hushSample);

document.addEventListener(
  "click",
  (event) => {
    const part = event.target.closest?.(HEAR);
    if (!part) return;
    if (isOwner(part)) {
      event.stopImmediatePropagation();
      if (sample.paused) toggle();
      else hushSample();
    } else asked = part;
  },
  true,
);
// First of all: Escape is also what stops a run, and Space what plays a take. An open list closes as well.
addEventListener(
  "keydown",
  (event) => {
    const { key } = event;
    if (key === " " && sample && !event.ctrlKey && !event.metaKey && !event.altKey) {
      if (document.activeElement?.closest(KEYED)) return;
      toggle();
    } else if (key !== "Escape" || !hushSample()) return;
    else if ($("[role=combobox][aria-expanded=true]")) return;
    event.stopImmediatePropagation();
    event.preventDefault();
  },
  true,
);
