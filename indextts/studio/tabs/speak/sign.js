// A run that goes on, seen from everywhere: in the window's title, in a ring on the tab that works, and at its end in a
// notification, for those who have asked for one and look elsewhere.
import { $, fill, make, onDrawn } from "../../lib/dom.js";

const NAME = "IndexTTS Studio",
  LONG_MS = 10000;

let now = null; // { tab, number, total, share, left } of what goes on
const count = () => (now.total > 1 ? `${now.number}/${now.total}` : "…");
const draw = () => {
  const title = now ? `(${count()}) ${NAME}` : NAME;
  if (document.title !== title) document.title = title;
  const tab = $(`#header [data-tab=${now?.tab ?? "speak"}]`);
  if (!tab) return;
  let sign = $("#run-sign");
  if (!sign) sign = make("i", { id: "run-sign", role: "img" });
  if (sign.parentElement !== tab) tab.append(sign);
  sign.hidden = !now;
  if (!now) return;
  sign.style.setProperty("--share", `${Math.round(100 * now.share)}%`);
  sign.title = [fill("run_goes_on"), count(), now.left].filter(Boolean).join(" ");
  sign.setAttribute("aria-label", sign.title);
};
export const showSign = (state) => {
  now = state;
  draw();
};
onDrawn(() => {
  if (now && !$("#run-sign")) draw();
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
