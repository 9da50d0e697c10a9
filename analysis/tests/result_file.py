"""Writes small result files as the program does, by h5py alone: the oracle of the reader is the file format, not xarray."""

import h5py
import numpy as np

STATUS_FLAGS = "pending done failed skipped"
FAILURE_FLAGS = "none singular not_finite"
REGIME_FLAGS = "none clean_bias clean_variance collapse_bias collapse_variance"
QUANTITIES = ["sim_test_error", "sim_test_error_stderr", "sim_bias", "sim_variance", "theory_test_error", "theory_bias",
              "theory_variance", "exact_test_error", "zscore", "task_seconds"]

# What the program says of parameters: symbol and long name.
PARAMETERS = {
    "d": ("d", "dimension of the covariates"), "T0": ("T_0", "sample size of each generator"), "lambda0": (r"\lambda_0", "ridge of each generator"),
    "sigma": (r"\sigma", "standard deviation of the label noise"), "sigma0": (r"\sigma_0", "standard deviation of the noise of synthetic labels"),
    "w": ("w", "weight of real labels"), "p": ("p", "fraction of rows with real labels"), "k": ("k", "real over synthetic sample size"),
    "alpha": (r"\alpha", "source exponent"), "beta": (r"\beta", "capacity exponent"), "T": ("T", "sample size of the evaluated model"),
    "lambda": (r"\lambda", "ridge of the evaluated model"), "n": ("n", "synthetic generations"),
    "ell": (r"\ell", "ridge exponent: lambda = T^-ell"),
    "b": ("b", "generator sample size exponent: T0 = T^b, rounded to a whole number where it is simulated"),
    "a": ("a", "generations exponent: n = T^a, rounded to a whole number where it is simulated"),
    "r": ("r", "source exponent of the papers: alpha = 1 + beta (2 r - 1)"),
}


def write_results(path, axes, scalars=None, derived=None, attributes=None, unused=(), settings=None, config="[grid]\n", follows=None, **values):
    """A file with the dimensions `axes` (name -> values, in order) and every variable of the format, written to `path`.

    `scalars`: parameters of one value; `derived`: name -> (dimensions, array), such as lambda(T, ell); `values`: arrays by name
    of variable on the whole grid, where the default is a small positive error that differs from cell to cell, all of it done.
    `unused`: parameters that the sweep does not use; `settings`: the resolved ones by "section.key"; `config`: as the user wrote them.
    Components and regimes are by default what n adds to the cells with n = 0, unknown without such cells. `follows`: what parameters follow, by name.
    """
    shape = tuple(len(v) for v in axes.values())
    values = {**_defaults(shape), **values}
    values = {**_components(values, axes, shape), **values}
    with h5py.File(path, "w", track_order=True) as file:
        file.attrs.update({"Conventions": "CF-1.10", "title": "test sweep", "schema_name": "collapse-results",
                           "schema_version": np.int32(2), "complete": np.int32(1), **(attributes or {})})
        for place, (name, points) in enumerate(axes.items()):
            scale = file.create_dataset(name, data=np.asarray(points, float))
            scale.make_scale(name)
            _describe(scale, name)
            scale.attrs["_Netcdf4Dimid"] = np.int32(place)
        for name, value in (scalars or {}).items():
            _describe(file.create_dataset(name, data=float(value)), name)
        for name, (dimensions, array) in (derived or {}).items():
            _describe(_create(file, name, np.asarray(array, float), dimensions), name)
        for name, source in (follows or {}).items():
            file[name].attrs["follows"] = source
        for name in unused:
            file[name].attrs["used"] = np.int32(0)
        flagged = {name: REGIME_FLAGS for name in values if name.endswith("_regime")} | {"failure": FAILURE_FLAGS, "status": STATUS_FLAGS}
        for name in [*QUANTITIES, *(name for name in values if name not in (*QUANTITIES, *flagged))]:
            _create(file, name, np.broadcast_to(np.asarray(values[name], float), shape), axes, fill=np.nan)
        _create(file, "replicates", np.full(shape, 10, np.int64), axes)
        for name, flags in flagged.items():
            variable = _create(file, name, np.broadcast_to(np.asarray(values[name], np.uint8), shape), axes)
            variable.attrs["flag_values"] = np.arange(len(flags.split()), dtype=np.uint8)
            variable.attrs["flag_meanings"] = flags
        resolved = "".join(f"{key} = {value}\n" for key, value in (settings or {}).items())
        file.create_group("provenance").attrs.update({"config": config, "resolved_config": resolved})
    return path


def write_table(path, schema_name, dimensions, scalars, variables, follows=None):
    """The answer to a question about theory, as `collapse optimum` and `boundary` write it; `variables`: name -> (dimensions, array);
    `follows`: name -> (axis that the parameter follows, values)."""
    with h5py.File(path, "w", track_order=True) as file:
        file.attrs.update({"Conventions": "CF-1.10", "title": "answer", "schema_name": schema_name, "schema_version": np.int32(2)})
        for place, (name, points) in enumerate(dimensions.items()):
            scale = file.create_dataset(name, data=np.asarray(points, float))
            scale.make_scale(name)
            _describe(scale, name)
            scale.attrs["_Netcdf4Dimid"] = np.int32(place)
        for name, value in scalars.items():
            _describe(file.create_dataset(name, data=float(value)), name)
        for name, (source, points) in (follows or {}).items():
            parameter = _create(file, name, np.asarray(points, float), [source])
            _describe(parameter, name)
            parameter.attrs["follows"] = source
        for name, (over, array) in variables.items():
            variable = _create(file, name, np.asarray(array, float), over, fill=np.nan)
            over = name.removeprefix("optimum_").removesuffix("_clean")
            if over in PARAMETERS:
                variable.attrs["long_name"] = f"minimiser of the theoretical test error: {PARAMETERS[over][1]}"
    return path


def _defaults(shape):
    theory = 0.1 * (1 + np.arange(np.prod(shape)).reshape(shape))
    return {"sim_test_error": 1.05 * theory, "sim_test_error_stderr": 0.05 * theory, "sim_bias": 0.4 * theory,
            "sim_variance": 0.65 * theory, "theory_test_error": theory, "theory_bias": 0.4 * theory,
            "theory_variance": 0.6 * theory, "exact_test_error": np.nan, "zscore": 1.0, "task_seconds": 0.01, "status": 1, "failure": 0}


def _components(values, axes, shape):
    """In place of the program's own, from bias and variance alone."""
    found = {}
    for kind in ("theory", "sim"):
        for part in ("bias", "variance"):
            whole = np.broadcast_to(np.asarray(values[f"{kind}_{part}"], float), shape)
            place = list(axes).index("n") if "n" in axes and 0 in axes["n"] else None
            clean = np.full(shape, np.nan) if place is None else np.take(whole, [list(axes["n"]).index(0)], axis=place)
            with np.errstate(invalid="ignore"):
                found |= {f"{kind}_clean_{part}": np.broadcast_to(clean, shape), f"{kind}_collapse_{part}": whole - clean}
        given = [np.broadcast_to(np.asarray(values.get(f"{kind}_{name}", found[f"{kind}_{name}"]), float), shape) for name in REGIME_FLAGS.split()[1:]]
        known = ~np.isnan(given).any(axis=0) | np.isposinf(given).any(axis=0)
        found[f"{kind}_regime"] = np.where(known, 1 + np.argmax(np.nan_to_num(given, nan=-np.inf), axis=0), 0)
    return {**found, "theory_rate_T": np.nan}


def _describe(dataset, name):
    """As the program describes a parameter; one of another name has its name as symbol. Others (`crossing`) are none."""
    symbol, long_name = PARAMETERS.get(name, (name, f"parameter {name}"))
    dataset.attrs.update({"units": "1", "long_name": long_name, "symbol": symbol})


def _create(file, name, array, dimensions, fill=None):
    variable = file.create_dataset(name, data=array, fillvalue=fill)
    variable.attrs.update({"units": "s" if name == "task_seconds" else "1", "long_name": name.replace("_", " ")})
    if fill is not None:
        variable.attrs["_FillValue"] = np.array([fill])
    for place, dimension in enumerate(dimensions):
        variable.dims[place].attach_scale(file[dimension])
    return variable
