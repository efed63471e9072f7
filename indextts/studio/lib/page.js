// The page's own script. It runs before Gradio's, and listens on the document, so that it does not depend on when
// Gradio draws what. Facts and strings come from the server in window.indexttsStudio.
(() => {
  "use strict";
  const studio = window.indexttsStudio;
  const root = document.documentElement;
  const YEAR = 31536000;
  const SETTINGS = studio.settings;
  const KEYS = { theme: "indextts.theme", draft: "indextts.draft", settings: "indextts.settings", takes: "indextts.takes", pace: "indextts.pace" };

  const HEALTH_MS = 10000, SAVE_MS = 300000;
  const USUAL_PACE = 0.1; // seconds of waiting for a second of speech, before anything has shown the engine's own

  const $ = (selector) => document.querySelector(selector);
  const fill = (key, details = {}) => (studio.strings[key] || key).replace(/\{(\w+)\}/g, (_, name) => details[name] ?? "");

  const make = (tag, attributes = {}, ...children) => {
    const part = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) if (value !== null) part.setAttribute(name, value);
    part.append(...children);
    return part;
  };

  // Storage can be switched off in a browser: then nothing is remembered, and all else works.
  const recall = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
  const remember = (key, value) => { try { localStorage.setItem(key, value); } catch { /* full or forbidden */ } };
  const recallJson = (key, otherwise) => { try { return JSON.parse(recall(key)) ?? otherwise; } catch { return otherwise; } };

  // Language: the server decided (cookie, then browser); Gradio asks the navigator.
  for (const [name, value] of [["language", studio.locale], ["languages", [studio.locale]]]) {
    Object.defineProperty(Navigator.prototype, name, { configurable: true, get: () => value });
  }
  const switchLanguage = () => {
    const next = studio.language === "zh" ? "en" : "zh";
    document.cookie = `indextts_lang=${next};path=/;max-age=${YEAR};samesite=lax`;
    keepDraft();
    location.reload();
  };

  // Theme: the reader's choice, else the system's. Gradio marks the body; the root carries the colours.
  const systemDark = matchMedia("(prefers-color-scheme: dark)");
  const wantsDark = () => { const chosen = recall(KEYS.theme); return chosen ? chosen === "dark" : systemDark.matches; };
  const applyTheme = () => {
    const dark = wantsDark();
    root.classList.toggle("dark", dark);
    if (document.body && document.body.classList.contains("dark") !== dark) document.body.classList.toggle("dark", dark);
  };
  const switchTheme = () => { remember(KEYS.theme, wantsDark() ? "light" : "dark"); applyTheme(); };
  applyTheme();
  systemDark.addEventListener("change", applyTheme);
  new MutationObserver(applyTheme).observe(root, { subtree: false, childList: true });
  document.addEventListener("DOMContentLoaded", () => {
    applyTheme();
    new MutationObserver(applyTheme).observe(document.body, { attributes: true, attributeFilter: ["class"] });
  });

  // Draft and settings survive a reload.
  const textarea = () => $("#text textarea");
  let latestText = "";
  const keepDraft = () => { if (latestText.length <= 200000) remember(KEYS.draft, latestText); };
  let draftTimer = 0;
  const onText = (text) => {
    latestText = text;
    clearTimeout(draftTimer);
    draftTimer = setTimeout(keepDraft, 400);
    studio.castAgain?.();
    meter();
  };
  addEventListener("pagehide", keepDraft);
  const restoreInputs = (...defaults) => {
    const [text, ...settings] = defaults;
    const kept = recallJson(KEYS.settings, {});
    const values = settings.map((value, index) => kept[SETTINGS[index]] ?? value);
    const draft = text || recall(KEYS.draft) || "";
    onText(draft);
    setTimeout(onSettings, 0, ...values);
    return [draft, ...values];
  };

  // Count and forecast. Seconds come from a rough measure of syllables, the wait from this machine's last takes.
  let shown = {}, settings = {}; // as the page shows them, and as they are sent
  const named = (values) => Object.fromEntries(SETTINGS.map((name, index) => [name, values[index]]));
  const settingsAgain = () => onSettings(...SETTINGS.map((name) => shown[name]));
  const onSettings = (...values) => {
    shown = named(values);
    remember(KEYS.settings, JSON.stringify(shown));
    settings = studio.wanted(shown);
    root.dataset.emotion = shown.emotion;
    const words = ["none", "slight", "clear", "strong", "full"];
    const strength = Number(settings.intensity) || 0;
    const word = $("#intensity-word");
    if (word) {
      const name = strength < 0.05 ? "none" : strength < 0.4 ? "slight" : strength < 0.7 ? "clear" : strength < 0.95 ? "strong" : "full";
      const unused = settings.emotion === "neutral" && !settings.emotion_text && !settings.emotion_reference;
      word.textContent = unused ? fill("intensity_unused") : `${fill(`intensity_${words.includes(name) ? name : "none"}`)} · ${Math.round(strength * 100)} %`;
      word.dataset.unused = unused;
    }
    studio.castAgain?.();
    meter();
  };
  const seconds = (value) => {
    if (value < 60) return fill("seconds", { value: value < 10 ? Math.max(0.1, value).toFixed(1) : Math.round(value) });
    return fill("minutes", { minutes: Math.floor(value / 60), seconds: Math.round(value % 60) });
  };
  const speechSeconds = (text) => {
    const sample = text.length > 60000 ? text.slice(0, 60000) : text;
    const hanzi = (sample.match(/[\u3400-\u9fff]/g) || []).length;
    const words = (sample.match(/[A-Za-z]+/g) || []).length;
    const digits = (sample.match(/[0-9]/g) || []).length;
    const marks = (sample.match(/[，、；：,;:]/g) || []).length;
    const ends = (sample.match(/[。！？!?…\n]+/g) || []).length;
    const total = (hanzi * 0.19 + words * 0.42 + digits * 0.25 + marks * 0.25 + ends * 0.45) * (text.length / (sample.length || 1));
    return total / (Number(settings.speed) || 1);
  };
  const paces = () => { const kept = recallJson(KEYS.pace, {}); return typeof kept === "object" ? kept : {}; };
  const paceOf = ({ engine, pace }) => paces()[engine] ?? (Number(pace) || USUAL_PACE);
  const count = (text) => { let number = 0; for (const _ of text) number += 1; return number; };
  const maxChars = () => Number($("#meter-text")?.dataset.max) || Infinity;
  const meter = () => {
    const place = $("#meter-text");
    if (!place) return;
    const number = count(latestText), limit = maxChars();
    place.classList.toggle("over", number > limit);
    place.classList.remove("slow");
    if (!latestText.trim()) { place.textContent = fill("meter_empty", { limit: limit.toLocaleString(studio.locale) }); return; }
    const shown = number.toLocaleString(studio.locale);
    if (number > limit) { place.textContent = fill("meter_over", { count: shown, over: (number - limit).toLocaleString(studio.locale) }); return; }
    const speech = speechSeconds(latestText);
    const engine = $("#engine-note [data-engine]")?.dataset || {};
    const wait = speech * paceOf(engine) + 0.1, longer = Math.max(1, number / Number(place.dataset.deadlineChars));
    const usual = Number(place.dataset.deadline) * longer || Infinity;
    const deadline = wait > usual / 2 ? Math.max(usual, Number(engine.patience) || 0) : usual;
    place.classList.toggle("slow", wait > deadline);
    const forecast = wait > deadline
      ? fill("meter_slow", { speech: seconds(speech), limit: Math.round(deadline * 10) / 10 })
      : fill("meter_forecast", { speech: seconds(speech), wait: seconds(wait) });
    place.textContent = `${fill("meter_count", { count: shown })} · ${forecast}`;
  };

  // Too long a text is not sent at all: the server hears its length and says so in its own words.
  const send = (text, length, speakers, ...rest) => {
    setTimeout(askHealth, 2000);
    const number = count(text || "");
    const [session, ...values] = rest, sent = studio.wanted(named(values));
    return [number > maxChars() ? "" : text, number, studio.speakers?.() ?? null, session, ...SETTINGS.map((name) => sent[name])];
  };

  // Replacing a text can be undone for ten seconds.
  let before = null, undoTimer = 0;
  const replaceText = (next) => {
    if (latestText.trim() && latestText !== next) {
      before = latestText;
      root.classList.add("can-undo");
      clearTimeout(undoTimer);
      undoTimer = setTimeout(() => { root.classList.remove("can-undo"); before = null; }, 10000);
    }
    onText(next);
    return next;
  };
  const undo = (current) => {
    root.classList.remove("can-undo");
    const text = before ?? current;
    before = null;
    onText(text);
    return text;
  };

  // Takes: the ids are kept here, the takes on the server.
  const keepTakes = () => {
    const data = $("#take-data");
    if (!data) return;
    const ids = [...document.querySelectorAll("#takes [data-action=play]")].map((button) => button.dataset.take);
    remember(KEYS.takes, JSON.stringify({ ids, shown: data.dataset.take }));
    const { engine } = data.dataset, pace = Number(data.dataset.elapsed) / Number(data.dataset.duration);
    if (Number.isFinite(pace) && pace > 0) remember(KEYS.pace, JSON.stringify({ ...paces(), [engine]: ((paces()[engine] ?? pace) + pace) / 2 }));
    meter();
  };
  const keptTakes = () => { const kept = recallJson(KEYS.takes, {}); return [kept.ids || [], kept.shown || ""]; };
  const save = async (file, name) => {
    if (!file || !file.url) return;
    // Through a blob, because the server's own name for the file would win over the readable one.
    try {
      const { ok, answer } = await studio.fetchWithin(SAVE_MS, file.url);
      if (ok) saveBlob(await answer.blob(), name);
      else studio.notify(fill("save_failed"));
    } catch { studio.notify(fill("save_failed")); }
  };
  const saveBlob = (blob, name) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name || "speech";
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  };

  // The state of the server, asked for gently.
  let healthTimer = 0, lost = false;
  const home = () => new URL(window.gradio_config?.root || document.baseURI, location.href).pathname.replace(/\/$/, "");
  const isBusy = () => Boolean($("#notice .busy, #edit-notice .busy"));
  const askHealth = async () => {
    clearTimeout(healthTimer);
    let next = 2000;
    if (!document.hidden) {
      try {
        const { answer } = await studio.fetchWithin(HEALTH_MS, `${home()}/healthz`, { cache: "no-store" });
        const health = await answer.json();
        showHealth(health);
        if (lost && isBusy()) location.reload(); // the run that is shown died with the server; the draft is kept
        lost = false;
        if (health.model_loaded && !studio.isWaiting()) next = 20000;
      } catch {
        if (lost) studio.giveUp(); // not for one lost answer
        lost = true;
        showHealth(null);
      }
    }
    healthTimer = setTimeout(askHealth, next);
  };
  const showHealth = (health) => {
    const place = $("#status");
    if (!place) return;
    root.classList.toggle("offline", !health);
    const times = Object.entries(health?.load_times || {}).filter(([, value]) => Number.isFinite(value));
    const total = times.reduce((sum, [, value]) => sum + value, 0);
    let state = "offline", text = fill("status_offline"), hint = "";
    if (health?.model_loaded) {
      state = health.status === "degraded" ? "degraded" : "ready";
      text = state === "degraded" ? fill("status_degraded") : times.length ? fill("status_ready_in", { seconds: total.toFixed(1) }) : fill("status_ready");
      hint = times.map(([name, value]) => fill("load_time", { name, seconds: value.toFixed(2) })).join("\n");
    } else if (health?.status === "error") {
      [state, text, hint] = ["error", fill("status_error"), fill("status_error_hint")];
    } else if (health) {
      [state, text] = ["loading", fill("status_loading")];
    }
    if (place.dataset.state === state && place.dataset.text === text) return;
    Object.assign(place.dataset, { state, text });
    place.querySelector(".status-text").textContent = text;
    place.title = hint;
  };
  document.addEventListener("visibilitychange", () => { if (!document.hidden) askHealth(); });

  // The character being spoken, from the player's own progress.
  let spoken = null;
  const progressPart = () => {
    const host = $("#player #waveform > div");
    return host && host.shadowRoot ? host.shadowRoot.querySelector('[part~="progress"]') : null;
  };
  const follow = () => {
    const part = progressPart();
    const data = $("#take-data");
    const share = part ? parseFloat(part.style.width) / 100 : NaN;
    let current = null;
    const now = data && share > 0 && share < 0.999 ? share * Number(data.dataset.duration) : NaN;
    studio.caption(now);
    if (now > 0) {
      for (const token of document.querySelectorAll("#reading .token[data-start]")) {
        if (Number(token.dataset.start) <= now && now < Number(token.dataset.end)) { current = token; break; }
      }
    }
    if (current !== spoken) {
      spoken?.classList.remove("spoken");
      current?.classList.add("spoken");
      spoken = current;
    }
  };
  setInterval(() => { if (!document.hidden) follow(); }, 80);

  // Keyboard.
  const press = (selector) => { const button = $(selector); if (button && !button.disabled) { button.click(); return true; } return false; };
  const busyWithKeys = (element) => element && element.closest("input, textarea, select, button, a, summary, [contenteditable], [role=listbox], [role=option], [tabindex]:not([tabindex='-1'])");
  document.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      press(root.dataset.view === "edit" ? "#edit-assemble" : "#generate");
    } else if (event.key === "Escape") {
      if (press("#cancel") || studio.closeFix()) event.preventDefault();
    } else if (event.key === " " && !event.ctrlKey && !event.metaKey && !event.altKey && !busyWithKeys(document.activeElement)) {
      if (press(root.dataset.view === "edit" ? "#editor .sentence.open [data-do=play]" : "#player .play-pause-button")) event.preventDefault();
    }
  }, true);

  // Sliders go back to their default on a double click.
  document.addEventListener("dblclick", (event) => {
    const slider = event.target.closest && event.target.closest("#settings input[type=range]");
    if (slider) slider.closest(".block").querySelector(".reset-button")?.click();
  });

  document.addEventListener("click", (event) => {
    const target = event.target.closest ? event.target.closest("button") : null;
    if (!target) return;
    if (target.id === "language-switch") switchLanguage();
    else if (target.id === "theme-switch") switchTheme();
    else if (target.hasAttribute("data-example")) press("#examples button");
  });

  const watchers = [];
  const onDrawn = (watcher) => watchers.push(watcher);
  // Parts that Gradio draws late get their content as soon as they are there.
  const placed = new MutationObserver(() => {
    if ($("#status") && !$("#status").dataset.state) { $("#status").dataset.state = "loading"; askHealth(); }
    if ($("#meter-text") && !$("#meter-text").textContent) meter();
    const toast = $('[data-testid="toast-body"]');
    if (toast && !toast.dataset.seen) { toast.dataset.seen = "yes"; askHealth(); } // a lost server is told in the header
    const area = textarea();
    if (area && !area.dataset.watched) { area.dataset.watched = "yes"; area.lang = "zh-CN"; area.addEventListener("input", () => onText(area.value)); }
    const apple = /Mac|iPhone|iPad/.test(navigator.platform || "");
    root.classList.toggle("apple", apple);
    watchers.forEach((watcher) => watcher());
  });
  placed.observe(root, { childList: true, subtree: true });

  const settingsNow = () => settings;
  Object.assign(studio, { recall, remember, settingsNow, settingsAgain, meter, onText, onSettings, restoreInputs, send, replaceText, undo, keepTakes, keptTakes, save, fill, $, home, make, onDrawn, saveBlob, isLost: () => lost, askHealth, chosenVoice: () => settings.voice });
})();
