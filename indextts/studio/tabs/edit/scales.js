// The measures of a sentence's picture: where its tokens lie along the time, and what a height means.

export const PITCH = { top: 10, height: 168, low: -9, high: 9 }; // semitones from the voice's middle
export const WIDE = { ...PITCH, low: -14, high: 14 }; // where something was moved farther than that
export const VOLUME = { top: 190, height: 32, low: -24, high: 12 }; // decibels
const LEAST_PX_S = 176,
  LEAST_PX_S_COARSE = 260,
  MOST_PX_S = 400,
  LEAST_PX = 46, // a cell of the table
  LETTER_PX = 8,
  ASIDE_PX = 12,
  USUAL_S = 0.2;
export const curveBounds = { pitch: [-12, 12], length: [0.25, 4], volume: [-24, 12] };
export const curveSteps = { pitch: 0.5, length: 0.05, volume: 1 };

export const yOf = (lane, value) =>
  lane.top + (lane.height * (lane.high - Math.min(Math.max(value, lane.low), lane.high))) / (lane.high - lane.low);
export const signed = (value, digits = 1) => {
  const size = Math.abs(value).toFixed(digits);
  return Number(size) ? `${value > 0 ? "+" : "−"}${size}` : size;
};
const bounded = (field, value) => {
  const [low, high] = curveBounds[field];
  return Math.min(Math.max(Math.round(value * 100) / 100, low), high);
};
// What becomes of a field that was at `was` when it is dragged by (dx, dy): in steps, finer with `fine`. A length goes
// by the `seconds` that the token lasts and the pixels of one, all else by the height of its lane.
export const dragged = (field, was, { dx, dy, lane, scale, seconds, fine }) => {
  const wish =
    field === "length" ? was * (1 + dx / scale / seconds) : was + (dy * (lane.high - lane.low)) / lane.height;
  const step = fine ? curveSteps[field] / 5 : curveSteps[field];
  return bounded(field, Math.round(wish / step) * step);
};

// How long a token lasts: as it was spoken, or is expected to be, with what was asked for since.
export const secondsOf = (token) => {
  const said = token.end != null ? Math.max(token.end - token.start, 0.02) : USUAL_S;
  return token.timed ? (said * token.length) / token.timed : said;
};
// Where each token lies, in seconds: as it was spoken, and stretched by what was asked for since.
export const layOut = (tokens) => {
  const said = tokens.map((token, index) => ({ token, index })).filter(({ token }) => token.said);
  let at = 0,
    before = 0;
  return said.map(({ token, index }) => {
    const timed = token.end !== null && token.end !== undefined;
    const start = timed ? Math.max(0, token.start - before) : 0;
    const length = secondsOf(token);
    const from = at + start;
    at = from + length;
    if (timed) before = token.end;
    return { token, index, from, to: at };
  });
};
// Pixels of a second, where `total` seconds have so much room.
export const scaleOf = (room, total, coarse) =>
  Math.min(Math.max(room / total, coarse ? LEAST_PX_S_COARSE : LEAST_PX_S), MOST_PX_S);
// Where a second lies: by its time, from `begin` on, but no token is narrower than its column of the table.
export const axisOf = (laid, scale, begin) => {
  const stops = [[0, begin]];
  for (const { token, from, to } of laid) {
    const [at, right] = stops.at(-1),
      left = right + (from - at) * scale,
      letters = Math.max(token.text.length, token.printed.length);
    stops.push([from, left], [to, left + Math.max((to - from) * scale, LEAST_PX, letters * LETTER_PX + ASIDE_PX)]);
  }
  return (seconds) => {
    const next = stops.findIndex(([at]) => at > seconds),
      [at, left] = stops.at(next < 0 ? -1 : next - 1);
    const [end, right] = next < 0 ? [at + 1, left + scale] : stops[next];
    return left + ((seconds - at) / (end - at)) * (right - left);
  };
};
export const heightsOf = (laid) =>
  laid.some(({ token }) => Math.abs((token.mean || 0) + token.pitch) > 8.5) ? WIDE : PITCH;
// The pitch as lines through all tokens, broken where the voice pauses; moved as it was asked for, or as the model has
// it. `x` is where a second lies.
export const melody = (laid, shifted, heights, x) => {
  const lines = [[]];
  for (const { token, from, to } of laid) {
    for (const [share, height] of token.contour || [])
      lines.at(-1).push(`${x(from + share * (to - from))},${yOf(heights, height + (shifted ? token.pitch : 0))}`);
    if (token.break > 2) lines.push([]);
  }
  return lines.filter((points) => points.length > 1).map((points) => points.join(" "));
};
