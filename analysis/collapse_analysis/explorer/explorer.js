// The page: what is chosen, the controls that choose it, curves, maps, and the cell under the pointer.

const DATA = JSON.parse(document.getElementById("data").textContent);
const decodeValue = (v) => (v === "inf" ? Infinity : v === "-inf" ? -Infinity : v);
const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
const axes = DATA.axes.map((axis) => ({ ...axis, values: axis.values.map(decodeValue) }));
const axisNamed = (name) => axes.findIndex((axis) => axis.name === name);
const strides = axes.map((_, i) => axes.slice(i + 1).reduce((product, axis) => product * axis.values.length, 1));
const variables = Object.fromEntries(Object.entries(DATA.variables).map(([name, v]) => [name,
  { ...v, values: v.flags ? bytes(v.data) : new Float64Array(bytes(v.data).buffer) }]));
const leftOut = bytes(DATA.leftOut);
const derived = DATA.derived.map((p) => ({ ...p, values: new Float64Array(bytes(p.data).buffer) }));
const varying = axes.map((_, i) => i).filter((i) => axes[i].values.length > 1);
const $ = (id) => document.getElementById(id);

const NAMES = { test_error: "test error", bias: "bias", variance: "variance", ratio_to_clean: "error / clean error", clean_bias: "clean bias",
  clean_variance: "clean variance", collapse_bias: "collapse bias", collapse_variance: "collapse variance",
  rate_T: "rate d log E / d log T", rate_lambda: "rate d log E / d log λ", rate_n: "rate d log E / d log n" };
const OTHERS = { sim_test_error_stderr: "standard error", zscore: "z-score", replicates: "replicates", exact_test_error: "exact test error",
  asymptotic_rate_T: "asymptotic rate", status: "status", failure: "failure" };
const OF_SIMULATION = ["sim_test_error_stderr", "zscore", "replicates", "status", "failure"];
const COMPONENTS = ["clean_bias", "clean_variance", "collapse_bias", "collapse_variance"];
const FLAG_COLOURS = { none: "#8884", pending: "#8884", skipped: "#b9c0c8", done: "#7fb3dc", failed: "#d0413b",
  clean_bias: "#d9e8f6", clean_variance: "#7fb3dc", collapse_bias: "#fbd99b", collapse_variance: "#ea9455" };
const MANY = 9;  // curves: more are thinned unless all are wanted
const INFINITE = "#c2185b";  // in no colour scale
const dark = matchMedia("(prefers-color-scheme: dark)");

const has = (name) => name in variables;
const curveQuantities = Object.keys(NAMES).filter((q) => has("theory_" + q) || has("sim_" + q));
if (COMPONENTS.some((c) => has("theory_" + c))) curveQuantities.splice(1, 0, "components");
const mapQuantities = Object.keys(variables).filter((q) => q !== "failure" || new Set(variables.failure.values).size > 1);
const state = { mode: "curves", position: axes.map((axis) => (axis.name === "n" || axis.name === "T" ? axis.values.length - 1 : 0)) };
let marks = [];        // what the pointer can find: {x, y, cell, row}
let chosen = null;     // the one of them that is shown

function cellAt(changes) {
  return state.position.reduce((sum, p, i) => sum + strides[i] * (changes[i] ?? p), 0);
}

function options(select, entries, wanted) {
  select.replaceChildren(...entries.map(([value, text]) => new Option(text, value)));
  if (entries.some(([value]) => value === String(wanted))) select.value = wanted;
}

function prefer(names, taken, few = false) {
  const free = names.map(axisNamed).filter((i) => varying.includes(i) && !taken.includes(i));
  const found = (few ? free.find((i) => axes[i].values.length <= MANY) : undefined) ?? free[0];
  return found ?? varying.find((i) => !taken.includes(i)) ?? -1;
}

/** Fills the selects for the mode; keeps what was chosen where it is still there. */
function setUpControls(fresh) {
  const map = state.mode === "map", entries = varying.map((i) => [String(i), axes[i].label.replace(/ \(.*\)$/, "")]);
  const titles = (q) => NAMES[q] ?? q.replace(/^sim_/, "simulated ").replace(/^theory_/, "theory: ").replaceAll("_", " ");
  const list = (map ? mapQuantities : curveQuantities).map((q) => [q, titles(q)]);
  options($("quantity"), list, map ? (has("theory_regime") ? "theory_regime" : "theory_test_error") : "test_error");
  const x = map ? prefer(["ell", "lambda", "beta", "sigma"], []) : prefer(["T"], []);
  options($("x"), entries, fresh ? x : $("x").value);
  const second = map ? prefer(["b", "r", "sigma", "sigma0", "T0", "n"], [Number($("x").value)]) : prefer(["n", "lambda", "ell", "T"], [Number($("x").value)], true);
  options($("second"), map ? entries : [...entries, ["-1", "one curve"]], second);
  $("secondLabel").textContent = map ? "y axis" : "one curve per";
  $("yscaleLabel").textContent = map ? "colour scale" : "y scale";
}

/** One slider for each axis that is not shown. */
function setUpSliders(shown) {
  const kept = varying.filter((i) => !shown.includes(i));
  const signature = kept.join();
  if ($("sliders").dataset.signature === signature) return;
  $("sliders").dataset.signature = signature;
  $("sliders").replaceChildren($("sliders").firstElementChild);
  $("sliders").hidden = kept.length === 0;
  for (const i of kept) {
    const id = "slider-" + axes[i].name, label = document.createElement("label"), out = document.createElement("output");
    const input = Object.assign(document.createElement("input"), { type: "range", id, min: 0, max: axes[i].values.length - 1, step: 1, value: state.position[i] });
    label.htmlFor = out.htmlFor = id;
    label.append(axes[i].label, out);
    const show = () => {
      state.position[i] = Number(input.value);
      out.textContent = format(axes[i].values[state.position[i]]);
      input.setAttribute("aria-valuetext", `${axes[i].symbol} = ${out.textContent}`);
    };
    input.addEventListener("input", () => { show(); render(); });
    show();
    $("sliders").append(label, input);
  }
}

function render() {
  const x = Number($("x").value), quantity = $("quantity").value;
  let second = Number($("second").value);
  if (state.mode === "curves" && quantity === "components") second = -1;
  if (second === x) second = -1;
  $("second").disabled = state.mode === "curves" && quantity === "components";
  setUpSliders(state.mode === "map" && second < 0 ? [x] : [x, second]);
  const box = $("plot").getBoundingClientRect(), svg = $("drawing");
  svg.replaceChildren();
  svg.setAttribute("viewBox", `0 0 ${box.width} ${box.height}`);
  $("tiles").hidden = state.mode !== "map";
  const area = { left: 78, top: 14, width: box.width - 96, height: box.height - 70 };
  marks = [];
  $("key").replaceChildren();
  $("everyLabel").hidden = true;
  $("note").textContent = "";
  if (varying.length === 0) $("note").textContent = "The file has one cell only: there is nothing to draw.";
  else if (state.mode === "map" && second < 0) $("note").textContent = "Choose two different axes for a map.";
  else if (state.mode === "map") renderMap(svg, area, x, second, quantity);
  else renderCurves(svg, area, x, second, quantity);
  show(null);
}

/** What points, lines and triangles are, of those that are drawn. */
function writeMeaning(points) {
  const said = [[points.some((p) => Number.isFinite(p.sim)), "points: simulation"], [points.some((p) => Number.isFinite(p.theory)), "lines: theory"],
    [points.some((p) => p.theory === Infinity), "△ theory infinite"]].filter(([there]) => there).map(([, text]) => text);
  const item = document.createElement("span");
  item.className = "meaning";
  item.textContent = said.join(", ");
  $("key").append(item);
}

/** The curves: pairs of variables (theory, simulation) at places of the grid, with name and colour. */
function curvesOf(x, second, quantity) {
  if (quantity === "components") {
    const [clean, collapse] = dark.matches ? ["#7ab8ff", "#ffb066"] : ["#1f66b0", "#b85400"];
    const looks = [["test_error", "var(--ink)", ""], ["clean_bias", clean, ""], ["clean_variance", clean, "6 3"],
      ["collapse_bias", collapse, ""], ["collapse_variance", collapse, "6 3"]];
    return looks.map(([part, colour, dash]) => ({ part, colour, dash, name: NAMES[part], changes: {} }));
  }
  const places = second < 0 ? [null] : farthest(x, second);
  return places.map((place, i) => {
    const share = places.length > 1 ? i / (places.length - 1) : 0.25;
    return { part: quantity, dash: "", colour: blend(VIRIDIS, dark.matches ? 0.3 + 0.7 * share : 0.05 + 0.8 * share),
      name: place === null ? NAMES[quantity] : format(axes[second].values[place]), changes: place === null ? {} : { [second]: place } };
  });
}

/** The values of an axis that have a curve: all, or of many some, those first whose cells reach farthest along x (on a refined grid). */
function farthest(x, second) {
  const all = axes[second].values.map((_, i) => i);
  $("everyLabel").hidden = all.length <= MANY;
  if (all.length <= MANY || $("every").checked) return all;
  const reach = all.map((place) => {
    const computed = axes[x].values.map((_, i) => !leftOut[cellAt({ [second]: place, [x]: i })]);
    return computed.lastIndexOf(true) - computed.indexOf(true);
  });
  const kept = thin(all.filter((place) => reach[place] === Math.max(...reach)), MANY);
  $("note").textContent = `${kept.length} of the ${all.length} values of ${axes[second].symbol} have a curve; a map shows all.`;
  return kept;
}

function renderCurves(svg, area, x, second, quantity) {
  const curves = curvesOf(x, second, quantity), seen = [];
  for (const curve of curves) {
    const read = (kind, i) => variables[`${kind}_${curve.part}`]?.values[cellAt({ ...curve.changes, [x]: i })] ?? NaN;
    curve.points = axes[x].values.map((value, i) => {
      const cell = cellAt({ ...curve.changes, [x]: i });
      const stderr = curve.part === "test_error" && has("sim_test_error_stderr") ? variables.sim_test_error_stderr.values[cell] : NaN;
      return { value, cell, theory: read("theory", i), sim: read("sim", i), stderr };
    });
    for (const p of curve.points) seen.push(p.theory, p.sim, p.sim + p.stderr, p.sim - p.stderr);
  }
  const finite = seen.filter(Number.isFinite), largest = Math.max(...finite.map(Math.abs));
  if (finite.length === 0) { $("note").textContent = "Nothing finite to draw here: choose other values by the sliders."; return; }
  // Rounding noise would stretch a logarithmic axis over many empty decades: it is zero, which has a place of its own.
  const noise = 1e-12 * largest, clean = (v) => (Math.abs(v) <= noise ? 0 : v);
  for (const p of curves.flatMap((c) => c.points)) Object.assign(p, { theory: clean(p.theory), sim: clean(p.sim) });
  const values = curves.flatMap((c) => c.points.flatMap((p) => [p.theory, p.sim])), negative = values.some((v) => v < 0);
  const visible = finite.filter((v) => v > noise || (negative && v < 0 && $("yscale").value !== "log"));
  if (values.includes(0)) visible.push(0);
  const xs = makeScale(axes[x].values, $("xscale").value, 0.03), ys = makeScale(visible, $("yscale").value, 0.05);
  const { px, py } = drawFrame(svg, area, xs, ys, axes[x].label, quantity === "components" ? "error" : NAMES[quantity], true);
  draw(draw(draw(svg, "defs", {}), "clipPath", { id: "inside" }), "rect", { x: area.left, y: area.top, width: area.width, height: area.height });
  curves.forEach((curve, row) => drawCurve(draw(svg, "g", { "clip-path": "url(#inside)", "data-curve": curve.name }), curve, row, px, py, xs, ys, area));
  if (curves.length > 1) writeKey(curves, second);
  writeMeaning(curves.flatMap((c) => c.points));
  const hidden = values.filter((v) => v < 0).length;
  if (ys.log && hidden > 0) $("note").textContent = `${hidden} values are negative and lie below the logarithmic axis.`;
}

function drawCurve(group, curve, row, px, py, xs, ys, area) {
  let path = "", pen = false;
  for (const p of curve.points) {
    if (leftOut[p.cell]) continue;  // a line goes on over cells that a refinement left out
    const x = px(p.value), y = py(p.theory), known = Number.isFinite(p.theory) && Number.isFinite(x) && Number.isFinite(y);
    const onLine = known && !(ys.log && p.theory === 0);  // no line to the places of 0 and infinity
    if (onLine) path += `${pen ? "L" : "M"}${x.toFixed(2)} ${y.toFixed(2)}`;
    pen = onLine && Number.isFinite(p.value) && !(xs.log && p.value === 0);
    if (p.theory === Infinity && Number.isFinite(x)) {
      const top = area.top + 3;
      draw(group, "path", { d: `M${x} ${top}l5 9h-10z`, fill: "var(--back)", stroke: curve.colour, "stroke-width": 1.3, class: "infinite" });
      marks.push({ x, y: top + 5, cell: p.cell, row });
    }
    if (known) {
      draw(group, "circle", { cx: x, cy: y, r: 1.3, fill: curve.colour });
      marks.push({ x, y, cell: p.cell, row });
    }
  }
  draw(group, "path", { d: path, fill: "none", stroke: curve.colour, "stroke-width": 1.7, "stroke-dasharray": curve.dash });
  for (const p of curve.points) {
    const x = px(p.value), y = py(p.sim);
    if (!Number.isFinite(p.sim) || !Number.isFinite(y)) continue;
    if (p.stderr > 0) {
      const low = py(p.sim - p.stderr), high = py(p.sim + p.stderr);
      draw(group, "line", { x1: x, x2: x, y1: Number.isFinite(low) ? low : 1e4, y2: high, stroke: curve.colour, class: "bar" });
    }
    draw(group, "circle", { cx: x, cy: y, r: 3.8, fill: curve.colour, stroke: "var(--back)", "stroke-width": 0.8, class: "point" });
    marks.push({ x, y, cell: p.cell, row });
  }
}

function writeKey(curves, second) {
  if (second >= 0) $("key").append(axes[second].symbol + " =");
  for (const { colour, dash, name } of curves) {
    const item = document.createElement("span"), line = document.createElement("i");
    line.style.cssText = `width:22px;border-top:3px ${dash ? "dashed" : "solid"} ${colour}`;
    item.append(line, name);
    $("key").append(item);
  }
}

function edges(places) {
  const middle = places.slice(1).map((p, i) => (p + places[i]) / 2);
  if (places.length === 1) return [places[0] - 0.04, places[0] + 0.04];
  return [2 * places[0] - middle[0], ...middle, 2 * places.at(-1) - middle.at(-1)];
}

/** For each cell of the plane the computed cell nearest to it in steps of the grid: cells that a refinement left out show that one. */
function sources(x, y) {
  const nx = axes[x].values.length, ny = axes[y].values.length, from = new Int32Array(nx * ny).fill(-1), queue = [];
  for (let k = 0; k < nx * ny; k++) if (!leftOut[cellAt({ [x]: k % nx, [y]: Math.floor(k / nx) })]) { from[k] = k; queue.push(k); }
  for (let next = 0; next < queue.length; next++) {
    const k = queue[next], i = k % nx, j = Math.floor(k / nx);
    for (const [a, b] of [[i - 1, j], [i + 1, j], [i, j - 1], [i, j + 1]]) {
      if (a >= 0 && b >= 0 && a < nx && b < ny && from[b * nx + a] < 0) { from[b * nx + a] = from[k]; queue.push(b * nx + a); }
    }
  }
  return from;
}

function renderMap(svg, area, x, y, quantity) {
  const { values, flags, title } = variables[quantity], nx = axes[x].values.length, ny = axes[y].values.length;
  const cells = Array.from(sources(x, y), (k) => (k < 0 ? -1 : cellAt({ [x]: k % nx, [y]: Math.floor(k / nx) })));
  const present = cells.filter((c) => c >= 0).map((c) => values[c]).filter(Number.isFinite);
  const xs = makeScale(axes[x].values, $("xscale").value, 0.5 / nx), ys = makeScale(axes[y].values, "auto", 0.5 / ny);
  const { px, py } = drawFrame(svg, area, xs, ys, axes[x].label, axes[y].label, false);
  const canvas = $("tiles"), pixels = devicePixelRatio || 1, box = $("plot").getBoundingClientRect();
  canvas.width = box.width * pixels; canvas.height = box.height * pixels;
  const pen = canvas.getContext("2d");
  pen.scale(pixels, pixels);
  // Whole pixels, lest seams show between tiles.
  const clamp = (v, low, high) => Math.round(Math.min(high, Math.max(low, v)) * pixels) / pixels;
  const ex = edges(axes[x].values.map(px)).map((v) => clamp(v, area.left, area.left + area.width));
  const ey = edges(axes[y].values.map(py)).map((v) => clamp(v, area.top, area.top + area.height));
  const colour = flags ? (v) => FLAG_COLOURS[flags[v]] ?? blend(VIRIDIS, v / (flags.length - 1)) : colourScale(present, quantity, title);
  let infinite = false;
  for (let k = 0; k < nx * ny; k++) {
    const i = k % nx, j = Math.floor(k / nx), cell = cells[k];
    if (cell < 0) continue;
    marks.push({ x: px(axes[x].values[i]), y: py(axes[y].values[j]), cell, row: j, tile: [ex[i], ex[i + 1], ey[j + 1], ey[j]] });
    if (!flags && values[cell] === Infinity) infinite = true;
    else if (!Number.isFinite(values[cell])) continue;
    pen.fillStyle = values[cell] === Infinity ? INFINITE : colour(values[cell]);
    pen.fillRect(ex[i], ey[j + 1], ex[i + 1] - ex[i], ey[j] - ey[j + 1]);
  }
  if (flags) [...new Set(present)].sort().forEach((v) => addSwatch(colour(v), flags[v].replaceAll("_", " ")));
  if (infinite) addSwatch(INFINITE, "infinite");
}

/** A function from values to colours, and the key that explains it. */
function colourScale(present, quantity, title) {
  const signed = quantity.includes("rate_") || quantity === "zscore";
  let low = Math.min(...present), high = Math.max(...present);
  if (signed) { high = Math.max(-low, high) || 1; low = -high; }
  const wanted = $("yscale").value, log = !signed && low > 0 && (wanted === "log" || (wanted === "auto" && high / low > 10));
  const warp = log ? Math.log : (v) => v, palette = signed ? DIVERGING : VIRIDIS;
  const share = (v) => (high > low ? (warp(v) - warp(low)) / (warp(high) - warp(low)) : 0.5);
  for (let k = 0; k <= 6; k++) {
    const v = log ? low * (high / low) ** (k / 6) : low + (high - low) * (k / 6);
    addSwatch(blend(palette, share(v)), format(Number(v.toPrecision(3))));
  }
  $("note").textContent = title;
  return (v) => blend(palette, share(v));
}

function addSwatch(colour, text) {
  const item = document.createElement("span"), patch = document.createElement("i");
  patch.style.cssText = `width:16px;height:14px;border:1px solid var(--line);background:${colour}`;
  item.append(patch, text);
  $("key").append(item);
}

/** The parameters of a cell as text, its place in the grid and what follows from it. */
function parametersOf(cell) {
  const place = axes.map((axis, i) => Math.floor(cell / strides[i]) % axis.values.length);
  const told = axes.map((axis, i) => `${axis.symbol} = ${format(axis.values[place[i]])}`);
  for (const { symbol, dims, values } of derived) {
    const at = dims.map(axisNamed).reduce((sum, i) => sum * axes[i].values.length + place[i], 0);
    if (!Number.isNaN(values[at])) told.push(`${symbol} = ${format(values[at])}`);
  }
  return told.join(", ");
}

/** A table of what is known of a cell: theory beside simulation, then the rest. */
function tableOf(cell) {
  const table = document.createElement("table");
  const fill = (row, name) => {
    const entry = row.insertCell(), { values, flags } = variables[name] ?? { values: [] };
    entry.textContent = !(cell in values) ? "" : flags ? flags[values[cell]].replaceAll("_", " ") : format(values[cell]);
    entry.dataset.variable = name;
  };
  const simulated = Object.keys(variables).some((name) => name.startsWith("sim_"));
  const heads = table.createTHead().insertRow();
  for (const head of ["", "theory", ...(simulated ? ["simulation"] : [])]) heads.insertCell().textContent = head;
  const body = table.createTBody();
  for (const part of [...Object.keys(NAMES), "regime"]) {
    if (!has("theory_" + part) && !has("sim_" + part)) continue;
    const row = body.insertRow();
    row.insertCell().textContent = NAMES[part] ?? part;
    fill(row, "theory_" + part);
    if (simulated) fill(row, "sim_" + part);
  }
  for (const name of Object.keys(OTHERS).filter(has)) {
    const row = body.insertRow();
    row.className = "other";
    row.insertCell().textContent = OTHERS[name];
    if (simulated && OF_SIMULATION.includes(name)) row.insertCell();
    fill(row, name);
  }
  return table;
}

/** Shows the cell of a mark, or none. */
function show(mark) {
  chosen = mark;
  document.querySelector(".ring")?.remove();
  $("tip").hidden = mark === null;
  if (mark === null) return;
  if (mark.tile) {
    const [left, right, top, bottom] = mark.tile;
    draw($("drawing"), "rect", { class: "ring", x: left, y: top, width: right - left, height: bottom - top });
  } else draw($("drawing"), "circle", { class: "ring", cx: mark.x, cy: mark.y, r: 7 });
  const parameters = document.createElement("p");
  parameters.textContent = parametersOf(mark.cell);
  $("tip").dataset.cell = mark.cell;
  $("tip").replaceChildren(parameters, tableOf(mark.cell));
  const box = $("plot").getBoundingClientRect(), tip = $("tip").getBoundingClientRect();
  const left = mark.x + 18 + tip.width > box.width ? mark.x - 18 - tip.width : mark.x + 18;
  $("tip").style.left = Math.max(0, left) + "px";
  $("tip").style.top = Math.max(0, Math.min(mark.y - 20, box.height - tip.height)) + "px";
}

function nearest(x, y) {
  const inTile = marks.find(({ tile }) => tile && x >= tile[0] && x < tile[1] && y >= tile[2] && y < tile[3]);
  if (inTile || state.mode === "map") return inTile ?? null;
  const distance = (m) => (m.x - x) ** 2 + (m.y - y) ** 2;
  const best = marks.reduce((a, b) => (a && distance(a) <= distance(b) ? a : b), null);
  return best && distance(best) < 60 ** 2 ? best : null;
}

/** From the chosen mark to the next along x on the same curve or row, or to the nearest of the next curve or row. */
function step(dx, dy) {
  if (chosen === null) return show(marks[0] ?? null);
  const same = marks.filter((m) => (dx ? m.row === chosen.row && Math.sign(m.x - chosen.x) === dx : Math.sign(chosen.row - m.row) === -dy));
  const away = (m) => (dx ? Math.abs(m.x - chosen.x) + 1e-3 * Math.abs(m.y - chosen.y) : 1e6 * Math.abs(m.row - chosen.row) + Math.abs(m.x - chosen.x));
  const next = same.reduce((a, b) => (a && away(a) <= away(b) ? a : b), null);
  if (next) show(next);
}

for (const moved of ["pointermove", "pointerdown"]) {
  $("drawing").addEventListener(moved, (event) => {
    const box = $("plot").getBoundingClientRect();
    show(nearest(event.clientX - box.left, event.clientY - box.top));
  });
}
$("drawing").addEventListener("pointerleave", () => show(null));
$("drawing").addEventListener("keydown", (event) => {
  const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
  if (way) { event.preventDefault(); step(...way); }
  if (event.key === "Escape") show(null);
});
for (const radio of document.querySelectorAll("[name=mode]")) {
  radio.addEventListener("change", () => { state.mode = radio.value; setUpControls(true); render(); });
}
for (const id of ["quantity", "x", "second", "xscale", "yscale", "every"]) $(id).addEventListener("change", render);
$("controls").addEventListener("submit", (event) => event.preventDefault());
addEventListener("resize", render);
dark.addEventListener("change", render);
document.title = $("title").textContent = DATA.title;
const told = DATA.fixed.map(({ symbol, value }) => `${symbol} = ${format(decodeValue(value))}`);
$("fixed").textContent = [DATA.file, ...DATA.model, ...axes.filter((a) => a.values.length === 1).map((a) => `${a.symbol} = ${format(a.values[0])}`), ...told].join(", ");
setUpControls(true);
render();
