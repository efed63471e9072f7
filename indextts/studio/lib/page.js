// The page's script: all of it begins here. It runs before Gradio's, and listens on the document, so that it does not
// depend on when Gradio draws what.
import { switchLanguage, switchTheme } from "./theme.js";
import { startRouter } from "./router.js";
import { alive } from "./waits.js";
import { keepTakes, keptTakes, save } from "../tabs/speak/takes.js";
import { meter } from "../tabs/speak/meter.js";
import { listed, picked } from "../tabs/speak/choices.js";
import { onSettings, replaceText, restoreInputs, undo } from "../tabs/speak/inputs.js";
import { fixed } from "../tabs/speak/fix.js";
import { send } from "../tabs/speak/tab.js";
import "../tabs/speak/presets.js";
import "../tabs/speak/settling.js";
import "../tabs/speak/sheet.js";
import { edited, named } from "../tabs/edit/asking.js";
import "../tabs/edit/tab.js";
import "./health.js";
import "../tabs/dictionary/tab.js";
import "../tabs/voices/tab.js";
import "../tabs/voices/clones.js";
import "../tabs/models/tab.js";

document.addEventListener("click", (event) => {
  const target = event.target.closest?.("button");
  if (target?.id === "language-switch") switchLanguage();
  else if (target?.id === "theme-switch") switchTheme();
});

// What Gradio's events call by name (`js=` in studio/page.py): it makes functions of text, which can import nothing.
window.indexttsStudio = {
  alive,
  edited,
  fixed,
  keepTakes,
  keptTakes,
  listed,
  meter,
  named,
  onSettings,
  picked,
  replaceText,
  restoreInputs,
  save,
  send,
  undo,
};
startRouter();
