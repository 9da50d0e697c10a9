"""Draws maps: tiles or smooth colours of a quantity over a plane, one panel per value of a third axis, and what lies over them."""

from dataclasses import dataclass

import numpy as np
from matplotlib.colors import LogNorm, Normalize

from collapse_analysis import labels, legends, overlays, regions, style
from collapse_analysis.boundaries import draw_boundaries
from collapse_analysis.components import COMPONENTS
from collapse_analysis.formulas import lines
from collapse_analysis.panels import label, lay_out
from collapse_analysis.plane import Plane, left_out
from collapse_analysis.results import ResultsError
from collapse_analysis.scales import logarithmic_ticks, tick_text

QUANTITIES = ("test_error", "bias", "variance", "ratio_to_clean", *COMPONENTS, "rate_T", "rate_lambda", "rate_n", "asymptotic_rate_T")
BOOKKEEPING = ("status", "failure", "replicates", "task_seconds")  # of the cells themselves, also of those left out
BY = {"theory": "theory", "sim": "simulation"}


@dataclass(frozen=True)
class Quantity:
    """What a map shows: a variable, how it is called, and its kind of scale (regime, log, growth, signed, progress or linear)."""

    variable: str
    name: str
    title: str
    kind: str
    by: str

    @property
    def simulated(self):
        return self.by == "simulation"


def quantity_of(results, name, by):
    """The quantity that the user asks for; raises ResultsError, with what there is, if the file cannot give it."""
    optimum = next((v for v in results.data_vars if v.startswith("optimum_")), None)
    name = name or optimum or "regime"
    variable = f"{by}_{name}" if f"{by}_{name}" in results else name
    if variable not in results.data_vars or results[variable].dims != results["status"].dims:
        known = sorted(v for v in results.data_vars if results[v].dims == results["status"].dims)
        hint = " (a simulation has components where the cells n = 0 are)" if name in QUANTITIES or name == "regime" else ""
        raise ResultsError(f"The file has no {by}_{name} to map{hint}; it has {', '.join(known)}.")
    name_alone, kind = name.removeprefix("theory_").removeprefix("sim_"), "linear"
    if name.endswith("regime"):
        kind = "regime"
    elif name.endswith("rate_T"):
        kind = "progress"
    elif "rate_" in name or name == "zscore":
        kind = "signed"
    elif name.endswith("ratio_to_clean"):
        kind = "growth"
    elif _spans_decades(name_alone) and _decades(results[variable]) > 1:
        kind = "log"
    return Quantity(variable, name, labels.quantity_title(results, name_alone), kind, BY["sim" if variable.startswith("sim_") else "theory"])


def _spans_decades(name):
    """Errors and ridges do; exponents, fractions, counts and flags are drawn linearly."""
    optimum = name.removeprefix("optimum_").removesuffix("_clean")
    return "rate_" not in name and name in QUANTITIES or optimum in ("lambda", "test_error")


def _decades(variable):
    finite = variable.values[np.isfinite(variable.values)]
    return np.log10(finite.max() / finite.min()) if finite.size and finite.min() > 0 else 0


def draw_maps(results, axes, quantity, line_names, boundaries, tell):
    """The figure; `axes` are the names of x, y and panels (a list of at most two)."""
    x, y, names = axes
    _check_values(results, quantity)
    height = lambda columns: {1: 3.3, 2: 2.9, 3: 2.25}.get(columns, 1.8)
    figure, panels, columns = lay_out(results, names, 1.4 * style.SINGLE_COLUMN, height)
    figure.set_figheight(figure.get_figheight() + 0.75)
    colours = None if quantity.kind == "regime" else _colours(results[quantity.variable].values, quantity.kind)
    key, mesh = {}, None
    refined = "theory_rate_T" in results and left_out(results).any()
    if refined:
        tell("the region without progress is not hatched: the refinement left out cells without regard to the rate, "
             "which is a mere interpolation there.")
    for panel in panels:
        drawn, plane = panel.axes, Plane(panel.cells, x, y)
        _set_axes(drawn, plane)  # first: labels of contour lines are turned and fitted on the final scale
        formulas = list(lines(plane, line_names))
        stalled = [field for field in [overlays.progress(plane)] if field is not None and not refined]
        if quantity.kind == "regime":
            key |= regions.draw_regimes(drawn, plane, quantity, [field for _, field in formulas] + stalled)
        else:
            mesh = _draw_field(drawn, plane, quantity, *colours)
        for field in stalled:
            key |= overlays.draw_no_progress(drawn, plane, field)
        key |= draw_boundaries(drawn, plane, boundaries, quantity, tell)
        key |= overlays.draw_borders(drawn, plane, quantity)
        key |= overlays.draw_lines(drawn, plane, formulas, outlined=quantity.kind != "regime")
    label(panels, columns, results, x, labels.axis_title(results, y, 30 if columns == 1 else 22))
    if mesh is not None:
        bar = figure.colorbar(mesh, ax=[panel.axes for panel in panels], label=quantity.title, pad=0.02, aspect=28, location="bottom",
                              shrink=0.8)
        if isinstance(mesh.norm, LogNorm):
            major, minor = logarithmic_ticks(mesh.norm.vmin, mesh.norm.vmax)
            bar.set_ticks(major, labels=[f"${tick_text(t, major, True)}$" for t in major])
            bar.set_ticks(minor, minor=True)
    if key:
        panels[columns - 1].axes.legend(handles=list(key.values()), loc="upper left", bbox_to_anchor=(1.02, 1.02), borderaxespad=0,
                                        handlelength=1.8)
    said = f"regime by {quantity.by}: the largest component" if quantity.kind == "regime" else f"{quantity.title} by {quantity.by}"
    legends.head(figure, legends.model(results) + legends.fixed_parameters(results, {x, y, *names}), [said, *legends.unfinished(results)])
    return figure


def _check_values(results, quantity):
    values = results[quantity.variable].values.astype(float)
    if not (values > 0 if quantity.kind == "regime" else np.isfinite(values)).any():
        clean = " (simulated regimes need cells with n = 0 beside the others)" if quantity.variable == "sim_regime" else ""
        raise ResultsError(f"There is no {quantity.variable} to draw in this part of the grid{clean}.")


def _set_axes(panel, plane):
    """Limits at the outermost values, where theory ends as well, or at the edges of a tile that stands alone; ticks at round values."""
    for axis, vertical in ((plane.x, False), (plane.y, True)):
        ends = np.concatenate([axis.values[cells] if len(cells) > 1 else edges for cells, edges in axis.tiles()])
        axis.scale.apply(panel, whole=axis.name == "n", vertical=vertical, limits=(ends.min(), ends.max()))
    panel.tick_params(which="both", direction="out", top=False, right=False)


def _colours(values, kind):
    """Colour map and norm for values of a kind."""
    finite = values[np.isfinite(values)].astype(float)
    if kind in ("signed", "progress"):
        reach = np.quantile(np.abs(finite), 0.995) or 1.0
        return "PuOr_r", Normalize(-reach, reach)
    if kind == "growth":
        return "YlOrBr", LogNorm(1, max(np.quantile(finite, 0.999), 2.0))
    if kind == "log":
        return style.sequential_map(256), LogNorm(finite[finite > 0].min(), finite.max())
    return style.sequential_map(256), Normalize(finite.min(), finite.max() if finite.max() > finite.min() else finite.min() + 1)


def _draw_field(panel, plane, quantity, colours, norm):
    """Smooth colours and contour lines of a theory known between the cells; tiles of what is simulated, and at 0 and infinity."""
    values = plane.values(quantity.variable)
    smooth = not quantity.simulated and quantity.name not in BOOKKEEPING and "flag_meanings" not in plane.cells[quantity.variable].attrs
    mesh = None
    for rows, y_edges in plane.y.tiles():
        for columns, x_edges in plane.x.tiles():
            if smooth and len(rows) > 1 and len(columns) > 1:
                even = np.log if isinstance(norm, LogNorm) else np.asarray
                with np.errstate(divide="ignore", invalid="ignore"):
                    field = plane.between(np.where(np.isfinite(values), even(values), np.nan))
                field = np.exp(field) if isinstance(norm, LogNorm) else field
                mesh = panel.pcolormesh(plane.x.fine, plane.y.fine, field, cmap=colours, norm=norm, shading="gouraud", rasterized=True)
                overlays.draw_contours(panel, plane, field, norm, quantity.kind)
            else:
                tiles = (values if quantity.name in BOOKKEEPING else plane.nearest(values))[np.ix_(rows, columns)]
                drawn = panel.pcolormesh(x_edges, y_edges, np.ma.masked_invalid(tiles), cmap=colours, norm=norm, rasterized=True)
                mesh = mesh or drawn
    return mesh
