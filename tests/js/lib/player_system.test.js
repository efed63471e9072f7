import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import "../support/page.js";
import { offerToSystem, tellSystem } from "../../../indextts/studio/lib/player_system.js";

let acts = {},
  position = null;
globalThis.MediaMetadata = class {
  constructor(about) {
    Object.assign(this, about);
  }
};
const session = {
  metadata: null,
  setActionHandler: (name, act) => {
    if (name === "seekto") throw new TypeError("not known");
    acts[name] = act;
  },
  setPositionState: (given) => {
    position = given;
  },
};
const went = [];
const player = {
  ...{ now: 30, play: "play", pause: "pause" },
  seekTo: (to) => went.push(to),
  step: (by) => went.push(`${by}`),
};
beforeEach(() => {
  [acts, position, went.length] = [{}, null, 0];
  navigator.mediaSession = session;
});

test("a locked screen shows what the player says it plays, and whose voice it is", () => {
  const segments = [{ text: "Good morning.", voice: "Anna" }];
  offerToSystem({ ...player, title: "Letters" }, { segments });
  assert.deepEqual({ ...session.metadata }, { title: "Letters", artist: "Anna", album: "IndexTTS Studio" });
  offerToSystem({ ...player, title: "" }, { segments: [] });
  assert.ok(session.metadata.title);
});

test("a headset's keys skip as far as the system says, else five seconds", () => {
  offerToSystem(player, { title: "x", segments: [] });
  acts.seekbackward({ seekOffset: 10 });
  acts.seekforward({});
  acts.previoustrack();
  acts.nexttrack();
  assert.deepEqual(went, [20, 35, "-1", "1"]);
});

test("a key that the browser does not know keeps no other from working", () => {
  offerToSystem(player, { title: "x", segments: [] });
  assert.equal(acts.nexttrack instanceof Function, true);
  assert.ok(!("seekto" in acts));
});

test("an empty player offers the system nothing", () => {
  offerToSystem(player, null);
  assert.equal(session.metadata, null);
  assert.ok(Object.values(acts).every((act) => act === null));
});

test("the system's bar never goes beyond what is made", () => {
  tellSystem({ end: 10 }, 12, 1.5);
  assert.deepEqual(position, { duration: 10, position: 10, playbackRate: 1.5 });
  tellSystem({ end: 0 }, 0, 1);
  assert.equal(position, undefined);
  tellSystem(null, 3, 1);
  assert.equal(position, undefined);
});

test("a browser without a media session is no trouble", () => {
  navigator.mediaSession = undefined;
  offerToSystem(player, { title: "x", segments: [] });
  tellSystem({ end: 10 }, 1, 1);
  assert.deepEqual([acts, position], [{}, null]);
});
