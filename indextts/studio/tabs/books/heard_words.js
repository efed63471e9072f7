// What is heard of a chapter, as the server tells it, in words: { id, job, sentence, from, to, start_s, end_s }, where
// `id` is what the server takes for one of them, and places are counted in characters.
export const wordsOf = ({ job, sentences }) =>
  sentences.flatMap((sentence) =>
    sentence.words.map(({ start, end, token, start_s: begins, end_s: ends }) => ({
      id: `${job}.${sentence.segment}.${token}`,
      job,
      sentence,
      from: start,
      to: end,
      start_s: begins,
      end_s: ends,
    })),
  );
// Those of the title, or of the text, from its beginning on; what stands on another one goes.
export const inOrder = (words, inTitle) => {
  let at = 0;
  return words
    .filter(({ sentence }) => sentence.in_title === inTitle)
    .sort((one, other) => one.from - other.from)
    .filter(({ from, to }) => {
      const free = from >= at;
      if (free) at = to;
      return free;
    });
};
// What is heard at `now` of a job's words, in the order of their times: the last word that has begun, or all of a
// sentence whose words have no times.
export const heardAt = (words, now) => {
  const said = words.filter(({ sentence }) => now >= sentence.start_s - 0.001 && now < sentence.end_s);
  if (said.some(({ start_s: begins }) => begins === null)) return said;
  const begun = said.filter(({ start_s: begins }) => begins <= now + 0.001);
  return (begun.length ? begun : said).slice(begun.length ? -1 : 0, begun.length ? undefined : 1);
};
// A text in pieces: { text, word }, where `word` is null between them.
export const piecesOf = (text, words) => {
  const chars = [...text],
    found = [];
  let last = 0;
  for (const word of words) {
    found.push({ text: chars.slice(last, word.from).join(""), word: null });
    found.push({ text: chars.slice(word.from, word.to).join(""), word });
    last = word.to;
  }
  return [...found, { text: chars.slice(last).join(""), word: null }].filter((one) => one.text);
};
