// Which tab is open stands in the address, so that it survives a reload and Back goes back; what follows a second slash
// is the tab's own.
import { facts, onDrawn, root, signal } from "./dom.js";

const opened = signal();
// `listener` hears the name of a tab when it has been opened.
export const onView = opened.hear;
export const view = () => root.dataset.view;
// Where each tab's contents begin.
export const CONTENTS = {
  ...{ speak: "#text textarea", edit: "#editor", voices: "#voicebook", dictionary: "#lexicon", books: "#books" },
  ...{ history: "#history", models: "#models", system: "#system" },
};

const markTab = () =>
  document.querySelectorAll("#header [data-tab]").forEach((tab) => {
    tab.dataset.marked = "";
    if (tab.dataset.tab !== view()) {
      tab.removeAttribute("aria-current");
      return;
    }
    const bar = tab.parentElement;
    tab.setAttribute("aria-current", "page");
    bar.scrollLeft = tab.offsetLeft - bar.offsetLeft - (bar.clientWidth - tab.offsetWidth) / 2;
  });
// The tab that the address names: the open one, or between a click and its `hashchange` the one that opens next.
export const asked = () => {
  const [name] = location.hash.replace("#/", "").split("/");
  return facts.tabs.includes(name) ? name : "speak";
};
const show = () => {
  const now = asked();
  if (view() === now) return;
  root.dataset.view = now;
  markTab();
  opened.tell(now);
};
addEventListener("hashchange", show);
onDrawn(() => {
  if (document.querySelector("#header [data-tab]:not([data-marked])")) markTab();
});

// To be called once, when all tabs listen.
export const startRouter = show;
