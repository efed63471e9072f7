// Whether a text is another one, or the same after many changes: by the pieces that both have.
const HAN = /\p{Script=Han}+/gu,
  WORDS = /[\p{Script=Latin}\p{N}'’]+/gu;
const LONG = 4, // characters of a piece
  FEW = 6, // pieces: less tells nothing
  ALIKE = 0.05, // share of the pieces that any two texts may have by chance
  MOST = 20000; // characters that are looked at

const pieces = (text) => {
  const part = text.slice(0, MOST),
    hanzi = (part.match(HAN) || []).join(""),
    words = (part.toLowerCase().match(WORDS) || []).map((word, at, all) => `${word} ${all[at + 1] ?? ""}`);
  const runs = Array.from({ length: Math.max(0, hanzi.length - LONG + 1) }, (_, at) => hanzi.slice(at, at + LONG));
  return new Set([...runs, ...words.slice(0, -1)]);
};
const told = (before, now) => {
  const [old, fresh] = [pieces(before), pieces(now)];
  if (old.size < FEW || fresh.size < FEW) return null;
  let both = 0;
  for (const piece of fresh) if (old.has(piece)) both += 1;
  return both / Math.min(old.size, fresh.size) < ALIKE;
};
export const isAnother = (before, now) => told(before, now) === true;
// What the next text is compared with: this one, unless so little is left of the one before that nothing is known yet.
export const lastWhole = (before, now) => (told(before, now) === null && before.length > now.length ? before : now);
