// Where the sentences that are spoken stand in a chapter's text, in order from `after` on: [from, to). One of the
// title, which is `name`, and one that was written anew since, stand nowhere: -1.
const AHEAD = 3;

export const placesOf = (text, name, segments, after) => {
  const written = segments.map((one) => one.text.trim());
  let at = after;
  return segments.map(({ start_s, duration_s }, number) => {
    const words = written[number],
      times = { start_s, end_s: start_s + duration_s };
    let from = words ? text.indexOf(words, at) : -1;
    // One that was deleted may stand again far below: what comes next is passed over then, and tells.
    const passed = text.slice(at, Math.max(at, from)),
      next = written.slice(number + 1, number + 1 + AHEAD);
    if (next.some((one) => one && one !== words && passed.includes(one))) from = -1;
    if (from < 0) return { ...times, from, to: from, isTitle: Boolean(words) && name.includes(words) };
    at = from + words.length;
    return { ...times, from, to: at };
  });
};
