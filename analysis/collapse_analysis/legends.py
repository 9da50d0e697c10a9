"""What stands around the panels: the values of the curves at the right, fixed parameters and the meaning of the marks on top."""

import math
import re

import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.colors import BoundaryNorm
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.textpath import text_to_path

from collapse_analysis import labels, style
from collapse_analysis.results import settings
from collapse_analysis.selection import thin

MOST_LEGEND_ENTRIES = 8
SIZE = 8       # of the heading, in points
MARGIN = 0.15  # inches that the heading leaves free
PENDING = 0    # the value of `status` of a cell that is still to come
LONGEST_SETTING = 40  # characters of a setting that a heading shows: eigenvalues are many
# Settings that go without saying: where the model has their alternatives, the parameters shown tell (beta of a power law).
UNSAID = {"spectrum": "power_law", "teacher": "power_law", "covariates": "gaussian", "signal": "1", "design": "fresh",
          "real_labels": "fresh", "weighting": "constant", "subsample": "no", "generator": "model", "teacher_ridge": "lambda",
          "factorisation": "once"}


def add_curve_key(figure, panels, corner, results, name, colours, quantity, beside=()):
    """Which colour is which value of the axis `name`, and which dashes are which file `beside`: a legend at the panel `corner`, a colour
    bar if the values are many. Points are in the key of curves that have some."""
    values = results[name].values if name else np.empty(0)
    many = len(values) > MOST_LEGEND_ENTRIES
    if many:
        edges = np.arange(len(values) + 1) - 0.5
        colour_of = ScalarMappable(BoundaryNorm(edges, len(values)), style.sequential_map(len(values)))
        bar = figure.colorbar(colour_of, ax=list(panels), pad=0.01, aspect=30, drawedges=False)
        bar.ax.set_title(labels.heading(results, name), fontsize=9)
        labelled = thin(values, MOST_LEGEND_ENTRIES)
        bar.set_ticks(labelled, labels=[labels.entry(values[i]) for i in labelled])
        bar.ax.minorticks_off()
        bar.ax.tick_params(length=0)
    simulated = [np.isfinite(results[f"sim_{quantity}"].isel({name: [i]})).any() for i in range(len(values))]
    handles = [] if many else [
        Line2D([], [], color=colour, marker="o" if points else "", markeredgecolor="white", markeredgewidth=0.4, label=labels.entry(value))
        for value, colour, points in zip(values.tolist(), colours, simulated)]
    drawn = [str(line.get_gid()) for axes in panels for line in axes.lines]
    handles += [Line2D([], [], color=style.INK, linestyle=file.dashes, linewidth=0.9, label=file.name) for file in beside
                if any(gid.startswith(f"beside {file.name}") for gid in drawn)]
    if handles:
        title = labels.heading(results, name) if name and not many else ""
        corner.legend(handles=handles, title=title or None, loc="upper left", bbox_to_anchor=(1.01, 1.02), borderaxespad=0, alignment="left")


def add_heading(figure, results, shown, quantity, least=False):
    """On top: the model, every parameter of one value, then what the points and lines are that the figure has."""
    marks = _meaning_of_marks(figure, f"sim_{quantity}_stderr" in results, least)
    head(figure, model(results) + fixed_parameters(results, shown), marks + unfinished(results))


def head(figure, *paragraphs):
    """The heading of a figure: each list of texts begins a line and takes as few as it can."""
    lines = [", ".join(line) for items in paragraphs if items for line in wrapped(items, figure.get_figwidth() - MARGIN)]
    figure.suptitle("\n".join(lines), fontsize=SIZE, linespacing=1.35)


def model(results):
    """The protocol, and what else of the model does not go without saying: "mix, fixed design, spikes = 10, 5"."""
    chosen = {key.removeprefix("model."): text for key, text in settings(results).items() if key.startswith("model.")}
    told = [chosen.pop("protocol")] if "protocol" in chosen else []
    chosen.pop("estimator", None)  # its kernel says it
    if rows := settings(results).get("data.rows"):
        told.append(rows.rpartition("/")[2])
    file = re.search(r"^\s*spectrum_file\s*=\s*(\S.*?)\s*$", str(results.attrs.get("config", "")), re.MULTILINE)
    if file:
        chosen["spectrum"] = file[1].rpartition("/")[2]
    for name, text in chosen.items():
        if len(text) <= LONGEST_SETTING and UNSAID.get(name) != text:
            written = f"{name.replace('_', ' ')} = {text}"
            told.append(f"{text} {name.replace('_', ' ')}" if re.fullmatch(r"[a-z_]+", text) and name != "signal" else written)
    return [text.replace("_", " ").replace("$", r"\$") for text in told]


def fixed_parameters(results, shown):
    """Each parameter that has one value and is not an axis shown, as "$T = 300$", and what follows another, as "$T_0 = 2 T$"; those
    without a value (NaN) are left out."""
    ties = [f"${tie}$" for name in results.coords if (tie := labels.tie(results, name))]
    single = [name for name in results.coords if name not in shown and results[name].size == 1 and results[name].ndim <= 1
              and not labels.tie(results, name)]
    powers = {meaning.stands_for for name in single if (meaning := labels.parameter(results, name)).power_of_T}
    single = [name for name in single if name not in powers]  # T0 = T^0.8 says it
    order = [*results.dims, *results.coords]
    single.sort(key=order.index)
    return [f"${labels.equation(results, name, value)}$" for name in single if not np.isnan(value := float(results[name].values.ravel()[0]))] + ties


def unfinished(results):
    """What a figure of a sweep that goes on should say, as a list of one text; none if all cells are done with."""
    status = results["status"].values
    pending = int((status == PENDING).sum())
    return [f"unfinished: {pending} of {np.isfinite(status.astype(float)).sum()} cells shown are pending"] if pending else []


def wrapped(items, width):
    """The items in as few lines of `width` inches as will do, none broken, the lines of like length."""
    sizes = [_inches(item + ", ") for item in items]
    count = max(1, math.ceil(sum(sizes) / max(width, 0.1)))
    while True:
        lines, length = [[] for _ in range(count)], 0
        for item, size in zip(items, sizes):
            lines[min(count - 1, int(count * (length + size / 2) / sum(sizes)))].append((item, size))
            length += size
        if count >= len(items) or all(sum(size for _, size in line) <= width for line in lines):
            return [[item for item, _ in line] for line in lines if line]
        count += 1


def _inches(text):
    """Width of a text as drawn in the heading."""
    font = FontProperties(size=SIZE)
    return text_to_path.get_text_width_height_descent(text, font, ismath=text.count("$") > 1)[0] / 72


def _meaning_of_marks(figure, has_bars, least):
    drawn = [line.get_gid() or "" for axes in figure.axes for line in axes.lines if np.isfinite(line.get_ydata()).any()]
    marks = {("simulation ", "sim_"): "points: simulation" + (" ± standard error" if has_bars else ""),
             ("theory ", "theory_"): "lines: theory",
             ("exact ",): "dotted: exact at finite size",
             ("theory infinite",): r"$\blacktriangle$: theory infinite",
             ("theory zero", "simulation zero"): r"$\blacktriangledown$: 0, below the axis"}
    said = [text for begins, text in marks.items() if any(gid.startswith(begins) for gid in drawn)]
    return said + ["diamonds: least point of each line"] * least
