"""Protocols against each other at equal numbers of real labels: the least error of each, from files of `collapse optimum`."""

import re

import numpy as np
import xarray

from collapse_analysis.results import OPTIMUM, ResultsError, open_table

# Real labels that all n + 1 fits need together, from what the file says of a cell; synthetic labels are free.
REAL_LABELS = {
    "replace": lambda cell: cell["T0"],  # of the first generator
    "mix": lambda cell: cell["T"] if cell["real_labels"] == "fixed" else (cell["n"] + 1) * cell["T"],
    "partial": lambda cell: cell["T"] * (1 + cell["n"] * cell["p"]),
    "accumulate": lambda cell: cell["T"],  # of the first fit, which are kept
    "mixture": lambda cell: cell["T0"] + cell["p"] * cell["T"],  # of the first generator, and of the evaluated fit
}
SAME = 1e-9  # relative difference of numbers of labels that are taken for equal


def together(parts, paths):
    """The least errors of several files of one protocol each, as open_remedy gives them, as error(protocol, ..., labels).

    Raises ResultsError where two files have the same protocol, or they disagree about axes or numbers of labels.
    """
    names = [part.attrs["protocol"] for part in parts]
    for name in names:
        if names.count(name) > 1:
            raise ResultsError(f"Two files are about the protocol {name}: give one of each protocol.")
    first = parts[0]
    for path, part in zip(paths, parts):
        if set(part.dims) != set(first.dims):
            raise ResultsError(f"{path} has the axes {', '.join(part.dims)}, but {paths[0]} has {', '.join(first.dims)}: they must have the same.")
        for name in first.dims:
            ours, theirs = first[name].values, part[name].values
            if ours.shape != theirs.shape or not np.allclose(ours, theirs, rtol=SAME, atol=0):
                what = "real labels" if name == "labels" else name
                raise ResultsError(f"{path} is about other numbers of {what} than {paths[0]}: {_list(theirs)} instead of {_list(ours)}.")
    aligned = [part.assign_coords({name: first[name] for name in first.dims}) for part in parts]
    return xarray.concat(aligned, xarray.DataArray(names, dims="protocol", name="protocol"), combine_attrs="drop_conflicts")


def open_remedy(path):
    """The least error of one file, over its axes with several values, T replaced by the number of real labels.

    Raises ResultsError where nobody counts the real labels of its protocol, or they depend on other axes than T.
    """
    table = open_table(path, OPTIMUM)
    table = table.set_coords([name for name in table.data_vars if not name.startswith("optimum_")])
    settings = dict(re.findall(r"^(?:model|grid)\.(\w+) = (.*)$", str(table.attrs.get("resolved_config", "")), re.MULTILINE))
    protocol = settings.get("protocol")
    if protocol not in REAL_LABELS:
        raise ResultsError(f"{path} is about the protocol {protocol}, whose real labels are not counted: known are {', '.join(REAL_LABELS)}.")
    error = table["optimum_test_error"]
    cell = {name: error[name] for name in error.coords} | {"real_labels": settings.get("real_labels")}
    if "b" in cell and "T0" not in cell:
        cell["T0"] = cell["T"] ** cell["b"]
    labels = REAL_LABELS[protocol](cell)
    if any(labels.sizes[name] > 1 for name in labels.dims if name != "T"):
        raise ResultsError(f"The real labels of {path} depend on more axes than T: give each such axis one value.")
    error = error.assign_coords(labels=("T", np.ravel(labels.values))).swap_dims(T="labels")
    singles = [name for name in error.dims if error.sizes[name] == 1]
    d = float(np.ravel(table["d"].values)[0]) if table["d"].size == 1 else np.nan
    error = error.squeeze(singles)
    error = error.drop_vars([name for name in error.coords if name not in error.dims])
    return error.assign_attrs(protocol=protocol, n=settings.get("n", ""), d=d)


def _list(values):
    return ", ".join(f"{value:g}" for value in values[:4]) + (", ..." if len(values) > 4 else "")
