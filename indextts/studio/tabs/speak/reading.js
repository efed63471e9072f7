// What a token of the reading says about itself.
import { facts, fill } from "../../lib/dom.js";

export const written = (token) => {
  const ruby = token.querySelector("ruby");
  return ruby ? ruby.textContent.slice(0, -ruby.querySelector("rt").textContent.length) : token.textContent;
};
// Where a reading or a break comes from, in words; a name without words stays as it is.
export const sourceName = (source) => (facts.strings[`source_${source}`] ? fill(`source_${source}`) : source);
// The same with how sure it was, as a whole percentage.
export const sureness = (source, percent) => {
  if (!source) return "";
  const words = fill("reading_source", { source: sourceName(source) });
  return percent ? `${words} · ${fill("sure", { percent })}` : words;
};
