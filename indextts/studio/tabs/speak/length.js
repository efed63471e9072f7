// How long a text is: its characters, and about how many seconds it takes to be said.
const MEASURED_CHARS = 60000;

// What is not said: marks in brackets, tags; and names before the lines of a dialogue.
const MARKS = /\[\/?[^[\]\n]{1,40}\]|<\/?[a-z][^<>\n]{0,200}>/gi;
const NAMES = /^[^\S\n]*[^\s:：，。！？,.!?]{1,12}[:：](?=.*\S)/gm;
const READING = /<([^<>|\n]{1,40})\|[^<>|\n]{1,120}>/g;
const LABEL = /^[^\S\n]*[^\s:：，。！？,.!?]{1,12}[:：]/gm;
export const withoutMarks = (text) => text.replace(READING, "$1").replace(MARKS, "");
const said = (text) => {
  const many = (text.match(LABEL) || []).length > 1;
  return many ? withoutMarks(text).replace(NAMES, "") : withoutMarks(text);
};
// At the usual speed.
export const speechSeconds = (text) => {
  const sample = said(text.slice(0, MEASURED_CHARS));
  const found = (kind) => (sample.match(kind) || []).length;
  const hanzi = found(/\p{Script=Han}/gu),
    words = found(/[A-Za-z]+/g),
    digits = found(/[0-9]/g);
  const marks = found(/[，、；：,;:]/g),
    ends = found(/[。！？!?…\n]+/g);
  const spoken = hanzi * 0.19 + words * 0.42 + digits * 0.25 + marks * 0.25 + ends * 0.45;
  return spoken * Math.max(1, text.length / MEASURED_CHARS);
};

// In characters, not in what a string of JavaScript is made of.
export const count = (text) => {
  let number = 0;
  for (const _ of text) number += 1;
  return number;
};
