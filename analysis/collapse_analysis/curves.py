"""Figures "error against x, one curve per value of c": simulated points over theoretical lines, panels of a third axis and a fourth."""

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import xarray

from collapse_analysis import beside, labels, legends, style
from collapse_analysis.curve import draw_exact, draw_simulation, draw_theory, mark_least
from collapse_analysis.panels import label, lay_out, panel_axes, slices, thin_panels
from collapse_analysis.plane import left_out
from collapse_analysis.results import ResultsError, open_results
from collapse_analysis.scales import decades_of, scale_for
from collapse_analysis.selection import axis_for, first_varying, fix_rest, matching, parse_choice, plain, select, thin, varying
from collapse_analysis.threshold import has_threshold, show_mark, show_threshold
from collapse_analysis.vertical import set_vertical_axis

MOST_CURVES = 7
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
        return f"error against {self.x}, simulated points over theoretical lines"

    def add_arguments(self, parser):
        self.add_layout_arguments(parser)
        parser.add_argument("--quantity", metavar="NAME", default="test_error",
                            help="test_error (default), bias, variance, or any other that the file has of theory or simulation")
        parser.add_argument("--theory", metavar="FILE", type=Path,
                            help="take the lines from this file, in which x and the curves may have more values")
        beside.add_arguments(parser)

    def add_layout_arguments(self, parser):
        """What holds for every quantity."""
        parser.add_argument("--curves", metavar="NAME", help="axis with one curve per value")
        parser.add_argument("--panels", metavar="NAME[,NAME]", help="axis with one panel per value; of two the first makes rows")
        parser.add_argument("--mark", metavar="VALUE", type=float, help="draw a line at this value")
        parser.add_argument("--all-curves", action="store_true", help=f"every curve, not at most {MOST_CURVES}")
        parser.add_argument("--x-scale", choices=["auto", "linear", "log"], default="auto")
        parser.add_argument("--y-scale", choices=["auto", "linear", "log"], default="auto")

    def draw(self, results, options, tell):
        """The figure; raises ResultsError if the file cannot give it."""
        axes = self._choose_axes(results, options)
        results = fix_rest(with_both(results, options.quantity), axes.shown(), tell)
        theory = _theory_file(options)
        if theory is not None:
            results = _with_curves_of(theory, results, axes, options)
        results = _drop_empty(results, theory, axes, options.quantity, tell)
        results = thin_panels(_thin_curves(results, axes, options.all_curves, tell), axes.panels, tell)
        others = beside.open_all(options, self.x, axes)
        others += beside.quantities(results, getattr(options, "also", []), options.quantity, len(others))
        return _draw(results, axes, self, options, theory, others, tell)

    def _choose_axes(self, results, options):
        x = axis_for(results, self.x)
        if results.sizes[x] < 2:
            several = ", ".join(name for name in varying(results) if name != x) or "no other either"
            raise ResultsError(f"{self.name} needs more than one value of {x}, and there is one: {results[x].values[0]:g} "
                               f"(axes with more: {several}).")
        panels = panel_axes(results, options.panels)
        curves = axis_for(results, options.curves) if options.curves else first_varying(results, self.curves, {x, *panels})
        if not panels and (preferred := first_varying(results, self.panels, {x, curves})):
            panels = [preferred]
        chosen = [name for name in (x, curves, *panels) if name]
        if len(set(chosen)) < len(chosen):
            raise ResultsError(f"x, curves and panels must be different axes, but they are {', '.join(chosen)}.")
        return Axes(x, curves, tuple(panels))


@dataclass(frozen=True)
class Axes:
    """Names of the dimensions shown; None: there is no such axis."""

    x: str
    curves: str | None
    panels: tuple

    def shown(self):
        return {self.x, self.curves, *self.panels}


def with_both(results, quantity):
    """The results with theory and simulation of the quantity, unknown where the file has but one; raises ResultsError if none."""
    kinds = [kind for kind in ("theory", "sim") if f"{kind}_{quantity}" in results]
    if not kinds:
        known = sorted({name.partition("_")[2] for name in results.data_vars
                        if name.startswith(("theory_", "sim_")) and not name.endswith(("_regime", "_stderr"))})
        raise ResultsError(f"The file has no quantity {quantity}; it has {', '.join(known)}.")
    unknown = xarray.full_like(results[f"{kinds[0]}_{quantity}"], np.nan)
    return results.assign({f"{kind}_{quantity}": unknown for kind in ("theory", "sim") if kind not in kinds})


def _with_curves_of(theory, results, axes, options):
    """The results with those values of the curves, too, that only the file of theory has, unless the user has selected some."""
    if axes.curves not in theory.dims or any(parse_choice(text)[0] == axes.curves for text in getattr(options, "select", [])):
        return results
    near = lambda value: np.isclose(results[axes.curves], value, rtol=1e-6, atol=0).any()
    further = [value for value in theory[axes.curves].values if not near(value)]
    return results.reindex({axes.curves: np.sort(np.append(results[axes.curves].values, further))}) if further else results


def _drop_empty(results, theory, axes, quantity, tell):
    """Without the curves and panels that have no finite value to draw."""
    drawable = np.isfinite(results[f"sim_{quantity}"]) | np.isfinite(results[f"theory_{quantity}"])
    if theory is not None and axes.curves:
        drawable = drawable | np.isnan(results["status"])  # a curve of the file of theory alone
    if not drawable.any():
        raise ResultsError(f"There is no finite {quantity} to draw in this part of the grid: "
                           "its cells are not done, and theory is infinite or unknown there.")
    for name in filter(None, (axes.curves, *axes.panels)):
        some = drawable.any([other for other in drawable.dims if other != name]).values
        if not some.all():
            if not left_out(results.isel({name: ~some})).all():  # where refinement saw no reason to compute nothing is missed
                tell(f"nothing finite to draw for {name} = {plain(results[name].values[~some])}.")
            results = results.isel({name: np.flatnonzero(some)})
    return results


def _thin_curves(results, axes, all_curves, tell):
    if axes.curves and results.sizes[axes.curves] > MOST_CURVES and not all_curves:
        farthest = _farthest(results, axes.curves, axes.x)
        kept = farthest[thin(results[axes.curves].values[farthest], MOST_CURVES)]
        tell(f"{axes.curves} has {results.sizes[axes.curves]} values, showing {len(kept)} of them; --all-curves or --select shows others.")
        results = results.isel({axes.curves: kept})
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
    return with_both(open_results(path), options.quantity) if path else None


def _draw(results, axes, kind, options, theory, others, tell):
    x, quantity = axes.x, options.quantity
    figure, panels, columns = lay_out(results, axes.panels, style.SINGLE_COLUMN, lambda columns: 2.6 if columns < 3 else 2.3)
    figure.set_figheight(figure.get_figheight() + 0.25)
    places = results[x].values if theory is None or x not in theory.dims else np.append(
        results[x].values, theory[x].values[np.isinf(theory[x].values)])
    scale = scale_for(places, decades_of(x), options.x_scale)
    zero = set_vertical_axis(panels[0].axes, [results, *(file.results for file in others)], quantity, options.y_scale, kind.from_zero)
    colours = style.sequential(results.sizes[axes.curves] if axes.curves else 1)
    threshold = x == "T" and any(has_threshold(panel.cells, quantity) for panel in panels)
    for panel in panels:
        drawn = panel.axes
        for (curve, cells), colour in zip(slices(panel.cells, axes.curves), colours):
            lines = cells if theory is None else matching(theory, cells, x, options.theory)
            for _, line in slices(lines.dropna(LINE, how="all"), LINE) if LINE in lines.dims else [(None, lines)]:
                draw_theory(drawn, line, x, scale, quantity, colour, curve, zero)
            if quantity == "test_error":
                draw_exact(drawn, lines, x, scale, colour, curve, zero)
            draw_simulation(drawn, cells, x, scale, quantity, colour, curve, zero)
            if kind.least:
                mark_least(drawn, lines, x, scale, quantity, colour, curve, zero)
        for file in others:
            beside.draw(drawn, file, panel.at, axes, scale, quantity, dict(zip(results[axes.curves].values, colours)) if axes.curves else {},
                        zero)
        scale.apply(drawn, whole=x == "n")
        if threshold:
            show_threshold(drawn, panel.cells, scale)
    label(panels, columns, results, x, labels.quantity_title(results, quantity))
    if options.mark is not None:
        show_mark([panel.axes for panel in panels], kind.mark, options.mark, tell)
    legends.add_curve_key(figure, [panel.axes for panel in panels], panels[columns - 1].axes, results, axes.curves, colours, quantity, others)
    legends.add_heading(figure, results, axes.shown(), quantity, kind.least)
    return figure
