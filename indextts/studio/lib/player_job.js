// What is known of the job that is heard: asked for once, then told by the server as it grows.
import { fill, home } from "./dom.js";
import { callJson } from "./rest.js";

const FINAL = ["done", "failed", "cancelled"];
const LOST_MS = 8000, // so long a lost line of news may take to come back before it is told
  AGAIN_MS = 3000,
  ABOUT = 1.6, // how much longer than what is there the whole is drawn while nobody knows how much is to come
  CHANGE = 0.1; // an expectation that differs by less from the one drawn leaves the picture as it is

// What one under way waits for that comes back by itself; "" where nothing holds it up but its turn.
export const waitsFor = ({ status, waits }) => {
  if (!waits || (status === "queued" && waits.code === "waits_place")) return "";
  return fill(`waits_${waits.code.replace("waits_", "")}`);
};

export const jobPath = (id, rest = "") => `/v1/jobs/${encodeURIComponent(id)}${rest}`;

// `changed(job)` is called at all news, `lost(sentence)` when there are none any more, and with "" when they are back.
export const followJob = (id, { changed, lost }) => {
  let news = null,
    timer = 0,
    closed = false;
  const same = (one, other) => one.start_s === other.start_s && one.duration_s === other.duration_s;
  const job = {
    id,
    title: "",
    status: "",
    waits: "", // what it waits for, where that comes back by itself
    segments: [],
    made: 0, // how many of them follow each other from the first on
    cut: 0, // how often what was there already was spoken another way: all from there on is new
    cutAt: 0,
    total: 0,
    end: 0, // seconds that can be heard
    expected: 0, // seconds of the whole, as well as that can be said
    over: false,
    // The number of the segment that is heard at `now`; `made` where that is not there yet.
    at: (now) => {
      let low = 0,
        high = job.made;
      while (low < high) {
        const middle = (low + high) >> 1,
          { start_s, duration_s } = job.segments[middle];
        if (start_s + duration_s > now + 0.0005) high = middle;
        else low = middle + 1;
      }
      return low;
    },
    close: () => {
      closed = true;
      clearTimeout(timer);
      news?.close();
    },
  };
  const grown = () => {
    while (job.segments[job.made]) job.made += 1;
    const last = job.segments[job.made - 1];
    job.end = last ? last.start_s + last.duration_s : 0;
    if (job.over) job.expected = job.end;
    else {
      const share = job.total ? Math.max(1, job.total / Math.max(job.made, 1)) : ABOUT;
      const now = job.end * share;
      const same = job.expected >= job.end && Math.abs(now / job.expected - 1) < CHANGE;
      if (!same) job.expected = now;
    }
  };
  const put = (segment) => {
    const known = job.segments[segment.index];
    if (known && !same(known, segment)) {
      job.segments.length = segment.index;
      Object.assign(job, { made: Math.min(job.made, segment.index), cut: job.cut + 1, cutAt: known.start_s });
    }
    job.segments[segment.index] = segment;
  };
  const take = (state) => {
    job.title = state.title || job.title;
    job.status = state.status;
    job.waits = waitsFor(state);
    job.total = state.segments_total || 0;
    job.over = FINAL.includes(state.status);
    (state.segments || []).forEach(put);
    grown();
    changed(job);
  };
  const listen = () => {
    news = new EventSource(home() + jobPath(id, "/events"));
    news.addEventListener("open", () => {
      clearTimeout(timer);
      lost("");
    });
    news.addEventListener("segment", ({ data }) => {
      put(JSON.parse(data));
      grown();
      changed(job);
    });
    news.addEventListener("state", ({ data }) => {
      take(JSON.parse(data));
      if (job.over) news.close();
    });
    news.addEventListener("error", () => {
      clearTimeout(timer);
      if (closed || job.over) return;
      // The browser asks again by itself, unless it was refused.
      const refused = news.readyState === EventSource.CLOSED;
      timer = setTimeout(() => (refused ? ask() : lost(fill("player_lost"))), refused ? AGAIN_MS : LOST_MS);
    });
  };
  const ask = async () => {
    const state = await callJson("GET", jobPath(id, "?segments=true"));
    if (closed) return;
    if (state.error) {
      lost(state.code ? state.error : fill("player_lost"));
      if (!state.code) timer = setTimeout(ask, AGAIN_MS);
      return;
    }
    lost("");
    take(state);
    if (!job.over) listen();
  };
  ask();
  return job;
};
