"use strict";
// Numbers, scales, colours and SVG: what drawing needs and that knows nothing of result files.

const SUPERSCRIPT = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };
const VIRIDIS = ["#440154", "#482475", "#414487", "#355f8d", "#2a788e", "#21918c", "#22a884", "#44bf70", "#7ad151", "#bddf26", "#fde725"];
const DIVERGING = ["#2d004b", "#5c3b94", "#998ec3", "#d0cbe4", "#f6f6f6", "#fbd5a5", "#f1a340", "#b86510", "#7f3b08"];

/** A number as a reader would write it, with five digits; a dash where there is nothing. */
function format(v) {
  if (Number.isNaN(v)) return "–";
  if (!Number.isFinite(v)) return v > 0 ? "∞" : "−∞";
  const large = v !== 0 && (Math.abs(v) < 1e-3 || Math.abs(v) >= 1e7);
  const text = large ? v.toExponential(4).replace(/\.?0+e/, "e").replace("e+", "e") : String(Number(v.toPrecision(5)));
  return text.replace(/^-/, "−");
}

/** A scale that maps values to [0, 1]: linear or logarithmic, with places of their own at the edges for 0 and infinity. */
function makeScale(values, wanted, margin) {
  const known = [...values].filter((v) => !Number.isNaN(v));
  const finite = known.filter(Number.isFinite);
  const positive = finite.filter((v) => v > 0);
  const least = Math.min(...finite), most = Math.max(...finite), smallest = Math.min(...positive);
  const even = isEven([...new Set(finite)].sort((a, b) => a - b));
  const log = positive.length > 0 && least >= 0 && (wanted === "log" || (wanted === "auto" && most / smallest >= 4 && !even));
  const warp = log ? Math.log10 : (v) => v;
  let low = finite.length ? warp(log ? smallest : least) : 0, high = finite.length ? warp(most) : 1;
  if (!(high > low)) { low -= 0.5; high += 0.5; }
  const zero = log && least === 0, infinity = known.some((v) => v === Infinity);
  const from = zero ? 0.12 : margin, to = infinity ? 0.88 : 1 - margin;
  const at = (v) => {
    if (v === Infinity) return infinity ? 0.96 : NaN;
    if (log && v === 0) return zero ? 0.04 : NaN;
    if (log && v < 0) return NaN;
    return from + ((warp(v) - low) / (high - low)) * (to - from);
  };
  return { log, at, ticks: () => ticksOf(log, low, high, zero, infinity) };
}

function isEven(sorted) {
  if (sorted.length < 3) return false;
  const steps = sorted.slice(1).map((v, i) => v - sorted[i]);
  return Math.max(...steps) <= 1.01 * Math.min(...steps);
}

/** Pairs [value, text]. */
function ticksOf(log, low, high, zero, infinity) {
  const ticks = zero ? [[0, "0"]] : [];
  if (log) {
    const decades = Math.floor(high + 1e-9) - Math.ceil(low - 1e-9) + 1, stride = Math.max(1, Math.ceil(decades / 7));
    const steps = decades < 3 ? [1, 2, 5] : [1], found = [];
    for (let e = Math.floor(low); e <= Math.ceil(high); e++) {
      for (const m of steps) {
        const place = e + Math.log10(m);
        if (e % stride === 0 && place >= low - 1e-9 && place <= high + 1e-9) found.push([m, e]);
      }
    }
    const plain = found.every(([, e]) => e >= -2 && e <= 4);  // one notation for the whole axis
    ticks.push(...found.map(([m, e]) => [m * 10 ** e, plain ? format(m * 10 ** e) : powerText(m, e)]));
  } else {
    const raw = (high - low) / 6, unit = 10 ** Math.floor(Math.log10(raw));
    const step = unit * [1, 2, 5, 10].find((m) => m * unit >= raw * 0.999);
    for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) ticks.push([k * step, format(k * step)]);
  }
  if (infinity) ticks.push([Infinity, "∞"]);
  return ticks;
}

function powerText(mantissa, exponent) {
  return (mantissa === 1 ? "" : mantissa + "·") + "10" + [...String(exponent)].map((c) => SUPERSCRIPT[c]).join("");
}

/** The colour at a share in [0, 1] of a list of colours. */
function blend(colours, share) {
  const place = Math.min(1, Math.max(0, share)) * (colours.length - 1), i = Math.min(colours.length - 2, Math.floor(place));
  const channel = (c, k) => parseInt(c.slice(1 + 2 * k, 3 + 2 * k), 16);
  const mix = [0, 1, 2].map((k) => Math.round(channel(colours[i], k) + (place - i) * (channel(colours[i + 1], k) - channel(colours[i], k))));
  return `rgb(${mix.join(",")})`;
}

/** At most so many of the values, ends included, evenly spread. */
function thin(values, most) {
  if (values.length <= most) return values;
  return Array.from({ length: most }, (_, i) => values[Math.round((i * (values.length - 1)) / (most - 1))]);
}

/** Adds an SVG element. */
function draw(parent, tag, attributes, text) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text !== undefined) element.textContent = text;
  parent.append(element);
  return element;
}

/** Frame, ticks and titles of a plot area {left, top, width, height}; returns functions from values to pixels. */
function drawFrame(svg, area, x, y, xTitle, yTitle, withGrid) {
  const bottom = area.top + area.height, right = area.left + area.width;
  const px = (v) => area.left + x.at(v) * area.width, py = (v) => bottom - y.at(v) * area.height;
  for (const [v, text] of x.ticks()) {
    if (withGrid) draw(svg, "line", { class: "grid", x1: px(v), x2: px(v), y1: area.top, y2: bottom });
    draw(svg, "line", { class: "axis", x1: px(v), x2: px(v), y1: bottom, y2: bottom + 5 });
    draw(svg, "text", { x: px(v), y: bottom + 20, "text-anchor": "middle" }, text);
  }
  for (const [v, text] of y.ticks()) {
    if (withGrid) draw(svg, "line", { class: "grid", x1: area.left, x2: right, y1: py(v), y2: py(v) });
    draw(svg, "line", { class: "axis", x1: area.left - 5, x2: area.left, y1: py(v), y2: py(v) });
    draw(svg, "text", { x: area.left - 8, y: py(v) + 4.5, "text-anchor": "end" }, text);
  }
  draw(svg, "rect", { class: "axis", x: area.left, y: area.top, width: area.width, height: area.height });
  draw(svg, "text", { x: area.left + area.width / 2, y: bottom + 42, "text-anchor": "middle" }, xTitle);
  draw(svg, "text", { transform: `translate(16 ${area.top + area.height / 2}) rotate(-90)`, "text-anchor": "middle" }, yTitle);
  return { px, py };
}
