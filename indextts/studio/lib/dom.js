// What every script of the page uses: the facts that the server has written into it, elements, and words.

// Language, strings and names of settings, as the page's head has them.
export const facts = JSON.parse(document.getElementById("studio-facts").textContent);
export const root = document.documentElement;

// Where the server is, without a slash at its end: this file lies at …/page/HASH/lib/dom.js.
export const home = () => new URL("../../..", import.meta.url).pathname.replace(/\/$/, "");

export const $ = (selector) => document.querySelector(selector);

// A string of the reader's language, its details put in.
export const fill = (key, details = {}) =>
  (facts.strings[key] || key).replace(/\{(\w+)\}/g, (_, name) => details[name] ?? "");

// What a button does to one of many: its name in a list.
export const fillFor = (key, name) => fill(key) + (facts.language === "zh" ? "：" : ": ") + name;

// The language that a screen reader says a text in.
export const languageOf = (text) =>
  /[\u3400-\u9fff]/.test(text) ? "zh-CN" : /[a-z]/i.test(text) ? "en" : facts.locale;

// With this key an input method writes: the Enter that takes its word, the Escape that gives it up. No other script
// hears of it. Safari tells of that Enter when the word is written already, and knows it by its number alone.
addEventListener(
  "keydown",
  (event) => {
    if (event.isComposing || event.keyCode === 229) event.stopImmediatePropagation();
  },
  true,
);

export const make = (tag, attributes = {}, ...children) => {
  const part = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null) part.setAttribute(name, value);
  part.append(...children);
  return part;
};
// Words that stand there already are not written anew: they would be read aloud again.
export const put = (place, text) => {
  if (place.textContent !== text) place.textContent = text;
};
// The same of a status. One that `counts` is read aloud when it begins, and when it is over: how far it is, a bar says
// to those who ask.
export const putStatus = (place, text, counts = false) => {
  place.setAttribute("aria-live", counts && place.dataset.counts ? "off" : "polite");
  place.dataset.counts = counts ? "yes" : "";
  put(place, text);
};
export const glyph = (name) => make("span", { class: `glyph glyph-${name}`, "aria-hidden": "true" });
export const button = (action, key, more = {}) =>
  make("button", { type: "button", class: "quiet-button", "data-do": action, ...more }, fill(key));
export const iconButton = (action, title, shape, more = {}) =>
  make(
    "button",
    { type: "button", class: "icon-button", "data-do": action, title, "aria-label": title, ...more },
    glyph(shape),
  );

// What had the focus went with another view; not on a page where nobody has done anything yet.
export const focusIsLost = () =>
  document.activeElement === document.body && navigator.userActivation?.hasBeenActive !== false;

export const saveBlob = (blob, name) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name || "speech";
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
};

// Listeners of one kind of news: `hear(listener)`; `tell(...news)` returns what they return.
export const signal = () => {
  const listeners = [];
  return { hear: (listener) => listeners.push(listener), tell: (...news) => listeners.map((one) => one(...news)) };
};

// What a part of the page does, however late it is drawn: `data-do` names the action that a click calls, unless the
// element is busy; `submitted` gets the form.
export const onActions = (place, actions) =>
  document.addEventListener("click", (event) => {
    const target = event.target.closest?.(`${place} [data-do]`);
    if (target && !target.hasAttribute("aria-busy")) actions[target.dataset.do](target);
  });
export const onSubmit = (form, submitted) =>
  document.addEventListener("submit", (event) => {
    if (!event.target.matches?.(form)) return;
    event.preventDefault();
    submitted(event.target);
  });

// Parts that Gradio draws late get their content as soon as they are there.
const drawn = signal();
export const onDrawn = drawn.hear;
new MutationObserver(() => drawn.tell()).observe(root, { childList: true, subtree: true });
