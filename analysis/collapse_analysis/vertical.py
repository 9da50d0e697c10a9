"""The vertical axis of an error: its scale and range, from every finite value that will be drawn."""

import math

import numpy as np
from matplotlib.ticker import FixedLocator, FuncFormatter, NullFormatter

from collapse_analysis.results import ANSWERS
from collapse_analysis.scales import logarithmic_ticks, tick_text

ROUNDING = 1e-12  # below this share of the largest value an error is rounding noise around zero


def set_vertical_axis(axes, files, quantity, forced, from_zero=True):
    """Sets scale, limits and ticks of y, from zero if linear and wanted; what is not larger than the value returned counts as 0 and
    lies below the axis. `files`: the results of the figure first, then others that have lines in it."""
    results, *others = files
    drawn = np.concatenate([results[f"{kind}_{quantity}"].values.ravel() for kind in ("sim", "theory")] +
                           [other[f"theory_{quantity}"].values.ravel() for other in others])
    drawn = drawn[np.isfinite(drawn)]
    zero = 0 if quantity.startswith(ANSWERS) else ROUNDING * drawn.max()  # places of a boundary are exact, over however many decades
    visible = drawn[drawn > zero]
    top = _top(results, quantity, drawn.max())
    if len(visible) and (forced == "log" or (forced == "auto" and top >= 10 * visible.min())):
        _use_logarithm(axes, visible.min(), top)
        return zero
    low = min(drawn.min(), 0) if from_zero else drawn.min()
    width = (top - low) or 1
    axes.set_ylim(low - 0.02 * width, top + 0.06 * width)
    return -np.inf


def _top(results, quantity, highest):
    """The highest value, with the error bars of the simulated ones."""
    stderr = results.get(f"sim_{quantity}_stderr")
    if stderr is None:
        return highest
    ends = (results[f"sim_{quantity}"] + stderr).values
    return max(highest, ends[np.isfinite(ends)].max(initial=highest))


def _use_logarithm(axes, low, high):
    low, high = math.log10(low), math.log10(high)
    margin = 0.07 * max(high - low, 0.1)
    low, high = 10 ** (low - margin), 10 ** (high + margin)
    axes.set_yscale("log", nonpositive="clip")
    axes.set_ylim(low, high)
    major, minor = logarithmic_ticks(low, high)
    axes.yaxis.set_major_locator(FixedLocator(major))
    axes.yaxis.set_minor_locator(FixedLocator(minor))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda t, _: f"${tick_text(t, major, True)}$"))
    axes.yaxis.set_minor_formatter(NullFormatter())
