"""The components of the error against one axis, with marks where the largest one changes."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from collapse_analysis import labels, legends, style
from collapse_analysis.components import COMPONENTS, with_components
from collapse_analysis.crossovers import crossovers
from collapse_analysis.results import ResultsError, open_results
from collapse_analysis.scales import scale_for
from collapse_analysis.selection import axis_for, fix_rest_at_last, thin

MOST_PANELS = 3
RANGE = 1e6  # components this much smaller than the largest error lie below the figure
LOOKS = {"clean_bias": ("#2b6cb0", "-"), "clean_variance": ("#2b6cb0", (0, (5, 2))),
         "collapse_bias": ("#c05a00", "-"), "collapse_variance": ("#c05a00", (0, (5, 2)))}


class ComponentsFigure:
    """The figure "components"."""

    name = "components"
    help = "clean and collapse bias and variance against one axis, with marks at crossovers"

    def open(self, path):
        """Results with their components."""
        return with_components(open_results(path))

    def add_arguments(self, parser):
        parser.add_argument("--x", metavar="NAME", default="T", help="axis from left to right (default: T)")
        parser.add_argument("--panels", metavar="NAME", help="axis with one panel per value")

    def draw(self, results, options, tell):
        """The figure; raises ResultsError if the file cannot give it."""
        x = axis_for(results, options.x)
        panels = axis_for(results, options.panels) if options.panels else None
        if results.sizes[x] < 2 or panels == x:
            raise ResultsError(f"components needs more than one value of {x}, which is not the axis of its panels.")
        if "theory_clean_bias" not in results:
            raise ResultsError("The file has no components and no cells n = 0 to find them by: add n = 0 to the sweep.")
        results = fix_rest_at_last(results, {x, panels}, tell)
        if panels and results.sizes[panels] > MOST_PANELS:
            results = results.isel({panels: thin(results[panels].values, MOST_PANELS)})
            tell(f"{panels} has more values than panels, showing {MOST_PANELS} of them; --select shows others.")
        return _draw(results.sortby(x), x, panels, tell)


def _draw(results, x, panels, tell):
    parts = [results.isel({panels: [i]}) for i in range(results.sizes[panels])] if panels else [results]
    figure = Figure(figsize=(style.SINGLE_COLUMN * 1.4 if len(parts) == 1 else style.DOUBLE_COLUMN, 3.0), layout="constrained")
    grid = figure.subplots(1, len(parts), sharey=True, squeeze=False)[0]
    scale = scale_for(results[x], labels.PARAMETERS[x].decades if x in labels.PARAMETERS else np.inf)
    errors = np.concatenate([results[f"theory_{name}"].values.ravel() for name in ("test_error", *COMPONENTS)])
    errors = errors[np.isfinite(errors) & (errors > 0)]
    least = results["theory_test_error"].values
    if not len(errors):
        raise ResultsError("There is no finite component to draw in this part of the grid.")
    grid[0].set_yscale("log")
    low = min(errors.max() / RANGE, least[least > 0].min(initial=np.inf) / 4)  # every crossover is above a quarter of the test error
    low = 0.6 * errors[errors >= low].min()
    grid[0].set_ylim(low, 1.8 * errors.max())
    for cells, axes in zip(parts, grid):
        places = scale.place(cells[x])
        for kind, draw in (("theory", _line), ("sim", _points)):
            draw(axes, places, cells, f"{kind}_test_error", style.INK, "-", 1.6)
            for name, (colour, dash) in LOOKS.items():
                if f"{kind}_{name}" in cells:
                    draw(axes, places, cells, f"{kind}_{name}", colour, dash, 1.1)
        for place, height, before, after in crossovers(cells, x, scale.logarithmic):
            axes.plot([place], [height], marker="D", markersize=5, markerfacecolor="white", markeredgecolor=style.INK, linestyle="none",
                      zorder=5, gid=f"crossover {before} {after}")
            axes.axvline(place, color=style.FAINT, linewidth=0.5, zorder=0)
        scale.apply(axes, whole=x == "n")
        axes.set_xlabel(labels.axis_title(x))
        if panels:
            axes.set_title(f"${labels.equation(panels, float(cells[panels]))}$")
    grid[0].set_ylabel("error")
    handles = [Line2D([], [], color=style.INK, linewidth=1.6, label="test error")]
    handles += [Line2D([], [], color=colour, linestyle=dash, label=name.replace("_", " ")) for name, (colour, dash) in LOOKS.items()
                if (results[f"theory_{name}"] > low).any()]
    if any(line.get_marker() == "D" for axes in grid for line in axes.lines):
        handles.append(Line2D([], [], marker="D", markerfacecolor="white", markeredgecolor=style.INK, linestyle="none", label="crossover"))
    grid[-1].legend(handles=handles, loc="upper left", bbox_to_anchor=(1.02, 1.02), borderaxespad=0)
    legends.add_heading(figure, results.drop_vars("sim_test_error_stderr"), {x, panels}, "test_error")
    return figure


def _line(axes, places, cells, variable, colour, dash, width):
    values = cells[variable].values.ravel()
    known = np.isfinite(values) & (values > 0)
    axes.plot(places, np.where(known, values, np.nan), color=colour, linestyle=dash, linewidth=width, zorder=2, gid=variable)


def _points(axes, places, cells, variable, colour, _, width):
    values = cells[variable].values.ravel()
    known = np.isfinite(values) & (values > 0)
    if known.any():
        axes.plot(places[known], values[known], color=colour, marker="o", markeredgecolor="white", markeredgewidth=0.4, linestyle="none",
                  zorder=3, gid=variable)


FIGURE = ComponentsFigure()
