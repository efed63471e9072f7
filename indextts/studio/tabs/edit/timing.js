// Where the tokens of a sentence lie in its picture while it is not spoken anew yet: as they lay before, so that
// nothing jumps and jumps back.
const USUAL_S = 0.2,
  LEAST_S = 0.02;

const pairs = (old, fresh) => {
  const found = new Map();
  let first = 0,
    last = 0;
  const most = Math.min(old.length, fresh.length);
  while (first < most && old[first].text === fresh[first].text) {
    found.set(fresh[first], first);
    first += 1;
  }
  while (last < most - first && old.at(-1 - last).text === fresh.at(-1 - last).text) {
    found.set(fresh.at(-1 - last), old.length - 1 - last);
    last += 1;
  }
  return found;
};

// Give the tokens of `fresh`, a view of a sentence that nobody has heard, the times that they have in `old`.
export const keepTimes = (old, fresh) => {
  if (!old?.tokens || !fresh.tokens || fresh.duration !== null) return;
  const before = old.tokens.filter((token) => token.said && token.end != null);
  const tokens = fresh.tokens.filter((token) => token.said);
  if (!before.length) return;
  const known = pairs(before, tokens);
  let at = 0;
  for (const token of tokens) {
    const place = known.get(token),
      was = before[place];
    let length = token.end != null ? token.end - token.start : USUAL_S;
    if (was) {
      at += Math.max(0, was.start - (place ? before[place - 1].end : 0));
      length = (Math.max(was.end - was.start, LEAST_S) * token.length) / was.length;
      if (!token.contour?.length) Object.assign(token, { contour: was.contour, mean: was.mean });
    }
    token.start = at;
    at += length;
    token.end = at;
  }
};
