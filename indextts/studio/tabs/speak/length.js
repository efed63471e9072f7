// How long a text is: its characters, and about how many seconds it takes to be said.
const MEASURED_CHARS = 60000;

// What is not said: marks in brackets, tags, names before the lines of a dialogue.
const MARKS = /\[\/?[^[\]\n]{1,40}\]|<\/?[a-z][^<>\n]{0,200}>|^[^\S\n]*[^\s:：，。！？,.!?]{1,12}[:：](?=.*\S)/gim;
const READING = /<([^<>|\n]{1,40})\|[^<>|\n]{1,120}>/g;
const LABEL = /^[^\S\n]*[^\s:：，。！？,.!?]{1,12}[:：]/gm;
const said = (text) => {
  const many = (text.match(LABEL) || []).length > 1;
  return text.replace(READING, "$1").replace(MARKS, (found) => (/[:：]$/.test(found) && !many ? found : ""));
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
