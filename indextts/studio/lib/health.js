// The state of the server, asked for gently and shown in the header.
import { $, fill, home, onDrawn, root } from "./dom.js";
import { reload } from "./reload.js";
import { fetchWithin } from "./rest.js";
import { isWaiting, onDoubt, serverIsLost, setLost } from "./waits.js";

const HEALTH_MS = 10000;
const OFTEN_MS = 2000;
const SELDOM_MS = 20000;

// A server that was started anew knows nothing of this page, and may be another version: only a fresh page has a fresh
// connection. Text, settings, run and takes are found again.
const isAnother = async () => {
  const { ok, answer } = await fetchWithin(HEALTH_MS, `${home()}/gradio_api/app_id`, { cache: "no-store" });
  if (!ok) throw new Error("the page is not there yet");
  return (await answer.json()).app_id !== window.gradio_config?.app_id;
};

let timer = 0,
  misses = 0,
  doubted = false; // since something was not answered, however quickly the server was there again
export const askHealth = async () => {
  clearTimeout(timer);
  let next = OFTEN_MS;
  if (!document.hidden || serverIsLost()) {
    try {
      const { answer } = await fetchWithin(HEALTH_MS, `${home()}/healthz`, { cache: "no-store" });
      const health = await answer.json();
      if (doubted && (await isAnother())) {
        reload();
        return;
      }
      misses = 0;
      doubted = false;
      showHealth(health);
      setLost(false);
      if (health.model_loaded && !isWaiting()) next = SELDOM_MS;
    } catch {
      misses += 1;
      doubted = true;
      if (misses > 1) setLost(true); // not for one lost answer
      showHealth(null);
    }
  }
  timer = setTimeout(askHealth, next);
};
const seen = (health) => {
  if (!health) return ["offline", fill("status_offline"), ""];
  if (!health.model_loaded) {
    if (health.status === "error") return ["error", fill("status_error"), fill("status_error_hint")];
    return ["loading", fill("status_loading"), ""];
  }
  const state = health.status === "degraded" ? "degraded" : "ready";
  return [state, fill(`status_${state}`), ""];
};
const showHealth = (health) => {
  const place = $("#status");
  if (!place) return;
  root.classList.toggle("offline", !health);
  const [state, text, hint] = seen(health);
  if (place.dataset.state === state && place.dataset.text === text) return;
  Object.assign(place.dataset, { state, text });
  place.querySelector(".status-text").textContent = text;
  place.title = hint;
};
const lookAgain = () => {
  doubted = true;
  askHealth();
};
onDoubt(lookAgain);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) askHealth();
});
onDrawn(() => {
  const place = $("#status"),
    toast = $('[data-testid="toast-body"]');
  if (place && !place.dataset.state) {
    place.dataset.state = "loading";
    askHealth();
  }
  if (toast && !toast.dataset.seen) {
    toast.dataset.seen = "yes";
    lookAgain();
  } // a lost server is told in the header
});
