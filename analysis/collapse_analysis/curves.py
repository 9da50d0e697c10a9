"""Figures "error against x, one curve per value of c": simulated points over theoretical lines, one panel per value of a third."""

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import xarray
from matplotlib.figure import Figure

from collapse_analysis import labels, legends, style
from collapse_analysis.curve import draw_simulation, draw_theory, mark_least
from collapse_analysis.plane import left_out
from collapse_analysis.results import ResultsError, open_results
from collapse_analysis.scales import scale_for
from collapse_analysis.selection import axis_for, first_varying, fix_rest, matching, plain, thin, varying
from collapse_analysis.threshold import show_mark, show_threshold
from collapse_analysis.vertical import set_vertical_axis

MOST_CURVES = 7
MOST_PANELS = 6
LINE = "line"  # a dimension of theory that has several values in a cell


@dataclass(frozen=True)
class CurveFigure:
    """A figure of this kind: what lies on x, and which axes are preferred for curves and panels if the user names none."""

    name: str
    x: str
    curves: tuple
    panels: tuple
    least: bool = False      # whether the least value of every theoretical line is marked
    from_zero: bool = True   # whether a linear vertical axis begins at zero
    mark: str = "x"          # the axis on which the user may mark a value

    @property
    def help(self):
        return f"error against {labels.PARAMETERS[self.x].long_name} {self.x}, simulated points over theoretical lines"

    def add_arguments(self, parser):
        self.add_layout_arguments(parser)
        parser.add_argument("--quantity", choices=list(labels.QUANTITIES), default="test_error")
        parser.add_argument("--theory", metavar="FILE", type=Path,
                            help=f"take the lines from this file, in which {self.x} may have more values")

    def add_layout_arguments(self, parser):
        """What holds for every quantity."""
        parser.add_argument("--curves", metavar="NAME", help="axis with one curve per value")
        parser.add_argument("--panels", metavar="NAME", help="axis with one panel per value")
        parser.add_argument("--mark", metavar="VALUE", type=float, help="draw a line at this value")
        parser.add_argument("--all-curves", action="store_true", help=f"every curve, not at most {MOST_CURVES}")
        parser.add_argument("--x-scale", choices=["auto", "linear", "log"], default="auto")
        parser.add_argument("--y-scale", choices=["auto", "linear", "log"], default="auto")

    def draw(self, results, options, tell):
        """The figure; raises ResultsError if the file cannot give it."""
        axes = self._choose_axes(results, options)
        results = fix_rest(results, axes.shown(), tell)
        results = _drop_empty(results, axes, options.quantity, tell)
        results = _thin_axes(results, axes, options.all_curves, tell)
        return _draw(results, axes, self, options, _theory_file(options))

    def _choose_axes(self, results, options):
        x = axis_for(results, self.x)
        if results.sizes[x] < 2:
            several = ", ".join(name for name in varying(results) if name != x) or "no other either"
            raise ResultsError(f"{self.name} needs more than one value of {x}, and there is one: {results[x].values[0]:g} "
                               f"(axes with more: {several}).")
        named_panels = axis_for(results, options.panels) if options.panels else None
        curves = axis_for(results, options.curves) if options.curves else first_varying(results, self.curves, {x, named_panels})
        panels = named_panels or first_varying(results, self.panels, {x, curves})
        chosen = [name for name in (x, curves, panels) if name]
        if len(set(chosen)) < len(chosen):
            raise ResultsError(f"x, curves and panels must be different axes, but they are {', '.join(chosen)}.")
        return Axes(x, curves, panels)


@dataclass(frozen=True)
class Axes:
    """Names of the dimensions shown; None: there is no such axis."""

    x: str
    curves: str | None
    panels: str | None

    def shown(self):
        return {self.x, self.curves, self.panels}


def slices(results, name):
    """Pairs (value, results at this value) along an axis, its dimension kept with size 1; (None, results) if there is no axis."""
    if name is None:
        return [(None, results)]
    return [(value.item(), results.isel({name: [i]})) for i, value in enumerate(results[name].values)]


def _drop_empty(results, axes, quantity, tell):
    """Without the curves and panels that have no finite value to draw."""
    drawable = np.isfinite(results[f"sim_{quantity}"]) | np.isfinite(results[f"theory_{quantity}"])
    if not drawable.any():
        raise ResultsError(f"There is no finite {quantity} to draw in this part of the grid: "
                           "its cells are not done, and theory is infinite or unknown there.")
    for name in filter(None, (axes.curves, axes.panels)):
        some = drawable.any([other for other in drawable.dims if other != name]).values
        if not some.all():
            if not left_out(results.isel({name: ~some})).all():  # where refinement saw no reason to compute nothing is missed
                tell(f"nothing finite to draw for {name} = {plain(results[name].values[~some])}.")
            results = results.isel({name: np.flatnonzero(some)})
    return results


def _thin_axes(results, axes, all_curves, tell):
    for name, at_most, remedy in ((axes.curves, math.inf if all_curves else MOST_CURVES, "--all-curves or --select"),
                                  (axes.panels, MOST_PANELS, "--select")):
        if name and results.sizes[name] > at_most:
            farthest = _farthest(results, name, axes.x)
            kept = farthest[thin(results[name].values[farthest], at_most)]
            tell(f"{name} has {results.sizes[name]} values, showing {len(kept)} of them; {remedy} shows others.")
            results = results.isel({name: kept})
    return results


def _farthest(results, name, x):
    """Positions on the axis `name` of the values whose cells reach farthest along x: all, but of a refined grid those that refinement
    started from, as the values between them have cells near boundaries alone."""
    computed = results["status"].copy(data=~left_out(results)).any([other for other in results["status"].dims if other not in (name, x)])
    places = xarray.DataArray(np.arange(results.sizes[x]), dims=x).where(computed)
    reach = (places.max(x) - places.min(x)).values
    return np.flatnonzero(reach == np.nanmax(reach))


def _theory_file(options):
    """The results that --theory names; None: lines are drawn from the file itself."""
    path = getattr(options, "theory", None)
    return open_results(path) if path else None


def _draw(results, axes, kind, options, theory):
    panels = slices(results, axes.panels)
    columns = len(panels) if len(panels) <= 3 else math.ceil(len(panels) / 2) if len(panels) <= 4 else 3
    rows = math.ceil(len(panels) / columns)
    width = style.SINGLE_COLUMN if columns == 1 else style.DOUBLE_COLUMN
    figure = Figure(figsize=(width, rows * (2.5 if columns < 3 else 2.2) + 0.35), layout="constrained")
    grid = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False).ravel()
    for unused in grid[len(panels):]:
        unused.remove()

    scale = scale_for(results[axes.x], labels.PARAMETERS[axes.x].decades, options.x_scale)
    zero = set_vertical_axis(grid[0], results, options.quantity, options.y_scale, kind.from_zero)
    colours = style.sequential(results.sizes[axes.curves] if axes.curves else 1)
    for position, ((value, part), drawn) in enumerate(zip(panels, grid)):
        for (curve, cells), colour in zip(slices(part, axes.curves), colours):
            lines = cells if theory is None else matching(theory, cells, axes.x, options.theory)
            for _, line in slices(lines.dropna(LINE, how="all"), LINE) if LINE in lines.dims else [(None, lines)]:
                draw_theory(drawn, line, axes.x, scale, options.quantity, colour, curve, zero)
            draw_simulation(drawn, cells, axes.x, scale, options.quantity, colour, curve, zero)
            if kind.least:
                mark_least(drawn, lines, axes.x, scale, options.quantity, colour, curve, zero)
        scale.apply(drawn, whole=axes.x == "n")
        if axes.x == "T":
            show_threshold(drawn, part, scale)
        if value is not None:
            drawn.set_title(labels.statement(axes.panels, value))
        if options.mark is not None:
            show_mark(drawn, kind.mark, options.mark)
        drawn.tick_params(labelbottom=position + columns >= len(panels), labelleft=position % columns == 0)
        if position + columns >= len(panels):
            drawn.set_xlabel(labels.axis_title(axes.x))
        if position % columns == 0:
            drawn.set_ylabel(labels.quantity_title(options.quantity))
    if axes.curves:
        legends.add_curve_key(figure, grid[:len(panels)], grid[columns - 1], axes.curves, results[axes.curves].values, colours,
                              "o" if np.isfinite(results[f"sim_{options.quantity}"]).any() else "")
    legends.add_heading(figure, results, axes.shown(), options.quantity, kind.least)
    return figure
