"""Figures of where the theoretical error is least, from the answers of `collapse optimum`."""

import argparse
import re

import numpy as np
import xarray

from collapse_analysis.curves import CurveFigure
from collapse_analysis.results import DONE, OPTIMUM, ResultsError, open_table


def optima(table):
    """The variables that hold the best values of the parameters searched, without those of clean data."""
    return [name for name in table.data_vars if name.startswith("optimum_") and name != "optimum_test_error"
            and not name.endswith(("_clean", "_place"))]


class OptimumFigure(CurveFigure):
    """The best value of a parameter against one axis."""

    @property
    def help(self):
        return f"the best value of a parameter against {self.x}, from a file of `collapse optimum`"

    def add_arguments(self, parser):
        parser.add_argument("--of", metavar="NAME", help="whose best values, of a file with two parameters (default: the first)")
        self.add_layout_arguments(parser)

    @staticmethod
    def open(path):
        """The table, as results of which the optimum is the quantity that theory predicts; sigma becomes signal over sigma^2."""
        table = open_table(path, OPTIMUM)
        names = optima(table)
        for optimum in names:
            table[f"theory_{optimum}"] = table[optimum]
            table[f"sim_{optimum}"] = xarray.full_like(table[optimum], np.nan)
        table["status"] = xarray.full_like(table[names[0]], DONE)
        return _with_snr(table)

    def draw(self, results, options, tell):
        known = optima(results)
        quantity = f"optimum_{options.of}" if options.of else known[0]
        if quantity not in known:
            raise ResultsError(f"--of {options.of} is not optimised in the file, but {' and '.join(known)}.".replace("optimum_", ""))
        return super().draw(results, argparse.Namespace(**vars(options), quantity=quantity), tell)


def _with_snr(table):
    """An axis `snr` in the place of sigma, if the config states a signal power."""
    signal = re.search(r"^model\.signal = ([-+.\deE]+)$", table.attrs.get("resolved_config", ""), re.MULTILINE)
    if "sigma" not in table.dims or "sigma0" in table.dims or not signal:
        return table
    table = table.assign_coords(snr=float(signal[1]) / table["sigma"] ** 2).swap_dims(sigma="snr").drop_vars(["sigma", "sigma0"], errors="ignore")
    table["snr"].attrs = {"symbol": r"\mathrm{SNR}", "long_name": "signal-to-noise ratio"}
    return table
