// A run that goes on, seen from everywhere: in the window's title, in a ring on the tab that works, and at its end in a
// notification, for those who have asked for one and look elsewhere.
import { $, fill, make, onDrawn } from "../../lib/dom.js";

const NAME = "IndexTTS Studio",
  LONG_MS = 10000;

const going = new Map(); // by the id of its ring: { tab, count, share, left } of what goes on
const place = ([id, { tab, count, share, left }]) => {
  const name = $(`#header [data-tab=${tab}]`);
  if (!name) return;
  const sign = document.getElementById(id) ?? make("i", { id, class: "run-sign", role: "img" });
  if (sign.parentElement !== name) name.append(sign);
  sign.style.setProperty("--share", `${Math.round(100 * share)}%`);
  sign.title = [fill("run_goes_on"), count, left].filter(Boolean).join(" ");
  sign.setAttribute("aria-label", sign.title);
};
const draw = () => {
  const [first] = going.values(),
    title = first ? `(${first.count}) ${NAME}` : NAME;
  if (document.title !== title) document.title = title;
  [...going].forEach(place);
};
export const showSign = (state, id = "run-sign") => {
  if (state) going.set(id, state);
  else {
    going.delete(id);
    document.getElementById(id)?.remove();
  }
  draw();
};
onDrawn(() => {
  if ([...going.keys()].some((id) => !document.getElementById(id))) draw();
});

// The browser asks for leave only at a person's own click on what `canTell` offers.
const told = globalThis.Notification;
export const canTell = () => isSecureContext && told?.permission === "default";
export const askToTell = async () => {
  await told.requestPermission();
};
export const tellEnd = (since, body) => {
  if (!document.hidden || Date.now() - since < LONG_MS || told?.permission !== "granted") return;
  const notification = new told(fill("run_told"), { body, tag: "indextts-run", lang: document.documentElement.lang });
  notification.onclick = () => {
    window.focus();
    notification.close();
  };
};
