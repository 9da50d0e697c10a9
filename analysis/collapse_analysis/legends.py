"""What stands around the panels: the values of the curves at the right, fixed parameters and the meaning of the marks on top."""

import math
import re

import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.colors import BoundaryNorm
from matplotlib.lines import Line2D

from collapse_analysis import labels, style
from collapse_analysis.selection import thin

MOST_LEGEND_ENTRIES = 8
CHARACTERS_PER_INCH = 24  # of the heading, about


def add_curve_key(figure, panels, corner, name, values, colours, marker="o"):
    """Which colour is which value of the axis `name`: a legend beside the panel `corner`, a colour bar if the values are many."""
    if len(values) > MOST_LEGEND_ENTRIES:
        edges = np.arange(len(values) + 1) - 0.5
        colour_of = ScalarMappable(BoundaryNorm(edges, len(values)), style.sequential_map(len(values)))
        bar = figure.colorbar(colour_of, ax=list(panels), pad=0.01, aspect=30, drawedges=False)
        bar.ax.set_title(labels.heading(name), fontsize=9)
        labelled = thin(values, MOST_LEGEND_ENTRIES)
        bar.set_ticks(labelled, labels=[labels.entry(values[i]) for i in labelled])
        bar.ax.minorticks_off()
        bar.ax.tick_params(length=0)
        return
    handles = [Line2D([], [], color=colour, marker=marker, markeredgecolor="white", markeredgewidth=0.4,
                      label=labels.entry(value)) for value, colour in zip(values.tolist(), colours)]
    corner.legend(handles=handles, title=labels.heading(name) or None, loc="upper left", bbox_to_anchor=(1.01, 1.02), borderaxespad=0,
                  alignment="left")


def add_heading(figure, results, shown, quantity, least=False):
    """On top: every parameter of one value, then what the points and lines are that the figure has."""
    width = int(figure.get_figwidth() * CHARACTERS_PER_INCH)
    lines = [", ".join(line) for line in wrapped(fixed_parameters(results, shown), width)]
    figure.suptitle("\n".join(lines + [_meaning_of_marks(figure, f"sim_{quantity}_stderr" in results, least)]), fontsize=8, linespacing=1.35)


def fixed_parameters(results, shown):
    """Each parameter that has one value and is not an axis shown, as "$T = 300$"; those without a value (NaN) are left out."""
    single = [name for name in results.coords if name not in shown and results[name].size == 1 and results[name].ndim <= 1]
    powers = {labels.PARAMETERS[name].stands_for for name in single if name in labels.PARAMETERS and labels.PARAMETERS[name].power_of_T}
    single = [name for name in single if name not in powers]  # T0 = T^0.8 says it
    order = list(labels.PARAMETERS)
    single.sort(key=lambda name: order.index(name) if name in order else len(order))
    return [f"${labels.equation(name, value)}$" for name in single if not np.isnan(value := float(results[name].values.ravel()[0]))]


def wrapped(items, width):
    """The items in as few lines of about `width` characters as drawn as will do, none broken, the lines of like length."""
    drawn = [len(re.sub(r"\\[a-z]+", "x", item).translate(str.maketrans("", "", "${}_^"))) + 2 for item in items]
    count = max(1, math.ceil(sum(drawn) / width))
    lines, length = [[] for _ in range(count)], 0
    for item, size in zip(items, drawn):
        lines[min(count - 1, int(count * (length + size / 2) / sum(drawn)))].append(item)
        length += size
    return [line for line in lines if line]


def _meaning_of_marks(figure, has_bars, least):
    drawn = [line.get_gid() or "" for axes in figure.axes for line in axes.lines if np.isfinite(line.get_ydata()).any()]
    marks = {("simulation ", "sim_"): "points: simulation" + (" ± standard error" if has_bars else ""),
             ("theory ", "theory_"): "lines: theory",
             ("theory infinite",): r"$\blacktriangle$: theory infinite",
             ("theory zero", "simulation zero"): r"$\blacktriangledown$: 0, below the axis"}
    said = [text for begins, text in marks.items() if any(gid.startswith(begins) for gid in drawn)]
    return ", ".join(said + ["diamonds: least point of each line"] * least)
