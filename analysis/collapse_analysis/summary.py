"""The summary of a result file as text: its axes, its cells by status and reason of failure, its largest z-score."""

import numpy as np

from collapse_analysis.plane import SKIPPED
from collapse_analysis.selection import plain

FAILED = 2  # the value of `status`


def summary(results):
    """A few lines of text."""
    cells = results["status"].size
    lines = [str(results.attrs.get("title", "collapse results")),
             "axes      " + " x ".join(f"{name} {results.sizes[name]}" for name in results["status"].dims) + f" = {cells} cells"]
    lines += [f"  {name:<8}{plain(results[name].values)}" for name in results.coords if results[name].ndim <= 1]
    lines.append("cells     " + ", ".join(_counts(results["status"])))
    # A cell that nobody tried to compute has not failed.
    for title, status in (("failures", FAILED), ("skipped", SKIPPED)) if "failure" in results else ():
        reasons = _counts(results["failure"].where((results["status"] == status) & (results["failure"] != 0)))
        lines += [f"{title:<10}" + ", ".join(reasons)] if reasons else []
    return "\n".join([*lines, "largest   " + _largest_z(results)])


def _counts(flags):
    """"12 done" for each flag that occurs."""
    meanings = dict(zip(np.ravel(flags.attrs.get("flag_values", [])), str(flags.attrs.get("flag_meanings", "")).split()))
    values, counts = np.unique(flags.values[~np.isnan(flags.values)], return_counts=True)
    return [f"{count} {meanings.get(value, f'with flag {value:g}')}" for value, count in zip(values, counts)]


def _largest_z(results):
    if "zscore" not in results or not np.isfinite(results["zscore"]).any():
        return "|z|: there is no z-score yet"
    size = np.abs(results["zscore"].where(np.isfinite(results["zscore"])))
    place = size.isel(size.argmax(...))
    where = ", ".join(f"{name}={float(place[name]):g}" for name in size.dims)
    return f"|z| = {float(place):.2f} of {int(size.count())}, at {where}"
