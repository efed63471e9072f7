// Small charts of the last hour, as SVG: a line, and a step where nothing was measured. What it shows is said in words
// beside it and in its label, and stands in a table.
import { fill, make } from "../../lib/dom.js";

const WIDTH = 240,
  HEIGHT = 56,
  SVG = "http://www.w3.org/2000/svg";

const part = (tag, attributes) => {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
};

// A path through the points that are there; one that stands alone is a dash.
export const line = (values, span, top) => {
  const x = (place) => ((place / Math.max(1, span - 1)) * WIDTH).toFixed(1),
    y = (value) => (HEIGHT - 2 - (value / top) * (HEIGHT - 4)).toFixed(1);
  const skip = span - values.length;
  let path = "",
    down = false;
  values.forEach((value, place) => {
    if (value === null) {
      down = false;
      return;
    }
    path += `${down ? "L" : "M"}${x(place + skip)} ${y(value)}`;
    if (!down) path += "h1";
    down = true;
  });
  return path;
};

// `values` are the last of `span` moments; `said` makes words of one; `least` is what the chart is high at least.
export const chart = ({ key, values, span, said, least = 0 }) => {
  const there = values.filter((value) => value !== null),
    most = Math.max(0, ...there),
    name = fill(key);
  const nothing = fill("system_nothing"),
    now = values.length && values.at(-1) !== null ? fill("system_now", { value: said(values.at(-1)) }) : nothing,
    peak = there.length ? fill("system_most", { value: said(most) }) : nothing;
  const drawing = part("svg", {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    preserveAspectRatio: "none",
    role: "img",
    "aria-label": there.length ? fill("system_chart", { name, now, most: peak }) : `${name}: ${nothing}`,
  });
  drawing.append(
    part("path", { class: "base", d: `M0 ${HEIGHT - 1}H${WIDTH}` }),
    part("path", { class: "line", d: line(values, span, Math.max(most, least, 1e-9)) }),
  );
  return make(
    "li",
    { class: "system-chart" },
    make("h3", {}, name),
    make("p", {}, there.length ? `${now} · ${peak}` : nothing),
    drawing,
  );
};
