"""A plane of (ell, b) whose components are exact power laws of T, so that every boundary of it is known."""

import numpy as np
from result_file import write_results

BETA, R = 1.5, 0.5
COMPONENTS = ("clean_bias", "clean_variance", "collapse_bias", "collapse_variance")
AXES = {"b": np.linspace(0.2, 1.2, 21), "r": [R], "beta": [BETA], "T": [1e4, 1e6, 1e8], "ell": np.linspace(0.05, 1.45, 29), "n": [10]}


def components(T, ell, b):
    """The power laws of [CLKZ, DFK] with all constants one and a collapse bias that matters for small generators alone."""
    return {"clean_bias": T ** (-2 * R * ell), "clean_variance": T ** -(1 - ell / BETA), "collapse_bias": T ** (-BETA * b),
            "collapse_variance": T ** (ell / BETA - b)}


def slopes(ell, b):
    """The exponents of the components, in the same order."""
    return np.stack(np.broadcast_arrays(-2 * R * ell, ell / BETA - 1, -BETA * b, ell / BETA - b))


def write_plane(path, axes=AXES, **values):
    """The plane as a result file with components, regimes and rates stored."""
    b, T, ell = np.meshgrid(axes["b"], axes["T"], axes["ell"], indexing="ij")
    on_grid = lambda array: np.broadcast_to(array, b.shape)[:, None, None, :, :, None]
    parts = components(T, ell, b)
    sizes, exponents = np.stack([np.broadcast_to(part, b.shape) for part in parts.values()]), slopes(ell, b)
    stored = {f"theory_{name}": on_grid(part) for name, part in parts.items()}
    stored |= {"theory_test_error": on_grid(sizes.sum(axis=0)), "theory_regime": on_grid(1 + sizes.argmax(axis=0)),
               "theory_rate_T": on_grid((sizes * exponents).sum(axis=0) / sizes.sum(axis=0)), "sim_test_error": np.nan, "zscore": np.nan}
    given = {name: on_grid(value) if np.ndim(value) == 3 else value for name, value in values.items()}
    return write_results(path, axes, {"d": 1e6, "sigma": 1, "sigma0": 1, "lambda0": 0}, **{**stored, **given},
                         derived={"lambda": (("T", "ell"), np.outer(axes["T"], np.ones(len(axes["ell"]))) ** -axes["ell"]),
                                  "T0": (("b", "T"), axes["T"] ** axes["b"][:, None])})
