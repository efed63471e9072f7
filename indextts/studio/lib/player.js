// The page's own player: one <audio>, the picture of its sound, and everything that can be done with it. Beside the
// text it is large; on every other tab a bar at the window's foot, which is there once anything was heard. A sound that
// is not the text's own, such as a book's, is in that bar beside the text too, and the text's waits for its turn.
//
//     player.open("JOB", { play: true });   // a job that is done, or that is still being made
//     player.open("JOB", { title: "A book · Chapter 1", foreign: true });
//     player.seekTo(12.5);
//     player.root.addEventListener("studio:time", ({ detail }) => detail.now);
//
// All that it shows it learns from /v1/jobs. Where the next sentence is not made yet, it waits and goes on by itself.
import { $, fill, make, onDrawn, put, root as html } from "./dom.js";
import { canFeed, fileFeed, segmentFeed } from "./player_feed.js";
import { followJob } from "./player_job.js";
import { onPlayerKeys } from "./player_keys.js";
import { clock, playerParts } from "./player_parts.js";
import { offerToSystem, tellSystem } from "./player_system.js";
import { wave } from "./player_wave.js";
import { onView } from "./router.js";
import { recallJson, remember } from "./storage.js";

const KEPT = "indextts.player";
const STEP_S = 5,
  PAGE_S = 30,
  EDGE_S = 0.03, // a picture's time: so much before its end a stretch is taken as heard
  HEARD_S = 0.15, // whoever comes back to a sound with no more left than that begins anew
  AGAIN_S = 1.5; // later than this in a sentence, "back" is its own beginning

const parts = playerParts();
const { root, audio } = parts;
const paint = wave(parts.canvas);
let job = null,
  feed = null,
  intent = false, // it is to play as soon as there is something
  failure = "",
  blocked = false,
  old = ["", ""], // of the text that is shown, of what is heard beside it
  title = "", // what it is called where the job does not say it
  foreign = false, // it is not of the text
  mine = null, // the text's own sound that waits: { id, at, title }
  stopAt = null, // where a stretch that is played alone ends
  loop = null,
  guide = null, // who says what follows a sentence: { tick(now, ended), play(), paused(), moved(to) } (lib/study.js)
  guided = "", // what that has to say
  pointed = null, // where the pointer is, in seconds
  dragged = false;

const tell = (name, detail = {}) => root.dispatchEvent(new CustomEvent(`studio:${name}`, { bubbles: true, detail }));
const now = () => (dragged ? pointed : audio.currentTime);
const length = () => Math.max(job?.expected || 0, 1);
const isReady = () => audio.readyState >= HTMLMediaElement.HAVE_FUTURE_DATA;
const isPlaying = () => Boolean(job) && (intent || !audio.paused) && (!failure || isReady());
const isWaiting = () => isPlaying() && !isReady() && !audio.ended;

// What is shown.
const name = (part, key) => {
  const text = fill(key);
  if (part.title === text) return;
  part.title = text;
  part.setAttribute("aria-label", text);
};
const noteNow = () => {
  if (blocked) return fill("player_press");
  if (guided && !isPlaying()) return guided;
  if (!isWaiting()) return foreign || html.dataset.view === "edit" ? old[Number(foreign)] : "";
  if (job.over || now() < job.end - 0.3) return fill("player_loading");
  if (job.waits) return job.waits;
  return fill(job.status === "paused" ? "player_stopped" : job.made ? "player_waits" : "player_begins");
};
const titleNow = () => title || job?.title || job?.segments[0]?.text || "";
const showTitle = () => {
  const text = titleNow();
  put(parts.title, text);
  if (parts.title.title !== text) parts.title.title = text;
  html.classList.toggle("has-player", Boolean(foreign ? mine : job));
  html.classList.toggle("foreign-sound", foreign);
  root.classList.toggle("slim", foreign || html.dataset.view !== "speak");
  parts.rest.hidden = !mine;
  put(parts.rest.lastChild, mine?.title || "");
};
const show = () => {
  const state = failure ? "failed" : !job ? "empty" : isWaiting() ? "waiting" : isPlaying() ? "playing" : "paused";
  if (root.dataset.state !== state) root.dataset.state = state;
  showTitle();
  [parts.play, parts.back, parts.on, parts.loop].forEach((part) => {
    part.disabled = !job;
  });
  parts.loop.disabled = !job || Boolean(guide);
  parts.bar.setAttribute("aria-disabled", String(!job));
  const shape = `glyph glyph-${isPlaying() ? "pause" : "play"}`;
  if (parts.play.firstChild.className !== shape) parts.play.firstChild.className = shape;
  name(parts.play, isPlaying() ? "player_pause" : "player_play");
  put(parts.note, noteNow());
  tellSystem(job, audio.currentTime, audio.playbackRate);
  showTime();
};
const showTime = () => {
  const here = now(),
    whole = length(),
    shown = clock(here),
    total = job && !job.over && job.made ? fill("player_about", { time: clock(whole) }) : clock(job?.expected || 0);
  put(parts.now, shown);
  put(parts.all, total);
  const { bar } = parts,
    second = String(Math.round(here));
  bar.setAttribute("aria-valuemax", String(Math.ceil(whole)));
  if (bar.getAttribute("aria-valuenow") !== second || bar.dataset.all !== total) {
    bar.setAttribute("aria-valuenow", second);
    bar.setAttribute("aria-valuetext", fill("player_at", { now: shown, all: total }));
    bar.dataset.all = total;
  }
  paint({ job, now: here, length: whole, loop, pointed });
};
const fail = (sentence) => {
  if (failure === sentence) return;
  failure = sentence;
  const again = make("button", { type: "button", class: "text-button" }, fill("player_again"));
  again.addEventListener("click", retry);
  parts.failure.replaceChildren(...(sentence ? [make("span", {}, sentence), " ", again] : []));
  if (sentence) tell("error", { message: sentence });
  show();
};

// While it plays: what is heard, picture by picture; without pictures, as often as the browser says.
let frame = 0;
const tick = () => {
  const here = audio.currentTime;
  if (stopAt !== null && here >= stopAt - EDGE_S) {
    stopAt = null;
    pause();
  } else if (loop && !audio.paused && (here >= loop[1] - EDGE_S || here < loop[0] - EDGE_S)) {
    [audio.currentTime] = loop;
  } else if (stopAt === null && !audio.paused) guide?.tick(here);
  showTime();
  tell("time", { now: here, playing: isPlaying(), ended: audio.ended, job: job?.id ?? null });
};
const run = () => {
  cancelAnimationFrame(frame);
  frame = requestAnimationFrame(() => {
    tick();
    if (!audio.paused) run();
  });
};

// What it does.
const begin = async () => {
  try {
    await audio.play();
    blocked = false;
  } catch (error) {
    // Another sound, or a pause, came between; else the browser wants a person to press.
    if (error.name !== "NotAllowedError") return;
    intent = false;
    blocked = true;
  }
  show();
};
const play = () => {
  if (!job) return;
  if (failure) {
    retry();
    return;
  }
  if (guide?.play()) return;
  if (audio.ended) seekTo(0);
  intent = true;
  blocked = false;
  if (audio.currentSrc || audio.src) begin();
  show();
};
const pause = () => {
  intent = false;
  audio.pause();
  guide?.paused();
  show();
};
const toggle = () => {
  if (isPlaying()) {
    stopAt = null;
    pause();
  } else play();
};
const segmentAt = (seconds) => job?.segments[Math.min(job.at(seconds), job.made - 1)];
const stretch = (segment) => segment && [segment.start_s, segment.start_s + segment.duration_s];
// `own` is the guide's, which knows where it goes.
const seekTo = (seconds, own = false) => {
  if (!job) return;
  // Before anything is known of it, any place may be there.
  const to = Math.max(0, Math.min(seconds, job.status ? job.end : Number.MAX_SAFE_INTEGER));
  stopAt = null;
  if (loop && (to < loop[0] || to >= loop[1])) loop = stretch(segmentAt(to)) || null;
  if (feed?.reach(to)) audio.currentTime = to;
  if (!own) guide?.moved(to);
  tick();
  show();
};
const playRange = (begins, ends) => {
  if (!job) return;
  seekTo(begins);
  stopAt = ends;
  play();
};
const step = (by) => {
  if (!job?.made) return;
  const here = job.at(now() + EDGE_S),
    current = job.segments[here];
  if (by < 0) {
    const again = current && (now() - current.start_s > AGAIN_S || here === 0);
    seekTo(job.segments[again ? here : Math.max(0, here - 1)].start_s);
  } else seekTo(here + 1 < job.made ? job.segments[here + 1].start_s : job.end);
};
const setLoop = (yes) => {
  loop = (yes && stretch(segmentAt(now()))) || null;
  parts.loop.setAttribute("aria-pressed", String(Boolean(loop)));
  show();
};

const leave = () => {
  job?.close();
  feed?.close();
  pace = 1;
  audio.pause();
  audio.removeAttribute("src");
  audio.load();
  [job, feed, loop, stopAt, failure, intent, blocked] = [null, null, null, null, "", false, false];
  old[1] = "";
  parts.failure.replaceChildren();
  parts.loop.setAttribute("aria-pressed", "false");
};
// A job by its id, running or done; without one the player is empty. `at` is where it begins, in seconds.
const open = (id, { play: atOnce = false, at = 0, title: called = "", foreign: other = false } = {}) => {
  if (id && job?.id === id && !failure) {
    title = called || title;
    if (atOnce) play();
    return;
  }
  if (!other) mine = null;
  else if (job && !foreign) mine = { id: job.id, at: audio.currentTime, title: titleNow() };
  leave();
  [title, foreign] = [called, other];
  if (other) html.classList.add("sounded"); // also where it only stands at its place
  if (id) {
    const changed = () => {
      feed.news();
      if (job.over && !job.made && intent) pause(); // there is nothing to wait for
      if (job.over && at > 0 && at > job.end - HEARD_S) [at, audio.currentTime] = [0, 0];
      offerToSystem(api, job);
      if (intent && audio.paused && audio.src) begin();
      show();
    };
    job = followJob(id, { changed, lost: fail });
    feed = canFeed() ? segmentFeed(audio, job, fail, at) : fileFeed(audio, job);
    if (at > 0) audio.currentTime = at;
    if (atOnce) play();
  }
  offerToSystem(api, job);
  show();
  tell("opened", { job: id || null });
};
const retry = () => {
  const here = audio.currentTime;
  open(job.id, { play: true, at: here, title, foreign });
};
// Back to the text's own sound, where it was.
const takeBack = (atOnce = false) => {
  if (foreign) open(mine?.id ?? null, { play: atOnce, at: mine?.at });
};
const close = () => {
  pause();
  html.classList.remove("sounded");
  takeBack();
};

// What is set once is so the next time too.
let pace = 1; // the guide's, times the speed
const settings = { volume: 1, muted: false, speed: 1, ...recallJson(KEPT, {}) };
const apply = (change = {}) => {
  Object.assign(settings, change);
  const volume = Math.min(1, Math.max(0, Number(settings.volume) || 0)),
    speed = Math.min(2, Math.max(0.5, Number(settings.speed) || 1));
  // The default too: a new sound begins with that one.
  Object.assign(audio, { volume, muted: Boolean(settings.muted), defaultPlaybackRate: speed });
  audio.playbackRate = speed * pace;
  Object.assign(audio, { preservesPitch: true, webkitPreservesPitch: true });
  const silent = audio.muted || volume === 0;
  parts.volume.value = silent ? 0 : volume;
  parts.volume.setAttribute("aria-valuetext", `${Math.round(100 * (silent ? 0 : volume))}%`);
  parts.mute.setAttribute("aria-pressed", String(silent));
  name(parts.mute, silent ? "player_unmute" : "player_mute");
  for (const part of [parts.mute, parts.more])
    part.firstChild.className = `glyph glyph-${silent ? "silent" : "volume"}`;
  parts.speed.value = String(speed);
  if (Object.keys(change).length) remember(KEPT, JSON.stringify({ volume, muted: audio.muted, speed }));
};
apply();
parts.speed.addEventListener("change", () => apply({ speed: Number(parts.speed.value) }));
parts.volume.addEventListener("input", () => apply({ volume: Number(parts.volume.value), muted: false }));
parts.mute.addEventListener("click", () => {
  if (settings.muted || Number(settings.volume) === 0) apply({ muted: false, volume: Number(settings.volume) || 1 });
  else apply({ muted: true });
});
const fold = (yes) => {
  parts.loudness.classList.toggle("open", yes);
  parts.more.setAttribute("aria-expanded", String(yes));
};
parts.more.addEventListener("click", () => fold(!parts.loudness.classList.contains("open")));
// Before all others: Escape means this while it is open, and not a run that could be cancelled.
const unfold = (event) => {
  if (event.key !== "Escape" || !parts.loudness.classList.contains("open")) return;
  event.stopPropagation();
  fold(false);
  parts.more.focus();
};
addEventListener("keydown", unfold, true);
document.addEventListener("pointerdown", ({ target }) => {
  if (!parts.loudness.contains(target) && !parts.more.contains(target)) fold(false);
});

parts.play.addEventListener("click", toggle);
parts.back.addEventListener("click", () => seekTo(now() - STEP_S));
parts.on.addEventListener("click", () => seekTo(now() + STEP_S));
parts.loop.addEventListener("click", () => setLoop(!loop));
parts.close.addEventListener("click", close);
parts.rest.firstChild.addEventListener("click", () => takeBack(true));

// The pointer on the picture: it shows the time under it; a click or a drag goes there.
const under = ({ clientX }) => {
  const { left, width } = parts.bar.getBoundingClientRect();
  return Math.max(0, Math.min(1, (clientX - left) / width)) * length();
};
const point = (event) => {
  pointed = event ? under(event) : null;
  if (event) {
    put(parts.tip, clock(pointed));
    parts.tip.style.left = `${(100 * pointed) / length()}%`;
  }
  parts.tip.classList.toggle("shown", Boolean(event && job));
  showTime();
};
parts.bar.addEventListener("pointerdown", (event) => {
  if (!job || event.button > 0) return;
  dragged = true;
  parts.bar.setPointerCapture(event.pointerId);
  point(event);
});
parts.bar.addEventListener("pointermove", point);
parts.bar.addEventListener("pointerup", (event) => {
  if (!dragged) return;
  const to = under(event);
  dragged = false;
  point(event.pointerType === "mouse" ? event : null);
  seekTo(to);
});
parts.bar.addEventListener("pointercancel", () => {
  dragged = false;
  point(null);
});
parts.bar.addEventListener("pointerleave", () => {
  if (!dragged) point(null);
});

for (const event of ["play", "pause", "playing", "waiting", "canplay", "seeked", "emptied"])
  audio.addEventListener(event, () => {
    // A pause from outside, such as a headset's button.
    if (event === "pause" && audio.paused && !audio.ended && audio.src) intent = false;
    if (event === "play") {
      html.classList.add("sounded");
      tell("sounds");
      run();
    }
    show();
  });
audio.addEventListener("timeupdate", tick);
const end = () => {
  [intent, stopAt] = [false, null];
  show();
  tick();
  tell("ended");
};
audio.addEventListener("ended", () => {
  if (loop) {
    audio.currentTime = loop[0];
    begin();
  } else if (stopAt !== null || !guide?.tick(audio.currentTime, true)) end();
});
audio.addEventListener("error", () => {
  if (job && audio.src) fail(fill("player_broken"));
});
// Some browsers let an element play by itself only if it was loaded at a person's click once.
addEventListener("click", () => audio.src || audio.load(), { once: true, capture: true });

const api = {
  root,
  open,
  play,
  pause,
  toggle,
  seekTo,
  playRange,
  step,
  retry,
  // On to the end of all.
  finish: () => (audio.ended ? end() : play()),
  pace: (factor) => {
    pace = factor;
    apply();
  },
  setSpeed: (speed) => apply({ speed }),
  guide: (one) => {
    guide = one;
    if (guide) setLoop(false);
    show();
  },
  setNote: (text) => {
    guided = text;
    show();
  },
  playSegment: (index) => {
    const found = stretch(job?.segments[index]);
    if (found) playRange(...found);
  },
  // What is heard is not what is shown any more: said beside the time. Without a text it is again. `other`: of a sound
  // that is not the text's own.
  setOld: (text, other = false) => {
    if (!other || foreign) old[Number(other)] = text || "";
    show();
  },
  get job() {
    return job;
  },
  get now() {
    return audio.currentTime;
  },
  get playing() {
    return isPlaying();
  },
  get foreign() {
    return foreign;
  },
  get speed() {
    return audio.defaultPlaybackRate;
  },
  get title() {
    return titleNow();
  },
};
export const player = api;
onView(show);
onPlayerKeys(api, { steps: STEP_S, pages: PAGE_S, bar: parts.bar });

// Its place is Gradio's; should that be drawn anew, the player goes back into it.
onDrawn(() => {
  const place = $("#player .player-place");
  if (place && !place.contains(root)) {
    place.replaceChildren(root, parts.rest);
    show();
  }
});
