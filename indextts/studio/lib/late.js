// What few open: its scripts come when it is opened first (LATE in studio/shell.py).
import { player } from "./player.js";
import { onView } from "./router.js";
import { recallJson } from "./storage.js";

const LATE = { system: "./system.js", models: "./models.js" },
  STUDY = "indextts.study";

// Without the server there is none; opened again, it asks again.
const bring = (file) => import(new URL(file, import.meta.url)).catch(() => {});
onView((name) => {
  if (LATE[name]) bring(LATE[name]);
});
// Study mode: whoever had it on has it again.
const study = () => recallJson(STUDY, {});
if (study().on) bring("./study.js");
player.root.querySelector(".player-study").addEventListener("click", () => bring("./study.js"));
