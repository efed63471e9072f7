// Language and theme: what the reader chose, else what the browser and the system say.
import { facts, root } from "./dom.js";
import { reload } from "./reload.js";
import { recall, remember } from "./storage.js";

const KEY = "indextts.theme";
const YEAR = 31536000;

// The server decided on the language (cookie, then browser); Gradio asks the navigator.
for (const [name, value] of [
  ["language", facts.locale],
  ["languages", [facts.locale]],
]) {
  Object.defineProperty(Navigator.prototype, name, { configurable: true, get: () => value });
}
export const switchLanguage = () => {
  const next = facts.language === "zh" ? "en" : "zh";
  document.cookie = `indextts_lang=${next};path=/;max-age=${YEAR};samesite=lax`;
  reload();
};

// Gradio marks the body as dark; the root carries the colours.
const systemDark = matchMedia("(prefers-color-scheme: dark)");
const wantsDark = () => {
  const chosen = recall(KEY);
  return chosen ? chosen === "dark" : systemDark.matches;
};
const applyTheme = () => {
  const dark = wantsDark();
  root.classList.toggle("dark", dark);
  if (document.body.classList.contains("dark") !== dark) document.body.classList.toggle("dark", dark);
};
export const switchTheme = () => {
  remember(KEY, wantsDark() ? "light" : "dark");
  applyTheme();
};
applyTheme();
systemDark.addEventListener("change", applyTheme);
new MutationObserver(applyTheme).observe(document.body, { attributes: true, attributeFilter: ["class"] });
root.classList.toggle("apple", /Mac|iPhone|iPad/.test(navigator.platform || ""));
