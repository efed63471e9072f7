// A code for a phone: the reading app Legado reads with one voice, or with the characters of a book or project.
import { button, fill, make } from "../../lib/dom.js";
import { callJson } from "../../lib/rest.js";
import { say } from "../../lib/said.js";

const listed = (options) => options.map(([value, said]) => make("option", { value }, said));
const select = (name, key, options, groups = []) =>
  make(
    "label",
    {},
    make("span", {}, fill(key)),
    make(
      "select",
      { class: "field", name },
      ...listed(options),
      ...groups.filter(([, all]) => all.length).map(([label, all]) => make("optgroup", { label }, ...listed(all))),
    ),
  );

export const phoneSection = () =>
  make(
    "section",
    { class: "system-phone", "aria-labelledby": "system-phone", hidden: "" },
    make("h2", { id: "system-phone" }, fill("system_phone")),
    make("p", { class: "hint" }, fill("system_phone_about")),
    make("div", { class: "system-phone-wish" }),
    button("phone-code", "system_phone_make"),
    make("div", { class: "system-said", role: "status" }),
    make("div", { class: "system-phone-code", hidden: "" }),
  );

// The voices and books to choose from. What is chosen stays while the lists are the same.
export const refreshPhone = async (place) => {
  const wish = place.querySelector(".system-phone-wish");
  const [voices, books, projects] = await Promise.all([
    callJson("GET", "/v1/audio/voices"),
    callJson("GET", "/v1/books?limit=200"),
    callJson("GET", "/v1/projects?limit=200"),
  ]);
  if (voices.error || books.error || projects.error) return;
  const works = [
    ["book", fill("system_phone_books"), books.books],
    ["project", fill("system_phone_projects"), projects.projects],
  ].map(([kind, name, all]) => [
    name,
    all.map(({ id, title }) => [`${kind} ${id}`, title || fill("project_untitled")]),
  ]);
  const key = JSON.stringify([voices.voices.map(({ id }) => id), works]);
  if (wish.dataset.key === key) return;
  wish.dataset.key = key;
  wish.replaceChildren(
    select("voice", "system_phone_voice", [
      ["default", fill("system_phone_default")],
      ...voices.voices.map(({ id, name }) => [id, name]),
    ]),
    select("work", "system_phone_book", [["", fill("system_phone_one_voice")]], works),
  );
};

const show = (place, { svg, link, key, address }) => {
  const box = place.querySelector(".system-phone-code");
  // As an image it runs nothing, whatever is in it.
  const image = make("img", { alt: fill("system_phone_alt"), src: `data:image/svg+xml,${encodeURIComponent(svg)}` });
  box.replaceChildren(
    image,
    make(
      "div",
      {},
      make("p", {}, fill("system_phone_scan")),
      make("p", {}, make("a", { href: link }, fill("system_phone_open"))),
      make("p", { class: "hint" }, fill("system_phone_key", { key, address })),
    ),
  );
  box.hidden = false;
};

// What the button does, inside of what `place` gives.
export const phoneActions = (place) => ({
  "phone-code": async (target) => {
    const section = place().querySelector(".system-phone");
    const chosen = (name) => section.querySelector(`select[name=${name}]`)?.value ?? "";
    target.setAttribute("aria-busy", "true");
    const [kind, id] = chosen("work").split(" ");
    const told = await callJson("POST", "/v1/system/phone", {
      voice: chosen("voice") || "default",
      ...(id ? { [kind]: id } : {}),
    });
    target.removeAttribute("aria-busy");
    if (!told.error) show(place(), told);
    say(section.querySelector(".system-said"), told.error ? told : { said: fill("system_phone_made") });
  },
});
