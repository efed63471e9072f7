// Of a dub: how the subtitles came out, and those that do not fit their time.
import { fill, iconButton, make } from "../../lib/dom.js";
import { clock } from "../../lib/player_parts.js";

const BEFORE_S = 0.3;
// To the tenth that has begun; a hair before one counts as that.
export const fine = (seconds) => {
  const tenths = Math.floor(Math.max(0, seconds) * 10 + 0.001);
  return `${clock(Math.floor(tenths / 10))}.${tenths % 10}`;
};

const row = (cue, number) =>
  make(
    "li",
    { class: "cue", "data-state": cue.state },
    iconButton("cue", fill("cue_hear", { text: cue.text }), "play", { "data-number": number }),
    make("span", { class: "cue-time hint" }, `${fine(cue.begin_s)}–${fine(cue.end_s)}`),
    make("span", { class: "cue-text" }, cue.text, make("span", { class: "hint" }, cue.sentence)),
  );

export const CUES = {
  make: (shell) => {
    const place = make("section", { class: "making cues", hidden: "" });
    let known = "",
      asked = 0,
      bad = [];
    const draw = (cues) => {
      bad = cues.filter(({ sentence }) => sentence);
      const fast = cues.filter(({ state }) => state === "faster" || state === "squeezed").length;
      place.hidden = !cues.length;
      place.replaceChildren(
        make("h3", {}, fill("cues_head")),
        make(
          "p",
          { class: "hint" },
          [
            fill(bad.length ? "cues_bad" : "cues_good", { bad: bad.length, all: cues.length }),
            fast ? fill("cues_fast", { fast }) : "",
          ].join(""),
        ),
        make("ul", { class: "cue-rows" }, ...bad.map(row)),
      );
    };
    const show = async ({ options, job, revision }) => {
      const sign = options.fit && job ? `${revision} ${job.status} ${job.segments_done}` : "";
      if (sign === known) return;
      known = sign;
      const mine = (asked += 1);
      const answer = sign ? await shell.rest("GET", "/cues") : { cues: [] };
      if (mine !== asked) return;
      if (answer.error) known = "";
      else draw(answer.cues);
    };
    place.addEventListener("click", ({ target }) => {
      const cue = bad[target.closest("[data-do=cue]")?.dataset.number];
      if (!cue) return;
      const at = Math.max(0, cue.at_s - BEFORE_S);
      shell.play(cue.job, { at, ends: cue.at_s + cue.ends_s - cue.starts_s + BEFORE_S });
    });
    return { place, show, end: () => (asked += 1) };
  },
};
