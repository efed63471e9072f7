// A book's cast as it is told: names, colours that tell who speaks, the voices and emotions that there are to choose.
import { facts, fill } from "../../lib/dom.js";
import { callJson } from "../../lib/rest.js";
import { nearFirst } from "../speak/offered.js";
import { favourites } from "../voices/favourites.js";
import { onVoices } from "../voices/own.js";

export const NARRATOR = "";
export const NOBODY = "?";
const COLOURS = 8;

// Without those whose lines have all been given to others, unless a person has chosen how they sound.
export const present = (cast) =>
  cast.error
    ? cast
    : { ...cast, characters: cast.characters.filter((one) => one.name === NARRATOR || one.quotations || !one.picked) };
export const nameOf = (name) =>
  name === NARRATOR ? fill("cast_narrator") : name === NOBODY ? fill("cast_nobody") : name;
// The class of a character's colour: those who say most differ.
export const colourOf = (cast, name) => {
  if (name === NARRATOR || name === NOBODY) return name ? "who-nobody" : "who-narrator";
  const at = cast.characters.findIndex((one) => one.name === name);
  return `who-${(at + COLOURS - 1) % COLOURS}`;
};

let voices = null;
onVoices(() => {
  voices = null;
});
// Asked for once; an empty id is the book's own voice.
export const allVoices = async () => {
  if (voices) return voices;
  const answer = await callJson("GET", "/v1/audio/voices");
  if (answer.error) return [];
  voices = nearFirst(answer.voices).map(({ id, name }) => ({ id, name, sample: "tts" }));
  return voices;
};
export const voiceRows = (known) => {
  const loved = favourites();
  const [first, rest] = [known.filter(({ id }) => loved.has(id)), known.filter(({ id }) => !loved.has(id))];
  return [
    { id: "", name: fill("cast_voice_same") },
    ...first.map((one) => ({ ...one, section: fill("voice_favourites") })),
    ...rest.map((one) => (first.length ? { ...one, section: fill("voice_others") } : one)),
  ];
};
export const emotionRows = () => [
  { id: "", name: fill("cast_emotion_same") },
  ...[...new Set(["neutral", ...facts.emotions, "auto"])].map((id) => ({ id, name: fill(`emotion_${id}`) })),
];
export const SPEEDS = [0.7, 0.8, 0.9, 0.95, 1, 1.05, 1.1, 1.2, 1.3, 1.5];
