// Breaks, emphasis and melody in the reading: their rows in the dialog, and breaks that are dragged from gap to gap.
(() => {
  "use strict";
  const studio = window.indexttsStudio;
  const { fill, make } = studio;
  const DRAG_PX = 5; // a press that moves less is a click
  const REACH_PX = 60; // from a gap that is farther away nothing is dropped

  const READING = ":is(#reading, #editor)";
  const gapOf = (token) => token.closest(".reading-text").querySelector(`.break[data-gap="${token.dataset.at}"]`);
  const gapsOf = (part) => [...part.closest(".segment").querySelectorAll(".break[data-gap]:not([data-last])")];
  const numbers = (place) => place.split(".").map(Number);
  const sureness = (source, sure) => {
    if (!source) return "";
    const words = fill("reading_source", { source: studio.named(source) });
    return sure ? `${words} · ${fill("sure", { percent: sure })}` : words;
  };

  // A row of the dialog: its name, and one button for each choice; the present one does nothing.
  const choice = (text, event, now, { title = text, glyph = null, small = "" } = {}) => make("button", {
    type: "button", class: "choice", "aria-pressed": String(now), "data-send": now ? null : JSON.stringify(event), title,
  }, ...(glyph ? [make("span", { class: `melody-icon melody-${glyph}`, "aria-hidden": "true" })] : []), text, ...(small ? [make("small", {}, small)] : []));
  const row = (name, choices, note) => make("div", { class: "row", "data-row": name },
    make("span", { class: "row-name" }, fill(name)),
    make("div", { class: "choices", role: "group", "aria-label": fill(name) }, ...choices),
    ...(note ? [make("small", { class: "row-note" }, note)] : []));

  const breakRow = (gap) => {
    const now = Number(gap.dataset.level), levels = "last" in gap.dataset ? [0, 1, 2, 3, 4] : [0, 1, 2, 3];
    if (now === 4 && levels.length === 4) levels.push(4);
    const choices = levels.map((level) => choice(fill(`break_short_${level}`), { action: "break", level }, level === now, { title: fill(`break_${level}`), small: level && levels.length < 5 ? `#${level}` : "" }));
    return row("gap_choose", choices, sureness(gap.dataset.source, gap.dataset.sure));
  };
  const stressRow = (token) => {
    const now = Number(token.dataset.stress || 0);
    const choices = [0, 1, 2].map((level) => choice(fill(`stress_${level}`), { action: "emphasis", level }, level === now));
    return row("stress_choose", choices, sureness(token.dataset.stressed, token.dataset.stressure));
  };
  const melodyRow = (ending) => {
    const kinds = ["statement", "question", "exclamation", "continuation"];
    const choices = kinds.map((kind) => choice(fill(`melody_${kind}`), { action: "ending", intonation: kind }, kind === ending.dataset.level, { glyph: kind }));
    return row("melody_choose", choices, sureness(ending.dataset.source, ending.dataset.sure));
  };

  // Below a character's readings: how its word stands out, and what follows it.
  const prosodyRows = (token) => {
    const gap = gapOf(token), ending = token.closest(".reading-text").querySelector(`.melody[data-ending="${token.dataset.at}"]`);
    return [make("div", { class: "rows" }, stressRow(token), ...(gap ? [breakRow(gap)] : []), ...(ending ? [melodyRow(ending)] : []))];
  };

  // The dialog of a gap or of a sentence's end.
  const prosodyDialog = (kind, part, head) => {
    if (kind === "ending") {
      const name = fill("melody_title");
      return { name, content: [head(fill("melody_choose"), sureness(part.dataset.source, part.dataset.sure), null), make("div", { class: "rows alone" }, melodyRow(part))] };
    }
    const all = [...part.closest(".segment").querySelectorAll(".token[data-at]")];
    const here = all.findIndex((token) => token.dataset.at === part.dataset.gap);
    const before = studio.written(all[here]), behind = all[here + 1] && !("last" in part.dataset) ? studio.written(all[here + 1]) : "";
    const name = behind ? fill("gap_title", { before, after: behind }) : fill("gap_title_end", { before });
    const content = [
      head(behind ? `${before} | ${behind}` : `${before} |`, sureness(part.dataset.source, part.dataset.sure), "zh-CN"),
      make("div", { class: "rows alone" }, breakRow(part)),
    ];
    if (!("last" in part.dataset) && Number(part.dataset.level)) {
      const gaps = gapsOf(part), place = gaps.indexOf(part);
      const mover = (key, to, title, sign) => make("button", {
        type: "button", class: "choice", "data-key": key, title: fill(title), "aria-label": fill(title), disabled: to ? null : "",
        "data-send": to ? JSON.stringify({ action: "move", to: numbers(to.dataset.gap)[1] }) : null,
      }, sign);
      content.push(make("div", { class: "row movers" },
        mover("ArrowLeft", gaps[place - 1], "gap_earlier", "←"), mover("ArrowRight", gaps[place + 1], "gap_later", "→"),
        make("span", { class: "hint" }, fill("gap_hint"))));
    }
    return { name, content };
  };

  // Dragging: the nearest gap of the same sentence lights up, and takes the break.
  let drag = null; // { from, x, y, to }
  let swallow = false; // the click that ends a drag opens nothing
  const nearest = (x, y) => {
    let best = null, least = REACH_PX;
    for (const gap of gapsOf(drag.from)) {
      const box = gap.getBoundingClientRect();
      // A line of the text counts as near as far as it reaches; between lines the nearer one wins.
      const far = Math.hypot(x - box.left - box.width / 2, Math.max(0, box.top - y, y - box.bottom) * 2);
      if (far < least) [best, least] = [gap, far];
    }
    return best;
  };
  const mark = (gap) => {
    if (drag.to === gap) return;
    drag.to?.classList.remove("drop");
    gap?.classList.add("drop");
    drag.to = gap;
  };
  const drop = (keep) => {
    if (!drag) return;
    const { from, to, moving } = drag;
    to?.classList.remove("drop");
    from.classList.remove("dragged");
    document.documentElement.classList.remove("dragging-break");
    drag = null;
    if (!moving) return;
    swallow = true;
    setTimeout(() => { swallow = false; }, 0);
    if (!keep || !to || to === from) return;
    studio.openFix(from);
    studio.sendFix({ action: "move", to: numbers(to.dataset.gap)[1] });
  };
  document.addEventListener("pointerdown", (event) => {
    const from = event.target.closest?.(`${READING} .break[data-gap]:not([data-last])`);
    if (!from || event.button || !Number(from.dataset.level)) return;
    drag = { from, x: event.clientX, y: event.clientY, to: null, moving: false };
  });
  document.addEventListener("pointermove", (event) => {
    if (!drag) return;
    if (!drag.moving && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < DRAG_PX) return;
    if (!drag.moving) {
      drag.moving = true;
      studio.closeFix(false);
      drag.from.classList.add("dragged");
      document.documentElement.classList.add("dragging-break");
    }
    event.preventDefault();
    mark(nearest(event.clientX, event.clientY));
  });
  document.addEventListener("pointerup", () => drop(true));
  document.addEventListener("pointercancel", () => drop(false));
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") drop(false); }, true);
  document.addEventListener("click", (event) => {
    if (!swallow) return;
    swallow = false;
    event.stopImmediatePropagation();
    event.preventDefault();
  }, true);

  Object.assign(studio, { prosodyRows, prosodyDialog });
})();
