"""A map of remedies: which protocol has the least error for equal numbers of real labels, and how far it beats replacing."""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Patch

from collapse_analysis import style
from collapse_analysis.remedies import open_remedy, together
from collapse_analysis.results import ResultsError
from collapse_analysis.selection import parse_choice, select

COLOURS = {"replace": "#bbbbbb", "mix": "#4477aa", "partial": "#228833", "accumulate": "#ccbb44", "mixture": "#ee6677"}
MOST_TILES = 14  # along x: gains are written into wider tiles only


class RemediesFigure:
    """One panel per noise; colour: the winner, number: its gain."""

    name = "remedies"
    help = "which protocol has the least error at equal numbers of real labels, from files of `collapse optimum`, and its gain"

    def add_arguments(self, parser):
        parser.add_argument("others", metavar="FILE", type=Path, nargs="+")
        parser.add_argument("--y", metavar="NAME", default="beta", help="axis from bottom to top (default: beta)")
        parser.add_argument("--panels", metavar="NAME", default="sigma", help="axis with one panel per value (default: sigma)")
        parser.add_argument("--against", metavar="PROTOCOL", default="replace", help="whose error is that of no remedy (default: replace)")

    @staticmethod
    def open(path):
        return open_remedy(path)

    def draw(self, results, options, tell):
        choices = list(map(parse_choice, options.select))
        errors = together([results, *(select(open_remedy(path), choices) for path in options.others)], [options.file, *options.others])
        for name in (options.y, "labels"):
            if name not in errors.dims:
                raise ResultsError(f"The files have no axis {name} with several values; they have {', '.join(errors.dims[1:])}.")
        errors = errors.squeeze([name for name in errors.dims[1:] if errors.sizes[name] == 1 and name not in (options.y, options.panels)], drop=True)
        rest = [name for name in errors.dims if name not in ("protocol", options.y, options.panels, "labels")]
        if rest:
            raise ResultsError(f"The axis {rest[0]} has no place in the figure: give it one value, or --panels {rest[0]}.")
        if options.against not in errors["protocol"]:
            raise ResultsError(f"--against {options.against} is none of the files' protocols: {', '.join(errors['protocol'].values)}.")
        panelled = options.panels in errors.dims
        parts = [errors.sel({options.panels: value}) for value in errors[options.panels].values] if panelled else [errors]
        figure, axes = plt.subplots(1, len(parts), figsize=(style.DOUBLE_COLUMN, 3.4), sharey=True, squeeze=False)
        figure.subplots_adjust(left=0.08, right=0.98, bottom=0.14, top=0.76, wspace=0.06)
        for panel, part in zip(axes[0], parts):
            self._draw_panel(panel, part, options)
            if panelled:
                panel.set_title(f"${_symbol(errors, options.panels)} = {part[options.panels].item():g}$")
        axes[0][0].set_ylabel(f"{errors[options.y].attrs.get('long_name', options.y)} ${_symbol(errors, options.y)}$")
        handles = [Patch(facecolor=_colour(name), label=name) for name in errors["protocol"].values]
        figure.legend(handles=handles, loc="upper center", ncols=len(handles), title=self._heading(errors, options))
        return figure

    @staticmethod
    def _heading(errors, options):
        n = errors.attrs.get("n", "")
        return f"least error at equal numbers of real labels, n = {n}; in the tiles: the error of {options.against} over it"

    @staticmethod
    def _draw_panel(panel, part, options):
        part = part.transpose("protocol", options.y, "labels").sortby([options.y, "labels"])
        values = np.where(np.isfinite(part.values), part.values, np.inf)
        winner, least = values.argmin(axis=0), values.min(axis=0)
        against = values[list(part["protocol"].values).index(options.against)]
        with np.errstate(invalid="ignore"):
            gain = against / least
        colours = np.array([style.matplotlib.colors.to_rgba(_colour(name)) for name in part["protocol"].values])[winner]
        colours[..., 3] = np.clip(0.25 + 0.75 * np.log(np.where(np.isfinite(gain), gain, 10)) / np.log(4), 0.25, 1)
        x, y = part["labels"].values, part[options.y].values
        step = np.log(x[1] / x[0]) if len(x) > 1 else 1
        edges = np.exp(np.concatenate([np.log(x) - step / 2, [np.log(x[-1]) + step / 2]]))
        half = (y[1] - y[0]) / 2 if len(y) > 1 else 0.5
        tiles = panel.pcolormesh(edges, np.concatenate([y - half, [y[-1] + half]]), winner, rasterized=True)
        tiles.set(array=None, facecolor=colours.reshape(-1, 4))
        panel.set_xscale("log")
        panel.tick_params(which="both", direction="out", top=False, right=False)
        if np.isfinite(part.attrs.get("d", np.nan)):
            panel.axvline(part.attrs["d"], color=style.INK, linewidth=0.8, linestyle=":")
        panel.set_xlabel("real labels of all generations (dotted: $d$)")
        if len(x) > MOST_TILES:
            return
        for j, row in enumerate(gain):
            for i, value in enumerate(row):
                text = r"$\infty$" if np.isinf(value) else f"{value:.1f}" if value < 9.95 else f"{value:.0f}"
                panel.text(x[i], y[j], text, ha="center", va="center", fontsize=6)


def _colour(name):
    return COLOURS.get(name, style.FAINT)


def _symbol(errors, name):
    return errors[name].attrs.get("symbol", rf"\mathrm{{{name}}}")


FIGURE = RemediesFigure()
