// The picture of one sentence in the editor: its tokens along the time that they take, the pitch that the model gave
// them as a thin line, and what a person makes of it. A bar is dragged up and down for its pitch, its right edge for
// its length, the mark in the lane below for its loudness. The table beside it does the same by keyboard.
import { fill, make } from "../../lib/dom.js";
import {
  PITCH,
  VOLUME,
  WIDE,
  axisOf,
  dragged,
  heightsOf,
  layOut,
  melody,
  scaleOf,
  secondsOf,
  signed,
  yOf,
} from "./scales.js";

const NS = "http://www.w3.org/2000/svg";

const BOTTOM = 232,
  LEFT = 72, // as wide as the names of the table's rows
  RIGHT = 14;
const ZERO = { pitch: 0, length: 1, volume: 0 };

const svg = (tag, attributes = {}, ...children) => {
  const part = document.createElementNS(NS, tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null) part.setAttribute(name, value);
  part.append(...children);
  return part;
};
const shown = {
  pitch: (value) => fill("edit_semitones", { value: signed(value) }),
  length: (value) => `× ${value.toFixed(2)}`,
  volume: (value) => `${signed(value)} dB`,
};

// The picture, drawn anew whenever something changes. `change(token, field, value, done)` hears what is dragged,
// `free()` that a drag is over which changed nothing, `fit(widths)` how wide the columns of the table below it are.
export const curve = (place, sentence, { change, select, free, fit, locked }) => {
  const coarse = matchMedia("(pointer: coarse)").matches;
  let scale = 0,
    root = null,
    heights = PITCH,
    x = null; // where a second lies
  const draw = () => {
    const laid = layOut(sentence.tokens);
    const total = laid.length ? laid.at(-1).to : 1;
    const room = place.clientWidth - LEFT - RIGHT;
    if (!drag) [scale, heights] = [scaleOf(room, total, coarse), heightsOf(laid)];
    x = axisOf(laid, scale, LEFT);
    const width = Math.max(place.clientWidth, x(total) + RIGHT);
    const fresh = svg("svg", {
      width,
      height: BOTTOM,
      viewBox: `0 0 ${width} ${BOTTOM}`,
      class: locked ? "curve locked" : "curve",
      "aria-hidden": "true",
      focusable: "false",
    });
    for (const level of heights === WIDE ? [12, 6, 0, -6, -12] : [8, 4, 0, -4, -8]) {
      const y = yOf(heights, level);
      fresh.append(
        svg("line", { x1: LEFT, x2: width, y1: y, y2: y, class: level ? "grid" : "grid zero" }),
        svg("text", { x: LEFT - 8, y: y + 4, class: "scale" }, level ? signed(level, 0) : "0"),
      );
    }
    const middle = yOf(VOLUME, 0);
    fresh.append(
      svg("line", { x1: LEFT, x2: width, y1: middle, y2: middle, class: "grid zero" }),
      svg("text", { x: LEFT - 8, y: middle + 4, class: "scale" }, "dB"),
    );
    const mine = laid.some(({ token }) => token.pitch) ? melody(laid, true, heights, x) : [];
    for (const points of mine) fresh.append(svg("polyline", { points, class: "mine" }));
    for (const points of melody(laid, false, heights, x)) fresh.append(svg("polyline", { points, class: "model" }));
    for (const each of laid) fresh.append(tokenPart(each));
    for (const each of laid) fresh.append(edgePart(each));
    fresh.append(
      svg(
        "g",
        { class: "now", visibility: "hidden" },
        svg("path", { d: "M-5 0h10l-5 8z" }),
        svg("line", { x1: 0, x2: 0, y1: 4, y2: BOTTOM }),
      ),
    );
    if (root) root.replaceWith(fresh);
    else place.append(fresh);
    root = fresh;
    const begins = [...laid.map(({ from }) => x(from)), x(total)];
    fit(begins.map((at, index) => at - (begins[index - 1] ?? 0)));
    mark(marked);
  };
  const tokenPart = ({ token, index, from, to }) => {
    const left = x(from),
      right = x(to),
      width = right - left,
      mean = token.mean || 0;
    const group = svg("g", { "data-token": index, class: "curve-token" });
    group.append(svg("rect", { x: left, y: 0, width, height: BOTTOM, class: "column" }));
    const y = yOf(heights, mean + token.pitch),
      level = yOf(VOLUME, token.volume);
    const bar = Math.max(width - 6, 6);
    group.append(
      svg("rect", { x: left + 3, y: y - 3, width: bar, height: 6, rx: 3, class: token.pitch ? "bar mine" : "bar" }),
      svg(
        "rect",
        { x: left, y: y - 14, width, height: 28, class: "grip up", "data-drag": "pitch" },
        svg("title", {}, `${token.text} · ${shown.pitch(token.pitch)}`),
      ),
      svg("rect", {
        x: left + 3,
        y: Math.min(level, yOf(VOLUME, 0)) - 1.5,
        width: bar,
        height: Math.abs(level - yOf(VOLUME, 0)) + 3,
        rx: 1.5,
        class: token.volume ? "level mine" : "level",
      }),
      svg(
        "rect",
        { x: left, y: VOLUME.top - 4, width, height: VOLUME.height + 12, class: "grip up", "data-drag": "volume" },
        svg("title", {}, `${token.text} · ${shown.volume(token.volume)}`),
      ),
    );
    return group;
  };
  // The edges lie over all tokens: each belongs to the one before it.
  const edgePart = ({ token, index, to }) => {
    const right = x(to);
    return svg(
      "g",
      { "data-token": index, class: "curve-edge" },
      svg("line", {
        x1: right,
        x2: right,
        y1: PITCH.top,
        y2: BOTTOM,
        class: token.length !== 1 ? "edge mine" : token.break > 1 ? "edge pause" : "edge",
      }),
      svg(
        "rect",
        {
          x: right - 5,
          y: PITCH.top,
          width: 10,
          height: BOTTOM - PITCH.top,
          class: "grip aside",
          "data-drag": "length",
        },
        svg("title", {}, `${token.text} · ${shown.length(token.length)}`),
      ),
    );
  };

  // Dragging: a token's own value from where the pointer went, in steps; finer with Shift.
  let drag = null;
  const begin = (event) => {
    const grip = event.target.closest?.("[data-drag]");
    if (!grip || event.button || locked) return;
    const index = Number(grip.closest("[data-token]").dataset.token),
      token = sentence.tokens[index],
      field = grip.dataset.drag;
    const { clientX, clientY } = event;
    drag = { index, field, token, was: token[field], seconds: secondsOf(token), x: clientX, y: clientY, moved: false };
    event.preventDefault();
    select(index);
  };
  const follow = (event) => {
    if (!drag) return;
    const { index, field, token, was } = drag;
    const dx = event.clientX - drag.x,
      dy = drag.y - event.clientY;
    if (!drag.moved && Math.hypot(dx, dy) < 3) return;
    if (!drag.moved) {
      drag.moved = true;
      place.setPointerCapture(event.pointerId); // what is drawn anew no longer hears a finger that rests on it
      document.documentElement.classList.add(`dragging-${field === "length" ? "aside" : "up"}`);
    }
    const lane = field === "pitch" ? heights : VOLUME;
    const value = dragged(field, was, { dx, dy, lane, scale, seconds: drag.seconds, fine: event.shiftKey });
    if (value === token[field]) return;
    token[field] = value;
    draw();
    bubble(index, shown[field](value), event);
    change(index, field, value, false);
  };
  const end = (keep) => {
    if (!drag) return;
    const { index, field, token, was, moved } = drag;
    document.documentElement.classList.remove("dragging-up", "dragging-aside");
    drag = null;
    hint?.remove();
    hint = null;
    const value = token[field];
    if (moved && !keep) {
      token[field] = was;
      draw();
      change(index, field, was, false);
    } else if (moved && value !== was) {
      change(index, field, value, true);
      return;
    }
    free();
  };
  let hint = null;
  const bubble = (index, text, event) => {
    hint ??= document.body.appendChild(make("div", { class: "drag-value", "aria-hidden": "true" }));
    hint.textContent = text;
    hint.style.left = `${event.clientX}px`;
    hint.style.top = `${event.clientY - 40}px`;
  };
  const again = (event) => {
    const grip = event.target.closest?.("[data-drag]");
    if (!grip || locked) return;
    const index = Number(grip.closest("[data-token]").dataset.token),
      field = grip.dataset.drag;
    if (sentence.tokens[index][field] === ZERO[field]) return;
    sentence.tokens[index][field] = ZERO[field];
    draw();
    change(index, field, ZERO[field], true);
  };
  const listeners = new AbortController();
  const { signal } = listeners;
  place.addEventListener("pointerdown", begin, { signal });
  place.addEventListener("dblclick", again, { signal });
  addEventListener("pointermove", follow, { signal });
  addEventListener("pointerup", () => end(true), { signal });
  addEventListener("pointercancel", () => end(false), { signal });
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key === "Escape" && drag) {
        end(false);
        event.stopPropagation();
      }
    },
    { signal, capture: true },
  );
  place.addEventListener(
    "click",
    (event) => {
      const group = event.target.closest?.("[data-token]");
      if (group) select(Number(group.dataset.token));
    },
    { signal },
  );

  let marked = -1;
  const mark = (index) => {
    marked = index;
    root
      ?.querySelectorAll(".curve-token")
      .forEach((group) => group.classList.toggle("marked", Number(group.dataset.token) === index));
  };
  // The line that runs along while it is played; without a time it goes away.
  const now = (seconds) => {
    const line = root?.querySelector(".now");
    if (!line) return;
    line.setAttribute("visibility", seconds === null ? "hidden" : "visible");
    if (seconds !== null) line.setAttribute("transform", `translate(${x(seconds)} 0)`);
  };
  const sized = new ResizeObserver(() => {
    if (!drag) draw();
  });
  sized.observe(place);
  draw();
  return {
    draw,
    mark,
    now,
    dragging: () => Boolean(drag),
    close: () => {
      end(false);
      listeners.abort();
      sized.disconnect();
      root?.remove(); // its row may stay, for the next picture
    },
  };
};
