// The scripts of a tab come when it is opened first (LATE in studio/shell.py): a first visit speaks.
import { $, fill, make } from "./dom.js";
import { player } from "./player.js";
import { fetchWithin } from "./rest.js";
import { CONTENTS, onView, view } from "./router.js";
import { recallHere, recallJson } from "./storage.js";
import { doubt } from "./waits.js";

const LATE = ["books", "dictionary", "edit", "history", "models", "system", "voices"],
  ASKED_MS = 10000,
  AGAIN_MS = 2000,
  SLOW_MS = 1000,
  HEARD = "indextts.book",
  STUDY = "indextts.study";

// Whether it has come. Without the server it has not, nor from one of another version; where the page's key is void,
// the page goes back to the login.
const bring = (file) => {
  const address = new URL(file, import.meta.url);
  const failed = () => fetchWithin(ASKED_MS, address).catch(() => {});
  return import(address).then(() => true, () => failed().then(doubt).then(() => false));
};
// An empty card says what it waits for; it is asked for again for as long as the tab is open.
const line = make("p", { class: "hint late", role: "status" });
const tell = (name, key) => {
  $(CONTENTS[name])?.prepend(line);
  line.textContent = fill(key);
};
const coming = new Set();
const bringTab = async (name) => {
  if (!LATE.includes(name) || coming.has(name)) return;
  coming.add(name);
  const slow = setTimeout(tell, SLOW_MS, name, "status_connecting");
  while (view() === name && !(await bring(`./${name}.js`))) {
    clearTimeout(slow);
    tell(name, "status_offline");
    await new Promise((done) => setTimeout(done, AGAIN_MS));
  }
  clearTimeout(slow);
  coming.delete(name);
  if (line.closest(CONTENTS[name])) line.remove();
};
onView(bringTab);
// A book that was heard in this window goes on (tabs/books/shell.js).
if (recallHere(HEARD)) bring("./books.js");
// Study mode: whoever had it on has it again.
const study = () => recallJson(STUDY, {});
if (study().on) bring("./study.js");
player.root.querySelector(".player-study").addEventListener("click", () => bring("./study.js"));
