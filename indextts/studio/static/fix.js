// One reading, changed in place: a click on a character opens a small dialog with what it could be read as. The server
// speaks that sentence again, and answers under the number that was sent along.
(() => {
  "use strict";
  const studio = window.indexttsStudio;
  const { $, fill, home, make } = studio;

  let panel = null, at = "", number = 0, waiting = 0, scroll = 0;
  let last = null; // the fix that can still be undone and remembered: { at, take, until, remember, word }

  const tokens = () => [...document.querySelectorAll("#reading .token[data-at]")];
  const tokenAt = (place) => $(`#reading .token[data-at="${place}"]`);
  const take = () => $("#take-data")?.dataset.take || "";
  const written = (token) => { const ruby = token.querySelector("ruby"); return ruby ? ruby.textContent.slice(0, -ruby.querySelector("rt").textContent.length) : token.textContent; };
  const printed = (token) => token.querySelector("rt")?.textContent || token.dataset.reading;
  const named = (source) => (studio.strings[`source_${source}`] ? fill(`source_${source}`) : source);

  // One token at a time is in the order of tabs; arrows move to its neighbours.
  const enter = (token, focus) => {
    tokens().forEach((other) => { if (other.tabIndex === 0 && other !== token) other.tabIndex = -1; });
    token.tabIndex = 0;
    if (focus) token.focus({ preventScroll: false });
  };
  const move = (token, key) => {
    const all = tokens(), here = all.indexOf(token);
    const next = { ArrowLeft: here - 1, ArrowRight: here + 1, Home: 0, End: all.length - 1 }[key];
    if (next === undefined || !all[next]) return next !== undefined;
    enter(all[next], true);
    return true;
  };

  // The dialog.
  const close = (focus = true) => {
    if (!panel) return false;
    panel.remove();
    panel = null;
    waiting = 0;
    const token = tokenAt(at);
    token?.classList.remove("open");
    if (focus && token) enter(token, true);
    return true;
  };
  const place = () => {
    const token = panel && tokenAt(at);
    if (!token) return;
    const box = token.getBoundingClientRect(), sticky = $("#listen");
    const floor = innerHeight - (sticky && getComputedStyle(sticky).position === "fixed" ? sticky.offsetHeight : 0) - 8;
    const { offsetWidth: width, offsetHeight: height } = panel;
    const left = Math.max(12, Math.min(box.left + box.width / 2 - width / 2, document.documentElement.clientWidth - width - 12));
    const below = box.bottom + 8;
    const top = below + height <= floor || box.top - height - 8 < 0 ? below : box.top - height - 8;
    panel.style.left = `${left + scrollX}px`;
    panel.style.top = `${top + scrollY}px`;
  };
  const open = (token) => {
    close(false);
    at = token.dataset.at;
    enter(token, false);
    token.classList.add("open");
    panel = make("div", { id: "fix", role: "dialog", "aria-label": fill("fix_title", { text: written(token) }) });
    document.body.append(panel);
    draw();
    (panel.querySelector(".fix-options button") || panel.querySelector("input")).focus({ preventScroll: true });
  };
  const draw = () => {
    const token = tokenAt(at);
    if (!panel || !token) return;
    const now = [token.dataset.reading, printed(token)];
    const others = JSON.parse(token.dataset.others || "[]");
    const english = Boolean(token.querySelector(".word"));
    const option = ([reading, shown], current) => make("button", {
      type: "button", class: "fix-option", "aria-pressed": String(current), "data-choose": current ? null : reading, title: current ? fill("fix_now") : reading,
    }, shown);
    const example = fill(english ? "fix_example_arpabet" : "fix_example_pinyin");
    panel.replaceChildren(
      make("div", { class: "fix-head" },
        make("strong", { lang: english ? "en" : "zh-CN" }, written(token)),
        make("span", { class: "hint" }, fill("reading_source", { source: named(token.dataset.source) })),
        make("button", { type: "button", class: "icon-button", "data-listen": "", title: fill("fix_listen"), "aria-label": fill("fix_listen") }, make("span", { class: "glyph glyph-play", "aria-hidden": "true" })),
        make("button", { type: "button", class: "icon-button", "data-close": "", title: fill("close"), "aria-label": fill("close") }, make("span", { class: "glyph glyph-close", "aria-hidden": "true" }))),
      make("div", { class: "fix-options", role: "group", "aria-label": fill("fix_choose") }, option(now, true), ...others.map((other) => option(other, false))),
      make("form", { class: "fix-typed", autocomplete: "off" },
        make("input", { type: "text", class: "field", name: "reading", maxlength: 80, spellcheck: "false", autocapitalize: "off", placeholder: example, "aria-label": `${fill("fix_typed")}: ${example}`, "aria-describedby": "fix-told" }),
        make("button", { type: "submit", class: "quiet-button" }, fill("fix_apply"))),
      make("p", { id: "fix-told", class: "fix-told", role: "status" }),
      after(),
    );
    place();
    panel.scrollIntoView({ block: "nearest" });
  };
  const tell = (text, kind) => {
    const told = panel?.querySelector("#fix-told");
    if (!told) return;
    told.textContent = text;
    told.dataset.kind = kind;
    told.setAttribute("role", kind === "error" ? "alert" : "status");
    panel.querySelector("input").setAttribute("aria-invalid", String(kind === "error"));
    place();
    panel.scrollIntoView({ block: "nearest" });
  };
  const busy = (yes) => {
    panel?.classList.toggle("busy", yes);
    panel?.querySelectorAll("button:not([data-close]), input").forEach((part) => { part.disabled = yes; });
  };

  // What is offered after a fix: take it back for ten seconds, remember it for good.
  const after = () => {
    const box = make("div", { class: "fix-after" });
    if (!last || last.at !== at || last.take !== take()) return box;
    const left = last.until - Date.now();
    if (left > 0) {
      const undo = make("p", {}, make("span", { class: "fix-changed" }, fill("fix_changed")), make("button", { type: "button", class: "text-button", "data-undo": "" }, fill("undo")));
      box.append(undo);
      setTimeout(() => { undo.remove(); place(); }, left);
    }
    if (studio.offerToRemember && last.remember) box.append(studio.offerToRemember(last.remember, place));
    return box;
  };

  // To the server and back.
  const send = (event) => {
    if (!panel || waiting) return;
    waiting = number += 1;
    scroll = $("#reading .reading-text")?.scrollTop || 0;
    const [segment, token] = at.split(".").map(Number);
    tell(fill("fix_busy"), "busy");
    busy(true);
    $("#reading .reading-text").dispatchEvent(new CustomEvent("studio:fix", { bubbles: true, detail: { take: take(), segment, token, number, ...event } }));
  };
  // The answer may come before Gradio has drawn the new reading.
  const drawn = async (id) => {
    for (let tries = 0; take() !== id && tries < 200; tries += 1) await new Promise((done) => setTimeout(done, 10));
    const text = $("#reading .reading-text");
    if (text) text.scrollTop = scroll;
  };
  const fixed = async (answer) => {
    const mine = answer && answer.number === number;
    if (mine && answer.take) {
      const keyboard = !panel || panel.contains(document.activeElement) || document.activeElement === document.body;
      await drawn(answer.take);
      studio.keepTakes();
      if (!panel || !waiting) return;
      last = answer.undone ? null : { at, take: answer.take, until: Date.now() + answer.undo_s * 1000, remember: answer.remember };
      waiting = 0;
      panel.classList.remove("busy");
      tokenAt(at)?.classList.add("open");
      draw();
      if (keyboard) panel.querySelector("[data-undo], .fix-options button")?.focus({ preventScroll: true });
      return;
    }
    if (!panel || !waiting) return;
    waiting = 0;
    busy(false);
    if (mine && answer.cancelled) tell(fill("fix_cancelled"), "busy");
    else tell((mine && answer.error) || fill("fix_lost"), "error");
    panel.querySelector("input").focus({ preventScroll: true });
  };

  // The sentence alone, from the take's own sound.
  let sound = null;
  const listen = () => {
    const sentence = tokenAt(at)?.closest(".segment"), name = $("#take-data")?.dataset.audio;
    if (!sentence || !name) return;
    sound?.pause();
    const mine = sound = new Audio(`${home()}/audio/${name}`);
    const end = Number(sentence.dataset.end) + 0.05;
    mine.currentTime = Number(sentence.dataset.start);
    mine.addEventListener("timeupdate", () => { if (mine.currentTime >= end) mine.pause(); });
    mine.play().catch(() => { /* the sound is gone, and playing the take says so */ });
  };

  document.addEventListener("click", (event) => {
    const target = event.target;
    if (!target.closest) return;
    const token = target.closest("#reading .token[data-at]");
    if (token) { if (panel && at === token.dataset.at) close(); else open(token); return; }
    if (!panel) return;
    const button = target.closest("button");
    if (!panel.contains(target)) { if (!waiting && target.isConnected) close(false); return; }
    if (!button) return;
    if (button.dataset.choose) send({ action: "fix", reading: button.dataset.choose });
    else if ("undo" in button.dataset) send({ action: "undo" });
    else if ("listen" in button.dataset) listen();
    else if ("close" in button.dataset) close();
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches?.("#fix .fix-typed")) return;
    event.preventDefault();
    const typed = event.target.elements.reading.value.trim();
    if (typed) send({ action: "fix", reading: typed });
  });
  document.addEventListener("focusin", (event) => {
    const token = event.target.closest?.("#reading .token[data-at]");
    if (token) enter(token, false);
  });
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const token = event.target.closest?.("#reading .token[data-at]");
    if (token && (event.key === "Enter" || event.key === " ")) open(token);
    else if (token && move(token, event.key)) place();
    else if (panel?.contains(event.target) && event.key === "Tab") {
      const parts = [...panel.querySelectorAll("button:not(:disabled), input:not(:disabled)")];
      const next = event.shiftKey ? parts[0] : parts.at(-1);
      if (document.activeElement !== next) return;
      (event.shiftKey ? parts.at(-1) : parts[0]).focus();
    } else return;
    event.preventDefault();
  });
  addEventListener("resize", place);
  document.addEventListener("scroll", place, { capture: true, passive: true });

  // A new reading: its first token can be reached by Tab, and a dialog about another one goes away.
  let seen = "";
  studio.onDrawn(() => {
    if (take() === seen) return;
    seen = take();
    const first = tokens()[0];
    if (first && !$('#reading .token[tabindex="0"]')) first.tabIndex = 0;
    if (panel && !waiting && !(last && last.take === seen)) close(false);
  });

  Object.assign(studio, { fixed, closeFix: close });
})();
