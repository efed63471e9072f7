// Examples by chance, the same ones each time: mulberry32.
export const chance = (seed) => {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const between = (low, high) => low + next() * (high - low);
  const whole = (low, high) => Math.floor(between(low, high + 1));
  const pick = (choices) => choices[whole(0, choices.length - 1)];
  const list = (most, make) => Array.from({ length: whole(0, most) }, (_, at) => make(at));
  return { next, between, whole, pick, list };
};
// Pieces of text that trip what counts wrongly: astral characters, marks that combine, right-to-left, line ends.
const PIECES = [
  ...["a", "Ω", "中", "𠮷", "👩‍🚀", "e\u0301", "שלום", "\u200f"],
  ...["\r\n", "\n", " ", "。", "1", "<", "|", ">", "[", "]"],
];
export const textBy = (by, most = 12) => by.list(most, () => by.pick(PIECES)).join("");
