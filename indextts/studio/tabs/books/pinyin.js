// Readings as people write them: "chong2 qing4" is "chóng qìng", "DH IH1 S" is "/ðɪs/". Anything else stays as it is.
import { ipa } from "./ipa.js";

const MARKS = ["\u0304", "\u0301", "\u030c", "\u0300"];
const SYLLABLE = /^([a-zêüv:]+)([1-5])$/;

const marked = (syllable) => {
  const [, letters, tone] = SYLLABLE.exec(syllable) ?? [];
  if (!letters) return syllable;
  const plain = letters.replace(/u:|v/g, "ü");
  if (tone === "5") return plain;
  // The tone stands on a or e, on the o of ou, else on the last vowel.
  const at = [/[ae]/, /ou/, /[iouüê](?=[^iouüê]*$)/].map((one) => plain.search(one)).find((place) => place >= 0);
  if (at === undefined) return syllable;
  return (plain.slice(0, at + 1) + MARKS[tone - 1] + plain.slice(at + 1)).normalize("NFC");
};
export const spelled = (reading) => {
  const english = ipa(reading);
  return english ? `/${english}/` : reading.split(" ").map(marked).join(" ");
};
