"""The interpolation threshold T = d on an axis of sample sizes."""

import numpy as np

from collapse_analysis import style

NEAR = 1.15               # T within this factor of d are at the threshold
PEAK = 1.02               # an error this many times those beside it is a peak
LABEL_WIDTH = 0.13        # of the label of the threshold, as a fraction of the axes
ENOUGH_CLEARANCE = 0.045  # between this label and what is drawn


def show_mark(panels, direction, value, tell):
    """A line in every panel at a value that the user wants to see marked, with the value at its end; a word if it is out of sight."""
    low, high = panels[0].get_xlim() if direction == "x" else panels[0].get_ylim()
    if not low <= value <= high:
        tell(f"--mark {value:g} is not drawn: it lies outside of the {direction} axis, which goes from {low:.3g} to {high:.3g}.")
        return
    for axes in panels:
        line, place, shift, align = ((axes.axvline, (value, 1), (2.5, -7), {"ha": "left", "va": "center"}) if direction == "x" else
                                     (axes.axhline, (1, value), (-2.5, 5), {"ha": "right", "va": "center"}))
        line(value, color=style.FAINT, linewidth=0.7, linestyle=(0, (4, 2)), zorder=1, gid="mark")
        coordinates = ("data", "axes fraction") if direction == "x" else ("axes fraction", "data")
        axes.annotate(f"{value:.4g}", place, xycoords=coordinates, xytext=shift, textcoords="offset points", fontsize=7.5, color="0.4",
                      **align)


def has_threshold(cells, quantity):
    """Whether theory of the quantity peaks at T = d in these cells: is infinite there, or larger than at the T on either side."""
    d = _dimension(cells)
    if d is None or not cells["T"].min() <= d <= cells["T"].max():
        return False
    cells = cells.sortby("T")
    T = cells["T"].values
    error = cells[f"theory_{quantity}"].transpose("T", ...).values.reshape(len(T), -1)
    near = np.flatnonzero(np.abs(np.log(T / d)) <= np.log(NEAR))
    if not len(near) or np.isposinf(error[near]).any():
        return bool(len(near))
    before, after = error[:near[0]][-1:], error[near[-1] + 1:][:1]
    if not len(before) or not len(after):
        return False
    with np.errstate(invalid="ignore"):
        return bool((error[near].max(axis=0) > PEAK * np.maximum(before, after)).any())


def show_threshold(axes, cells, scale):
    """A vertical line at T = d; none if d is no single number in range."""
    d = _dimension(cells)
    if d is None or not scale.low <= d <= scale.high:
        return
    axes.axvline(d, color=style.FAINT, linewidth=0.7, linestyle=(0, (4, 2)), zorder=1, gid="threshold")
    axes.annotate("$T=d$", (d, _free_height(axes, d)), xycoords=("data", "axes fraction"), xytext=(2.5, 0),
                  textcoords="offset points", fontsize=7.5, color="0.4", ha="left", va="center")


def _dimension(cells):
    """The one d of the cells, None if there is no such."""
    d = cells["d"].values.ravel() if "d" in cells.coords else np.empty(0)
    return float(d[0]) if len(d) == 1 and np.isfinite(d[0]) else None


def _free_height(axes, x):
    """The height [fraction of the axes] where a short label right of x is farthest from curves and points, low rather than high."""
    to_fraction = lambda values: axes.transAxes.inverted().transform(axes.transData.transform(values))
    left = to_fraction([(x, axes.get_ylim()[0])])[0, 0]
    occupied = []
    for line in axes.lines:
        if str(line.get_gid()).startswith(("theory ", "simulation ")) and line.get_transform() == axes.transData:
            points = to_fraction(line.get_xydata()[np.isfinite(line.get_ydata())])
            near = points[np.abs(points[:, 0] - left - LABEL_WIDTH / 2) < LABEL_WIDTH]
            occupied.append(near[:, 1])
            if len(points) > 1:
                occupied.append(np.interp(left + LABEL_WIDTH * np.linspace(0, 1, 5), *points.T))
    occupied = np.concatenate([[0.0, 1.0], *occupied])  # the frame counts as well
    heights = np.linspace(0.05, 0.93, 23)
    clearance = np.abs(heights[:, None] - occupied).min(axis=1)
    return heights[np.argmax(np.minimum(clearance, ENOUGH_CLEARANCE))]
