// A voice that is not here: said once, by its name, with what speaks instead.
import { $, facts, fill } from "../../lib/dom.js";
import { callJson } from "../../lib/rest.js";
import { tell } from "../history/switch.js";
import { mixtureWords, isMixture } from "../voices/mixture.js";

// `nameOf` knows those that are here; the server knows a person's own that were removed.
export const tellLost = async (voice, instead, nameOf = (id) => id) => {
  const { voices = [] } = await callJson("GET", "/v1/voices?deleted=true");
  const gone = voices.find(({ id }) => id === voice);
  const own = gone && (facts.language === "zh" ? gone.name_zh : gone.name_en);
  const name = own ?? (isMixture(voice) ? mixtureWords(voice, nameOf) : nameOf(voice));
  // Whoever has just removed it can still take that back.
  if (!$("#project-said [data-do=undo]")) tell({ error: fill("voice_lost", { name, instead }) });
};
