// Before a take is taken along: with commercial use on, a sentence beside the downloads where it may not be used so.
import { $, fill, onDrawn } from "../../lib/dom.js";
import { player } from "../../lib/player.js";
import { jobPath } from "../../lib/player_job.js";
import { callJson } from "../../lib/rest.js";
import { onInputs, settingsShown } from "./inputs.js";
import { isOther, shownTake } from "./takes.js";

// The page names its prosody model: with commercial use on it is the rules, and off again what it was before.
const BARRED = ["lm", "causal", "llm"];
let before = null;
export const prosodyFor = (commercial, prosody) => {
  if (!commercial) return before ?? prosody;
  if (BARRED.includes(prosody)) before = prosody;
  return BARRED.includes(prosody) ? "rules" : prosody;
};

let asked = "",
  barred = null; // what keeps the shown take from being used so; nothing where it may be

// What decides is called as beside the readings; voices by their ids.
const called = (name) => {
  const key = `source_${name}`,
    words = fill(key);
  return words === key ? name : words;
};
const draw = () => {
  const place = $("#not-free p");
  if (!place) return;
  const names = barred && !isOther() ? barred.map(called).join(", ") || fill("take_not_noted") : "";
  const said = names && fill("take_not_free", { names });
  if (place.textContent !== said) place.textContent = said;
  place.hidden = !said;
};
const look = async () => {
  const take = settingsShown().commercial === true ? shownTake() : "";
  if (take === asked) return draw();
  [asked, barred] = [take, null];
  draw();
  if (!take) return;
  const answer = await callJson("GET", jobPath(take));
  if (take !== asked) return; // another one is shown by now
  if (answer.id && answer.commercial !== "yes") barred = answer.not_free;
  draw();
};
onInputs(look);
onDrawn(look);
for (const event of ["opened", "ended"]) player.root.addEventListener(`studio:${event}`, draw);
