// Who speaks each line of a dialogue, as the reading on the tab Speak tells it: whom the text names, else the voice.
const COLOURS = 8;

// For each sentence { label, voice, colour }, the voice only where there are several; nothing where one person speaks.
const found = ({ sentences, settings }) => {
  const voices = sentences.map(({ voice }) => voice || settings.voice);
  const several = new Set(voices).size > 1;
  if (!several && sentences.filter(({ label }) => label).length < 2) return [];
  const colours = new Map();
  let speaking = "";
  return sentences.map(({ label }, place) => {
    const voice = voices[place];
    speaking = label || (voice === voices[place - 1] ? speaking : "");
    const key = speaking || voice;
    if (!colours.has(key)) colours.set(key, colours.size % COLOURS);
    return { label: speaking, voice: several ? voice : "", colour: colours.get(key) };
  });
};
const known = new WeakMap(); // each answer of the server makes another plan
export const speakersOf = (plan) => {
  if (!known.has(plan)) known.set(plan, found(plan));
  return known.get(plan);
};
// Equal for speakers that look alike.
export const keyOf = (who) => (who ? JSON.stringify(who) : "");
