// Where the sentences that are spoken stand in a chapter's text, in order from `after` on: [from, to). One of the
// title, which is `name`, and one that was written anew since, stand nowhere: -1.
export const placesOf = (text, name, segments, after) => {
  let at = after;
  return segments.map(({ text: written, start_s, duration_s }) => {
    const words = written.trim(),
      from = words ? text.indexOf(words, at) : -1,
      times = { start_s, end_s: start_s + duration_s };
    if (from < 0) return { ...times, from, to: from, isTitle: Boolean(words) && name.includes(words) };
    at = from + words.length;
    return { ...times, from, to: at };
  });
};
