"""Eigenvalues and coefficients of a data set in the space of a kernel, with the power laws fitted to them: `collapse spectrum`."""

import h5py
import numpy as np
import xarray
from matplotlib.figure import Figure

from collapse_analysis import style
from collapse_analysis.results import check_schema

SPECTRUM = "collapse-spectrum"
LAWS = ("beta", "r")


class SpectrumFigure:
    """Left the eigenvalues s_j, right the power of the targets beyond direction j: of the pool as points, lines the laws in their windows."""

    name = "spectrum"
    help = "eigenvalues and coefficients of a data set with the power laws that fit them, from a file of `collapse spectrum`"

    @staticmethod
    def open(path):
        check_schema(path, SPECTRUM)
        with h5py.File(path) as file:
            s, w2 = file["pool_eigenvalues"][()], file["pool_squared_coefficients"][()]
            laws = {f"{law}{end}": np.ravel(file.attrs[f"{law}{end}"]) for law in LAWS for end in ("", "_stderr", "_window")}
            nodes = {name: file[name][()] for name in ("eigenvalues", "squared_coefficients", "weights")}
        return xarray.Dataset({"s": ("j", s), "power": ("j", s * w2), **{name: ("node", values) for name, values in nodes.items()}},
                              coords={"j": np.arange(1, len(s) + 1)}, attrs=laws)

    def add_arguments(self, parser):
        pass

    def draw(self, results, options, tell):
        figure = Figure(figsize=(style.DOUBLE_COLUMN, 2.8), layout="constrained")
        left, right = figure.subplots(1, 2)
        j, laws = results["j"].values, results.attrs
        beta, r = laws["beta"][0], laws["r"][0]
        tails = results["power"].values[::-1].cumsum()[::-1]
        corrected = np.argsort(-results["eigenvalues"].values)
        s, weight = (results[name].values[corrected] for name in ("eigenvalues", "weights"))
        node_power = weight * s * results["squared_coefficients"].values[corrected]
        places = np.cumsum(weight)
        for axes, values, nodes, exponent, name in (
                (left, results["s"].values, s, beta, rf"$\beta = {beta:.3f} \pm {laws['beta_stderr'][0]:.3f}$"),
                (right, tails, node_power[::-1].cumsum()[::-1], 2 * beta * r, rf"$r = {r:.3f} \pm {laws['r_stderr'][0]:.3f}$")):
            window = laws["beta_window"]
            at = np.geomspace(*window, 50)
            middle = np.sqrt(np.prod(window))
            height = np.exp(np.interp(np.log(middle), np.log(j), np.log(np.maximum(values, 1e-300))))
            seen = values > 0
            axes.loglog(j[seen], values[seen], ".", markersize=2, color=style.FAINT, label="pool", gid="pool")
            held = places >= 1
            axes.step(places[held], nodes[held], where="pre", color=style.INK, linewidth=0.8, label="corrected", gid="corrected")
            axes.loglog(at, height * (at / middle) ** -exponent, color="tab:red", label=name, gid="law")
            axes.set_xlabel("direction $j$")
            axes.set_ylim(bottom=max(values[seen].min(), 1e-8) / 2)
            axes.legend()
        left.set_ylabel("eigenvalue $s_j$")
        right.set_ylabel(r"power of the targets $\sum_{k \geq j} s_k w_{0k}^2$")
        return figure


FIGURE = SpectrumFigure()
