// All settings under a name: kept by this browser, put back with one click, renamed, removed and taken back.
import { $, fill, iconButton, make, onActions, onDrawn, onSubmit } from "../../lib/dom.js";
import { named } from "../../lib/naming.js";
import { say } from "../../lib/said.js";
import { recallJson, remember } from "../../lib/storage.js";
import { pick } from "./choices.js";
import { setShares, sharesNow } from "./emotion.js";
import { settingsShown } from "./inputs.js";

const KEY = "indextts.presets",
  MOST = 100;

const stored = recallJson(KEY, []);
let kept = Array.isArray(stored) ? stored : [];
const keep = (next) => {
  kept = next;
  remember(KEY, JSON.stringify(kept));
  draw();
};
const tell = (answer) => say($("#settings-head .presets-said"), answer);
const isTaken = (name, but = null) => kept.some((one) => one !== but && one.name === name);

const row = (preset, index) =>
  make(
    "li",
    { "data-index": index },
    make("button", { type: "button", class: "preset-name", "data-do": "apply" }, preset.name),
    iconButton("rename", fill("preset_rename", { name: preset.name }), "edit"),
    iconButton("remove", fill("preset_remove", { name: preset.name }), "remove"),
  );
const draw = () => $("#settings-head .preset-rows")?.replaceChildren(...kept.map(row));
onDrawn(() => {
  const place = $("#settings-head .presets");
  if (!place || place.firstElementChild) return;
  place.append(
    make(
      "details",
      { class: "fold" },
      make("summary", { class: "hint" }, fill("presets")),
      make("ul", { class: "preset-rows" }),
      make(
        "form",
        { class: "preset-form" },
        make("input", {
          type: "text",
          class: "field",
          name: "name",
          maxlength: 40,
          "aria-label": fill("preset_name"),
          placeholder: fill("preset_name"),
          autocomplete: "off",
        }),
        make("button", { type: "submit", class: "quiet-button" }, fill("preset_save")),
      ),
      make("p", { class: "presets-said hint", role: "status" }),
    ),
  );
  draw();
});

const of = (target) => kept[Number(target.closest("[data-index]").dataset.index)];
onActions("#settings-head .preset-rows", {
  apply: (target) => {
    const { name, values, shares } = of(target);
    setShares(shares ?? {});
    pick(values);
    tell({ said: fill("preset_applied", { name }) });
  },
  rename: (target) => {
    const preset = of(target);
    named(target.closest("li").querySelector(".preset-name"), preset.name, fill("preset_name"), (given) => {
      const name = (given ?? "").trim();
      if (name && isTaken(name, preset)) tell({ error: fill("preset_taken", { name }) });
      else if (name) {
        keep(kept.map((one) => (one === preset ? { ...one, name } : one)));
        return;
      }
      draw();
    });
  },
  remove: (target) => {
    const preset = of(target),
      before = kept;
    keep(kept.filter((one) => one !== preset));
    const undo = () => {
      keep(before);
      return { said: fill("entry_undone") };
    };
    tell({ said: fill("preset_removed", { name: preset.name }), undo });
  },
});
onSubmit("#settings-head .preset-form", (form) => {
  const name = form.elements.name.value.trim();
  if (!name) {
    tell({ error: fill("voice_name_first") });
    form.elements.name.focus();
    return;
  }
  const preset = { name, values: { ...settingsShown() }, shares: sharesNow() };
  const others = kept.filter((one) => one.name !== name);
  keep([preset, ...others].slice(0, MOST));
  form.elements.name.value = "";
  tell({ said: fill("preset_saved", { name }) });
});
