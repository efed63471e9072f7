// Whether a search and a chosen group mean a voice. It has id, names, descriptions, group, own or clone, tags: what is
// there of these; `text` is in small letters.
export const isMeant = (voice, { text, group, loved }) => {
  const kinds = [voice.group, loved.has(voice.id) && "loved"];
  kinds.push(...["own", "clone", "natural"].filter((name) => voice[name]));
  if (group && !kinds.includes(group)) return false;
  const words = [voice.name, voice.name_zh, voice.name_en, voice.about, ...(voice.tags ?? [])];
  return words.some((word) => word?.toLowerCase().includes(text));
};
