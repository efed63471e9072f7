// What is in doubt about a spoken book, as the tab tells and decides it.
import { fill } from "../../lib/dom.js";
import { NOBODY, nameOf } from "./people.js";
import { spelled } from "./pinyin.js";

export const READ = ["polyphone", "word", "number"];

export const short = (text) => ([...text].length > 80 ? `${[...text].slice(0, 80).join("")}…` : text);
export const shown = (doubt, reading) => (doubt.kind === "speaker" ? nameOf(reading) : spelled(reading));
// How it is said, and how sure that is.
export const about = (doubt) => {
  const { kind, probability, word } = doubt;
  if (doubt.sentence) return doubt.sentence;
  const share = probability === null ? "" : `${Math.round(100 * probability)}%`;
  if (kind === "length") return fill(probability < 1 ? "proof_short" : "proof_long", { share });
  if (kind === "polyphone" && word && word !== doubt.text) return fill("proof_in_word", { word, share });
  if (kind === "number") return fill("proof_said_as", { words: doubt.reading });
  return share ? fill("proof_sure", { share }) : "";
};
// What it could be, as far as that is known.
export const options = (doubt) => {
  if (doubt.kind === "speaker") return [doubt.reading];
  return READ.includes(doubt.kind) && doubt.kind !== "number" ? [doubt.reading, ...doubt.alternatives] : [];
};
// Whether something can be decided about it for the whole book.
export const isWide = ({ kind, reading }) =>
  kind === "speaker" ? reading !== NOBODY : kind !== "length" && kind !== "cue";
// What a person has chosen or written, and as it is sent.
export const decided = (doubt) => doubt.chosen ?? doubt.typed;
export const given = (doubt, scope) => {
  const value = decided(doubt);
  if (doubt.kind === "speaker") return { speaker: value, scope };
  return READ.includes(doubt.kind) ? { reading: value, scope } : { text: value };
};
// Whether what is decided about `doubt` for the whole book settles `one`, too.
export const isAlike = (one, doubt) =>
  one !== doubt && !one.settled && ["kind", "text", "word"].every((name) => one[name] === doubt[name]);

// What was chosen or written stays; what was settled while the list was under way is in sight, too.
export const withBegun = (old, fresh, asked) => {
  const known = new Map(old.map((doubt) => [doubt.id, doubt])),
    stay = old.filter(({ settled, during }) => settled && during === asked);
  const doubts = fresh
    .filter(({ id }) => !stay.includes(known.get(id)))
    .map((doubt) => {
      const { chosen, typed, settled } = known.get(doubt.id) ?? {};
      return settled ? doubt : { ...doubt, chosen, typed };
    });
  for (const doubt of stay) doubts.splice(old.indexOf(doubt), 0, doubt);
  return doubts;
};
