// What the list of designed voices and that of cloned ones share: the search over both, favourites, and the buttons
// that speak with a voice.
import { button, fill, iconButton, make, signal } from "../../lib/dom.js";
import { favourites, love, onFavourites } from "./favourites.js";
import { isMeant } from "./meant.js";

const GROUPS = ["", "loved", "natural", "women", "men", "children", "own", "clone"];

let text = "",
  group = "";
const changed = signal();
// `listener` hears that other voices are to be shown.
export const onFilter = changed.hear;
onFavourites(changed.tell);

export const isShown = (voice) => isMeant(voice, { text, group, loved: favourites() });
export const filters = () =>
  make(
    "div",
    { class: "voice-filters" },
    make("input", {
      type: "search",
      class: "field",
      "aria-label": fill("voices_search"),
      placeholder: fill("voices_search"),
      autocomplete: "off",
    }),
    make(
      "div",
      { class: "voice-groups", role: "group", "aria-label": fill("voices_groups") },
      ...GROUPS.map((name) =>
        make(
          "button",
          { type: "button", class: "chip", "data-group": name, "aria-pressed": String(name === group) },
          fill(`voices_group_${name || "all"}`),
        ),
      ),
    ),
  );
document.addEventListener("input", (event) => {
  if (!event.target.matches?.(".voice-filters input")) return;
  text = event.target.value.trim().toLowerCase();
  changed.tell();
});
document.addEventListener("click", (event) => {
  const chip = event.target.closest?.(".voice-filters .chip");
  if (chip) {
    group = chip.dataset.group;
    document
      .querySelectorAll(".voice-filters .chip")
      .forEach((one) => one.setAttribute("aria-pressed", String(one === chip)));
    changed.tell();
  }
  const star = event.target.closest?.(".voice-love");
  if (!star) return;
  const { id } = star.closest("[data-id]").dataset,
    yes = star.getAttribute("aria-pressed") !== "true";
  love(id, yes);
  document.querySelector(`[data-id="${CSS.escape(id)}"] .voice-love`)?.focus({ preventScroll: true });
});

// The buttons of a row; one that nothing here can speak leads to what is missing.
export const extras = (voice, name, speaks = true) => {
  const loved = favourites().has(voice.id);
  const star = iconButton("love", fill("voice_love", { name }), loved ? "star-full" : "star", {
    class: "icon-button voice-love",
    "aria-pressed": String(loved),
  });
  const use = speaks
    ? button("use", "voice_use", {
        class: "quiet-button strong voice-use",
        "aria-label": fill("voice_use_name", { name }),
      })
    : make("a", { class: "text-link voice-use", href: "#/models" }, fill("engine_get"));
  return [star, use];
};
