"""Comparison of result files, bit for bit."""
import h5py
import numpy as np

VOLATILE_VARIABLES = {"task_seconds"}                   # time is the only result that may differ between two runs
VOLATILE_ATTRIBUTES = {"created", "modified"}
VOLATILE_GROUPS = {"provenance", "accumulators"}        # who ran when; and the means of resuming, which know how it was cut


def items(path, skipped_groups=VOLATILE_GROUPS, skipped_variables=VOLATILE_VARIABLES, skipped_attributes=VOLATILE_ATTRIBUTES):
    """Name -> bytes of every variable and attribute."""
    found = {}
    with h5py.File(path, "r") as file:
        def note(name, thing):
            if name.split("/")[0] in skipped_groups or name in skipped_variables:
                return
            if isinstance(thing, h5py.Dataset):
                found[name] = (str(thing.dtype), thing.shape, thing[()].tobytes())
            for key, value in thing.attrs.items():
                if key not in skipped_attributes and not isinstance(value, (h5py.Reference, h5py.Empty)) and key != "REFERENCE_LIST":
                    found[f"{name}@{key}"] = repr(np.asarray(value).tolist()) if key != "DIMENSION_LIST" else len(value)

        note("", file)
        file.visititems(note)
    return found


def differences(one, other, **skipped):
    """Names of what is not the same in two result files; empty: they are equal bit for bit."""
    first, second = items(one, **skipped), items(other, **skipped)
    return sorted(name for name in first.keys() | second.keys() if first.get(name) != second.get(name))


def text(thing, name):
    """An attribute as xarray shows it: h5py gives texts of fixed length, which the file has for netCDF's sake, as bytes."""
    value = thing.attrs[name]
    return value.decode() if isinstance(value, bytes) else value


def counts(path):
    """Number of cells by status."""
    with h5py.File(path, "r") as file:
        names = text(file["status"], "flag_meanings").split()
        return dict(zip(names, np.bincount(file["status"][()].ravel(), minlength=len(names)).tolist()))
