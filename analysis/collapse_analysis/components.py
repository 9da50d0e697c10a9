"""The four components of an error, which the file has for theory and for simulation, and its growth over clean data."""

import numpy as np

COMPONENTS = ("clean_bias", "clean_variance", "collapse_bias", "collapse_variance")
KINDS = ("theory", "sim")


def with_growth(results):
    """The results with `<kind>_ratio_to_clean`: the test error over that of n = 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return results.assign({f"{kind}_ratio_to_clean": results[f"{kind}_test_error"] / (results[f"{kind}_clean_bias"] + results[f"{kind}_clean_variance"])
                               for kind in KINDS})
