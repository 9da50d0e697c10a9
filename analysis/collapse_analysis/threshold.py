"""The interpolation threshold T = d on an axis of sample sizes."""

import numpy as np

from collapse_analysis import style

SMALL_RIDGE = 1e-2        # up to here the peak at T = d is still to be seen
LABEL_WIDTH = 0.13        # of the label of the threshold, as a fraction of the axes
ENOUGH_CLEARANCE = 0.045  # between this label and what is drawn


def show_mark(axes, direction, value):
    """A line at a value that the user wants to see marked, with the value at its end."""
    line, place, shift, align = ((axes.axvline, (value, 1), (2.5, -7), {"ha": "left", "va": "center"}) if direction == "x" else
                                 (axes.axhline, (1, value), (-2.5, 5), {"ha": "right", "va": "center"}))
    line(value, color=style.FAINT, linewidth=0.7, linestyle=(0, (4, 2)), zorder=1, gid="mark")
    coordinates = ("data", "axes fraction") if direction == "x" else ("axes fraction", "data")
    axes.annotate(f"{value:.4g}", place, xycoords=coordinates, xytext=shift, textcoords="offset points", fontsize=7.5, color="0.4",
                  **align)


def show_threshold(axes, cells, scale):
    """A vertical line at T = d where some ridge is small, so that theory peaks there; none if d is no single number in range."""
    d = cells["d"].values.ravel() if "d" in cells else np.empty(0)
    small_ridge = "lambda" in cells and bool((cells["lambda"] <= SMALL_RIDGE).any())
    if len(d) != 1 or not scale.low <= d[0] <= scale.high or not small_ridge:
        return
    axes.axvline(d[0], color=style.FAINT, linewidth=0.7, linestyle=(0, (4, 2)), zorder=1, gid="threshold")
    axes.annotate("$T=d$", (d[0], _free_height(axes, d[0])), xycoords=("data", "axes fraction"), xytext=(2.5, 0),
                  textcoords="offset points", fontsize=7.5, color="0.4", ha="left", va="center")


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
