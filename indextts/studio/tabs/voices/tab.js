// The tab with the voices, and who speaks which line of a dialogue. It asks the server through Gradio, one question at
// a time, and draws what is answered; names go in as text, never as markup.
(() => {
  "use strict";
  const studio = window.indexttsStudio;
  const { $, fill, make, home } = studio;
  const PATIENCE_MS = 60000, CAST_MS = 500;
  const NEUTRAL = { tract: 1, pitch: 0, range: 1 };
  const STEPS = { tract: 0.01, pitch: 0.5, range: 0.05 };
  const KEY = "indextts.speakers";

  // Questions and answers.
  let number = 0, waiting = null, line = Promise.resolve();
  const told = (answer) => { if (waiting && answer && answer.number === number) waiting(answer); };
  const once = (sent) => new Promise((resolve) => {
    number += 1;
    const lost = setTimeout(() => waiting && waiting({ error: fill("fix_lost") }), PATIENCE_MS);
    waiting = (answer) => { clearTimeout(lost); waiting = null; resolve(answer); };
    const place = $("#voicebook .voicebook");
    if (!place) { waiting({ error: fill("fix_lost") }); return; }
    place.dispatchEvent(new CustomEvent("studio:voices", { bubbles: true, detail: { ...sent, number } }));
  });
  const ask = (sent) => {
    const answer = line.then(() => once(sent));
    line = answer;
    return answer.then((given) => { if (given.voices) draw(given.voices); return given; });
  };
  const changed = () => $("#voicebook .voicebook")?.dispatchEvent(new CustomEvent("studio:voices-changed", { bubbles: true }));

  // The frame, made once.
  let shown = [], editing = null, base = {};
  const built = () => Boolean($("#voicebook .voicebook")?.firstElementChild);
  const button = (action, key, more = {}) => make("button", { type: "button", class: "quiet-button", "data-do": action, ...more }, fill(key));
  const icon = (action, key, glyph, name) => { const title = fill(key, { name }); return make("button", { type: "button", class: "icon-button", "data-do": action, title, "aria-label": title }, make("span", { class: `glyph glyph-${glyph}`, "aria-hidden": "true" })); };
  const printed = (name, value) => (name === "pitch" ? fill("voice_semitones", { value: `${value > 0 ? "+" : value < 0 ? "−" : ""}${Math.abs(value)}` }) : `× ${value.toFixed(2)}`);
  const slider = (name) => {
    const [low, high] = $("#voicebook .voicebook").dataset[name].split(" ");
    const input = make("input", { type: "range", name, min: low, max: high, step: STEPS[name], id: `voice-${name}`, "aria-describedby": `voice-${name}-ends` });
    return make("div", { class: "slider" },
      make("label", { for: `voice-${name}` }, fill(`voice_${name}`)), make("output", { for: `voice-${name}`, name: `${name}-value` }), input,
      make("p", { class: "ends hint", id: `voice-${name}-ends` }, make("span", {}, fill(`voice_${name}_low`)), make("span", {}, fill(`voice_${name}_high`))));
  };
  const build = () => {
    const place = $("#voicebook .voicebook");
    if (!place || place.firstElementChild) return;
    place.append(
      make("div", { class: "voices-list" },
        make("div", { class: "voices-head" }, make("h2", {}, fill("tab_voices")), make("p", { class: "hint" }, fill("voices_hint"))),
        make("div", { class: "voices-said", role: "status" }), make("div", { id: "voice-rows" })),
      make("form", { class: "voice-form" },
        make("h2", {}, fill("voice_design")), slider("tract"), slider("pitch"), slider("range"), make("p", { class: "hint" }, fill("voice_reset")),
        make("input", { type: "text", class: "field", name: "name", maxlength: 40, "aria-label": fill("voice_name"), placeholder: fill("voice_name_example"), autocomplete: "off", spellcheck: "false" }),
        make("p", { class: "told", role: "alert" }),
        make("div", { class: "voice-buttons" }, button("hear", "voice_listen", { class: "quiet-button strong" }), make("button", { type: "submit", class: "quiet-button" }, fill("voice_save")), button("leave", "voice_leave", { hidden: "" })),
        make("div", { class: "voices-said", role: "status" })));
    put(NEUTRAL);
    ask({ action: "list" }).then(cast);
  };
  const form = () => $("#voicebook .voice-form");
  const put = (values) => { for (const name of Object.keys(NEUTRAL)) { form().elements[name].value = values[name]; label(name); } base = values; };
  const label = (name) => { const value = Number(form().elements[name].value), text = printed(name, value); form().elements[`${name}-value`].textContent = text; form().elements[name].setAttribute("aria-valuetext", text); };
  const numbers = () => ({ rate: base.rate ?? 1, tilt: base.tilt ?? 0, ...Object.fromEntries(Object.keys(NEUTRAL).map((name) => [name, Number(form().elements[name].value)])) });
  const edit = (voice) => {
    editing = voice;
    form().querySelector("h2").textContent = voice ? fill("voice_editing", { name: voice.name }) : fill("voice_design");
    form().querySelector("[data-do=leave]").hidden = !voice;
    refuse("");
  };
  const refuse = (text, field = "name") => {
    form().querySelector(".told").textContent = text;
    if (text) { form().elements[field].setAttribute("aria-invalid", "true"); form().elements[field].focus(); } else form().elements.name.removeAttribute("aria-invalid");
  };

  // The voices.
  const about = (voice) => voice.about || [printed("pitch", voice.pitch), `${fill("voice_tract")} ${printed("tract", voice.tract)}`].join(" · ");
  const row = (voice) => make("li", { class: "voice-row", "data-id": voice.id },
    icon("play", "voice_play", "play", voice.name),
    make("div", { class: "voice-text" }, make("span", { class: "voice-name" }, voice.name), make("span", { class: "hint" }, about(voice))),
    ...(voice.own ? [icon("edit", "voice_edit", "edit", voice.name), icon("remove", "voice_remove", "remove", voice.name)] : [icon("start", "voice_start", "edit", voice.name)]));
  const draw = (voices) => {
    shown = voices;
    if (!built()) return;
    const place = $("#voice-rows");
    const focused = place.contains(document.activeElement) ? document.activeElement : null;
    const [id, action] = [focused?.closest("[data-id]")?.dataset.id, focused?.dataset.do];
    const own = voices.filter((voice) => voice.own);
    place.replaceChildren(make("ul", { class: "voice-rows" }, ...voices.filter((voice) => !voice.own).map(row)), make("h3", {}, fill("voices_own")),
      own.length ? make("ul", { class: "voice-rows" }, ...own.map(row)) : make("p", { class: "hint" }, fill("voices_none")));
    if (id) place.querySelector(`[data-id="${CSS.escape(id)}"] [data-do=${action}]`)?.focus({ preventScroll: true });
  };

  // What was done, and the way back.
  let fading = 0;
  const say = (answer, place) => {
    clearTimeout(fading);
    document.querySelectorAll("#voicebook .voices-said").forEach((other) => other.replaceChildren());
    place.classList.toggle("bad", Boolean(answer.error));
    place.replaceChildren(make("span", {}, answer.error || answer.said || ""));
    if (answer.undo) {
      place.append(make("button", { type: "button", class: "text-button", "data-do": "undo", "data-undo": answer.undo }, fill("undo")));
      fading = setTimeout(() => place.replaceChildren(), answer.undo_s * 1000);
    }
    if (answer.said) changed();
  };

  // Samples: one sounds at a time.
  let sounding = null;
  const near = (target) => $(target.closest(".voice-form") ? "#voicebook .voice-form .voices-said" : "#voicebook .voices-list .voices-said");
  const hear = async (sent, target) => {
    const place = near(target);
    sounding?.pause();
    target.setAttribute("aria-busy", "true");
    say({}, place);
    place.replaceChildren(make("span", {}, fill("voice_making")));
    const answer = await ask({ action: "hear", ...sent });
    target.removeAttribute("aria-busy");
    say(answer.error ? answer : {}, place);
    if (answer.error) return;
    sounding = new Audio(`${home()}${answer.audio}`);
    $("#voicebook .voicebook").dataset.heard = answer.audio;
    sounding.play().catch(() => say({ error: fill("fix_lost") }, place));
  };

  const voiceOf = (target) => shown.find((voice) => voice.id === target.closest("[data-id]")?.dataset.id);
  const save = async () => {
    const name = form().elements.name.value;
    const answer = await ask(editing ? { action: "change", id: editing.id, name, ...numbers() } : { action: "add", name, ...numbers() });
    if (answer.error) { refuse(answer.error); return; }
    edit(null);
    form().elements.name.value = "";
    say(answer, near(form()));
  };
  const actions = {
    hear: (target) => hear(numbers(), target),
    play: (target) => hear({ id: voiceOf(target).id }, target),
    start: (target) => { edit(null); put(voiceOf(target)); form().elements.tract.focus(); },
    edit: (target) => { const voice = voiceOf(target); edit(voice); put(voice); form().elements.name.value = voice.name; form().elements.name.focus(); },
    leave: () => { edit(null); put(NEUTRAL); form().elements.name.value = ""; form().elements.tract.focus(); },
    remove: async (target) => {
      const voice = voiceOf(target), answer = await ask({ action: "remove", id: voice.id });
      if (editing?.id === voice.id) edit(null);
      say(answer, $("#voicebook .voices-list .voices-said"));
      $("#voicebook [data-do=undo]")?.focus({ preventScroll: true });
    },
    undo: async (target) => { const place = near(target); target.disabled = true; say(await ask({ action: "undo", undo: target.dataset.undo }), place); },
  };
  document.addEventListener("click", (event) => {
    const target = event.target.closest?.("#voicebook [data-do]");
    if (target && !target.hasAttribute("aria-busy")) actions[target.dataset.do](target);
  });
  document.addEventListener("submit", (event) => { if (event.target.matches?.("#voicebook .voice-form")) { event.preventDefault(); save(); } });
  document.addEventListener("dblclick", (event) => {
    const input = event.target.closest?.("#voicebook input[type=range]");
    if (input) { input.value = NEUTRAL[input.name]; label(input.name); }
  });

  // Who speaks which lines of a dialogue: asked of the server, which alone knows the rule.
  const chosen = (() => { try { return JSON.parse(localStorage.getItem(KEY)) || {}; } catch { return {}; } })();
  let parts = [], typing = 0;
  const speakers = () => (parts.some(({ label }) => known(chosen[label])) ? Object.fromEntries(parts.map(({ label, voice }) => [label, known(chosen[label]) ? chosen[label] : voice])) : null);
  const known = (voice) => shown.some((one) => one.id === voice);
  const labelled = (text) => (text.match(/^[^\S\n]*[^\n:：]{1,44}[:：]/gm) || []).length > 1;
  const cast = async () => {
    const text = $("#text textarea")?.value || "";
    const found = labelled(text) ? (await ask({ action: "cast", text, voice: studio.chosenVoice?.() })).cast || [] : [];
    if (JSON.stringify(found) === JSON.stringify(parts)) return;
    parts = found;
    const place = $("#speakers .speakers");
    place.replaceChildren(...(parts.length ? [make("p", { class: "hint" }, fill("speakers")), ...parts.map(chooser)] : []));
  };
  const chooser = ({ label, voice }) => {
    const select = make("select", { class: "field", "data-label": label, "aria-label": fill("speaker_voice", { label }) }, ...shown.map((one) => make("option", { value: one.id }, one.name)));
    select.value = known(chosen[label]) ? chosen[label] : voice;
    return make("label", { class: "speaker" }, make("span", {}, label), select);
  };
  const later = () => { clearTimeout(typing); typing = setTimeout(cast, CAST_MS); };
  document.addEventListener("input", (event) => {
    if (event.target.matches?.("#voicebook input[type=range]")) label(event.target.name);
    else if (event.target.matches?.("#voicebook [name=name]")) refuse("");
  });
  document.addEventListener("change", (event) => {
    const select = event.target.closest?.("#speakers select");
    if (!select) return;
    chosen[select.dataset.label] = select.value;
    try { localStorage.setItem(KEY, JSON.stringify(chosen)); } catch { /* full or forbidden: it holds for this page */ }
  });
  studio.onDrawn(build);
  Object.assign(studio, { told, speakers, openVoices: () => { if (built()) ask({ action: "list" }); }, castAgain: later, askVoices: ask, voicesChanged: changed });
})();
