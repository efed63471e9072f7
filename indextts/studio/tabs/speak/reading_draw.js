// How a text was read, drawn from what the server tells of it (service/shown.py): each character with its pinyin,
// breaks, rewritten pieces, doubtful readings.
import { facts, fill, languageOf, make } from "../../lib/dom.js";
import { sourceName, sureness } from "./reading.js";

const OPENING = /^[（([【《〈「『“‘{]*$/,
  USER = "user",
  COLOURS = 8; // of speakers, as a book has them; a ninth one has the first one's again

const sure = (percent) => (percent === undefined ? null : String(percent));
const named = (text) => ({ title: text, "aria-label": text });
const joined = (...words) => words.filter(Boolean).join(" · ");
const isMark = ({ kind }) => kind === "punctuation";
const times = ({ start_s: start, end_s: end }, digits) =>
  start === undefined || end === undefined
    ? {}
    : { "data-start": start.toFixed(digits), "data-end": end.toFixed(digits) };

// Other readings, and where its own comes from.
const notesOf = ({ reading, printed, source, others = [] }) => {
  if (!reading) return null;
  const shown = others.map(([, other]) => other).join(facts.language === "zh" ? "、" : ", ");
  return joined(printed, shown && fill("reading_other", { others: shown }), sureness(source)) || null;
};
const tokenPart = (token, at) => {
  const { text, kind, lang, reading, printed, source, others } = token;
  if (isMark(token)) return make("span", { class: "token" }, make("span", { class: "mark" }, text));
  const body = kind ? make("span", { class: "word", lang }, text) : text;
  const handle = {
    ...{ role: "button", tabindex: "-1", "data-at": at, "data-reading": reading, "data-source": source ?? null },
    "data-others": others ? JSON.stringify(others) : null,
  };
  const stress = { "data-stressed": token.stress_source ?? null, "data-stressure": sure(token.stress_sure) };
  return make(
    "span",
    {
      class: `token${token.doubtful ? " doubt" : ""}${source === USER ? " fixed" : ""}`,
      title: notesOf(token),
      ...times(token, 3),
      ...(reading ? handle : {}),
      ...(token.stress === undefined ? {} : { "data-stress": String(token.stress), ...stress }),
    },
    reading ? make("ruby", {}, body, make("rt", {}, printed)) : body,
  );
};
// What stands after a token: a break's mark, or a place for one. Read aloud by a screen reader, a gap without a break
// would only part the words; the token's dialog has it too.
const gapPart = (token, at) => {
  if (isMark(token) || !token.reading) return [];
  const { break_after: level = 0, break_source: source, break_sure: percent } = token,
    stays = level && token.last ? fill("gap_stays") : "",
    title = joined(fill(`break_${level}`), sureness(source, sure(percent)), stays);
  const gap = {
    class: `break break-${level}${source === USER ? " mine" : ""}`,
    ...(level ? { role: "button", ...named(title) } : { "aria-hidden": "true", title }),
    ...{ tabindex: "-1", "data-gap": at, "data-level": String(level), "data-source": source ?? null },
    ...{ "data-sure": sure(percent), "data-last": token.last ? "" : null },
  };
  return [make("i", gap)];
};

// Tokens with one origin: a rewritten stretch with what it was, or a token as written. { parts, pause, opens, closes }:
// the pause is the gap after it, and it belongs to what follows or to what came before.
const pieceOf = (tokens) => {
  const [first] = tokens,
    last = tokens.at(-1),
    pause = gapPart(last.token, last.at);
  const spoken = tokens.flatMap(({ token, at }) => [tokenPart(token, at), ...gapPart(token, at)]);
  if (pause.length) spoken.pop();
  const written = tokens.map(({ token }) => token.written).find(Boolean);
  if (!written || written === tokens.map(({ token }) => token.text).join("")) {
    const mark = isMark(first.token),
      opens = mark && OPENING.test(first.token.text);
    return { parts: spoken, pause, opens, closes: mark && !opens };
  }
  const title = fill("reading_was", { was: written }),
    changed = make("span", { class: "changed", title }, make("del", {}, written), ...spoken);
  return { parts: [changed], pause, opens: false, closes: false };
};
const piecesOf = (tokens, index) => {
  const groups = [];
  tokens.forEach((token, number) => {
    const one = { token, at: `${index}.${number}` },
      before = groups.at(-1);
    if (token.origin && `${before?.at(-1).token.origin}` === `${token.origin}`) before.push(one);
    else groups.push([one]);
  });
  return groups.map(pieceOf);
};
// The pieces, each with the opening marks before it and the closing marks and the gap after it; `end` last. So no line
// begins with a full stop, and a break stands after the comma that it belongs to.
const keptTogether = (pieces, end) => {
  const kept = [];
  let held = [],
    pause = [],
    isOpen = true;
  const keep = (...more) => {
    if (held.length) kept.push(make("span", { class: "keep" }, ...held, ...pause, ...more));
    [held, pause] = [[], []];
  };
  for (const piece of pieces) {
    if (!piece.closes && !isOpen) keep();
    held.push(...piece.parts);
    if (piece.pause.length) ({ pause } = piece);
    isOpen = piece.opens;
  }
  keep(...end);
  return kept;
};

// How the melody ends; nothing where that is not decided.
const endingOf = (segment, index) => {
  const { intonation, intonation_source: source, intonation_sure: percent, tokens = [] } = segment,
    place = tokens.findIndex(({ last }) => last);
  if (!intonation || place < 0) return [];
  const ending = {
    class: `melody melody-${intonation}${source === USER ? " mine" : ""}`,
    ...{ role: "button", tabindex: "-1" },
    ...named(joined(fill(`melody_${intonation}`), sureness(source, sure(percent)))),
    ...{ "data-ending": `${index}.${place}`, "data-level": intonation },
    ...{ "data-source": source ?? null, "data-sure": sure(percent) },
  };
  return [make("i", ending)];
};
// The emotion with how sure it is, before the first word; nothing where the settings' own holds.
const feelingOf = ({ emotion, emotion_source: source, emotion_sure: percent }) => {
  if (!emotion) return [];
  const names = emotion.split("+").map((part) => part.split(":")[0]),
    words = names.map((name) => facts.strings[`emotion_${name}`] ?? name).join(" + "),
    title = joined(fill("emotion"), sureness(source, sure(percent)));
  const shown = percent === undefined ? words : `${words} ${percent}%`;
  return [make("span", { class: `feeling feeling-${names[0]}`, title }, shown)];
};
// Who begins to speak, before the first word; where the text has a label, a button that chooses its voice.
const pillOf = ({ label, voice, colour }) => {
  const small = voice ? [make("small", {}, voice)] : [],
    classes = `who who-${colour}`;
  if (!label) return make("span", { class: classes }, ...small);
  const title = fill("speaker_voice", { label }),
    what = { type: "button", class: classes, "data-label": label, title };
  return make(
    "button",
    { ...what, "aria-label": `${label} · ${voice} · ${title}`, "aria-haspopup": "menu", "aria-expanded": "false" },
    make("b", {}, label),
    ...small,
  );
};
const segmentPart = (segment, index, speaker) =>
  make(
    "span",
    // To the sample: the page plays a sentence by itself.
    { class: "segment", ...times(segment, 5) },
    ...(speaker ? [pillOf(speaker), " "] : []),
    ...feelingOf(segment),
    ...keptTogether(piecesOf(segment.tokens ?? [], index), endingOf(segment, index)),
  );
// For each segment the speaker who begins there, or goes on in a line that names nobody; `names` are what the voices
// are called, by their ids.
const speakersOf = ({ segments, voice: usual }, names) => {
  if (new Set(segments.map(({ voice }) => voice)).size < 2) return [];
  const colours = new Map();
  let speaking = "";
  return segments.map(({ voice, label: said, begins }, index) => {
    const changed = index === 0 || segments[index - 1].voice !== voice,
      label = said || (changed ? "" : speaking);
    speaking = label;
    if (!changed && !said && !(label && begins)) return null;
    const key = label || voice || usual;
    if (!colours.has(key)) colours.set(key, colours.size % COLOURS);
    return { label, voice: names[voice || usual] ?? "", colour: colours.get(key) };
  });
};
const languageIn = (segments) =>
  languageOf(segments.flatMap(({ tokens }) => tokens ?? []).map(({ text }) => text).join(" "));
// One sentence, the `index`-th of its text.
export const sentenceReading = (segment, index) =>
  make("div", { class: "reading-text", lang: languageIn([segment]) }, segmentPart(segment, index, null));
// A text, or its beginning and a button for the rest.
export const wholeReading = (reading, names = {}) => {
  const speakers = speakersOf(reading, names),
    parts = reading.segments.map((segment, index) => segmentPart(segment, index, speakers[index]));
  const text = make("div", { class: "reading-text", lang: languageIn(reading.segments) }, ...parts);
  if (!reading.hidden) return [text];
  const more = { type: "button", class: "quiet-button", "data-action": "whole" };
  return [text, make("button", more, fill("reading_more", { count: reading.hidden }))];
};
