// How the editor's tab is drawn: its tools, one row for each sentence, and below the open one its controls, its picture
// and the table of its tokens. What is pressed or typed goes to studio.desk; text goes in as text, never as markup, but
// for the readings, which the server has escaped.
(() => {
  "use strict";
  const studio = window.indexttsStudio;
  const { $, fill, make } = studio;
  const TYPED_MS = 300; // numbers that follow each other faster than this are one change
  const LEVELS = [0, 1, 2, 3, 4];
  const FIELDS = [["pitch", 1], ["length", 2], ["volume", 1]];

  const glyph = (name) => make("span", { class: `glyph glyph-${name}`, "aria-hidden": "true" });
  const icon = (action, key, shape, more = {}) => make("button", { type: "button", class: "icon-button", "data-do": action, title: fill(key), "aria-label": fill(key), ...more }, glyph(shape));
  const button = (action, key, more = {}) => make("button", { type: "button", class: "quiet-button", "data-do": action, ...more }, fill(key));
  const select = (action, key, choices, value, more = {}) => {
    const part = make("select", { class: "field", "data-set": action, "data-key": action, "aria-label": fill(key), title: fill(key), ...more }, ...choices.map(([name, text]) => make("option", { value: name }, text)));
    if (!choices.some(([name]) => name === value)) part.append(make("option", { value }, value)); // a mixture, or a voice that is gone
    part.value = value;
    return part;
  };
  const named = (key, part, unit = "") => make("label", { class: "s-field" }, make("span", {}, fill(key)), part, ...(unit ? [make("span", { class: "unit", "aria-hidden": "true" }, unit)] : []));
  const off = (yes) => (yes ? "" : null);
  const percent = (value) => (value === null || value === undefined ? "" : String(Math.round(value * 100)));
  const place = () => $("#editor .editor");
  const rowOf = (number) => $(`#editor .sentence[data-place="${number}"]`);

  // The tools: drawn anew as they are few; what has the focus keeps it.
  let drawing = false; // what is replaced loses the focus, but nobody left it
  const withFocus = (part, draw) => {
    const old = document.activeElement, key = part?.contains(old) ? old.dataset.key || old.dataset.do : "";
    const typed = key && old.tagName === "INPUT" && old.type === "number" && old.dataset.dirty ? old.value : null;
    drawing = true;
    const fresh = draw();
    drawing = false;
    const now = key ? fresh.querySelector(`[data-key="${key}"]`) || fresh.querySelector(`[data-do="${key}"]`) : null;
    if (!now) return;
    if (typed !== null) { now.value = typed; now.dataset.dirty = "yes"; }
    now.focus({ preventScroll: true });
  };
  const TEMPO = Object.fromEntries(["speed", "pitch", "energy"].map((name) => [name, studio.bounds[name]]));
  const tempo = (plan, settings) => {
    const locked = plan.sentences.some((sentence) => sentence.locked);
    const part = make("details", { class: "tempo" }, make("summary", { class: "quiet-button" }, fill("delivery")),
      make("div", { class: "tempo-fields" },
        ...Object.entries(TEMPO).map(([name, [min, max, step]]) => named(name, make("input", { type: "number", class: "field number", min, max, step, value: settings[name], "data-set": `whole-${name}`, "data-key": `whole-${name}`, disabled: off(locked) }))),
        ...(locked ? [make("p", { class: "hint" }, fill("edit_tempo_locked"))] : [])));
    part.open = Boolean($("#editor .tempo")?.open);
    return part;
  };
  const tools = (model) => {
    const { plan, busy } = model, idle = !plan || busy;
    const settings = plan?.settings || {};
    const bar = make("div", { class: "edit-tools" },
      make("div", { class: "tool-group" },
        icon("undo", "undo", "undo", { disabled: off(!plan?.undo), "aria-keyshortcuts": "Control+Z" }),
        icon("redo", "edit_redo", "redo", { disabled: off(!plan?.redo), "aria-keyshortcuts": "Control+Shift+Z" })),
      ...(plan ? [make("div", { class: "tool-group whole", role: "group", "aria-label": fill("edit_whole") },
        make("span", { class: "row-label" }, fill("edit_whole")),
        select("whole-voice", "voice", model.voices, settings.voice),
        select("whole-emotion", "emotion", model.emotions, settings.emotion),
        ...(settings.emotion === "neutral" ? [] : [named("intensity", make("input", { type: "number", class: "field number", min: 0, max: 100, step: 5, value: percent(settings.intensity), "data-set": "whole-intensity", "data-key": "whole-intensity" }), "%")]),
        tempo(plan, settings),
        button("all-again", "edit_all_again", { title: fill("edit_all_again_hint") }))] : []),
      make("div", { class: "tool-group end" },
        button("open-file", "edit_open"),
        ...(plan ? [button("save", "edit_save")] : []),
        // Always the same one: a file may be being chosen for it.
        $("#edit-file") || make("input", { type: "file", accept: ".json,application/json", id: "edit-file", hidden: "", "aria-label": fill("edit_open") }),
        ...(plan ? [make("button", { type: "button", id: "edit-assemble", class: plan.assembled ? "primary done" : "primary", "data-do": "assemble", disabled: off(idle), title: fill("edit_assemble_hint") }, fill(plan.assembled ? "edit_play_whole" : "edit_assemble"))] : [])),
    );
    return bar;
  };
  const drawTools = (model) => {
    const old = $("#editor .edit-tools");
    if (!old) return;
    withFocus(old, () => { const fresh = tools(model); old.replaceWith(fresh); return fresh; });
    const wait = $("#editor .edit-other");
    if (wait) wait.hidden = !model.other;
  };

  // All of it.
  const drawEditor = (model) => {
    const here = place();
    if (!here) return;
    closeCurve();
    const body = model.plan
      ? make("ol", { class: "sentences" }, ...model.plan.sentences.map((_, number) => row(model, number)))
      : make("div", { class: "edit-empty" }, make("p", {}, fill(model.empty && !model.busy ? "edit_empty" : "edit_wait")), ...(model.empty && !model.busy ? [make("a", { class: "quiet-button", href: "#/" }, fill("edit_write"))] : []));
    const other = make("p", { class: "edit-other" }, fill("edit_other"), " ", make("button", { type: "button", class: "text-button", "data-do": "other" }, fill("edit_other_open")));
    other.hidden = !model.other;
    withFocus(here, () => {
      here.replaceChildren(tools(model), other, make("p", { class: "told", role: "alert" }), body);
      return here;
    });
    if (model.plan) openCurve(model, model.open);
  };
  let later = false; // what arrives while something is being dragged is drawn when that is over
  const drawSentence = (model, number) => {
    const old = rowOf(number);
    if (!old || !model.plan.sentences[number]) return;
    if (number === model.open && draggingCurve()) { later = true; return; }
    later = later && number !== model.open;
    const scrolled = [...old.querySelectorAll("[data-scrolls]")].map((part) => part.scrollLeft);
    const keep = old.classList.contains("open") && number === model.open;
    if (keep) closeCurve();
    withFocus(old, () => { const fresh = row(model, number); old.replaceWith(fresh); return fresh; });
    if (number === model.open) openCurve(model, number);
    [...rowOf(number).querySelectorAll("[data-scrolls]")].forEach((part, index) => { part.scrollLeft = scrolled[index] || 0; });
  };

  // One row.
  const row = (model, number) => {
    const view = model.plan.sentences[number], open = number === model.open;
    const reading = make("div", { class: "s-reading" });
    reading.innerHTML = view.html;
    const first = reading.querySelector(".token[data-at]");
    if (first && !view.locked) first.tabIndex = 0;
    const { settings } = model.plan;
    const emotion = view.emotion !== settings.emotion && view.emotion && model.emotions.find(([name]) => name === view.emotion)?.[1] || (view.emotion === settings.emotion ? "" : view.emotion);
    const voice = view.voice !== settings.voice && view.voice && model.voices.find(([id]) => id === view.voice)?.[1] || (view.voice === settings.voice ? "" : view.voice);
    const meta = make("div", { class: "s-meta" },
      ...(voice ? [make("span", { class: "chip" }, voice)] : []),
      ...(emotion ? [make("span", { class: "chip" }, emotion)] : []),
      ...(view.versions.length > 1 ? [make("span", { class: "s-version", title: fill("edit_versions") }, `${view.versions[view.chosen].name} / ${view.versions.length}`)] : []),
      make("span", { class: "s-time" }, view.duration === null ? "" : fill("seconds", { value: view.duration.toFixed(2) })),
      icon("lock", view.locked ? "edit_unlock" : "edit_lock", view.locked ? "locked" : "unlocked", { "aria-pressed": String(view.locked) }));
    const line = make("div", { class: "s-line" },
      make("button", { type: "button", class: "s-number", "data-do": "open", "aria-expanded": String(open), title: fill(open ? "edit_close" : "edit_open_sentence"), "aria-label": `${number + 1}. ${view.text}` }, String(number + 1)),
      playButton(model, number), reading, meta);
    const item = make("li", { class: `sentence${open ? " open" : ""}${view.locked ? " locked" : ""}`, "data-place": number }, line);
    if (open) item.append(detail(model, number));
    return item;
  };
  const playButton = (model, number) => {
    const playing = model.playing?.place === number;
    const part = icon("play", playing ? "edit_stop" : "edit_play", playing ? "stop" : "play");
    part.classList.add("s-play");
    part.classList.toggle("making", model.making === number);
    return part;
  };
  const markSentence = (model, number) => {
    const old = rowOf(number)?.querySelector(".s-play");
    if (!old) return;
    const fresh = playButton(model, number), had = document.activeElement === old;
    old.replaceWith(fresh);
    if (had) fresh.focus({ preventScroll: true });
    rowOf(number).querySelectorAll(".version").forEach((part, version) => part.classList.toggle("playing", model.playing?.place === number && model.playing.version === version));
  };

  // What belongs to the open sentence.
  const detail = (model, number) => {
    const view = model.plan.sentences[number], still = off(view.locked);
    const settings = model.plan.settings;
    const like = model.emotions.find(([name]) => name === settings.emotion)?.[1] || settings.emotion;
    const voiceLike = model.voices.find(([id]) => id === settings.voice)?.[1] || settings.voice;
    const several = view.versions.length > 1;
    const versions = make("div", { class: "versions", role: "group", "aria-label": fill("edit_versions") },
      ...view.versions.map((version, index) => make("button", { type: "button", class: "version", "data-do": "choose", "data-version": index, "data-key": `version.${index}`, "aria-pressed": String(index === view.chosen), disabled: still, title: fill("edit_version_seed", { name: version.name, seed: version.seed }) }, version.name)),
      icon("keep", "edit_keep", "plus", { disabled: still }));
    const changed = view.tokens.some((token) => token.said && (token.pitch || token.volume || token.length !== 1));
    const first = make("div", { class: "s-controls" },
      button("again", "edit_again", { disabled: still, title: fill("edit_again_hint") }),
      versions,
      button("compare", studio.desk.comparing(number) ? "edit_compare_stop" : "edit_compare", { disabled: off(!several), "aria-pressed": String(studio.desk.comparing(number)), title: fill("edit_compare_hint") }),
      icon("drop", "edit_drop", "remove", { disabled: off(!several || view.locked) }),
      button("level", "edit_level", { disabled: off(!changed || view.locked) }),
      make("label", { class: "s-check" }, make("input", { type: "checkbox", "data-set": "autoplay", "data-key": "autoplay", ...(model.autoplay ? { checked: "" } : {}) }), fill("edit_autoplay")));
    const second = make("div", { class: "s-controls own" },
      named("voice", select("voice", "voice", [["", fill("edit_as_whole", { value: voiceLike })], ...model.voices], view.voice, { disabled: still })),
      named("emotion", select("emotion", "emotion", [["", fill("edit_as_whole", { value: like })], ...model.emotions], view.emotion, { disabled: still })),
      named("intensity", make("input", { type: "number", class: "field number", min: 0, max: 100, step: 5, value: percent(view.intensity), placeholder: percent(settings.intensity), "data-set": "intensity", "data-key": "intensity", disabled: off(view.locked || !view.emotion || view.emotion === "neutral") }), "%"),
      named("edit_pause", make("input", { type: "number", class: "field number", min: 0, max: 60, step: 0.05, value: view.pause === null ? "" : view.pause, placeholder: view.silence.toFixed(2), "data-set": "pause", "data-key": "pause", disabled: still, title: fill("edit_pause_hint") }), fill("edit_unit_s")));
    return make("div", { class: "s-detail" }, first, second,
      make("div", { class: "s-curve", "data-scrolls": "" }),
      table(view), make("p", { class: "told", role: "alert" }));
  };
  const table = (view) => {
    const said = view.tokens.map((token, index) => [token, index]).filter(([token]) => token.said);
    const still = off(view.locked);
    const number = (token, index, field) => {
      const [low, high] = studio.curveBounds[field], digits = field === "length" ? 2 : 1;
      const value = String(Number(token[field].toFixed(2)));
      const own = token[field] !== (field === "length" ? 1 : 0);
      return make("input", { type: "number", class: own ? "cell mine" : "cell", min: low, max: high, step: studio.curveSteps[field], value, "data-token": index, "data-field": field, "data-key": `${field}.${index}`, disabled: still, "aria-label": `${token.text} ${fill(`edit_${field}`)}`, "data-digits": digits });
    };
    const breaks = (token, index) => {
      const levels = token.last || token.break === 4 ? LEVELS : LEVELS.slice(0, 4);
      const part = make("select", { class: "cell", "data-token": index, "data-field": "break", "data-key": `break.${index}`, disabled: still, "aria-label": `${token.text} ${fill("gap_choose")}` }, ...levels.map((level) => make("option", { value: level }, fill(`break_short_${level}`))));
      part.value = String(token.break);
      return part;
    };
    const line = (key, cell) => make("tr", {}, make("th", { scope: "row" }, fill(key)), ...said.map(([token, index]) => make("td", { "data-token": index }, cell(token, index))));
    return make("div", { class: "s-table", "data-scrolls": "" }, make("table", {},
      make("thead", {}, make("tr", {}, make("td", {}), ...said.map(([token, index]) => make("th", { scope: "col", "data-token": index, lang: "zh-CN" }, token.text, make("small", {}, token.end === null ? "" : fill("milliseconds", { value: Math.round((token.end - token.start) * 1000) })))))),
      make("tbody", {},
        line("edit_reading", (token, index) => make("button", { type: "button", class: "cell", "data-read": index, "data-key": `read.${index}`, disabled: still }, token.printed)),
        ...FIELDS.map(([field]) => line(`edit_${field}`, (token, index) => number(token, index, field))),
        line("gap_choose", breaks))));
  };

  // The picture of the open sentence.
  let picture = null, chosen = { number: -1, token: -1 };
  const closeCurve = () => { picture?.close(); picture = null; };
  const openCurve = (model, number) => {
    const here = rowOf(number)?.querySelector(".s-curve"), view = model.plan.sentences[number];
    if (!here) return;
    closeCurve();
    picture = studio.curve(here, view, {
      locked: view.locked,
      select: (token) => marked(number, token),
      free: () => { if (later) drawSentence(model, number); },
      change: (token, field, value, done) => {
        const cell = rowOf(number).querySelector(`input[data-token="${token}"][data-field="${field}"]`);
        if (cell) cell.value = String(Number(value.toFixed(2)));
        if (done) studio.desk.act({ action: field, segment: number, token, value });
      },
    });
    if (chosen.number === number) marked(number, chosen.token);
  };
  const marked = (number, token) => {
    chosen = { number, token };
    picture?.mark(token);
    rowOf(number)?.querySelectorAll(".s-table [data-token]").forEach((part) => part.classList.toggle("marked", Number(part.dataset.token) === token));
  };
  const playhead = (seconds) => picture?.now(seconds);
  const draggingCurve = () => Boolean(picture?.dragging());

  const openSentence = (model, number) => {
    const before = model.open;
    model.open = number === before ? -1 : number;
    studio.closeFix(false);
    closeCurve();
    if (rowOf(before)) drawSentence(model, before);
    if (model.open >= 0) { drawSentence(model, model.open); studio.desk.soonIfSilent(model.open); }
  };
  const tellEditor = (text) => {
    const all = [...document.querySelectorAll("#editor .told")];
    all.forEach((part) => { part.textContent = ""; });
    (all.length > 1 ? all.at(-1) : all[0])?.replaceChildren(text);
  };
  const playWhole = () => setTimeout(() => $("#player .play-pause-button")?.click(), 250);

  // What is pressed and typed.
  const pressed = {
    undo: (desk) => desk.act({ action: "undo" }),
    redo: (desk) => desk.act({ action: "redo" }),
    open: (desk, number) => openSentence(desk.model, number),
    play: (desk, number) => desk.toggle(number),
    again: (desk, number) => desk.again(number),
    keep: (desk, number) => desk.act({ action: "keep", segment: number }),
    choose: (desk, number, part) => desk.choose(number, Number(part.dataset.version)),
    drop: (desk, number) => desk.act({ action: "drop", segment: number, version: desk.model.plan.sentences[number].chosen }),
    compare: (desk, number) => desk.compare(number),
    level: (desk, number) => desk.act({ action: "level", segment: number }),
    lock: (desk, number) => desk.act({ action: "lock", segment: number, value: !desk.model.plan.sentences[number].locked }),
    assemble: (desk) => (desk.model.plan.assembled ? playWhole() : desk.assemble()),
    save: (desk) => desk.save(),
    other: (desk) => desk.openEditor(true),
    "all-again": (desk) => desk.act({ action: "all_again" }),
    "open-file": () => $("#edit-file").click(),
  };
  const numberIn = (part) => Number(part.closest(".sentence")?.dataset.place ?? -1);
  document.addEventListener("click", (event) => {
    const part = event.target.closest?.("#editor [data-do], #editor [data-read]");
    if (!part || part.disabled) return;
    const number = numberIn(part);
    if (part.dataset.read !== undefined) {
      const token = rowOf(number).querySelector(`.token[data-at="${number}.${part.dataset.read}"]`);
      if (token) { event.stopPropagation(); studio.openFix(token); }
    } else pressed[part.dataset.do](studio.desk, number, part);
  });
  const typed = new Map(); // timers, by what is typed into
  const commit = (part) => {
    clearTimeout(typed.get(part.dataset.key));
    typed.delete(part.dataset.key);
    if (!part.dataset.dirty) return;
    delete part.dataset.dirty;
    const number = numberIn(part), value = part.value === "" ? null : Number(part.value), { desk } = studio;
    const sentence = desk.model.plan?.sentences[number];
    if (part.dataset.field) { desk.act({ action: part.dataset.field, segment: number, token: Number(part.dataset.token), value: value ?? (part.dataset.field === "length" ? 1 : 0) }); return; }
    const share = value === null ? null : value / 100;
    if (part.dataset.set === "pause") desk.act({ action: "pause", segment: number, value });
    else if (part.dataset.set === "intensity") desk.act({ action: "emotion", segment: number, value: sentence.emotion, intensity: share });
    else if (part.dataset.set === "whole-intensity" && share !== null) desk.act({ action: "settings", intensity: share });
    else if (TEMPO[part.dataset.set?.replace("whole-", "")] && value !== null) desk.act({ action: "settings", [part.dataset.set.replace("whole-", "")]: value });
  };
  // The one that stands where this one stood, if it was drawn anew since.
  const fresh = (part) => (numberIn(part) < 0 ? $("#editor .edit-tools") : rowOf(numberIn(part)))?.querySelector(`[data-key="${part.dataset.key}"]`) || part;
  document.addEventListener("input", (event) => {
    const part = event.target.closest?.("#editor input[type=number]");
    if (!part) return;
    part.dataset.dirty = "yes";
    clearTimeout(typed.get(part.dataset.key));
    typed.set(part.dataset.key, setTimeout(() => commit(fresh(part)), TYPED_MS));
    const number = numberIn(part), token = studio.desk.model.plan.sentences[number]?.tokens[Number(part.dataset.token)];
    const bounds = studio.curveBounds[part.dataset.field], value = Number(part.value);
    if (!token || !bounds || part.value === "" || value < bounds[0] || value > bounds[1]) return;
    token[part.dataset.field] = value;
    picture?.draw();
  });
  document.addEventListener("focusout", (event) => { if (drawing) return; const part = event.target.closest?.("#editor input[type=number]"); if (part) commit(part); });
  document.addEventListener("change", (event) => {
    const part = event.target.closest?.("#editor select, #editor input[type=checkbox], #edit-file");
    if (!part) return;
    const number = numberIn(part), { desk } = studio, { value } = part;
    if (part.id === "edit-file") { desk.openFile(part.files[0]); part.value = ""; return; }
    if (part.dataset.field === "break") { desk.act({ action: "break", segment: number, token: Number(part.dataset.token), level: Number(value) }); return; }
    switch (part.dataset.set) {
      case "autoplay": desk.setAutoplay(part.checked); break;
      case "voice": desk.act({ action: "voice", segment: number, value }); break;
      case "emotion": desk.act({ action: "emotion", segment: number, value, intensity: null }); break;
      case "whole-voice": desk.act({ action: "settings", voice: value }); break;
      case "whole-emotion": desk.act({ action: "settings", emotion: value }); break;
    }
  });
  document.addEventListener("pointerdown", (event) => { const part = $("#editor .tempo[open]"); if (part && !part.contains(event.target)) part.open = false; });
  document.addEventListener("focusin", (event) => {
    const part = event.target.closest?.("#editor .s-table [data-token]");
    if (part) marked(numberIn(part), Number(part.dataset.token));
  });
  // In the table, arrows to the sides go to the neighbours; up and down change the number, as everywhere.
  document.addEventListener("keydown", (event) => {
    const part = event.target.closest?.("#editor .s-table .cell");
    if (!part || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (event.key === "Enter" && part.tagName === "INPUT") { commit(part); event.preventDefault(); return; }
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by) return;
    const cells = [...part.closest("tr").querySelectorAll(".cell")];
    const next = cells[cells.indexOf(part) + by];
    event.preventDefault();
    next?.focus();
    next?.select?.();
  });

  Object.assign(studio, { drawEditor, drawSentence, drawTools, markSentence, tellEditor, playhead, draggingCurve, playWhole });
})();
