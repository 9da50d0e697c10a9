"""The one reader of result files: checks the schema, opens the file as an xarray Dataset, masks what is not done."""

import os
import re

import h5py
import numpy as np
import xarray

SCHEMA_NAME = "collapse-results"
OPTIMUM, BOUNDARY = "collapse-optimum", "collapse-boundary"  # schema names of the answers to questions about theory
SCHEMA_VERSION = 2
ANSWERS = ("optimum_", "boundary_")  # how their variables begin
DONE = 1  # the value of `status` of a finished cell


class ResultsError(Exception):
    """The user's file or request cannot be served; the message is one sentence: what, why, what to do."""


def open_results(path):
    """The results in the file `path` as a Dataset in memory; the file is closed again, so a running sweep is not disturbed.

    Simulated values (`sim_*`, `zscore`) are NaN (flags: 0) wherever `status` is not done; theoretical ones are left as they are, finite,
    infinite or NaN. Parameters are coordinates: axes, scalars, and those that follow from axes, such as lambda(T, ell); those that the
    sweep does not use are gone. The attributes `config` and `resolved_config` hold the settings as written, and all, a line "section.key = value" each.
    Raises ResultsError for a file that is missing, foreign, damaged or of a schema version unknown here.
    """
    check_schema(path, SCHEMA_NAME)
    try:
        with xarray.open_dataset(path, engine="h5netcdf", decode_times=False) as results:
            # A writer may be at work, and it sets a status only after the values it vouches for: so status is read first.
            results["status"].load()
            results.load()
        with h5py.File(path, "r") as file:
            provenance = file.get("provenance")
            results.attrs |= {name: _text(provenance.attrs.get(name, "")) if provenance else "" for name in ("config", "resolved_config")}
    except (OSError, KeyError, ValueError) as error:
        raise ResultsError(f"{path} cannot be read, it may be damaged: {_reason(error)}.") from error
    _mask(results)
    return _parameters_in_use(results)


def open_table(path, schema_name):
    """The answer to a question about theory (OPTIMUM, BOUNDARY) as a Dataset; raises ResultsError as open_results does."""
    check_schema(path, schema_name)
    try:
        with xarray.open_dataset(path, engine="h5netcdf", decode_times=False) as table:
            table.load()
    except (OSError, KeyError, ValueError) as error:
        raise ResultsError(f"{path} cannot be read, it may be damaged: {_reason(error)}.") from error
    return _parameters_in_use(table)


def settings(results):
    """The settings of the sweep by "section.key", as texts."""
    lines = [line.partition(" = ") for line in str(results.attrs.get("resolved_config", "")).splitlines()]
    return {key: value for key, separator, value in lines if separator}


def _parameters_in_use(results):
    """Parameters as coordinates, without those that the models of the sweep do not use: the file holds them for its shape alone."""
    results = results.set_coords([name for name in results.data_vars if "symbol" in results[name].attrs and not name.startswith(ANSWERS)])
    unused = [name for name in results.coords if results[name].attrs.get("used", 1) == 0]
    return results.squeeze([name for name in unused if name in results.dims], drop=True).drop_vars(unused, errors="ignore")


def check_schema(path, *expected):
    """The schema name of the file, one of those expected, in a version known here; raises ResultsError otherwise."""
    try:
        with h5py.File(path, "r") as file:
            name, version = file.attrs.get("schema_name"), file.attrs.get("schema_version")
    except FileNotFoundError:
        raise ResultsError(f"There is no file {path}.") from None
    except (OSError, KeyError) as error:
        raise ResultsError(f"{path} is not a readable HDF5 file, {_reason(error)}: give a file that collapse has written.") from error
    name = _text(name)
    if not isinstance(name, str) or name not in expected:
        found = "no schema_name" if name is None else f"schema_name {name!r}"
        kind = "result file" if SCHEMA_NAME in expected else "file of this kind"
        raise ResultsError(f"{path} is not a collapse {kind}: it has {found} instead of {' or '.join(map(repr, expected))}.")
    if np.size(version) != 1 or np.asarray(version).dtype.kind not in "iu":
        raise ResultsError(f"{path} states no integer schema_version, so this reader cannot know how to read it.")
    version = int(np.ravel(version)[0])
    if version < SCHEMA_VERSION:
        raise ResultsError(f"{path} has schema version {version}, of an older collapse, this reader knows version {SCHEMA_VERSION}: "
                           "read it with the analysis package of that time, or run its sweep again.")
    if version != SCHEMA_VERSION:
        raise ResultsError(f"{path} has schema version {version}, this reader knows version {SCHEMA_VERSION}: "
                           "use the analysis package that came with the program that wrote the file.")
    return name


def _mask(results):
    not_done = results["status"].values != DONE
    for name, variable in results.data_vars.items():
        if name.startswith("sim_") or name == "zscore":
            variable.values[not_done] = np.nan if variable.dtype.kind == "f" else 0  # a flag 0 says that there is nothing


def _text(attribute):
    return attribute.decode(errors="replace") if isinstance(attribute, bytes) else attribute


def _reason(error):
    """What the operating system says of it, else the reason that HDF5 gives in brackets, else the first line."""
    if getattr(error, "errno", None):
        return os.strerror(error.errno).lower()
    line = (str(error).splitlines() or [type(error).__name__])[0].strip("'.")
    inner = re.search(r"\((.+?)(:.*)?\)$", line)
    return inner[1] if inner else line
