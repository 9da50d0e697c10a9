"""The four components of an error, its regime, its growth over clean data and its local rate, for theory and for simulation.

What the file stores is taken from it. For files without them: clean bias and variance are those of n = 0, collapse bias and variance
what n generations add, the regime is the largest of the four, and the rate a difference quotient along T.
"""

import numpy as np
import xarray

COMPONENTS = ("clean_bias", "clean_variance", "collapse_bias", "collapse_variance")
REGIMES = ("none", *COMPONENTS)
FLAGS = {"flag_values": np.arange(len(REGIMES), dtype=np.uint8), "flag_meanings": " ".join(REGIMES)}
KINDS = ("theory", "sim")


def with_components(results):
    """The results and, where they can be had, `<kind>_<component>`, `<kind>_regime`, `<kind>_ratio_to_clean` and `theory_rate_T`."""
    for kind in KINDS:
        if f"{kind}_clean_bias" not in results:
            results = results.assign(_split(results, kind))
        if f"{kind}_clean_bias" in results:
            results = results.assign(_conclusions(results, kind))
    if "theory_rate_T" not in results and "T" in results.dims and results.sizes["T"] > 1:
        results["theory_rate_T"] = _rate(results["theory_test_error"])
    return results


def _split(results, kind):
    """The components by the cells with n = 0; none of them if the file has no such cells."""
    if "n" not in results.dims or not (results["n"] == 0).any() or f"{kind}_bias" not in results:
        return {}
    found = {}
    for part in ("bias", "variance"):
        whole = results[f"{kind}_{part}"]
        clean = whole.sel(n=0, drop=True)
        with np.errstate(invalid="ignore"):  # infinite - infinite is not known
            found |= {f"{kind}_clean_{part}": clean.broadcast_like(whole).transpose(*whole.dims),
                      f"{kind}_collapse_{part}": (whole - clean).transpose(*whole.dims)}
    return found


def _conclusions(results, kind):
    parts = [results[f"{kind}_{name}"] for name in COMPONENTS]
    clean = parts[0] + parts[1]
    with np.errstate(divide="ignore", invalid="ignore"):
        found = {f"{kind}_ratio_to_clean": results[f"{kind}_test_error"] / clean}
    if f"{kind}_regime" not in results:
        sizes = np.stack([part.values for part in parts])
        known = ~np.isnan(sizes).any(axis=0) | np.isposinf(sizes).any(axis=0)
        regime = np.where(known, 1 + np.argmax(np.nan_to_num(sizes, nan=-np.inf), axis=0), 0).astype(np.uint8)
        found[f"{kind}_regime"] = xarray.DataArray(regime, parts[0].coords, parts[0].dims, attrs=FLAGS)
    return found


def _rate(error):
    place = error.get_axis_num("T")
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = np.gradient(np.log(error.values), np.log(error["T"].values), axis=place)
    return error.copy(data=slope).assign_attrs(long_name="d log E / d log T", units="1")
