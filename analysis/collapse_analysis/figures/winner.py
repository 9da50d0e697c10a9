"""Which of several files has the least error where: a map of remedies, from the answers of `collapse optimum` or from results."""

from pathlib import Path

import numpy as np
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.patches import Patch

from collapse_analysis import labels, legends, overlays, style
from collapse_analysis.comparison import short_names, side_by_side
from collapse_analysis.figures.map import FIGURE as MAP
from collapse_analysis.panels import label, lay_out, panel_axes, thin_panels
from collapse_analysis.plane import Plane
from collapse_analysis.results import ResultsError
from collapse_analysis.selection import axis_for, first_varying, parse_choice, select, varying

# Light enough for lines and numbers on them, each of its own lightness [Okabe, Ito; mixed with white].
COLOURS = ("#f0c674", "#7fb3dc", "#b5d6a7", "#d99fc3", "#c9c9c9", "#e58f65", "#5f93a8", "#fff2a8")


class WinnerFigure:
    """The figure "winner"."""

    name = "winner"
    help = "which of several files has the least theoretical error over two axes, and how much less than the first of them"
    open = staticmethod(MAP.open)

    def add_arguments(self, parser):
        parser.add_argument("others", metavar="FILE", type=Path, nargs="+")
        parser.add_argument("--x", metavar="NAME", help="axis from left to right")
        parser.add_argument("--y", metavar="NAME", help="axis from bottom to top")
        parser.add_argument("--panels", metavar="NAME[,NAME]", help="axis with one panel per value; of two the first makes rows")
        parser.add_argument("--names", metavar="A,B,...", help="what to call the files (default: from their names)")

    def draw(self, results, options, tell):
        """The figure; raises ResultsError if the files cannot give it."""
        paths = [options.file, *options.others]
        parts = [results] + [select(self.open(path), map(parse_choice, options.select)) for path in options.others]
        names = [name.strip() for name in options.names.split(",")] if options.names else short_names(paths)
        if len(names) != len(paths) or len(set(names)) < len(names) or len(names) > len(COLOURS):
            raise ResultsError(f"{', '.join(names)} are no different names for {len(paths)} files, at most {len(COLOURS)}: give --names.")
        panels = panel_axes(results, options.panels)
        shared = [name for name in varying(results) if all(part.sizes.get(name, 1) > 1 for part in parts)]
        x = axis_for(results, options.x) if options.x else first_varying(results, shared, {*panels})
        y = axis_for(results, options.y) if options.y else first_varying(results, shared, {*panels, x})
        if not {x, y, *panels} <= set(shared) or len({x, y, *panels}) < 2 + len(panels):
            raise ResultsError(f"winner needs two axes that all files have with several values, besides those of panels; there are: "
                               f"{', '.join(shared) or 'none'}.")
        together = side_by_side([part.assign(sim_test_error=part["theory_test_error"] * np.nan) for part in parts], names,
                                {labels.FILE, x, y, *panels}, tell)
        titles = together[labels.FILE].values.tolist()
        together = thin_panels(together.dropna(x, how="all", subset=["theory_test_error"]), panels, tell)
        return _draw(together, x, y, panels, titles)


FIGURE = WinnerFigure()


def _draw(results, x, y, names, titles):
    figure, panels, columns = lay_out(results, names, 1.4 * style.SINGLE_COLUMN, lambda columns: {1: 3.3, 2: 2.9, 3: 2.25}.get(columns, 1.8))
    figure.set_figheight(figure.get_figheight() + 0.5)
    norm = BoundaryNorm(np.arange(len(titles) + 1) - 0.5, len(titles))
    winners = set()
    for panel in panels:
        planes = [Plane(panel.cells.isel({labels.FILE: i}), x, y) for i in range(len(titles))]
        plane, drawn = planes[0], panel.axes
        if not plane.smooth:
            raise ResultsError(f"winner needs two ordinary values of {x} and of {y}.")
        for axis, vertical in ((plane.x, False), (plane.y, True)):
            axis.scale.apply(drawn, whole=axis.name == "n", vertical=vertical, limits=(axis.fine[0], axis.fine[-1]))
        drawn.tick_params(which="both", direction="out", top=False, right=False)
        # An infinite error never wins, an unknown one cannot: both are replaced by a number larger than all others.
        errors = [one.values("theory_test_error") for one in planes]
        largest = np.log(max(np.nanmax(np.where(np.isfinite(error), error, np.nan), initial=1e-300) for error in errors)) + 10
        fields = np.stack([one.between(np.where(np.isfinite(error) & (error > 0), np.log(np.maximum(error, 1e-300)), largest))
                           for one, error in zip(planes, errors)])
        best = fields.argmin(axis=0)
        winners |= set(np.unique(best))
        drawn.pcolormesh(plane.x.fine, plane.y.fine, best, cmap=ListedColormap(COLOURS[:len(titles)]), norm=norm, shading="nearest",
                         rasterized=True)
        for k in np.unique(best):
            field = fields[k] - np.delete(fields, k, axis=0).min(axis=0)
            if (field < 0).any() and (field > 0).any():
                drawn.contour(plane.x.fine, plane.y.fine, field, levels=[0], colors=style.INK, linewidths=0.8, zorder=3)
        gain = np.exp(np.minimum(fields[0] - fields.min(axis=0), 9))
        overlays.draw_contours(drawn, plane, np.where(gain > 1 + 1e-9, gain, 1.0), None, "growth")
    label(panels, columns, results, x, labels.axis_title(results, y, 30 if columns == 1 else 22))
    handles = [Patch(facecolor=COLOURS[i], edgecolor=style.INK, linewidth=0.4, label=titles[i]) for i in sorted(winners)]
    panels[columns - 1].axes.legend(handles=handles, title="least error", loc="upper left", bbox_to_anchor=(1.02, 1.02), borderaxespad=0)
    legends.head(figure, legends.model(results) + legends.fixed_parameters(results, {labels.FILE, x, y, *names}),
                 [f"lines: error of {titles[0]} over the least"])
    return figure
