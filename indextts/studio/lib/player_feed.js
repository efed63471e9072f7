// How a job's sound gets into the <audio> element: segment by segment, so that any place of it can be heard at once and
// the rest while it is made. A browser that takes no segments gets one long file.
import { fill, home } from "./dom.js";
import { jobPath } from "./player_job.js";
import { fetchWithin } from "./rest.js";

const TYPE = 'audio/mp4; codecs="flac"';
const AHEAD_S = 60, // so much is fetched ahead of what is heard
  LEAST_S = 8, // and at least so much where the browser has no room
  BEHIND_S = 30,
  FAR_S = 150,
  SLACK_S = 0.06; // what a browser may leave out at the edge of what it holds
const WAIT_MS = 30000,
  PAUSES_MS = [300, 700, 1500, 3000];
// The length of what still grows: all places that may come can be asked for.
const OPEN_END_S = 48 * 3600;

const Source = () => globalThis.MediaSource || globalThis.ManagedMediaSource;
export const canFeed = () => Boolean(Source()?.isTypeSupported(TYPE));

const once = (target, name) => new Promise((done) => target.addEventListener(name, done, { once: true }));
const rest = (ms) => new Promise((done) => setTimeout(done, ms));

// Segments through a MediaSource, first those at the second `at`. `failed(sentence)` is called when it cannot go on,
// and with "" when it can again.
export const segmentFeed = (audio, job, failed, at = 0) => {
  const source = new (Source())(),
    address = URL.createObjectURL(source);
  let buffer = null,
    loading = null,
    working = false,
    closed = false,
    troubled = false,
    cuts = 0,
    fullAt = null, // where it was heard when there was no more room
    ahead = AHEAD_S;

  const ask = (index, stop) => {
    const address = home() + jobPath(job.id, `/segments/${index}`);
    return fetchWithin(WAIT_MS, address, { signal: stop.signal });
  };
  // The beginning is asked for before anything is known of the job: the server answers once it is made.
  const begin = () => {
    const stop = new AbortController();
    return { stop, asked: ask(0, stop).catch(() => null) };
  };
  let beginning = at > 0 ? null : begin();

  const holds = (begin, end) => {
    const { buffered } = buffer;
    for (let i = 0; i < buffered.length; i += 1)
      if (buffered.start(i) <= begin + SLACK_S && buffered.end(i) >= end - SLACK_S) return true;
    return false;
  };
  // Of the segment that is heard now, what was heard of it does not matter.
  const held = ({ start_s, duration_s }) => {
    const end = start_s + duration_s;
    return holds(Math.min(end, Math.max(start_s, audio.currentTime)), end);
  };
  const wanted = () => {
    const now = audio.currentTime,
      limit = source.streaming === false ? 1 : ahead;
    if (beginning && !job.made) return 0;
    for (let index = job.at(now); index < job.made && job.segments[index].start_s < now + limit; index += 1)
      if (!held(job.segments[index])) return index;
    return -1;
  };

  // Where it did not come, or somebody has gone elsewhere meanwhile, all goes by what is known of the job.
  const begun = async () => {
    const { stop, asked } = beginning;
    loading = { index: 0, stop };
    const found = await asked;
    beginning = null;
    return found?.status === 200 ? found.answer.arrayBuffer() : null;
  };
  const fetched = async (index) => {
    if (beginning && index === 0) {
      const bytes = await begun();
      if (bytes || closed || wanted() !== 0) return bytes;
    }
    for (let tries = 0; ; tries += 1) {
      const { stop } = (loading = { index, stop: new AbortController() });
      try {
        const { status, answer } = await ask(index, stop);
        if (status === 200) return await answer.arrayBuffer();
        if (status === 404) throw Object.assign(new Error("gone"), { said: fill("player_gone") });
      } catch (error) {
        if (closed || stop.signal.aborted) return null;
        if (error.said) throw error;
      }
      if (tries >= PAUSES_MS.length) throw Object.assign(new Error("lost"), { said: fill("player_lost") });
      await rest(PAUSES_MS[tries]);
      if (closed || wanted() !== index) return null;
    }
  };
  const changed = async (change) => {
    if (buffer.updating) await once(buffer, "updateend");
    if (closed || source.readyState === "closed") return;
    const done = once(buffer, "updateend");
    change();
    await done;
  };
  const drop = async (begin, end) => {
    if (end - begin > SLACK_S) await changed(() => buffer.remove(begin, end));
  };
  const keepOnly = async (begin, end) => {
    const { buffered } = buffer;
    if (!buffered.length) return;
    const last = buffered.end(buffered.length - 1);
    if (buffered.start(0) < begin) await drop(buffered.start(0), begin);
    if (last > end) await drop(end, last);
  };
  const tidy = async () => {
    if (cuts !== job.cut) {
      cuts = job.cut;
      await drop(job.cutAt, Infinity);
    }
    const now = audio.currentTime,
      { buffered } = buffer;
    if (!buffered.length) return;
    const tooOld = now - buffered.start(0) > 2 * BEHIND_S,
      tooFar = buffered.end(buffered.length - 1) > now + 2 * FAR_S;
    if (tooOld || tooFar) await keepOnly(Math.max(0, now - BEHIND_S), now + FAR_S);
  };
  const append = async (index, bytes) => {
    const start_s = index ? job.segments[index].start_s : 0;
    try {
      await changed(() => {
        buffer.timestampOffset = start_s;
        buffer.appendBuffer(bytes);
      });
    } catch (error) {
      if (error.name !== "QuotaExceededError") throw error;
      // No room: less is kept, and where that is not enough, nothing is fetched until some has been heard.
      const now = audio.currentTime;
      ahead = Math.max(LEAST_S, ahead / 2);
      await keepOnly(Math.max(0, now - 2), now + ahead);
      if (start_s > now + LEAST_S) {
        fullAt = now;
        return;
      }
      await changed(() => {
        buffer.timestampOffset = start_s;
        buffer.appendBuffer(bytes);
      });
    }
  };
  const setLength = () => {
    if (source.readyState !== "open" || buffer.updating) return;
    const { buffered } = buffer;
    const last = buffered.length ? buffered.end(buffered.length - 1) : 0;
    const length = job.over ? Math.max(job.end, last) : OPEN_END_S;
    if (source.duration !== length) source.duration = length;
    const tail = job.segments[job.made - 1];
    if (job.over && tail && held(tail)) source.endOfStream();
  };

  const work = async () => {
    if (!buffer || closed) return;
    if (working) {
      // What is being fetched is of no use to one who has gone elsewhere.
      if (loading && wanted() !== loading.index) loading.stop.abort();
      return;
    }
    working = true;
    let last = -1,
      same = 0;
    try {
      while (!closed && fullAt === null) {
        await tidy();
        const index = wanted();
        if (closed || index < 0) break;
        same = index === last ? same + 1 : 0;
        last = index;
        if (same > 3) throw Object.assign(new Error("unheard"), { said: fill("player_broken") });
        const bytes = await fetched(index);
        loading = null;
        if (bytes && !closed) {
          await append(index, bytes);
          if (troubled) failed("");
          troubled = false;
        }
      }
      if (!closed) setLength();
    } catch (error) {
      troubled = true;
      if (!closed) failed(error.said || fill("player_broken"));
    } finally {
      working = false;
      loading = null;
    }
  };
  const heard = () => {
    if (fullAt !== null && Math.abs(audio.currentTime - fullAt) > LEAST_S / 2) fullAt = null;
    work();
  };
  const events = ["timeupdate", "seeking", "waiting", "play"];
  events.forEach((name) => audio.addEventListener(name, heard));
  source.addEventListener("startstreaming", heard);
  source.addEventListener("sourceopen", () => {
    if (buffer || closed) return;
    buffer = source.addSourceBuffer(TYPE);
    setLength();
    work();
  });
  if (source instanceof (globalThis.ManagedMediaSource || function () {})) audio.disableRemotePlayback = true;
  audio.src = address;
  return {
    news: work,
    reach: () => true,
    close: () => {
      closed = true;
      beginning?.stop.abort();
      loading?.stop.abort();
      events.forEach((name) => audio.removeEventListener(name, heard));
      URL.revokeObjectURL(address);
    },
  };
};

// One long file: what grows comes as it is made and cannot be sought beyond what came; what is done can.
export const fileFeed = (audio, job) => {
  let kind = "";
  const give = (next) => {
    const now = audio.currentTime,
      playing = !audio.paused;
    kind = next;
    audio.src = home() + jobPath(job.id, `/${kind}?format=mp3`);
    if (now > 0) audio.currentTime = now;
    if (playing) audio.play().catch(() => {});
  };
  const reach = (seconds) => {
    const { seekable } = audio;
    return seekable.length > 0 && seekable.end(seekable.length - 1) >= seconds - 0.5;
  };
  return {
    news: () => {
      if (!kind && (job.made || job.over)) give(job.over ? "result" : "stream");
      else if (kind === "stream" && job.over && audio.paused && !audio.ended) give("result");
    },
    // Whether that place can be heard; where it could in another file, that one is given.
    reach: (seconds) => {
      if (reach(seconds)) return true;
      if (kind !== "stream" || !job.over) return false;
      give("result");
      return true;
    },
    close: () => {},
  };
};
