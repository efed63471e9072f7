// The page's script: all of it begins here. It runs before Gradio's, and listens on the document, so that it does not
// depend on when Gradio draws what.
import "./frames.js";
import { switchLanguage, switchTheme } from "./theme.js";
import { startRouter } from "./router.js";
import { player } from "./player.js";
import { answered } from "./waits.js";
import { begin, download, plotted } from "../tabs/speak/takes.js";
import { picked, start as startLists } from "../tabs/speak/choices.js";
import { example, onSettings, restoreInputs, settingsNow, undo } from "../tabs/speak/inputs.js";
import "../tabs/speak/fix.js";
import { cancel, generate, start } from "../tabs/speak/run.js";
import "../tabs/speak/tab.js";
import "../tabs/speak/ahead.js";
import "../tabs/speak/elsewhere.js";
import "../tabs/speak/presets.js";
import "../tabs/speak/quality.js";
import { prosodyFor } from "../tabs/speak/rights.js";
import "../tabs/speak/settling.js";
import "../tabs/speak/sheet.js";
import "./health.js";
import "./help.js";
import "./login.js";
import "../tabs/history/deleted.js";
import "../tabs/history/switch.js";
import "./late.js";
import "./one_sound.js";
import "./toolbar.js";
import "./undo.js";

document.addEventListener("click", (event) => {
  const target = event.target.closest?.("button");
  if (target?.id === "language-switch") switchLanguage();
  else if (target?.id === "theme-switch") switchTheme();
});

// What Gradio's events call by name (`js=` in studio/page.py): it makes functions of text, which can import nothing.
// And what the browser's console can ask: the player, and the settings that would be sent.
window.indexttsStudio = {
  answered,
  cancel,
  download,
  example,
  generate,
  onSettings,
  picked,
  player,
  plotted,
  prosodyFor,
  restoreInputs,
  settingsNow,
  undo,
};
startRouter();
startLists();
begin();
start();
