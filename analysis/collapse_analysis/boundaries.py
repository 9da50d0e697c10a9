"""Boundaries between the regimes of a map: from its own cells, or exactly, from files of `collapse boundary`."""

import textwrap
from itertools import combinations

import numpy as np
from matplotlib.lines import Line2D

from collapse_analysis import labels, style
from collapse_analysis.components import COMPONENTS
from collapse_analysis.crossovers import as_lines
from collapse_analysis.regions import shares_between

FINER = 40      # points on a line of a file between two of its own, so that it ends where the regimes do
NEARLY = 0.05   # two components are the largest if no other exceeds them by more, in logarithms


def draw_boundaries(panel, plane, tables, quantity, tell):
    """Solid lines where the largest component changes; those of two components that a file is about are taken from it. Files about
    something else, and all files on maps of other quantities, are drawn as they are. Returns entries of the key."""
    regimes = quantity.kind == "regime" and plane.smooth and "theory_clean_bias" in plane.cells
    key, exact = {}, set()
    for table in tables:
        pair = _pair(table)
        among = shares_between(plane) if regimes and pair else None
        drawn = _draw_file(panel, plane, table, among, pair, tell)
        exact |= {frozenset(pair)} if drawn and pair else set()
        if drawn:
            said = "boundary" if pair else textwrap.fill(_where(table), 24)
            key[said] = Line2D([], [], color=style.INK, linewidth=_width(pair), label=said)
    lines = _draw_grid(panel, plane, exact) if regimes else 0
    if lines and quantity.simulated:
        key["boundary by theory"] = Line2D([], [], color=style.INK, linewidth=0.8, label="boundary by theory")
    return key


def _width(pair):
    return 0.8 if pair else 1.3


def _draw_grid(panel, plane, exact):
    """Lines between the regimes of the grid but for the pairs that are drawn exactly; how many there are."""
    shares, count = shares_between(plane), 0
    for i, j in combinations(range(len(COMPONENTS)), 2):
        if frozenset((COMPONENTS[i], COMPONENTS[j])) in exact:
            continue
        field = np.where(_largest(shares, i, j), shares[i] - shares[j], np.nan)
        if (field < 0).any() and (field > 0).any():
            panel.contour(plane.x.fine, plane.y.fine, field, levels=[0], colors=style.INK, linewidths=0.8, zorder=3)
            count += 1
    return count


def _largest(shares, i, j):
    """Where no third component is larger than both."""
    others = np.delete(shares, [i, j], axis=0).max(axis=0)
    return np.maximum(shares[i], shares[j]) >= others - NEARLY


def _where(table):
    """What the file says is so on its boundaries: "clean_bias,collapse_variance are equal"."""
    said = [str(table[name].attrs.get("long_name", "")).partition(" where ")[2] for name in table.data_vars]
    return next(filter(None, said), "boundary")


def _pair(table):
    """The two components that are equal on the boundaries of the file, None if they are of another kind."""
    names = tuple(_where(table).removesuffix(" are equal").split(","))
    return names if len(names) == 2 and set(names) <= set(COMPONENTS) else None


def _draw_file(panel, plane, table, shares, pair, tell):
    """The curves of a file of boundaries, places along one axis of the plane for each value of the other, where the pair is the largest
    (None: everywhere); True if there is one."""
    for along, across in ((plane.x.name, plane.y.name), (plane.y.name, plane.x.name)):
        name = f"boundary_{labels.parameter(plane.cells, along).stands_for or along}"
        if name in table and across in table[name].dims:
            break
    else:
        tell(f"the boundaries of {table.attrs.get('title', 'a file')} are no curves over {plane.x.name} and {plane.y.name}.")
        return False
    curve = table[name].transpose(across, ...)
    for other in [dim for dim in curve.dims if dim not in (across, "crossing")]:
        here = np.isclose(curve[other], _value(plane, other), rtol=1e-6)
        if not here.any():
            tell(f"the boundaries of {table.attrs.get('title', 'a file')} are not known at the {other} of this panel.")
            return False
        curve = curve.isel({other: int(here.argmax())})
    places = as_lines(curve.values.reshape(len(curve[across]), -1))
    places = places[:, np.isfinite(places).any(axis=0)]
    if sign := labels.parameter(plane.cells, along).power_of_T:  # found as lambda, drawn as ell
        sample = table["T"].values[:, None] if across == "T" else float(plane.cells["T"])
        places = float(sign + "1") * np.log(places) / np.log(sample)
    horizontal, vertical = (plane.x, plane.y) if along == plane.x.name else (plane.y, plane.x)
    for k, crossing in enumerate(places.T):
        at = table[across].values
        if shares is not None:
            finer = _finer(horizontal.even(crossing), vertical.even(at))
            crossing, at = horizontal.uneven(finer[0]), vertical.uneven(finer[1])
        x, y = (crossing, at) if along == plane.x.name else (at, crossing)
        if shares is not None:
            x = np.where(_is_regime_boundary(plane, shares, pair, x, y), x, np.nan)
        panel.plot(x, y, color=style.INK, linewidth=_width(pair), zorder=3, gid=f"{name} {k}")
    return bool(np.isfinite(places).any())


def _finer(values, at):
    """The line with points between its own, NaN beside those without a value."""
    steps = np.linspace(0, len(at) - 1, FINER * (len(at) - 1) + 1)
    below = np.minimum(steps.astype(int), len(at) - 2)
    share = steps - below
    mix = lambda ends: np.where(share == 0, ends[below], np.where(share == 1, ends[below + 1],
                                                                  (1 - share) * ends[below] + share * ends[below + 1]))
    return mix(values), mix(at)


def _is_regime_boundary(plane, shares, pair, x, y):
    """Whether the components of the pair are the largest at these places."""
    i, j = map(COMPONENTS.index, pair)
    nearest = lambda axis, places: np.abs(axis.even(axis.fine)[:, None] - axis.even(np.nan_to_num(places, nan=1.0))).argmin(axis=0)
    return _largest(shares, i, j)[nearest(plane.y, y), nearest(plane.x, x)]


def _value(plane, name):
    """The value of a parameter that is fixed in the plane, NaN if it is not."""
    return float(plane.cells[name]) if name in plane.cells.coords and plane.cells[name].size == 1 else np.nan
