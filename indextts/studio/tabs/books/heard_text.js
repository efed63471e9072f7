// A chapter's text whose sentences know when they are heard. What is spoken is found in it by its words, in order: what
// was written anew since is passed over.
import { make } from "../../lib/dom.js";
import { placesOf } from "./places.js";

export const textOf = ({ text }, name) => {
  const head = make("h3", {}, name),
    place = make("div", { class: "listen-text", lang: null }, head);
  const spans = new Map(); // of a job: [{ start_s, end_s, from, to, part }] in the order of their times
  let title = null,
    now = null;

  const draw = () => {
    const all = [...spans.entries()]
      .flatMap(([job, list]) => list.map((one) => ({ ...one, job, own: one })))
      .filter(({ from }) => from >= 0)
      .sort((one, other) => one.from - other.from);
    const lines = [];
    let line = make("p", {}),
      at = 0;
    const plain = (words, into = null) =>
      words.split("\n").forEach((part, index) => {
        if (index) {
          lines.push(line);
          line = make("p", {});
          if (into) line.append(into());
        }
        if (part) (into ? line.lastChild : line).append(part);
      });
    for (const { from, to, job, start_s: begin, own } of all) {
      if (from < at) continue;
      plain(text.slice(at, from));
      const span = () => make("span", { class: "heard", "data-job": job, "data-at": String(begin) });
      own.part = span();
      line.append(own.part);
      plain(text.slice(from, to), span);
      at = to;
    }
    plain(text.slice(at));
    lines.push(line);
    place.replaceChildren(head, ...lines.filter((one) => one.childNodes.length));
    if (title) Object.assign(title.own, { part: head });
    now = null;
  };
  const mark = (part) => {
    if (now === part) return;
    now?.classList.remove("spoken");
    part?.classList.add("spoken");
    now = part;
  };
  draw();
  return {
    place,
    put: (job, segments) => {
      const others = [...spans.entries()].filter(([name]) => name !== job),
        // Parts come in order: one begins after those that were put before it.
        before = Math.max(0, ...others.flatMap(([, list]) => list.map(({ to }) => to))),
        after = spans.get(job)?.after ?? before;
      const list = Object.assign(placesOf(text, name, segments, after), { after });
      spans.set(job, list);
      const first = list.find(({ isTitle }) => isTitle);
      if (first) {
        title = { job, own: first };
        Object.assign(head.dataset, { job, at: String(first.start_s) });
        head.classList.add("heard");
      }
      draw();
    },
    // What is heard of `job` at `seconds`, marked; or nothing.
    at: (job, seconds) => {
      const one = spans.get(job)?.find(({ start_s, end_s }) => seconds >= start_s - 0.001 && seconds < end_s);
      mark(one?.part ?? null);
      return one?.part ?? null;
    },
    // The words that are heard now.
    words: () => now?.textContent.trim() ?? "",
    // Where words are heard: { job, start_s }.
    find: (words) => {
      if (!words) return null;
      for (const [job, list] of spans)
        for (const { from, to, start_s } of list)
          if (from >= 0 && text.slice(from, to).includes(words)) return { job, start_s };
      return null;
    },
  };
};
