"""What lies over the colours of a map: contour lines, formulae, the region without progress, the ends of a range searched."""

import numpy as np
from matplotlib import patheffects
from matplotlib.colors import LogNorm
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator
from scipy import ndimage

from collapse_analysis import labels, style
from collapse_analysis.formulas import FORMULAS
from collapse_analysis.regions import size_of

HATCH = "////"
SLIVER = 0.015  # smaller parts of a map are not hatched: at ell = 0 no error falls
BORDERS = (1, 2)  # values of `optimum_place`: lower_border, upper_border
HALO = patheffects.withStroke(linewidth=2.2, foreground="white")
FLAT = 0.01   # a local rate d log E / d log T above -FLAT is none
CLEAR = 0.2   # inches from the edge of a panel: no label of a contour line is so close
DASHES = {name: dash for name, dash in zip(FORMULAS, [(0, (5, 2)), (0, (1, 1.2)), (0, (5, 1.5, 1, 1.5)), (0, (2, 2)), (0, (8, 2))])}
GROWTH = (1.1, 1.5, 2, 5, 10, 30, 100, 1e3, 1e4, 1e6, 1e8, 1e10)


def progress(plane):
    """A field that is positive where more data do not lower the error: rate_T is 0 within FLAT, as it tends to 0 from either side;
    None if there is no such region to speak of."""
    if "theory_rate_T" not in plane.cells or not plane.smooth:
        return None
    rate = plane.values("theory_rate_T")
    # Rates span decades and change sign: with straight lines between cells the edge of the region would have the steps of the grid.
    field = plane.between(np.where(np.isfinite(rate), np.arcsinh((rate + FLAT) / FLAT), np.nan), curved=True)
    parts, count = ndimage.label(field >= 0)
    shares = np.bincount(parts.ravel(), minlength=count + 1) / field.size
    field = np.where((parts > 0) & (shares[parts] <= SLIVER), -1e-9, field)
    return field if (field >= 0).any() else None


def draw_no_progress(panel, plane, field):
    """Hatches where the field of progress() is positive; its key entry."""
    panel.contourf(plane.x.fine, plane.y.fine, field, levels=[0, np.inf], colors="none", hatches=[HATCH], zorder=2)
    if (field < 0).any():
        panel.contour(plane.x.fine, plane.y.fine, field, levels=[0], colors=style.INK, linewidths=0.5, zorder=2)
    label = f"error falls no\nfaster than $T^{{-{FLAT:g}}}$"
    return {"no progress": Patch(facecolor="white", edgecolor=style.INK, hatch=HATCH, linewidth=0.4, label=label)}


def draw_borders(panel, plane, quantity):
    """Crosses on the cells whose optimum is an end of the range that was searched: the true one lies beyond; their key entry."""
    place = _place_of(quantity.name, plane.cells)
    if not place:
        return {}
    rows, columns = np.nonzero(np.isin(plane.values(place), BORDERS))
    look = dict(color=style.INK, linestyle="none", marker="x", markersize=3.5, markeredgewidth=0.8, path_effects=[HALO])
    panel.plot(plane.x.scale.place(plane.x.values)[columns], plane.y.scale.place(plane.y.values)[rows], clip_on=False, zorder=5,
               gid="border", **look)
    return {"border": Line2D([], [], label="end of the range\nsearched", **look)} if len(rows) else {}


def _place_of(optimum, cells):
    """The variable that says where in its range an optimum lies: with the parameter's name in it if there are two of them."""
    if not optimum.startswith("optimum_"):
        return None
    clean = "_clean" if optimum.endswith("_clean") else ""
    names = (f"{optimum.removesuffix('_clean')}_place{clean}", f"optimum_place{clean}")
    return next((name for name in names if name in cells), None)


def draw_lines(panel, plane, formulas, outlined):
    """The formulae, pairs as `formulas.lines` gives them; their key entries."""
    key = {}
    for formula, field in formulas:
        look = dict(linestyles=[DASHES[formula.name]], linewidths=1.3, colors=style.INK, zorder=4)
        contour = panel.contour(plane.x.fine, plane.y.fine, field, levels=[0], **look)
        if outlined:
            for path in contour.collections:
                path.set_path_effects([patheffects.withStroke(linewidth=2.6, foreground="white")])
        key[formula.name] = Line2D([], [], color=style.INK, linestyle=DASHES[formula.name], linewidth=1.3, label=formula.label)
    return key


def draw_contours(panel, plane, field, norm, kind):
    """Labelled contour lines of a smooth field, at round values."""
    if not np.isfinite(field).any():
        return
    low, high = np.nanmin(field), np.nanmax(field)
    rounding = 1e-9 * max(abs(low), abs(high))
    low, high = low + rounding, high - rounding  # a level along a plateau is noise: such as an optimum at the end of its range
    if kind == "growth":
        levels = [level for level in GROWTH if low < level < high]
    elif isinstance(norm, LogNorm):
        first, last = np.ceil(np.log10(low)), np.floor(np.log10(high))
        levels = 10.0 ** np.arange(first, last + 1, max(1, np.ceil((last - first) / 8)))
        if len(levels) < 4:
            levels = np.sort(np.outer(10.0 ** np.arange(first - 1, last + 1), [1, 2, 5]).ravel())
        levels = levels[(levels > low) & (levels < high)]
    else:
        levels = [level for level in MaxNLocator(8).tick_values(low, high) if low < level < high]
        if kind == "progress":
            levels = [level for level in levels if abs(level) > FLAT]  # 0 is where the hatches are, and wherever rounding puts it
    if len(levels) == 0:
        return
    contour = panel.contour(plane.x.fine, plane.y.fine, field, levels=levels, colors=style.INK, linewidths=0.5, linestyles="solid",
                            zorder=2)
    text_of = lambda level: f"${labels.value(float(f'{level:.6g}'))}$"
    for text in panel.clabel(contour, fmt=text_of, fontsize=7, manual=_label_places(panel, contour)):
        text.set(path_effects=[patheffects.withStroke(linewidth=2, foreground="white")], zorder=5)


def _label_places(panel, contour):
    """One place on each contour line, off the edges of the panel and far from the other places."""
    taken, places, clear = [], [], CLEAR / size_of(panel)
    for segments in contour.allsegs:
        vertices = np.concatenate([np.empty((0, 2)), *segments])
        shares = panel.transAxes.inverted().transform(panel.transData.transform(vertices))
        free = (np.abs(shares - 0.5) < 0.5 - clear).all(axis=1)
        if free.any():
            distance = [min([np.hypot(*(share - other)) for other in taken] or [-abs(share[0] - 0.5)]) for share in shares[free]]
            taken.append(shares[free][np.argmax(distance)])
            places.append(vertices[free][np.argmax(distance)])
    return places
