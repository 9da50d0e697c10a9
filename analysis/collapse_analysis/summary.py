"""The summary of a result file: its model and axes, its cells by status and reason of failure, its largest z-score; all cells as CSV."""

import csv
import io
import json
import math

import numpy as np

from collapse_analysis.legends import model
from collapse_analysis.plane import SKIPPED
from collapse_analysis.selection import plain

FAILED = 2  # the value of `status`


def facts(results):
    """The summary by name: texts, numbers, and dictionaries of counts."""
    status = results["status"]
    found = {"title": str(results.attrs.get("title", "collapse results")), "model": model(results),
             "parameters": {name: [float(v) for v in results[name].values.ravel()] for name in results.coords if results[name].ndim <= 1},
             "dimensions": {name: results.sizes[name] for name in status.dims}, "cells": int(status.size), "status": _counts(status)}
    # A cell that nobody tried to compute has not failed.
    for title, value in (("failures", FAILED), ("skipped", SKIPPED)) if "failure" in results else ():
        found[title] = _counts(results["failure"].where((status == value) & (results["failure"] != 0)))
    return {**found, "zscore": _largest_z(results)}


def summary(results):
    """A few lines of text."""
    found = facts(results)
    several = " x ".join(f"{name} {size}" for name, size in found["dimensions"].items())
    lines = [found["title"], *(["model     " + ", ".join(found["model"])] if found["model"] else []),
             f"axes      {several} = {found['cells']} cells"]
    lines += [f"  {name:<8}{plain(values)}" for name, values in found["parameters"].items()]
    lines.append("cells     " + _listed(found["status"]))
    lines += [f"{title:<10}{_listed(found[title])}" for title in ("failures", "skipped") if found.get(title)]
    z = found["zscore"]
    where = ", ".join(f"{name}={value:g}" for name, value in z["at"].items()) if z else ""
    return "\n".join([*lines, f"largest   |z| = {z['largest']:.2f} of {z['count']}, at {where}" if z else
                      "largest   |z|: there is no z-score yet"])


def as_json(results):
    """The same as JSON; infinite numbers are texts, as JSON knows none."""
    plain_number = lambda value: value if not isinstance(value, float) or math.isfinite(value) else str(value)
    walk = lambda value: ({k: walk(v) for k, v in value.items()} if isinstance(value, dict) else
                          [walk(v) for v in value] if isinstance(value, list) else plain_number(value))
    return json.dumps(walk(facts(results)), indent=1, ensure_ascii=False)


def as_csv(results):
    """Every cell as a line: the axes, the parameters that follow from them, and all variables; flags in words, unknown numbers empty."""
    dims = results["status"].dims
    names = [*dims, *(name for name in results.variables if name not in dims and results[name].dims and set(results[name].dims) <= set(dims))]
    columns = [_column(results, name, dims) for name in names]
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\n")
    table.writerow(names)
    table.writerows(zip(*columns))
    return written.getvalue().rstrip("\n")


def _column(results, name, dims):
    variable = results[name].broadcast_like(results["status"]).transpose(*dims)
    meanings = str(results[name].attrs.get("flag_meanings", "")).split()
    text = (lambda value: meanings[int(value)]) if meanings else _written
    return [text(value) for value in variable.values.ravel()]


def _written(value):
    """A number so that reading it gives the same; whole ones without a point, unknown ones as nothing."""
    if np.isnan(value):
        return ""
    return f"{value:.0f}" if abs(value) < 1e15 and value == round(value) else repr(float(value))


def _listed(counts):
    return ", ".join(f"{count} {name}" for name, count in counts.items())


def _counts(flags):
    """The number of each flag that occurs, by its meaning."""
    meanings = dict(zip(np.ravel(flags.attrs.get("flag_values", [])), str(flags.attrs.get("flag_meanings", "")).split()))
    values, counts = np.unique(flags.values[~np.isnan(flags.values)], return_counts=True)
    return {meanings.get(value, f"with flag {value:g}"): int(count) for value, count in zip(values, counts)}


def _largest_z(results):
    """Size, place and number of z-scores; empty if there is none."""
    if "zscore" not in results or not np.isfinite(results["zscore"]).any():
        return {}
    size = np.abs(results["zscore"].where(np.isfinite(results["zscore"])))
    place = size.isel(size.argmax(...))
    return {"largest": float(place), "count": int(size.count()), "at": {name: float(place[name]) for name in size.dims}}
