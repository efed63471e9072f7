// What is in doubt about a spoken book, as the list tells it.
import { fill } from "../../lib/dom.js";
import { NOBODY, nameOf } from "./people.js";

export const READ = ["polyphone", "word", "number"];

export const short = (text) => ([...text].length > 80 ? `${[...text].slice(0, 80).join("")}…` : text);
// How it is said, and how sure that is.
export const about = (doubt) => {
  const { kind, probability, word } = doubt;
  if (doubt.sentence) return doubt.sentence;
  const share = probability === null ? "" : probability < 0.05 ? "<5%" : `${Math.round(100 * probability)}%`;
  if (kind === "length") return fill(probability < 1 ? "proof_short" : "proof_long", { share });
  if (kind === "polyphone" && word && word !== doubt.text) return fill("proof_in_word", { word, share });
  if (kind === "speaker" && doubt.reading === NOBODY) return fill("saying_unknown");
  if (kind === "speaker") return fill("proof_given_to", { name: nameOf(doubt.reading), share });
  if (kind === "number") return fill("proof_said_as", { words: doubt.reading });
  return share ? fill("proof_sure", { share }) : "";
};
