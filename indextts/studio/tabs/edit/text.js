// The text of a line while it is written.

// As it is sent: no spaces around its line ends, no empty lines.
export const tidied = (text) => text.replace(/\s*\n\s*/g, "\n").trim();
// Cut in two where the caret is; null where one half would be empty.
export const halves = (text, at) => {
  const parts = [text.slice(0, at).trim(), text.slice(at).trim()];
  return parts[0] && parts[1] ? parts : null;
};
// Where the character before a place begins: one of those that are written as two stays whole.
export const charBefore = (text, at) => at - ([...text.slice(0, at)].at(-1)?.length ?? 0);
// How an emotion is written as a mark: as the reader calls it, if that is one word of letters.
export const markOf = (emotions, name) => {
  const shown = emotions.find(([one]) => one === name)?.[1];
  return /^[\p{L}]+$/u.test(shown || "") ? shown : name;
};
