"""Which cells of the grid a figure shows: values the user asks for, axes by name, first values of what is left."""

import numpy as np

from collapse_analysis.labels import parameter
from collapse_analysis.results import ResultsError

RELATIVE_TOLERANCE = 1e-6  # a value typed by hand against the same value computed, e.g. by logspace


def plain(values):
    """Numbers as one would type them, for messages: "0, 0.01, inf"; texts as they are."""
    values = np.atleast_1d(values)
    shown = [v if isinstance(v, str) else f"{v:g}" for v in values]
    return ", ".join(shown if len(shown) <= 16 else [*shown[:8], "...", *shown[-4:]])


def parse_choice(text):
    """"name=value" as (name, value)."""
    name, separator, value = text.partition("=")
    try:
        if separator and name.strip():
            return name.strip(), float(value)
    except ValueError:
        pass
    raise ResultsError(f"--select {text} is not of the form name=value with a number, such as --select lambda=0.01.")


def select(results, choices):
    """The part of the grid where each named parameter has one of the values chosen for it; every axis stays, with fewer values.

    `choices` is a sequence of (name, value); several values of one name keep several.
    """
    wanted = {}
    for name, value in choices:
        wanted.setdefault(name, set()).add(_position(results, name, value))
    return results.isel({name: sorted(positions) for name, positions in wanted.items() if name in results.dims})


def matching(other, results, x, path):
    """The part of `other`, which is the file `path`, that has the parameters of `results` but for x, of which it may have other values.

    Raises ResultsError if it has no such part, or more than one.
    """
    chosen = [name for name in results.coords if name != x and (name in results.dims or results[name].ndim == 0)]
    fixed = [(name, results[name].item()) for name in chosen]
    try:
        part = select(other, [(name, value) for name, value in fixed if not isinstance(value, str) and not np.isnan(value)])
        free = [name for name in varying(part) if name != x]
        if axis_for(part, x) != x or free:
            raise ResultsError(f"it has several values of {', '.join(free)}.")
    except ResultsError as error:
        raise ResultsError(f"{path} does not match: {error}") from error
    return part


def _position(results, name, value):
    if name not in results.dims and (name not in results.coords or results[name].ndim > 0):
        known = [n for n in results.coords if results[n].ndim == 0 or n in results.dims]
        raise ResultsError(f"The file has no axis {name} to select on; it has {', '.join(known)}.")
    values = np.atleast_1d(results[name].values)
    distance = np.where(values == value, 0.0, np.inf)  # infinity is at no distance from itself
    finite = np.isfinite(values) & np.isfinite(value)
    distance[finite] = np.abs(values[finite] - value)
    nearest = int(np.argmin(distance))
    if not distance[nearest] <= RELATIVE_TOLERANCE * min(abs(value), abs(values[nearest])) or np.isnan(value):
        raise ResultsError(f"{name} = {value:g} is not in the file; it has {name} = {plain(values)}.")
    return nearest


def axis_for(results, name):
    """The dimension that has the place of the parameter `name`: itself, or the one that stands for it (ell for lambda)."""
    if name in results.dims:
        return name
    for other in results.dims:
        if parameter(results, other).stands_for == name:
            return other
    raise ResultsError(f"The file has no axis {name}; its axes are {', '.join(varying(results)) or 'all of one value'}.")


def varying(results):
    """Names of the axes with more than one value, in the order of the file."""
    return [name for name in results["status"].dims if results.sizes[name] > 1]


def first_varying(results, preferred, taken):
    """The first axis with more than one value that is not taken, preferred ones first; None if there is none."""
    free = [name for name in varying(results) if name not in taken]
    place = lambda name: parameter(results, name).stands_for or name
    return min(free, key=lambda name: preferred.index(place(name)) if place(name) in preferred else len(preferred), default=None)


def fix_rest(results, shown, tell):
    """The grid at the first value of every axis that is not shown; `tell` hears of each one decided here."""
    for name in varying(results):
        if name not in shown:
            values = results[name].values
            tell(f"{name} has {len(values)} values, showing {name} = {values[0]:g}; choose another by --select {name}=VALUE.")
            results = results.isel({name: [0]})
    return results


def fix_rest_at_last(results, shown, tell):
    """The grid at the last T and n, where scaling and collapse show most, and at the first value of other axes."""
    for name in varying(results):
        if name not in shown:
            values = results[name].values
            position = len(values) - 1 if name in ("T", "n", "a") else 0
            tell(f"{name} has {len(values)} values, showing {name} = {plain(values[position])}; "
                 f"choose another by --select {name}=VALUE or show several by --panels {name}.")
            results = results.isel({name: [position]})
    return results


def thin(values, at_most):
    """Positions of at most `at_most` of the values, ends included, evenly spread where that can be; infinities stay."""
    values = np.asarray(values)
    if len(values) <= at_most:
        return list(range(len(values)))
    if values.dtype.kind == "f" and np.isinf(values[-1]):
        return thin(values[:-1], at_most - 1) + [len(values) - 1]
    last = len(values) - 1
    for stride in range(1, last):
        if last % stride == 0 and at_most // 2 <= last // stride < at_most:
            return list(range(0, last + 1, stride))
    return sorted({round(i) for i in np.linspace(0, last, at_most)})
