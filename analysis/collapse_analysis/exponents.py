"""Power laws from simulated data: slopes of log E against log T by weighted least squares, with 95 % intervals, beside theory.

The weights are those of the standard errors, (E / stderr)^2, and the interval is 1.96 standard errors of the slope, which is linear in
log E. So it covers the slope of the expected errors at the same points with the same weights, however bent they lie: "theory" is that
slope of the predicted errors. "misfit" is chi^2 over its degrees of freedom: far above 1 the points follow no single power law.
"""

import itertools
import json
import math

import numpy as np
from scipy.stats import chi2, norm

from collapse_analysis.results import ResultsError

COVERAGE = 0.95
BENT = 1e-3  # a misfit so improbable for a power law is that of another curve
COLUMNS = ("T_low", "T_high", "points", "slope", "low", "high", "misfit", "theory", "rate_T", "asymptotic")


def fit(x, y, stderr):
    """Slope of the weighted line y(x), half its 95 % interval, and chi^2 per degree of freedom (NaN for two points)."""
    weight = stderr ** -2.0
    centred = x - np.average(x, weights=weight)
    spread = np.sum(weight * centred ** 2)
    slope = np.sum(weight * centred * y) / spread
    rest = y - np.average(y, weights=weight) - slope * centred
    misfit = np.sum(weight * rest ** 2) / (len(x) - 2) if len(x) > 2 else math.nan
    return slope, norm.ppf((1 + COVERAGE) / 2) / math.sqrt(spread), misfit


def exponents(results, window):
    """One record per curve of error against T and `window` neighbouring points of it (0: all points): its axes and COLUMNS."""
    if "T" not in results.dims or results.sizes["T"] < 2:
        raise ResultsError("A slope against T needs more than one value of T, and this part of the file has one.")
    results = results.sortby("T")
    others = [name for name in results["status"].dims if name != "T"]
    records = []
    for place in itertools.product(*(range(results.sizes[name]) for name in others)):
        curve = results.isel(dict(zip(others, place)))
        error, stderr = curve["sim_test_error"].values, curve["sim_test_error_stderr"].values
        usable = np.flatnonzero((error > 0) & (stderr > 0) & np.isfinite(error) & np.isfinite(stderr))
        size = window or len(usable)
        for first in range(len(usable) - size + 1) if size >= 2 else ():
            points = usable[first:first + size]
            axes = {name: float(curve[name]) for name in others if results.sizes[name] > 1}
            records.append({**axes, **_record(curve.isel(T=points))})
    if not records:
        raise ResultsError(f"There are no {window or 2} simulated points along T to fit a slope to, in any curve.")
    return records


def _record(points):
    x, error = np.log(points["T"].values), points["sim_test_error"].values
    relative = points["sim_test_error_stderr"].values / error
    slope, half, misfit = fit(x, np.log(error), relative)
    predicted = points["theory_test_error"].values
    known = np.isfinite(predicted).all() and (predicted > 0).all()
    middle = points.isel(T=len(x) // 2)
    stored = lambda name: float(middle[name]) if name in points else math.nan
    return dict(zip(COLUMNS, (math.exp(x[0]), math.exp(x[-1]), len(x), slope, slope - half, slope + half, misfit,
                              fit(x, np.log(predicted), relative)[0] if known else math.nan,
                              stored("theory_rate_T"), stored("asymptotic_rate_T"))))


def table(records):
    """The records as text, how many intervals hold the theory, and how many slopes are those of no power law."""
    names = list(records[0])
    rows = [names] + [[_text(name, record[name]) for name in names] for record in records]
    widths = [max(len(row[i]) for row in rows) for i in range(len(names))]
    lines = ["  ".join(cell.rjust(width) for cell, width in zip(row, widths)) for row in rows]
    compared = [r for r in records if not math.isnan(r["theory"])]
    holding = sum(r["low"] <= r["theory"] <= r["high"] for r in compared)
    lines += [f"{holding} of {len(compared)} intervals ({COVERAGE:.0%}) hold the slope of theory at the same points.",
              "misfit: chi^2 per degree of freedom, about 1 where the points follow a power law."]
    bent = sum(r["points"] > 2 and chi2.sf(r["misfit"] * (r["points"] - 2), r["points"] - 2) < BENT for r in records)
    if bent:
        lines.append(f"{bent} of {len(records)} do not (p < {BENT:g}): there slope and interval are of the mean over these T, "
                     "not of an exponent.")
    return "\n".join(lines)


def as_json(records):
    """The records as JSON, unknown numbers null, infinite ones as "inf"."""
    plain = lambda v: None if math.isnan(v) else v if math.isfinite(v) else str(v)
    return json.dumps([{name: plain(value) for name, value in record.items()} for record in records], indent=1)


def _text(name, value):
    if name in COLUMNS[3:]:
        return "-" if math.isnan(value) else f"{value:.3f}"
    return f"{value:.6g}"
