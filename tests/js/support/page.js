// What the page's modules take of a browser when they are loaded, and no more: the facts in the page's head, places
// that hear events, and storage. To be imported before them. A test puts what a module looks for into `parts`.
import { readFileSync, readdirSync } from "node:fs";

const STUDIO = new URL("../../../indextts/studio/", import.meta.url);
const WORDS = /^(\w+):\s*\{?\s*en: ("(?:[^"\\]|\\.)*"),?\s*zh: ("(?:[^"\\]|\\.)*")/gm;

// The page's own words, as its catalogues have them.
const catalogues = [
  new URL("strings.yaml", STUDIO),
  ...readdirSync(new URL("tabs/", STUDIO), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("_"))
    .map(({ name }) => new URL(`tabs/${name}/strings.yaml`, STUDIO)),
];
const words = { en: {}, zh: {} };
for (const catalogue of catalogues)
  for (const [, key, en, zh] of readFileSync(catalogue, "utf8").matchAll(WORDS)) {
    words.en[key] = JSON.parse(en);
    words.zh[key] = JSON.parse(zh);
  }

// A place that hears events; `happens` tells all who listen and returns the event.
export class Place {
  #listeners = new Map();

  addEventListener(name, listener) {
    this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), listener]);
  }

  removeEventListener(name, listener) {
    this.#listeners.set(
      name,
      (this.#listeners.get(name) ?? []).filter((one) => one !== listener),
    );
  }

  happens(name, event = {}) {
    const whole = { type: name, preventDefault() {}, stopPropagation() {}, ...event };
    for (const listener of this.#listeners.get(name) ?? []) listener(whole);
    return whole;
  }

  dispatchEvent(event) {
    return this.happens(event.type, event);
  }

  // Nobody listens any more.
  quiet() {
    this.#listeners.clear();
  }
}

class Classes {
  #names = new Set();

  toggle(name, yes = !this.#names.has(name)) {
    if (yes) this.#names.add(name);
    else this.#names.delete(name);
    return yes;
  }

  add(name) {
    this.#names.add(name);
  }

  remove(name) {
    this.#names.delete(name);
  }

  contains(name) {
    return this.#names.has(name);
  }
}

// An element that keeps what it is given; nothing is laid out or drawn.
export class Part extends Place {
  attributes = {};
  childNodes = [];
  classList = new Classes();
  dataset = {};

  constructor(tag) {
    super();
    this.tagName = tag.toUpperCase();
  }

  setAttribute(name, value) {
    this.attributes[name] = String(value);
  }

  getAttribute(name) {
    return this.attributes[name] ?? null;
  }

  append(...parts) {
    this.childNodes.push(...parts);
  }

  replaceChildren(...parts) {
    this.childNodes = parts;
  }

  get textContent() {
    return this.childNodes.map((part) => part.textContent ?? String(part)).join("");
  }

  set textContent(text) {
    this.childNodes = [text];
  }
}

// Keys are properties, as they are of a browser's storage. `refuses` makes it throw, as where it is switched off.
const storage = () => {
  const kept = Object.create({
    refuses: false,
    getItem(key) {
      if (this.refuses) throw new Error("SecurityError");
      return Object.hasOwn(this, key) ? this[key] : null;
    },
    setItem(key, value) {
      if (this.refuses) throw new Error("QuotaExceededError");
      this[key] = String(value);
    },
    removeItem(key) {
      if (this.refuses) throw new Error("SecurityError");
      delete this[key];
    },
  });
  Object.defineProperty(kept, "refuses", { value: false, writable: true, enumerable: false });
  return kept;
};

const FACTS = {
  language: "en",
  locale: "en",
  strings: words.en,
  tabs: ["speak", "edit", "voices", "dictionary", "books", "history", "models", "system"],
  settings: ["voice", "engine", "speed", "emotion", "intensity", "emotion_text", "sampling_top_p"],
  bounds: { speed: [0.5, 2, 0.05], pitch: [-12, 12, 0.5], energy: [0.5, 2, 0.05], intensity: [0, 1, 0.05] },
  emotions: ["neutral", "happy", "sad", "angry"],
};

export const parts = new Map(); // elements by the selectors that modules ask for
export const reloads = { count: 0 };
const root = { dataset: {}, classList: new Classes(), lang: "en" };
export const browser = new Place();
export const page = Object.assign(new Place(), {
  documentElement: root,
  hidden: false,
  cookie: "",
  activeElement: null,
  getElementById: (id) => (id === "studio-facts" ? { textContent: JSON.stringify(FACTS) } : null),
  createElement: (tag) => new Part(tag),
  querySelector: (selector) => parts.get(selector) ?? null,
  querySelectorAll: () => [],
});

class Observer {
  observe() {}
}

Object.assign(globalThis, {
  document: page,
  window: globalThis,
  location: { hash: "", reload: () => (reloads.count += 1) },
  localStorage: storage(),
  sessionStorage: storage(),
  MutationObserver: Observer,
  addEventListener: (...given) => browser.addEventListener(...given),
  CustomEvent: class {
    constructor(type, { detail = null } = {}) {
      Object.assign(this, { type, detail });
    }
  },
});
Object.defineProperty(globalThis, "navigator", { value: {}, configurable: true, writable: true });

const { facts } = await import(new URL("lib/dom.js", STUDIO));
// The reader's language.
export const readIn = (language) => {
  Object.assign(facts, { language, locale: language === "zh" ? "zh-CN" : "en", strings: words[language] });
  return words[language];
};
export const forgetAll = () => {
  for (const kept of [localStorage, sessionStorage]) {
    kept.refuses = false;
    for (const key of Object.keys(kept)) delete kept[key];
  }
};
readIn("en");
