// What is said in a chapter: [{ start, end, speaker, source, evidence, probability }], in the order of the text.
import { fill } from "../../lib/dom.js";
import { NARRATOR, NOBODY } from "./people.js";

const SURE = 0.7;

export const isUnsure = ({ speaker, probability }) => speaker === NOBODY || probability < SURE;
// Between quotation marks, and said by nobody as far as is known: no name stands before it.
export const isQuoted = ({ speaker, source }) => speaker === NARRATOR && source === "rule";
// Who may be chosen to say it, the guess first where it is one, so that a click confirms it.
export const choices = (characters, quotation, all = false) => {
  const { speaker } = quotation,
    names = [...characters.map(({ name }) => name), NOBODY].filter((name) => name !== speaker);
  return !all && speaker !== NOBODY && isUnsure(quotation) ? [speaker, ...names] : names;
};
// How it is known who says it.
export const why = ({ speaker, source, evidence, probability }) => {
  const share = `${Math.round(100 * probability)}%`;
  if (source === "user") return fill("saying_user");
  if (speaker === NARRATOR) return fill("saying_nobody");
  if (source === "file") return fill("saying_file");
  if (speaker === NOBODY) return fill("saying_unknown");
  if (source === "llm") return fill("saying_llm", { share });
  return evidence ? fill("saying_rule", { evidence, share }) : fill("saying_turn", { share });
};
// What brings back a chapter's words as they are now, who says them, and how they are read.
export const asItWas = ({ text, fixes, quotations }) => ({
  text,
  fixes,
  quotations: quotations.map(({ start, end, speaker }) => ({ start, end, speaker })),
});
// The text in pieces: { text, at }, where `at` is the number of the quotation, or -1 between them. Places are counted
// in characters, not in what a string of JavaScript is made of.
export const pieces = (text, quotations) => {
  const chars = [...text],
    found = [];
  let last = 0;
  quotations.forEach(({ start, end }, at) => {
    found.push({ text: chars.slice(last, start).join(""), at: -1 }, { text: chars.slice(start, end).join(""), at });
    last = end;
  });
  return [...found, { text: chars.slice(last).join(""), at: -1 }];
};
// The next chapter after that number in which something is in doubt; after the last the first, at last itself.
export const nextUnsure = (chapters, number) =>
  [...chapters.slice(number), ...chapters.slice(0, number)].find(({ unsure }) => unsure);
