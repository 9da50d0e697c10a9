"""Where two components of the error are equal, or it has grown by a factor, against one axis: the answers of `collapse boundary`."""

import argparse
import textwrap

import numpy as np
import xarray

from collapse_analysis.crossovers import as_lines
from collapse_analysis.curves import LINE, CurveFigure
from collapse_analysis.panels import panel_axes
from collapse_analysis.results import BOUNDARY, DONE, ResultsError, open_table
from collapse_analysis.selection import axis_for, first_varying

CROSSING = "crossing"  # a dimension of the file beside its axes
BESIDES = ("boundary_test_error", "boundary_beyond")  # what the file says of each crossing beside its place
ACROSS = ("lambda", "T", "T0", "beta", "sigma0", "n")  # preferred for x if the user names none


class BoundaryFigure:
    """Delegates to a CurveFigure, in which every crossing of a cell lies on a line."""

    name = "boundary"
    help = "crossovers and onset of collapse against another axis, from a file of `collapse boundary`"
    plain_quantity = None

    @staticmethod
    def open(path):
        """The table, as results of which the place of the boundary is the quantity that theory predicts."""
        table = open_table(path, BOUNDARY).drop_vars(CROSSING)  # the number of a crossing is no parameter
        [place] = [name for name in table.data_vars if name.startswith("boundary_") and name not in BESIDES]
        if not np.isfinite(table[place]).any():
            raise ResultsError(f"{path} has no crossing anywhere: search further, by --range of collapse boundary.")
        table["status"] = xarray.full_like(table[place].isel({CROSSING: 0}), DONE)
        return table.assign({f"theory_{place}": table[place], f"sim_{place}": table["status"] * np.nan})

    def add_arguments(self, parser):
        parser.add_argument("--x", metavar="NAME", help="axis from left to right")
        CurveFigure(self.name, "T", (), ()).add_layout_arguments(parser)

    def draw(self, results, options, tell):
        """The figure; raises ResultsError if the file cannot give it."""
        [quantity] = [name.removeprefix("theory_") for name in results.data_vars if name.startswith("theory_")]
        taken = {*panel_axes(results, options.panels), *([axis_for(results, options.curves)] if options.curves else [])}
        x = axis_for(results, options.x or first_varying(results, ACROSS, taken) or "T")
        results = results.sortby(x)
        results[f"theory_{quantity}"] = xarray.apply_ufunc(as_lines, results[quantity], input_core_dims=[[x, CROSSING]],
                                                           output_core_dims=[[x, LINE]], vectorize=True)
        kind = CurveFigure(self.name, x, ("n", "T0", "sigma0", "beta"), ("beta", "alpha"), from_zero=False, mark="y")
        figure = kind.draw(results, argparse.Namespace(**vars(options), quantity=quantity), tell)
        _, where, what = str(results[quantity].attrs.get("long_name", "")).partition(" where ")
        for axes in figure.axes:
            if where and axes.get_ylabel():
                said = f"where {what}".replace("_", " ").replace(",", " and ")
                axes.set_ylabel("\n".join([axes.get_ylabel(), *textwrap.wrap(said, 34)]))
        return figure


FIGURE = BoundaryFigure()
