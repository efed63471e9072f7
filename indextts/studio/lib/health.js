// The state of the server, asked for gently and shown in the header.
import { $, fill, home, onDrawn, root } from "./dom.js";
import { fetchWithin } from "./rest.js";
import { isWaiting, serverIsLost, setLost } from "./waits.js";

const HEALTH_MS = 10000;
const OFTEN_MS = 2000;
const SELDOM_MS = 20000;

let timer = 0,
  misses = 0;
export const askHealth = async () => {
  clearTimeout(timer);
  let next = OFTEN_MS;
  if (!document.hidden || serverIsLost()) {
    try {
      const { answer } = await fetchWithin(HEALTH_MS, `${home()}/healthz`, { cache: "no-store" });
      const health = await answer.json();
      misses = 0;
      showHealth(health);
      setLost(false);
      if (health.model_loaded && !isWaiting()) next = SELDOM_MS;
    } catch {
      misses += 1;
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
  const times = Object.entries(health.load_times || {}).filter(([, value]) => Number.isFinite(value));
  const total = times.reduce((sum, [, value]) => sum + value, 0);
  const ready = times.length ? fill("status_ready_in", { seconds: total.toFixed(1) }) : fill("status_ready");
  const hint = times.map(([name, value]) => fill("load_time", { name, seconds: value.toFixed(2) })).join("\n");
  return health.status === "degraded" ? ["degraded", fill("status_degraded"), hint] : ["ready", ready, hint];
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
    askHealth();
  } // a lost server is told in the header
});
