// What is said, in lines as subtitles have them: [start, end, words], a word being [start, end, text]; in seconds.
const HOLD_S = 0.8, // so long a line stays behind its last word, if the next one does not come before
  WIDE = 20, // Chinese characters of a line, where it can end after a mark
  WIDEST = 24,
  MARKS = /[，。！？；：、,.!?;:…—]\s*$/;

const wide = (text) => [...text].reduce((sum, char) => sum + (char.charCodeAt(0) > 0x2e7f ? 1 : 0.5), 0);
// A sentence's words with the marks and spaces around them: [[start, end, text], …].
const wordsOf = ({ text, start, end, tokens }) => {
  const written = [...text]; // places are counted in characters
  const until = (index) => (index < tokens.length ? tokens[index].start : end) - start;
  return tokens.map(({ start_s, end_s }, index) => {
    const shown = written.slice(index ? tokens[index].start - start : 0, until(index + 1)).join("");
    return [start_s, end_s, shown.replace(/\s+/g, " ")];
  });
};
// The lines of a sentence. They end after marks where they can.
export const cut = (segment) => {
  const found = [];
  let line = [],
    size = 0;
  const close = () => {
    if (line.length) found.push([line[0][0], line.at(-1)[1], line]);
    [line, size] = [[], 0];
  };
  for (const word of wordsOf(segment)) {
    const marked = line.length && MARKS.test(line.at(-1)[2]);
    if (size + wide(word[2]) > WIDEST || (marked && size >= WIDE / 2)) close();
    line.push(word);
    size += wide(word[2]);
  }
  close();
  return found;
};

// What is to be seen at `now`, or null.
export const lineAt = (lines, now) => {
  const found = lines.findLast(([start]) => start <= now);
  return found && now < found[1] + HOLD_S ? found : null;
};
