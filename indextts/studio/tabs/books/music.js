// The person's own sounds in a book: at its beginning, at its end, and between its chapters.
import { fill, fillFor, home, iconButton, make, put } from "../../lib/dom.js";
import { duration } from "../../lib/numbers.js";
import { call } from "../../lib/rest.js";
import { hearOnce, hushSample } from "../voices/own.js";
import { bookPath } from "./shell.js";

const PLACES = ["intro", "outro", "chime"];
// What a person may set of each, with what it is unless somebody does.
const USUAL = { level_db: -3, duck_db: -14, alone_s: 4, under_s: 6, fade_in_s: 0.5, fade_out_s: 3 };
const BOUNDS = {
  level_db: [-30, 6],
  duck_db: [-40, 0],
  alone_s: [0, 60],
  under_s: [0, 60],
  fade_in_s: [0, 20],
  fade_out_s: [0, 20],
};
const SHAPES = { intro: Object.keys(USUAL), outro: Object.keys(USUAL), chime: ["level_db"] };
const LONG_MS = 600000;

const field = (place, name) =>
  make(
    "label",
    { class: "making-field" },
    make("span", {}, fill(`music_${name}`)),
    make("input", {
      type: "number",
      class: "field",
      "data-place": place,
      "data-shape": name,
      min: BOUNDS[name][0],
      max: BOUNDS[name][1],
      step: "any",
    }),
  );
const row = (place) =>
  make(
    "li",
    { class: "music", "data-place": place },
    make(
      "div",
      { class: "music-row" },
      make("strong", {}, fill(`music_${place}`)),
      make("span", { class: "hint music-name", role: "status" }),
      iconButton("musicHear", fill("music_hear", { place: fill(`music_${place}`) }), "play"),
      make("button", { type: "button", class: "quiet-button", "data-do": "musicChoose" }),
      iconButton("musicRemove", fill("music_remove", { place: fill(`music_${place}`) }), "remove"),
    ),
    make("div", { class: "making-how" }, ...SHAPES[place].map((name) => field(place, name))),
  );

export const MUSIC = {
  make: (shell) => {
    const rows = make("ul", { class: "music-rows" }, ...PLACES.map(row)),
      place = make("section", { class: "making" }, make("h3", {}, fill("music_head")), rows);
    let kept = {},
      known = "",
      asked = 0,
      visit = 0;
    const path = (where) => `/music/${where}`;
    const draw = () => {
      const { options } = shell.book();
      for (const item of rows.children) {
        const where = item.dataset.place,
          one = kept[where],
          name = item.querySelector(".music-name"),
          [hear, choose, remove] = item.querySelectorAll("[data-do]");
        put(name, one ? [one.name, duration(one.duration_s)].filter(Boolean).join(" · ") : fill("music_none"));
        choose.textContent = fill(one ? "music_other" : "music_choose");
        choose.setAttribute("aria-label", fillFor(`music_${where}`, choose.textContent));
        hear.hidden = remove.hidden = item.lastChild.hidden = !one;
        for (const box of item.querySelectorAll("input"))
          if (box !== document.activeElement)
            box.value = options.music?.[where]?.[box.dataset.shape] ?? USUAL[box.dataset.shape];
      }
    };
    const take = (answer) => {
      if (answer.error) {
        shell.say(answer);
        return;
      }
      kept = Object.fromEntries(answer.music.map((one) => [one.place, one]));
      draw();
    };
    const look = async () => {
      const mine = (asked += 1);
      const answer = await shell.rest("GET", "/music");
      if (mine === asked) take(answer);
    };
    const send = async (button, where, file) => {
      button.setAttribute("aria-busy", "true");
      hushSample();
      const mine = visit;
      const address = bookPath(shell.book().id, `${path(where)}?name=${encodeURIComponent(file.name.slice(-200))}`);
      const headers = { "Content-Type": "application/octet-stream" };
      const answer = await call(address, { method: "PUT", body: file, headers, patience: LONG_MS });
      const told = answer.error ? answer : await answer.json();
      button.removeAttribute("aria-busy");
      if (mine !== visit) return;
      asked += 1; // what was asked for meanwhile may be older
      take(told);
      if (!told.error) shell.reload();
    };
    const ACTIONS = {
      musicHear: (button, where) => {
        const address = `${home()}${bookPath(shell.book().id, path(where))}`;
        hearOnce(address, fill(`music_${where}`)).catch(() => shell.say({ error: fill("fix_lost") }));
      },
      musicChoose: (button, where) => {
        const file = make("input", { type: "file", accept: "audio/*" });
        file.addEventListener("change", () => file.files[0] && send(button, where, file.files[0]));
        file.click();
      },
      musicRemove: async (button, where) => {
        hushSample();
        take(await shell.rest("DELETE", path(where)));
        rows.querySelector(`[data-place=${where}] [data-do=musicChoose]`)?.focus({ preventScroll: true });
        shell.reload();
      },
    };
    rows.addEventListener("click", ({ target }) => {
      const button = target.closest("[data-do]");
      if (button && !button.hasAttribute("aria-busy"))
        ACTIONS[button.dataset.do](button, button.closest("[data-place]").dataset.place);
    });
    // What stands above may be another form's: this change is this one's alone.
    rows.addEventListener("change", async (event) => {
      const { place: where, shape } = event.target.dataset,
        music = shell.book().options.music ?? {};
      event.stopPropagation();
      if (!shape) return;
      const said = event.target.value === "" ? USUAL[shape] : Number(event.target.value);
      const shaped = { ...music, [where]: { ...music[where], [shape]: said } };
      const answer = await shell.change({ options: { music: shaped } });
      if (!answer.error) return;
      shell.say(answer);
      draw();
    });
    return {
      place,
      show: ({ revision, options }) => {
        place.hidden = Boolean(options.fit);
        const now = `${revision}`;
        if (now === known) return;
        known = now;
        draw();
        look();
      },
      end: () => {
        asked += 1;
        visit += 1;
        hushSample();
      },
    };
  },
};
