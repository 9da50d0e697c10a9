"""The panels of a figure: one for each value of an axis, in reading order, or rows x columns of two axes."""

import math
from dataclasses import dataclass
from itertools import product

import xarray
from matplotlib.axes import Axes as MatplotlibAxes
from matplotlib.figure import Figure

from collapse_analysis import labels, style
from collapse_analysis.results import ResultsError
from collapse_analysis.selection import axis_for, thin

MOST_PANELS = 6   # of one axis
MOST_ROWS, MOST_COLUMNS = 5, 4  # of two
CHARACTERS_PER_INCH = 15  # of a title at an axis, about
BESIDE = 1.0      # inches that a legend and the labels of an axis take


@dataclass(frozen=True)
class Panel:
    """One of them, with what it shows."""

    axes: MatplotlibAxes
    cells: xarray.Dataset
    at: dict      # values of the axes of panels by name
    bottom: bool  # whether nothing lies below it, so that it says what x is
    left: bool


def panel_axes(results, text):
    """The axes that --panels names: at most two, rows and columns; raises ResultsError."""
    names = [axis_for(results, name.strip()) for name in (text or "").split(",") if name.strip()]
    if len(names) > 2 or len(set(names)) < len(names):
        raise ResultsError(f"--panels {text} does not name one axis, or two different ones for rows and columns, such as beta,lambda.")
    return names


def thin_panels(results, names, tell):
    """The results with no more values of these axes than there is room for."""
    for name, most in zip(names, (MOST_PANELS,) if len(names) == 1 else (MOST_ROWS, MOST_COLUMNS)):
        if results.sizes[name] > most:
            kept = thin(results[name].values, most)
            tell(f"{name} has {results.sizes[name]} values, showing {len(kept)} of them; --select shows others.")
            results = results.isel({name: kept})
    return results


def slices(results, name):
    """Pairs (value, results at this value) along an axis, its dimension kept with size 1; (None, results) if there is no axis."""
    if name is None:
        return [(None, results)]
    return [(value.item(), results.isel({name: [i]})) for i, value in enumerate(results[name].values)]


def lay_out(results, names, single_width, height, **share):
    """A figure with its panels; `single_width` of one panel [inch], `height(columns)` of a row."""
    parts = [({name: value for name, (value, _) in zip(names, chosen)}, results.isel({name: [i] for name, i in zip(names, place)}))
             for place, chosen in zip(product(*(range(results.sizes[name]) for name in names)),
                                      product(*(slices(results, name) for name in names)))]
    columns = results.sizes[names[1]] if len(names) == 2 else len(parts) if len(parts) <= 3 else 2 if len(parts) == 4 else 3
    rows = math.ceil(len(parts) / columns)
    width = single_width if columns == 1 else style.DOUBLE_COLUMN
    figure = Figure(figsize=(width, rows * height(columns)), layout="constrained")
    grid = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False, **share).ravel()
    for unused in grid[len(parts):]:
        unused.remove()
    panels = [Panel(axes, cells, at, place + columns >= len(parts), place % columns == 0)
              for place, ((at, cells), axes) in enumerate(zip(parts, grid))]
    return figure, panels, columns


def label(panels, columns, results, x, y_title):
    """Titles of the panels and of their outer axes."""
    width = (panels[0].axes.figure.get_figwidth() - BESIDE) / columns * CHARACTERS_PER_INCH
    for panel in panels:
        if panel.at:
            panel.axes.set_title(", ".join(labels.statement(results, name, value) for name, value in panel.at.items()))
        panel.axes.tick_params(labelbottom=panel.bottom, labelleft=panel.left)
        if panel.bottom:
            panel.axes.set_xlabel(labels.axis_title(results, x, width))
        if panel.left:
            panel.axes.set_ylabel(y_title)
