// The sound of sentences: fetched once, decoded to the sample, played with nothing of their neighbours.
import { fill, home } from "../../lib/dom.js";
import { player } from "../../lib/player.js";
import { fetchWithin } from "../../lib/rest.js";
import { hushSample } from "../voices/own.js";

const SOUND_MS = 60000,
  KEPT = 64;
let audio = null,
  source = null;
const buffers = new Map();

// The sound of that name; nothing where it is gone. `lost` hears of it when the server cannot be reached.
export const bufferOf = async (name, lost) => {
  audio ??= new AudioContext();
  if (!buffers.has(name)) {
    try {
      const { ok, answer } = await fetchWithin(SOUND_MS, `${home()}/audio/${name}`);
      if (!ok) return null;
      buffers.set(name, await audio.decodeAudioData(await answer.arrayBuffer()));
    } catch {
      lost(fill("fix_lost"));
      return null;
    }
    if (buffers.size > KEPT) buffers.delete(buffers.keys().next().value);
  }
  return buffers.get(name);
};
export const silence = () => {
  if (!source) return;
  source.onended = null;
  source.stop();
  source = null;
};
// Plays it from `from` seconds on; what is returned says how far it is.
export const sound = async (buffer, ended, from = 0) => {
  silence();
  player.pause();
  hushSample();
  if (audio.state === "suspended") await audio.resume();
  source = new AudioBufferSourceNode(audio, { buffer });
  source.connect(audio.destination);
  source.onended = () => {
    source = null;
    ended();
  };
  const began = audio.currentTime - from;
  source.start(0, Math.min(from, Math.max(buffer.duration - 0.01, 0)));
  return () => audio.currentTime - began;
};
