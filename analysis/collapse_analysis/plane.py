"""Two axes of the grid as a plane: where its cells lie, fields over it between the cells, and cells that a refinement left out."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.interpolate import LinearNDInterpolator, RectBivariateSpline, RegularGridInterpolator
from scipy.ndimage import distance_transform_edt

from collapse_analysis.scales import EDGE, Scale, decades_of, scale_for

SKIPPED = 3
FINE = 240  # points along an axis of an interpolated field


@dataclass(frozen=True)
class PlaneAxis:
    """One axis: its values in rising order, and where they are drawn."""

    name: str
    values: np.ndarray
    scale: Scale

    @cached_property
    def ordinary(self):
        """The values that are not 0 or infinity at a place of their own."""
        return np.isin(self.scale.place(self.values), [self.scale.zero, self.scale.infinity], invert=True)

    def even(self, places):
        """Coordinates in which the axis is drawn to scale."""
        return np.log10(places) if self.scale.logarithmic else np.asarray(places, float)

    def uneven(self, even):
        return 10.0 ** even if self.scale.logarithmic else even

    @property
    def fine(self):
        """Many places between the first and the last ordinary value."""
        ends = self.even(self.values[self.ordinary])
        return self.uneven(np.linspace(ends[0], ends[-1], FINE))

    def tiles(self):
        """Pairs (positions of values, edges of their tiles): the ordinary values, and each of 0 and infinity for itself."""
        inner = np.flatnonzero(self.ordinary)
        pairs = [(inner, self._edges(self.even(self.values[inner])))] if len(inner) else []
        ends = self.even([self.scale.low, self.scale.high])
        half = 0.3 * EDGE * ((ends[1] - ends[0]) or 1.0)
        for i in np.flatnonzero(~self.ordinary):
            place = self.even(self.scale.place(self.values[[i]]))[0]
            pairs.append((np.array([i]), self.uneven(np.array([place - half, place + half]))))
        return pairs

    def _edges(self, even):
        if len(even) == 1:
            return self.uneven(even[0] + np.array([-0.5, 0.5]))
        middle = (even[1:] + even[:-1]) / 2
        return self.uneven(np.concatenate([[2 * even[0] - middle[0]], middle, [2 * even[-1] - middle[-1]]]))


class Plane:
    """Cells of a grid that vary along `x` and `y` alone."""

    def __init__(self, cells, x, y):
        others = [name for name in cells["status"].dims if name not in (x, y)]
        self.cells = cells.squeeze(others).sortby([x, y]).transpose(..., y, x)
        self.x, self.y = (PlaneAxis(name, cells[name].values[np.argsort(cells[name].values)],
                                    scale_for(cells[name], decades_of(name))) for name in (x, y))

    @property
    def smooth(self):
        """Whether there is anything between ordinary values: fields need two of them along each axis."""
        return self.x.ordinary.sum() > 1 and self.y.ordinary.sum() > 1

    def values(self, name):
        """A variable [y x x] as it is in the file."""
        return self.cells[name].values.astype(float)

    @cached_property
    def left_out(self):
        """Cells [y x x] that a refinement left out."""
        return left_out(self.cells)

    def nearest(self, values):
        """The values, with those of the nearest computed cell where cells were left out."""
        if not self.left_out.any() or self.left_out.all():
            return values
        return values[tuple(distance_transform_edt(self.left_out, return_distances=False, return_indices=True))]

    def between(self, values, curved=False):
        """The field on the fine places [FINE x FINE], linear between computed cells, or a cubic spline if `curved` and all cells have
        values; NaN beside cells without a value."""
        rows, columns = np.ix_(self.y.ordinary, self.x.ordinary)
        complete = self._interpolated(values)[rows, columns]
        ends = [axis.even(axis.values[axis.ordinary]) for axis in (self.y, self.x)]
        if curved and np.isfinite(complete).all() and min(complete.shape) > 3:
            return RectBivariateSpline(*ends, complete)(self.y.even(self.y.fine), self.x.even(self.x.fine))
        known = RegularGridInterpolator(ends, complete)
        return known(tuple(np.meshgrid(self.y.even(self.y.fine), self.x.even(self.x.fine), indexing="ij")))

    def tiled(self, values):
        """The values on the fine places, each of the nearest cell."""
        rows, columns = (np.abs(axis.even(axis.fine)[:, None] - axis.even(axis.values[axis.ordinary])).argmin(axis=1)
                         for axis in (self.y, self.x))
        return self.nearest(values)[np.ix_(self.y.ordinary, self.x.ordinary)][np.ix_(rows, columns)]

    def _interpolated(self, values):
        """The values with cells left out filled in, linearly on triangles of computed cells (in steps of the grid)."""
        known = np.isfinite(values) & ~self.left_out
        if not self.left_out.any() or known.sum() < 4:
            return values
        fill = LinearNDInterpolator(np.argwhere(known), values[known])
        filled = np.where(self.left_out, fill(*np.indices(values.shape)), values)
        return np.where(np.isnan(filled) & self.left_out, self.nearest(values), filled)


def left_out(cells):
    """Where a refinement found no reason to compute; not where theory knows that the error is infinite, or does not know it."""
    skipped = cells["status"].values == SKIPPED
    if not skipped.any():
        return skipped
    meanings = str(cells["failure"].attrs.get("flag_meanings", "")).split() if "failure" in cells else []
    infinite = np.zeros(cells["status"].shape, bool)
    if "infinite_error" in meanings:
        infinite = cells["failure"].values == meanings.index("infinite_error")
    return skipped & np.isnan(cells["theory_test_error"].values) & ~infinite
