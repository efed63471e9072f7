// The tab with the user's dictionary. It asks the server through Gradio, one question at a time, and draws what is
// answered; text from entries goes in as text, never as markup.
(() => {
  "use strict";
  const studio = window.indexttsStudio;
  const { $, fill, make, saveBlob } = studio;
  const STEP = 100, PATIENCE_MS = 20000, MAX_BYTES = 16 * 1024 * 1024;
  const KINDS = ["", "pinyin", "arpabet", "text"];

  // Which tab is open stands in the address, so that it survives a reload and Back goes back.
  const root = document.documentElement;
  const showView = () => {
    const view = { "#/dictionary": "dictionary", "#/voices": "voices", "#/models": "models", "#/edit": "edit" }[location.hash] || "speak";
    if (root.dataset.view === view) return;
    root.dataset.view = view;
    markTab();
    studio.closeFix(false);
    if (view === "dictionary") refresh();
    if (view === "voices") studio.openVoices?.();
    if (view === "models") studio.openModels?.();
    if (view === "edit") studio.openEditor?.();
  };
  const markTab = () => document.querySelectorAll("#header [data-tab]").forEach((tab) => {
    if (tab.dataset.tab === root.dataset.view) { tab.setAttribute("aria-current", "page"); const bar = tab.parentElement; bar.scrollLeft = tab.offsetLeft - bar.offsetLeft - (bar.clientWidth - tab.offsetWidth) / 2; }
    else tab.removeAttribute("aria-current");
  });
  addEventListener("hashchange", showView);

  // Questions and answers.
  let number = 0, waiting = null, line = Promise.resolve();
  const state = { search: "", limit: STEP };
  const answered = (answer) => { if (waiting && answer && answer.number === number) waiting(answer); };
  const once = (sent) => new Promise((resolve) => {
    number += 1;
    const lost = setTimeout(() => waiting && waiting({ error: fill("fix_lost") }), PATIENCE_MS);
    waiting = (answer) => { clearTimeout(lost); waiting = null; resolve(answer); };
    const place = $("#lexicon .lexicon");
    if (!place) { waiting({ error: fill("fix_lost") }); return; }
    place.dispatchEvent(new CustomEvent("studio:lexicon", { bubbles: true, detail: { ...state, ...sent, number } }));
  });
  const ask = (sent) => {
    const answer = line.then(() => once(sent));
    line = answer;
    return answer.then((given) => { if (given.rows) draw(given); return given; });
  };
  const refresh = () => { if (built()) ask({ action: "list" }); };

  // The frame, made once.
  const built = () => Boolean($("#lexicon .lexicon")?.firstElementChild);
  const field = (name, key, more = {}) => make("input", { type: "text", class: "field", name, "aria-label": fill(key), placeholder: fill(key), autocomplete: "off", spellcheck: "false", autocapitalize: "off", ...more });
  const kindChoice = (value = "") => {
    const select = make("select", { class: "field", name: "kind", "aria-label": fill("entry_kind") }, ...KINDS.map((kind) => make("option", { value: kind }, fill(`kind_${kind || "auto"}`))));
    select.value = value;
    return select;
  };
  const button = (action, key, more = {}) => make("button", { type: "button", class: "quiet-button", "data-do": action, ...more }, fill(key));
  const icon = (action, key, glyph) => make("button", { type: "button", class: "icon-button", "data-do": action, title: fill(key), "aria-label": fill(key) }, make("span", { class: `glyph glyph-${glyph}`, "aria-hidden": "true" }));
  const told = () => make("p", { class: "told", role: "alert" });
  const build = () => {
    const place = $("#lexicon .lexicon");
    if (!place || place.firstElementChild) return;
    place.append(
      make("div", { class: "lexicon-head" },
        make("h2", {}, fill("dictionary")),
        make("p", { class: "hint" }, fill("dictionary_hint")),
        field("search", "dictionary_search", { type: "search", id: "lexicon-search" }),
        button("import", "dictionary_import"), button("csv", "dictionary_csv"), button("json", "dictionary_json"),
        make("input", { type: "file", accept: ".csv,.json,text/csv,application/json", id: "lexicon-file", hidden: "", "aria-label": fill("dictionary_import") })),
      make("form", { class: "entry-form", id: "lexicon-add" },
        field("word", "entry_word", { maxlength: 64 }), field("reading", "entry_reading_example", { maxlength: 400 }), kindChoice(),
        make("button", { type: "submit", class: "quiet-button strong" }, fill("entry_add")), told()),
      make("div", { class: "lexicon-said", role: "status" }),
      make("div", { id: "lexicon-rows" }),
    );
    if (root.dataset.view === "dictionary") refresh();
  };

  // The entries.
  const narrow = matchMedia("(max-width: 720px)"); // two columns are left out
  let shown = [];
  const row = (entry) => make("tr", { "data-id": entry.id, class: entry.enabled ? "" : "off" },
    make("td", { class: "entry-word" }, entry.word),
    make("td", { class: "entry-reading", title: entry.reading }, entry.printed),
    make("td", { class: "entry-kind hint" }, fill(`kind_${entry.kind}`)),
    make("td", { class: "entry-note hint" }, entry.note),
    make("td", { class: "entry-do" },
      make("label", { class: "entry-switch", title: fill("entry_enabled") }, (() => { const box = make("input", { type: "checkbox", "data-do": "toggle", "aria-label": fill("entry_enabled_word", { word: entry.word }) }); box.checked = entry.enabled; return box; })()),
      icon("edit", "entry_edit", "edit"), icon("remove", "entry_remove", "remove")));
  const editor = (entry) => {
    const word = field("word", "entry_word", { maxlength: 64 }), reading = field("reading", "entry_reading", { maxlength: 400 }), note = field("note", "entry_note", { maxlength: 200 });
    [word.value, reading.value, note.value] = [entry.word, entry.reading, entry.note];
    const form = make("form", { class: "entry-form" }, word, reading, kindChoice(entry.kind), note,
      make("button", { type: "submit", class: "quiet-button strong" }, fill("entry_save")), button("leave", "cancel"), told());
    return make("tr", { "data-id": entry.id, class: "editing" }, make("td", { colspan: narrow.matches ? 3 : 5 }, form));
  };
  const draw = (answer) => {
    if (!built()) return;
    const place = $("#lexicon-rows");
    const back = place.contains(document.activeElement) ? document.activeElement.closest("[data-id]")?.dataset.id : null;
    shown = answer.rows;
    $("#lexicon").classList.toggle("blank", answer.known === 0);
    if (answer.known === 0) {
      place.replaceChildren(make("div", { class: "empty" }, make("p", {}, fill("dictionary_empty")), button("first", "dictionary_first")));
      return;
    }
    const head = make("thead", {}, make("tr", {}, ...["entry_word", "entry_reading", "entry_kind", "entry_note"].map((key) => make("th", { scope: "col" }, fill(key))), make("th", { scope: "col" }, make("span", { class: "sr-only" }, fill("entry_actions")))));
    const count = answer.found < answer.known ? fill("dictionary_found", { found: answer.found, known: answer.known }) : fill("dictionary_count", { known: answer.known });
    const parts = answer.found ? [make("table", { class: "entries" }, make("caption", { class: "sr-only" }, fill("dictionary")), head, make("tbody", {}, ...shown.map(row)))] : [make("p", { class: "hint nothing" }, fill("dictionary_nothing"))];
    const foot = make("div", { class: "lexicon-foot" }, make("p", { class: "hint" }, count));
    if (shown.length < answer.found) foot.append(button("more", "dictionary_more"));
    place.replaceChildren(...parts, foot);
    if (back) (place.querySelector(`[data-id="${back}"] [data-do=edit]`) || $("#lexicon-search")).focus({ preventScroll: true });
  };

  // What was done, and the way back.
  let fading = 0;
  const say = (answer) => {
    const place = $("#lexicon .lexicon-said");
    if (!place) return;
    clearTimeout(fading);
    place.classList.toggle("bad", Boolean(answer.error));
    place.replaceChildren(make("span", {}, answer.error || answer.said || ""));
    if (answer.undo) {
      place.append(make("button", { type: "button", class: "text-button", "data-do": "undo", "data-undo": answer.undo }, fill("undo")));
      fading = setTimeout(() => place.replaceChildren(), answer.undo_s * 1000);
    }
  };
  const refuse = (form, answer) => {
    form.querySelector(".told").textContent = answer.error;
    const wrong = form.elements[["bad_reading"].includes(answer.code) || form.elements.word.value.trim() ? "reading" : "word"];
    for (const part of form.elements) part.removeAttribute("aria-invalid");
    wrong.setAttribute("aria-invalid", "true");
    wrong.focus();
  };
  const accept = (form) => { form.querySelector(".told").textContent = ""; for (const part of form.elements) part.removeAttribute("aria-invalid"); };

  const submitted = async (form) => {
    const row = form.closest("[data-id]");
    const values = { word: form.elements.word.value, reading: form.elements.reading.value, kind: form.elements.kind.value };
    const sent = row ? { action: "change", id: Number(row.dataset.id), ...values, note: form.elements.note.value } : { action: "add", ...values };
    const answer = await ask(sent);
    if (answer.error) { refuse(form, answer); return; }
    accept(form);
    say(answer);
    if (!row) { form.reset(); form.elements.word.focus(); }
  };
  const leave = (form) => {
    const row = form.closest("[data-id]"), entry = shown.find((one) => String(one.id) === row.dataset.id);
    const fresh = rowOf(entry);
    row.replaceWith(fresh);
    fresh.querySelector("[data-do=edit]").focus();
  };
  const rowOf = (entry) => row(entry);

  const decode = async (file) => {
    const data = await file.arrayBuffer();
    // Spreadsheets in Chinese still write GB 18030.
    try { return new TextDecoder("utf-8", { fatal: true }).decode(data); } catch { return new TextDecoder("gb18030").decode(data); }
  };
  const take = async (file) => {
    if (file.size > MAX_BYTES) { say({ error: fill("dictionary_too_large") }); return; }
    const data = await decode(file);
    say({ said: fill("dictionary_reading", { name: file.name }) });
    say(await ask({ action: "import", format: /\.json$/i.test(file.name) || /^\s*[[{]/.test(data) ? "json" : "csv", data }));
  };
  const give = async (format) => {
    const answer = await ask({ action: "export", format });
    if (answer.error) say(answer);
    else saveBlob(new Blob([answer.file], { type: format === "csv" ? "text/csv" : "application/json" }), answer.name);
  };

  const actions = {
    import: () => $("#lexicon-file").click(),
    csv: () => give("csv"),
    json: () => give("json"),
    first: () => { $("#lexicon").classList.remove("blank"); $("#lexicon-add [name=word]").focus(); },
    more: () => { state.limit += STEP * 4; refresh(); },
    undo: async (target) => { target.disabled = true; say(await ask({ action: "undo", undo: target.dataset.undo })); },
    toggle: async (target, id) => { const answer = await ask({ action: "change", id, enabled: target.checked }); say(answer); if (answer.error) target.checked = !target.checked; },
    edit: (target, id) => {
      const form = editor(shown.find((one) => one.id === id));
      target.closest("tr").replaceWith(form);
      form.querySelector("[name=reading]").focus();
    },
    remove: async (target, id) => {
      const here = target.closest("tr"), next = here.nextElementSibling || here.previousElementSibling;
      const answer = await ask({ action: "remove", id });
      say(answer);
      if (!answer.error) ($(`#lexicon [data-id="${next?.dataset.id}"] [data-do=remove]`) || $("#lexicon [data-do=undo]"))?.focus({ preventScroll: true });
    },
    leave: (target) => leave(target.closest("form")),
  };
  document.addEventListener("click", (event) => {
    const target = event.target.closest?.("#lexicon [data-do]");
    if (target) actions[target.dataset.do](target, Number(target.closest("[data-id]")?.dataset.id));
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches?.("#lexicon .entry-form")) return;
    event.preventDefault();
    submitted(event.target);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing) return;
    const form = event.target.closest?.("#lexicon .editing form");
    if (form) { event.preventDefault(); leave(form); }
  });
  let typing = 0;
  document.addEventListener("input", (event) => {
    const form = event.target.closest?.("#lexicon .entry-form, #fix .remember");
    if (form) accept(form);
    if (event.target.id !== "lexicon-search") return;
    clearTimeout(typing);
    typing = setTimeout(() => { Object.assign(state, { search: event.target.value, limit: STEP }); refresh(); }, 150);
  });
  document.addEventListener("change", (event) => {
    if (event.target.id !== "lexicon-file" || !event.target.files.length) return;
    take(event.target.files[0]);
    event.target.value = "";
  });

  // After a fix: keep it for every text to come.
  const offerToRemember = ({ word, reading }, moved) => {
    const parts = [field("word", "entry_word", { maxlength: 64 }), field("reading", "entry_reading", { maxlength: 400 })];
    [parts[0].value, parts[1].value] = [word, reading];
    const alone = /^[\u3400-\u9fff]$/.test(word);
    const form = make("form", { class: "remember" }, make("p", { class: "hint" }, fill(alone ? "remember_short" : "remember_hint")),
      make("div", { class: "field-row" }, ...parts, make("button", { type: "submit", class: "quiet-button strong" }, fill("remember"))), told());
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const answer = await ask({ action: "add", word: parts[0].value, reading: parts[1].value });
      if (answer.error) { refuse(form, answer); moved(); return; }
      const back = make("button", { type: "button", class: "text-button" }, fill("undo"));
      const line = make("p", { class: "remembered", role: "status" }, make("span", { class: "fix-changed" }, answer.said), back, make("a", { href: "#/dictionary", class: "text-button" }, fill("dictionary")));
      back.addEventListener("click", async () => { back.remove(); line.replaceChildren((await ask({ action: "undo", undo: answer.undo })).said || ""); });
      setTimeout(() => back.remove(), answer.undo_s * 1000);
      form.replaceWith(line);
      back.focus({ preventScroll: true });
      moved();
    });
    return form;
  };

  studio.onDrawn(() => { build(); if ($("#header [data-tab]:not([data-marked])")) { document.querySelectorAll("#header [data-tab]").forEach((tab) => { tab.dataset.marked = ""; }); markTab(); } });
  Object.assign(studio, { answered, offerToRemember });
  showView();
})();
