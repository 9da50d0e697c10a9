"""Where the largest component of the predicted error changes along an axis, between the cells of the grid."""

from itertools import combinations, product

import numpy as np

from collapse_analysis.components import COMPONENTS


def crossovers(cells, x, logarithmic):
    """Tuples (place, size, component before, component after), in the order of the axis; `cells` vary along x alone.

    Between neighbouring cells components are taken as power laws of x, as exponentials on an axis that is not logarithmic and next to 0.
    """
    places = cells[x].values.astype(float)
    sizes = np.stack([cells[f"theory_{name}"].values.ravel() for name in COMPONENTS])
    found = []
    for i in range(len(places) - 1):
        ends = sizes[:, i:i + 2]
        if not np.isfinite(ends).all() or not np.isfinite(places[i:i + 2]).all():
            continue
        before, after = ends.argmax(axis=0)
        if before != after:
            power_law = logarithmic and places[i] > 0
            along = np.log if power_law else np.asarray
            u, v = along(places[i:i + 2]), np.log(np.maximum(ends[[before, after]], 1e-12 * ends.max()))
            share = (v[0, 0] - v[1, 0]) / ((v[0, 0] - v[1, 0]) - (v[0, 1] - v[1, 1]))
            place = u[0] + share * (u[1] - u[0])
            size = np.exp(v[0, 0] + share * (v[0, 1] - v[0, 0]))
            found.append((float(np.exp(place) if power_law else place), float(size), COMPONENTS[before], COMPONENTS[after]))
    return found


def as_lines(crossings):
    """Crossings [cells x crossings], rising in each cell, as lines [cells x lines].

    From cell to cell they keep their order, and those go on that move least if there are more on one side: the first crossing of a cell
    is not the first of the next where that has left the range searched.
    """
    lines = np.full((len(crossings), crossings.size), np.nan)
    last, before, begun = [], np.empty(0), 0  # the line of each crossing before, its logarithm, and the number of lines so far
    for cell, places in enumerate(crossings):
        now = np.log(places[np.isfinite(places)])
        choices = [combinations(range(len(side)), min(len(before), len(now))) for side in (before, now)]
        old, new = min(product(*choices), key=lambda pair: np.abs(before[list(pair[0])] - now[list(pair[1])]).sum())
        goes_on = {k: last[i] for i, k in zip(old, new)}
        fresh = iter(range(begun, crossings.size))
        last = [goes_on[k] if k in goes_on else next(fresh) for k in range(len(now))]
        lines[cell, last], before, begun = np.exp(now), now, max([begun, *(i + 1 for i in last)])
    return lines
