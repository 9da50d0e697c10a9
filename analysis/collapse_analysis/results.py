"""The one reader of result files: checks the schema, opens the file as an xarray Dataset, masks what is not done."""

import h5py
import numpy as np
import xarray

from collapse_analysis.labels import PARAMETERS

SCHEMA_NAME = "collapse-results"
SCHEMA_VERSION = 1
DONE = 1  # the value of `status` of a finished cell


class ResultsError(Exception):
    """The user's file or request cannot be served; the message is one sentence: what, why, what to do."""


def open_results(path):
    """The results in the file `path` as a Dataset in memory; the file is closed again, so a running sweep is not disturbed.

    Simulated values (`sim_*`, `zscore`) are NaN wherever `status` is not done; theoretical ones are left as they are, finite,
    infinite or NaN. Parameters are coordinates: axes, scalars, and those that follow from axes, such as lambda(T, ell).
    Raises ResultsError for a file that is missing, foreign, damaged or of a schema version unknown here.
    """
    _check_schema(path)
    try:
        with xarray.open_dataset(path, engine="h5netcdf", decode_times=False) as results:
            # A writer may be at work, and it sets a status only after the values it vouches for: so status is read first.
            results["status"].load()
            results.load()
    except (OSError, KeyError, ValueError) as error:
        raise ResultsError(f"{path} cannot be read, it may be damaged: {_first_line(error)}.") from error
    _mask(results)
    return results.set_coords([name for name in results.data_vars if name in PARAMETERS])


def _check_schema(path):
    try:
        with h5py.File(path, "r") as file:
            name, version = file.attrs.get("schema_name"), file.attrs.get("schema_version")
    except FileNotFoundError:
        raise ResultsError(f"There is no file {path}.") from None
    except OSError as error:
        raise ResultsError(f"{path} is not a readable HDF5 file: {_first_line(error)}.") from error
    name = name.decode(errors="replace") if isinstance(name, bytes) else name
    if not isinstance(name, str) or name != SCHEMA_NAME:
        found = "no schema_name" if name is None else f"schema_name {name!r}"
        raise ResultsError(f"{path} is not a collapse result file: it has {found} instead of {SCHEMA_NAME!r}.")
    if np.size(version) != 1 or np.asarray(version).dtype.kind not in "iu":
        raise ResultsError(f"{path} states no integer schema_version, so this reader cannot know how to read it.")
    version = int(np.ravel(version)[0])
    if version != SCHEMA_VERSION:
        raise ResultsError(f"{path} has schema version {version}, this reader knows version {SCHEMA_VERSION}: "
                           "use the analysis package that came with the program that wrote the file.")


def _mask(results):
    not_done = results["status"].values != DONE
    for name, variable in results.data_vars.items():
        if name.startswith("sim_") or name == "zscore":
            variable.values[not_done] = np.nan


def _first_line(error):
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
