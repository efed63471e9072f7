// The cast: the narrator and everybody who says something, each with a voice; and, beside it, who says what.
import { fill, iconButton, make } from "../../lib/dom.js";
import { askName, openMenu } from "../../lib/menu.js";
import { picker } from "../../lib/picker.js";
import { hearOnce, sampleText } from "../voices/own.js";
import { NARRATOR, SPEEDS, allVoices, colourOf, emotionRows, nameOf, present, voiceRows } from "./people.js";
import { SAYING } from "./saying.js";
import { isDub } from "./words.js";

const GENDERS = ["", "female", "male"],
  MOST_OPEN = 40;

const AGAIN_MS = 2000; // after which voices are asked for that could not be had, as while the service starts again

let desk = null, // { root, book, shell, cast, voices, view, place, late, all }
  lastView = "people";

const nobodySays = (count) => {
  const key = isDub(desk.book) ? "cast_nobody_dub" : "cast_nobody_says";
  return count === 1 ? `${key}_one` : key;
};
const load = async () => {
  const mine = desk;
  const [cast, voices] = await Promise.all([mine.shell.rest("GET", "/cast"), allVoices()]);
  if (desk !== mine) return;
  if (cast.error) {
    mine.shell.say(cast);
    return;
  }
  take(cast, voices);
  if (!voices.length) setTimeout(() => desk === mine && load(), AGAIN_MS);
};
const take = (cast, voices = desk.voices) => {
  Object.assign(desk, { cast: present(cast), voices });
  if (desk.view === "people") drawPeople();
  else SAYING.update(desk);
};

// A character.
const choice = (label, action, values, chosen, text) => {
  const field = make("select", { class: "field", "aria-label": label, "data-role": action });
  values.forEach((value) => field.append(make("option", { value: String(value) }, text(value))));
  field.value = String(chosen);
  return field;
};
const speeds = (now) => [...new Set([...SPEEDS, now])].sort((one, other) => one - other);
const pick = (label, name, rows, value, field) => {
  const at = make("div", { class: "picker" });
  const made = picker(`cast-${field}`, {
    at,
    label: fill(label),
    rows,
    choose: (id) => change(name, { [field]: id }),
    ...(field === "voice" ? { hear: (row) => hear({ name, voice: row.id }), hearTip: fill("voice_hear_tip") } : {}),
  });
  at.querySelector("input").setAttribute("aria-label", fill(`${label}_of`, { name: nameOf(name) }));
  made.show(value, value);
  return at;
};
const about = (one) => {
  if (one.name === NARRATOR) return fill(isDub(desk.book) ? "cast_narrator_dub" : "cast_narrator_says");
  const count = fill(one.quotations === 1 ? "cast_line" : "cast_lines", { count: one.quotations });
  return [count, one.unsure ? fill("cast_unsure", { count: one.unsure }) : "", one.others.join(" / ")]
    .filter(Boolean)
    .join(" · ");
};
const person = (one) => {
  const { name } = one,
    shown = nameOf(name);
  return make(
    "li",
    { class: "person", "data-name": name },
    iconButton("personHear", fill("cast_hear", { name: shown }), "play"),
    make(
      "div",
      { class: "person-what" },
      make(
        "p",
        { class: "person-name" },
        make("span", { class: `who ${colourOf(desk.cast, name)}`, "aria-hidden": "true" }),
        make("strong", {}, shown),
      ),
      make("p", { class: "hint" }, about(one)),
      ...(one.lines.length ? [make("p", { class: "person-lines" }, one.lines.join(" "))] : []),
    ),
    make(
      "div",
      { class: "person-how" },
      pick("voice", name, () => voiceRows(desk?.voices || []), one.voice, "voice"),
      pick("emotion", name, emotionRows, one.emotion, "emotion"),
      make(
        "label",
        { class: "person-field" },
        make("span", {}, fill("cast_speed")),
        choice(fill("cast_speed_of", { name: shown }), "speed", speeds(one.speed), one.speed, (value) => `${value}×`),
      ),
      ...(name === NARRATOR
        ? []
        : [
            make(
              "label",
              { class: "person-field" },
              make("span", {}, fill("cast_gender")),
              choice(fill("cast_gender_of", { name: shown }), "gender", GENDERS, one.gender, (value) =>
                fill(`cast_gender_${value || "none"}`),
              ),
            ),
          ]),
    ),
    ...(name === NARRATOR
      ? [make("span", { class: "person-space" })]
      : [
          iconButton("personMore", fill("cast_more", { name: shown }), "more", {
            "aria-haspopup": "menu",
            "aria-expanded": "false",
          }),
        ]),
  );
};
// Rows that show what they showed stay as they are: a list of voices that is open in one of them stays open, and the
// page where it was. One that has to change waits until its own list is closed.
const isOpen = (row) => Boolean(row?.querySelector("[role=combobox][aria-expanded=true]"));
const selectorOf = (held) => {
  const plain = ["[data-do=personHear]", "[data-do=personMore]", "select[data-role=speed]", "select[data-role=gender]"];
  const at = [...held.closest(".person").querySelectorAll("[role=combobox]")].indexOf(held);
  const found = plain.find((one) => held.matches(one));
  return (row) => (at >= 0 ? row.querySelectorAll("[role=combobox]")[at] : found && row.querySelector(found));
};
const renew = (list, shown) => {
  const there = new Map([...list.children].map((row) => [row.dataset.name, row]));
  desk.late = false;
  const rows = shown.map((one) => {
    const sign = JSON.stringify([one, colourOf(desk.cast, one.name), desk.voices.length]),
      row = there.get(one.name);
    if (row?.dataset.sign === sign) return row;
    if (isOpen(row)) {
      desk.late = true;
      return row;
    }
    const fresh = person(one),
      held = row?.contains(document.activeElement) ? document.activeElement : null,
      back = held && selectorOf(held);
    fresh.dataset.sign = sign;
    row?.replaceWith(fresh);
    if (back) back(fresh)?.focus({ preventScroll: true });
    return fresh;
  });
  for (const row of [...list.children]) if (!rows.includes(row)) row.remove();
  rows.forEach((row, at) => {
    if (list.children[at] !== row) list.insertBefore(row, list.children[at] ?? null);
  });
};
const drawPeople = () => {
  const { place, cast } = desk;
  const shown = desk.all ? cast.characters : cast.characters.slice(0, MOST_OPEN),
    rest = cast.characters.length - shown.length;
  let list = place.querySelector(".people");
  if (!list) {
    list = make("ul", { class: "people" });
    place.replaceChildren(list);
  }
  renew(list, shown);
  const more = make(
    "button",
    { type: "button", class: "quiet-button", "data-do": "castAll" },
    fill("cast_all", { count: rest }),
  );
  const hint = (...text) => [make("p", { class: "hint cast-nobody" }, fill(...text))];
  const notes = [
    ...(rest > 0 ? [more] : []),
    ...(cast.characters.length > 1 ? [] : hint(isDub(desk.book) ? "cast_none_dub" : "cast_none")),
    ...(cast.nobody ? hint(nobodySays(cast.nobody), { count: cast.nobody }) : []),
  ];
  while (list.nextSibling) list.nextSibling.remove();
  list.after(...notes);
};
const closed = () => {
  // The list is closed once the focus has gone.
  if (desk?.late) setTimeout(() => desk?.late && desk.view === "people" && drawPeople());
};

// What is done.
const refused = (answer) => {
  if (answer.error) desk?.shell.say(answer);
  else if (desk && answer.characters) take(answer);
  return Boolean(answer.error);
};
const roles = (given) => desk.shell.revised("PATCH", "/cast", { roles: given });
const voiceOf = (name) => desk?.cast.characters.find((one) => one.name === name)?.voice;
const change = async (name, fields) => {
  const before = voiceOf(name);
  if (refused(await roles({ [name]: fields }))) {
    // The fields show again what is.
    for (const row of desk?.place.querySelectorAll(".person") ?? [])
      if (row.dataset.name === name) row.dataset.sign = "";
    if (desk?.view === "people") drawPeople();
  } else if ("gender" in fields && voiceOf(name) !== before) {
    const voice = voiceRows(desk.voices).find(({ id }) => id === voiceOf(name))?.name;
    desk.shell.say({ said: fill("cast_voice_now", { name, voice: voice ?? voiceOf(name) }) });
  }
};
const oneOf = (target) => {
  const { name } = target.closest(".person").dataset;
  return desk.cast.characters.find((one) => one.name === name);
};
// How somebody sounds is heard with words of the book.
const hear = async ({ name, ...other }) => {
  const mine = desk,
    role = { ...mine.cast.characters.find((one) => one.name === name), ...other };
  const { settings } = mine.book,
    voice = role.voice || settings.voice || "default",
    rows = [...mine.place.querySelectorAll(".person")],
    target = rows.find((one) => one.dataset.name === name)?.querySelector("[data-do=personHear]");
  const speed = Math.min(2, Math.max(0.5, (settings.speed || 1) * role.speed));
  const body = {
    text: role.lines[0] || sampleText(voice),
    voice,
    emotion: role.emotion || settings.emotion || "neutral",
    speed,
    ...(settings.engine && { engine: settings.engine }),
  };
  target?.setAttribute("aria-busy", "true");
  const answer = await mine.shell.rest.at("POST", "/tts", body);
  target?.removeAttribute("aria-busy");
  if (answer.error) mine.shell.say(answer);
  else hearOnce(answer.audio_url, name).catch(() => mine.shell.say({ error: fill("fix_lost") }));
};
const undoRoles = (shell, key, details, undo) =>
  shell.say({
    said: fill(key, details),
    undo: async () => {
      const back = await undo();
      if (desk && back.characters) take(back);
      return back.error ? back : { said: fill("entry_undone") };
    },
  });
const rename = (one, anchor) =>
  askName(anchor, one.name, async (to) => {
    const { shell } = desk;
    if (!to || to === one.name) return to ? {} : { error: fill("cast_name_first") };
    const answer = await shell.revised("PATCH", "/cast", { rename: { from: one.name, to } });
    if (answer.error) return answer;
    take(answer);
    undoRoles(shell, "cast_renamed", { name: one.name, to }, () =>
      shell.revised("PATCH", "/cast", { rename: { from: to, to: one.name } }),
    );
    return {};
  });
const join = (one, anchor) => {
  const others = desk.cast.characters.filter(({ name }) => name !== NARRATOR && name !== one.name);
  openMenu(
    anchor,
    fill("cast_join"),
    others.map((other) => ({
      text: other.name,
      run: async () => {
        const answer = await desk.shell.revised("PATCH", "/cast", { join: { from: one.name, into: other.name } });
        if (!refused(answer)) desk.shell.say({ said: fill("cast_joined", { name: one.name, into: other.name }) });
      },
    })),
    fill("cast_join_head", { name: one.name }),
  );
};
const ACTIONS = {
  personHear: (target) => hear({ name: oneOf(target).name }),
  personMore: (target) => {
    const one = oneOf(target);
    openMenu(target, fill("cast_more", { name: one.name }), [
      { key: "project_rename", shape: "edit", run: () => rename(one, target) },
      ...(desk.cast.characters.length > 2 ? [{ key: "cast_join", shape: "join", run: () => join(one, target) }] : []),
      { key: "cast_lines_see", shape: "book", run: () => show("saying", one.name) },
      {
        key: "cast_remove",
        shape: "remove",
        run: async () => {
          if (!refused(await roles({ [one.name]: null })))
            desk.shell.say({ said: fill(one.quotations ? "cast_removed" : "cast_gone", { name: one.name }) });
        },
      },
    ]);
  },
  castView: (target) => show(target.dataset.view),
  castAll: () => {
    desk.all = true;
    drawPeople();
  },
  castAgain: async (target) => {
    target.setAttribute("aria-busy", "true");
    const answer = await desk.shell.revised("POST", "/cast", {}, { patience: 600000 });
    target.removeAttribute("aria-busy");
    if (!refused(answer)) desk.shell.say({ said: fill("cast_found_again") });
  },
};
const clicked = ({ target }) => {
  const part = target.closest("[data-do]");
  if (part && !part.hasAttribute("aria-busy")) ACTIONS[part.dataset.do]?.(part);
};
const changed = ({ target }) => {
  const { role } = target.dataset;
  if (role) change(oneOf(target).name, { [role]: role === "speed" ? Number(target.value) : target.value });
};

const show = (view, name = null) => {
  const { root, place } = desk;
  if (desk.view === "saying") SAYING.unmount();
  desk.view = view;
  lastView = view;
  root
    .querySelectorAll("[data-view]")
    .forEach((one) => one.setAttribute("aria-pressed", String(one.dataset.view === view)));
  place.replaceChildren();
  if (!desk.cast) return;
  if (view === "people") drawPeople();
  else SAYING.mount(desk, take, name);
};

export const CAST = {
  mount: (root, book, shell) => {
    const place = make("div", { class: "cast-place" });
    const views = ["people", "saying"].map((view) =>
      make(
        "button",
        { type: "button", class: "quiet-button", "data-do": "castView", "data-view": view, "aria-pressed": "false" },
        fill(`cast_${view}`),
      ),
    );
    desk = { root, book, shell, place, cast: null, voices: [], view: "people", late: false, all: false };
    root.append(
      make(
        "div",
        { class: "cast-head" },
        ...views,
        make("p", { class: "hint" }, fill("cast_hint")),
        make(
          "button",
          { type: "button", class: "quiet-button", "data-do": "castAgain", title: fill("cast_again_hint") },
          fill("cast_again"),
        ),
      ),
      place,
    );
    root.addEventListener("click", clicked);
    root.addEventListener("change", changed);
    root.addEventListener("focusout", closed);
    show(lastView);
    load().then(() => desk?.root === root && desk.cast && desk.view === "saying" && show("saying"));
  },
  update: (book) => {
    const before = desk.book;
    desk.book = book;
    if (desk.cast && before.revision !== book.revision && desk.cast.revision !== book.revision) load();
  },
  unmount: () => {
    if (desk.view === "saying") SAYING.unmount();
    desk.root.removeEventListener("click", clicked);
    desk.root.removeEventListener("change", changed);
    desk.root.removeEventListener("focusout", closed);
    desk = null;
  },
};
