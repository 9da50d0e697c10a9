"""The components of the error against one axis, with marks where the largest one changes."""

import numpy as np
from matplotlib.lines import Line2D

from collapse_analysis import labels, legends, style
from collapse_analysis.components import COMPONENTS, with_growth
from collapse_analysis.crossovers import crossovers
from collapse_analysis.panels import label, lay_out, panel_axes, thin_panels
from collapse_analysis.results import ResultsError, open_results
from collapse_analysis.scales import decades_of, scale_for
from collapse_analysis.selection import axis_for, fix_rest_at_last

RANGE = 1e6  # components this much smaller than the largest error lie below the figure
LOOKS = {"clean_bias": ("#2b6cb0", "-"), "clean_variance": ("#2b6cb0", (0, (5, 2))),
         "collapse_bias": ("#c05a00", "-"), "collapse_variance": ("#c05a00", (0, (5, 2)))}


class ComponentsFigure:
    """The figure "components"."""

    name = "components"
    help = "clean and collapse bias and variance against one axis, with marks at crossovers"

    def open(self, path):
        """Results with their components."""
        return with_growth(open_results(path))

    def add_arguments(self, parser):
        parser.add_argument("--x", metavar="NAME", default="T", help="axis from left to right (default: T)")
        parser.add_argument("--panels", metavar="NAME[,NAME]", help="axis with one panel per value; of two the first makes rows")

    def draw(self, results, options, tell):
        """The figure; raises ResultsError if the file cannot give it."""
        x = axis_for(results, options.x)
        panels = panel_axes(results, options.panels)
        if results.sizes[x] < 2 or x in panels:
            raise ResultsError(f"components needs more than one value of {x}, which is not the axis of its panels.")
        if "theory_clean_bias" not in results:
            raise ResultsError("The file has no components and no cells n = 0 to find them by: add n = 0 to the sweep.")
        results = thin_panels(fix_rest_at_last(results, {x, *panels}, tell), panels, tell)
        return _draw(results.sortby(x), x, panels)


def _draw(results, x, names):
    figure, panels, columns = lay_out(results, names, style.SINGLE_COLUMN * 1.4, lambda columns: 2.7 if columns < 3 else 2.5)
    figure.set_figheight(figure.get_figheight() + 0.3)
    first = panels[0].axes
    scale = scale_for(results[x], decades_of(x))
    errors = np.concatenate([results[f"theory_{name}"].values.ravel() for name in ("test_error", *COMPONENTS)])
    errors = errors[np.isfinite(errors) & (errors > 0)]
    least = results["theory_test_error"].values
    if not len(errors):
        raise ResultsError("There is no finite component to draw in this part of the grid.")
    first.set_yscale("log")
    low = min(errors.max() / RANGE, least[least > 0].min(initial=np.inf) / 4)  # every crossover is above a quarter of the test error
    low = 0.6 * errors[errors >= low].min()
    first.set_ylim(low, 1.8 * errors.max())
    for panel in panels:
        axes, cells = panel.axes, panel.cells
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
    label(panels, columns, results, x, "error")
    handles = [Line2D([], [], color=style.INK, linewidth=1.6, label="test error")]
    handles += [Line2D([], [], color=colour, linestyle=dash, label=name.replace("_", " ")) for name, (colour, dash) in LOOKS.items()
                if (results[f"theory_{name}"] > low).any()]
    if any(line.get_marker() == "D" for panel in panels for line in panel.axes.lines):
        handles.append(Line2D([], [], marker="D", markerfacecolor="white", markeredgecolor=style.INK, linestyle="none", label="crossover"))
    panels[columns - 1].axes.legend(handles=handles, loc="upper left", bbox_to_anchor=(1.02, 1.02), borderaxespad=0)
    legends.add_heading(figure, results.drop_vars("sim_test_error_stderr"), {x, *names}, "test_error")
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
