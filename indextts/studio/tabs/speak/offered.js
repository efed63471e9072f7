// What there is to speak with, as /v1/audio/voices tells it, in the words of the lists beside the text: the engines,
// the voices of the chosen one, what is to be said of both.
import { facts, fill, make } from "../../lib/dom.js";

// The engine and the voice of a plain request.
export const AUTO = "auto";
export const DEFAULT = "default";
const ABSENT = "absent";

const known = (key, otherwise) => facts.strings[key] ?? otherwise;
const engineOf = (offer, name) => offer.engines.find(({ id }) => id === name);
const titleOf = (offer, name) => known(`engine_${name}`, engineOf(offer, name)?.name ?? name);
const row = (id, name, about, more = {}) => ({ id, name, about, lacks: "", ...more });

// Whether it is installed with all that it needs; always so where the choice is left open.
export const isUsable = (offer, name) => {
  const engine = engineOf(offer, name);
  return !engine || (engine.state !== ABSENT && !engine.lacks.length);
};
// Those that can be asked for; without those that are not here and cannot be fetched.
export const engineRows = (offer) => {
  const there = offer.engines.filter((one) => one.in_store || one.state !== ABSENT);
  return [AUTO, ...there.map(({ id }) => id)].map((name) => {
    const lacks = isUsable(offer, name) ? "" : fill("engine_lacks");
    return row(name, titleOf(offer, name), known(`engine_about_${name}`, ""), { lacks });
  });
};

// Among those of one engine, the ones that speak the page's language best go first.
export const nearFirst = (voices) => {
  const kindOf = ({ engine, natural, group }) => `${engine ?? natural} ${group === "own"}`,
    far = ({ languages = [] }) => languages.length > 0 && languages[0] !== facts.language,
    sorted = [...voices].sort((one, other) => far(one) - far(other));
  return voices.map((one) => {
    const at = sorted.findIndex((other) => kindOf(other) === kindOf(one));
    return sorted.splice(at, 1)[0];
  });
};
// Those that an engine has; all of them where the choice is left open.
export const voicesOf = (offer, name) =>
  engineOf(offer, name) ? offer.voices.filter(({ engine }) => engine === name) : offer.voices;
// A person's own stand apart, as do those of other engines than the `first`.
const speaker = (offer, { id, name, engine, group, description }, first) => {
  const called = engine === first ? name : fill("voice_of_engine", { name, engine: titleOf(offer, engine) });
  return row(id, group === "own" ? fill("voice_mine", { name: called }) : called, description, { group, engine });
};
// The first one has the id of the default voice, and stays chosen under that whatever is added later; `voice` is its
// own. Where the default voice follows the text's language, it has a row of its own before them. Last come cloned
// voices that nothing here can speak yet.
export const voiceRows = (offer, name) => {
  const voices = voicesOf(offer, name),
    [first] = voices,
    rows = nearFirst(voices).map((one) => speaker(offer, one, first.engine));
  const other = voices.find((one) => one.engine === first.engine && one.languages[0] !== first.languages[0]);
  if (other) {
    const both = fill("voice_by_language", { name: first.name, other: other.name });
    rows.unshift(row(DEFAULT, both, fill("voice_by_language_about"), { engine: first.engine }));
  } else if (first) rows[0] = { ...rows[0], id: DEFAULT, voice: first.id };
  else rows.push(row(DEFAULT, fill("voice_default_absent"), ""));
  const silent = offer.silent.map(({ id, name: own }) => {
    const more = { lacks: fill("voice_lacks"), group: "clone", sample: `/v1/clones/${id}/preview` };
    return row(id, fill("voice_mine", { name: own }), "", more);
  });
  return [...rows, ...silent];
};

// A line under the list; nothing to read for an engine that is ready. For other scripts it has the engine that speaks
// with the `chosen` voice and, where it is known, its pace.
export const engineNote = (offer, name, chosen) => {
  const speaks = chosen?.engine ?? name,
    { state = "", reason = "" } = engineOf(offer, name) ?? {},
    words = known(`engine_is_${state}`, "");
  const line = [];
  if (!chosen && ["idle", "ready"].includes(state)) {
    const link = make("a", { href: "#/voices", class: "text-link" }, fill("engine_clone"));
    line.push(make("p", { class: "hint" }, `${fill("engine_no_voice")} `, link));
  } else if (words) {
    const space = reason && facts.language !== "zh" ? " " : "";
    line.push(make("p", { class: "hint" }, words + space + reason));
  }
  return make("div", { "data-engine": speaks, "data-pace": engineOf(offer, speaks)?.pace ?? null }, ...line);
};

// What the voice may be used for, and how it does in English.
export const licenceOf = (offer, { engine, languages, licence }) => {
  const isAccented = engineOf(offer, engine)?.accented.includes("en") && languages.includes("en");
  const short = known(`licence_short_${engine}`, fill("licence")),
    terms = make("p", { class: "hint" }, known(`licence_${engine}`, licence));
  return [
    make("details", { class: "fold", "data-engine": engine }, make("summary", { class: "hint licence" }, short), terms),
    ...(isAccented ? [make("p", { class: "hint" }, fill("voice_accent"))] : []),
  ];
};
