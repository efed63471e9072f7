// The scripts of a tab come when it is opened first (LATE in studio/shell.py): a first visit speaks.
import { player } from "./player.js";
import { fetchWithin } from "./rest.js";
import { onView, view } from "./router.js";
import { recallJson } from "./storage.js";
import { onLost } from "./waits.js";

const LATE = ["books", "dictionary", "edit", "history", "models", "system", "voices"],
  ASKED_MS = 10000,
  STUDY = "indextts.study";

// Without the server there is none; it is asked for again when the server is back, or the tab is opened again.
// Where its key is void, the page goes back to the login.
const bring = (file) => {
  const address = new URL(file, import.meta.url);
  return import(address).catch(() => fetchWithin(ASKED_MS, address).catch(() => {}));
};
const bringTab = (name) => LATE.includes(name) && bring(`./${name}.js`);
onView(bringTab);
onLost((yes) => yes || bringTab(view()));
// Study mode: whoever had it on has it again.
const study = () => recallJson(STUDY, {});
if (study().on) bring("./study.js");
player.root.querySelector(".player-study").addEventListener("click", () => bring("./study.js"));
