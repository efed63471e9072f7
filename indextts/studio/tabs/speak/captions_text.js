// Subtitles that stand in the text box: SRT and WebVTT are told from other texts, and their words from their times.
const TIME = "(?:\\d{1,3}:)?\\d{1,2}:\\d{2}[.,]\\d{1,3}",
  CUE = new RegExp(`^\\s*${TIME}\\s*-->\\s*${TIME}(?:\\s.*)?$`);
const HEAD = /^\uFEFF?WEBVTT(?:\s|$)/,
  NO_WORDS = /^(?:NOTE|STYLE|REGION)(?:\s|$)/,
  MARKS = /<\/?[^<>\n]{1,200}>|\{\\[^{}\n]{1,80}\}/g,
  SONG = /[♪♫♬♩🎵🎶]+(?:[^♪♫♬♩🎵🎶]*[♪♫♬♩🎵🎶]+|.*)/gu,
  // What is heard and not said: alone in its line, or before the name of who speaks.
  SOUND = /^\s*(?:-\s*)?[(（[【][^()（）[\]【】]{1,40}[)）\]】]\s*(?=$|[^:：，。！？,!?]{1,24}[:：])/u,
  SENTENCE = /[.!?。！？…]/;
const LOOKED_AT = 4000,
  FIRST = 3; // lines, among which the first time stands where there is no head

const lines = (text) => text.split(/\r\n|\r|\n/);
export const isVtt = (text) => HEAD.test(text.trimStart());
export const isSubtitles = (text) => {
  const head = lines(text.slice(0, LOOKED_AT)).filter((line) => line.trim());
  return head.slice(0, isVtt(text) ? undefined : FIRST).some((line) => CUE.test(line));
};
const joined = (parts) =>
  parts.reduce((said, part) => said + (!said || /[\p{Script=Han}，。！？、…]$/u.test(said) ? "" : " ") + part, "");
const unsung = (row) => row.replace(SOUND, (sound) => (SENTENCE.test(sound) ? sound : "")).trim();
// What is said, a line for each cue.
export const wordsOf = (text) => {
  const cues = [];
  for (const block of text.replace(/\r\n?/g, "\n").split(/\n\s*\n/)) {
    const rows = lines(block),
      at = rows.findIndex((row) => CUE.test(row));
    if (at < 0 || NO_WORDS.test(block.trimStart())) continue;
    const plain = rows.slice(at + 1).join("\n").replace(MARKS, "").replace(SONG, "");
    cues.push(joined(lines(plain).map(unsung).filter(Boolean)));
  }
  return cues.filter(Boolean).join("\n");
};
