"""Theory of other files, or of other quantities, beside the curves of a figure: named lines without points."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import xarray

from collapse_analysis import style
from collapse_analysis.comparison import short_names
from collapse_analysis.curve import DASHES_BESIDE, draw_line
from collapse_analysis.results import ResultsError, open_results
from collapse_analysis.selection import axis_for, parse_choice, select, varying


@dataclass(frozen=True)
class File:
    """A file of theory (or a quantity of the figure's own: no path), with the name that it has in the key, and how its lines are dashed."""

    name: str
    path: Path | None
    results: xarray.Dataset
    dashes: tuple


def add_arguments(parser):
    parser.add_argument("--beside", metavar="[NAME=]FILE", action="append", default=[],
                        help="also the theory of this file, as dashed lines, named in the key")
    parser.add_argument("--also", metavar="[NAME=]QUANTITY", action="append", default=[],
                        help="also the theory of this quantity of the same file, likewise: teacher=generator_error")


def quantities(results, texts, quantity, taken):
    """The quantities that --also names, as if each were a file whose `quantity` it is; `taken`: how many files have dashes already."""
    named = []
    for (name, _, other), dashes in zip((text.rpartition("=") for text in texts), (DASHES_BESIDE * (taken + len(texts)))[taken:]):
        if f"theory_{other}" not in results:
            known = ", ".join(sorted(key.removeprefix("theory_") for key in results.data_vars if key.startswith("theory_")))
            raise ResultsError(f"The file has no theory of {other} for --also; it has {known}.")
        cells = results.assign({f"theory_{quantity}": results[f"theory_{other}"]}).drop_vars(f"sim_{quantity}")
        named.append(File(name or other.replace("_", " "), None, cells, dashes))
    return named


def open_all(options, x, axes):
    """The files that --beside names, cut to --select where they have its axes; raises ResultsError."""
    texts = getattr(options, "beside", [])
    pairs = [text.rpartition("=") for text in texts]
    paths = [Path(path) for _, _, path in pairs]
    short = short_names([options.file, *paths])[1:] if paths else []
    files = []
    for (name, _, _), path, alike, dashes in zip(pairs, paths, short, DASHES_BESIDE * len(paths)):
        results = open_results(path)
        if f"theory_{options.quantity}" not in results:
            raise ResultsError(f"{path} has no theory of {options.quantity}.")
        choices = [choice for choice in map(parse_choice, getattr(options, "select", [])) if results.sizes.get(choice[0], 1) > 1]
        try:
            results = select(results, choices)
            place = axis_for(results, x)
        except ResultsError as error:
            raise ResultsError(f"{path} has no line to draw: {error}") from error
        free = [other for other in varying(results) if other not in (place, axes.curves, *axes.panels)]
        if place != axes.x or free:
            raise ResultsError(f"{path} has no single line to draw: it has several values of {', '.join(free or [place])}; choose by --select.")
        files.append(File(name or alike, path, results, dashes))
    return files


def draw(drawn, file, at, axes, scale, quantity, colours, zero):
    """Lines of the file in a panel `at` these values of its axes: in the colours of the curves, in ink where it has one for all."""
    cells = file.results
    for name, value in at.items():
        if cells.sizes.get(name, 1) > 1:
            cells = _at(cells, name, value)
    if cells is None:
        return
    if axes.curves and cells.sizes.get(axes.curves, 1) > 1:
        for curve, colour in colours.items():
            line = _at(cells, axes.curves, curve)
            if line is not None:
                draw_line(drawn, line, axes.x, scale, quantity, colour, f"{file.name} {curve:g}", file.dashes, zero)
    else:
        draw_line(drawn, cells, axes.x, scale, quantity, style.INK, file.name, file.dashes, zero)


def _at(cells, name, value):
    """The cells at a value of an axis; None if they do not have it."""
    here = np.flatnonzero(np.isclose(cells[name].values, value, rtol=1e-6, atol=0)) if not isinstance(value, str) else []
    return cells.isel({name: here[:1]}) if len(here) else None
