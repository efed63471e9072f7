// English readings in the letters of the IPA, as the server prints them (reading/phonemes/en/ipa.py).
const LETTERS = {
  ...{ AA: "ɑ", AE: "æ", AH: "ʌ", AO: "ɔ", AW: "aʊ", AY: "aɪ", EH: "ɛ", ER: "ɝ", EY: "eɪ", IH: "ɪ", IY: "i", OW: "oʊ" },
  ...{ OY: "ɔɪ", UH: "ʊ", UW: "u", B: "b", CH: "tʃ", D: "d", DH: "ð", F: "f", G: "ɡ", HH: "h", JH: "dʒ", K: "k" },
  ...{ L: "l", M: "m", N: "n", NG: "ŋ", P: "p", R: "r", S: "s", SH: "ʃ", T: "t", TH: "θ", V: "v", W: "w", Y: "j" },
  ...{ Z: "z", ZH: "ʒ", AH0: "ə", ER0: "ɚ" },
};
const MARKS = { 1: "ˈ", 2: "ˌ" };
const words = (text) => new Set(text.split(","));
const ONSETS = words(
  "P L,B L,K L,G L,F L,S L,P R,B R,T R,D R,K R,G R,F R,TH R,SH R,T W,D W,K W,G W,TH W,S W,S P,S T,S K,S M,S N,S F," +
    "S P L,S P R,S T R,S K R,S K L,S K W",
);
const BEFORE_Y = words("P,B,K,G,F,V,M,HH,S P,S K");
// Letters that would be read as one sound.
const RUN_TOGETHER = words("dʒ,tʃ,æʊ,ɑɪ,ɑʊ,ɔi,ɔə,ɔɪ,əu,əʊ,ɛə,ɪə,ʊə");
const LONGEST = 3;

const lettersOf = (part) => LETTERS[part] ?? LETTERS[part.replace(/[012]$/, "")];
const isVowel = (part) => /^[AEIOU]/.test(part);
const begins = (cluster, vowel) =>
  (cluster.length === 1 && cluster[0] !== "NG") ||
  ONSETS.has(cluster.join(" ")) ||
  (vowel.startsWith("UW") && cluster.at(-1) === "Y" && BEFORE_Y.has(cluster.slice(0, -1).join(" ")));
// Where the syllable of the vowel begins, at `first` or later.
const onset = (parts, first, vowel) => {
  if (first === 0) return 0;
  let begin = Math.max(first, vowel - LONGEST);
  while (begin < vowel && !begins(parts.slice(begin, vowel), parts[vowel])) begin += 1;
  return begin;
};
// The letters, or nothing where it is no English reading; one has a vowel with its stress.
export const ipa = (reading) => {
  const parts = reading.split(" "),
    letters = parts.map(lettersOf);
  if (!letters.every(Boolean) || !/[012]/.test(reading)) return "";
  const marks = letters.map((letter, at) => (at && RUN_TOGETHER.has(letters[at - 1] + letter) ? "." : ""));
  const vowels = [...parts.keys()].filter((at) => isVowel(parts[at]));
  vowels.forEach((at, number) => {
    const mark = vowels.length > 1 && MARKS[parts[at].slice(2)];
    if (mark) marks[onset(parts, (vowels[number - 1] ?? -1) + 1, at)] = mark;
  });
  return letters.map((letter, at) => marks[at] + letter).join("");
};
