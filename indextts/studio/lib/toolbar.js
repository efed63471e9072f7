// Buttons in a row are one stop of the Tab key: arrows go from one to the next. Where the keyboard has far to go, a
// button that is seen once it has the focus leads there at once.
import { $, fill, make, onDrawn } from "./dom.js";
import { CONTENTS, view } from "./router.js";

const BARS = [
  { at: "#under-text", parts: "#examples button, #inserts button", label: "toolbar_text" },
  { at: "#captions", parts: "#downloads button, #subtitles button", label: "download" },
];
const partsOf = ({ at, parts }) => {
  const all = [...document.querySelectorAll(parts)].filter((one) => one.closest(at));
  return all.filter((one) => !one.disabled && one.getClientRects().length);
};
// One of them is in the order of tabs: the one that had the focus last, or the first.
const settle = (bar, now = null) => {
  const all = partsOf(bar),
    kept = now ?? all.find((one) => one.hasAttribute("data-stop")) ?? all[0];
  for (const one of all) {
    if (one.tabIndex !== (one === kept ? 0 : -1)) one.tabIndex = one === kept ? 0 : -1;
    if (now) one.toggleAttribute("data-stop", one === now);
  }
};
onDrawn(() => {
  for (const bar of BARS) {
    const place = $(bar.at);
    if (!place) continue;
    if (!place.role) {
      place.role = "toolbar";
      place.ariaLabel = fill(bar.label);
    }
    settle(bar);
  }
});
const barOf = (part) => BARS.find((bar) => part.closest?.(bar.at) && part.matches(bar.parts));
document.addEventListener("focusin", ({ target }) => {
  const bar = barOf(target);
  if (bar) settle(bar, target);
});
document.addEventListener("keydown", (event) => {
  const bar = !event.ctrlKey && !event.metaKey && !event.altKey && barOf(event.target);
  if (!bar) return;
  const all = partsOf(bar),
    here = all.indexOf(event.target);
  const to = { ArrowLeft: here - 1, ArrowRight: here + 1, Home: 0, End: all.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  all.at(to % all.length).focus();
});

// The ways: from the beginning of the page to its contents, and from the text to what is heard of it.
const WAYS = {
  contents: () => $(CONTENTS[view()]),
  play: () => $("#player .player-play:not(:disabled)"),
  reading: () => $("#reading .token[tabindex='0']") ?? $("#reading .token[data-at]"),
};
const way = (name) => {
  const link = make("button", { type: "button", class: "skip", "data-skip": name }, fill(`skip_${name}`));
  link.addEventListener("click", () => {
    const place = WAYS[name]();
    if (place && place.tabIndex < 0 && !place.matches("textarea")) place.tabIndex = -1;
    place?.focus();
  });
  return link;
};
// What leads nowhere is no stop.
const mark = () => {
  for (const link of document.querySelectorAll(".skip")) link.hidden = !WAYS[link.dataset.skip]();
};
onDrawn(() => {
  const [header, text] = [$("#header header"), $("#text")];
  if (header && !$("#header .skip")) header.prepend(way("contents"));
  if (text && !$("#text .skip")) text.append(way("play"), way("reading"));
});
for (const event of ["focusin", "focusout"]) document.addEventListener(event, mark);
// What came while the focus stayed where it was is seen before the key moves it.
document.addEventListener("keydown", ({ key }) => key === "Tab" && mark(), true);
