"""Several result files as one, along an axis `file` whose values say how they differ."""

import os

import numpy as np
import xarray

from collapse_analysis import labels
from collapse_analysis.results import ResultsError, settings
from collapse_analysis.selection import fix_rest

SHARES = ("w", "p")  # what `share` stands for


def side_by_side(parts, names, shown, tell):
    """The files' results [file x axes of `shown` that they have]; cells that a file does not have are NaN.

    `parts`: results by file, `names`: what to call them, `shown`: names of the axes wanted; of others the first value is taken.
    A parameter of one value in each file is kept where all agree; where they differ it stands in the name of the file, unless zero.
    """
    parts = [_cut(part, shown, tell) for part in parts]
    constant = [{name: float(part[name]) for name in part.coords if part[name].ndim == 0 and not np.isnan(part[name])}
                for part in parts]
    common = {name for name, value in constant[0].items() if all(other.get(name) == value for other in constant)}
    own = [[f"${labels.equation(part, name, value)}$" for name, value in values.items() if name not in common and value != 0]
           for part, values in zip(parts, constant)]
    titles = [", ".join([name, *parameters]) for name, parameters in zip(names, own)]
    if len(set(titles)) < len(titles):
        raise ResultsError(f"The files cannot be told apart, they are called {', '.join(titles)}: name them with --names.")
    parts = [part.drop_vars([name for name in part.coords if name not in common and name not in part.dims]) for part in parts]
    together = xarray.concat(parts, xarray.IndexVariable(labels.FILE, titles), join="outer", coords="minimal", compat="override")
    # What the heading says of the model is what holds for all files.
    alike = set.intersection(*({f"{key} = {value}" for key, value in settings(part).items()} for part in parts))
    together.attrs = {"resolved_config": "\n".join(line for line in parts[0].attrs.get("resolved_config", "").splitlines() if line in alike)}
    return together


def _cut(part, shown, tell):
    """Values to draw, over the axes shown alone; an axis w or p takes the name `share` if that is to be shown."""
    if "share" in shown:
        part = part.rename({name: "share" for name in SHARES if part.sizes.get(name, 1) > 1})
        if "share" in part.coords:
            part["share"].attrs = {"symbol": ", ".join(SHARES), "long_name": "share of real labels"}
    part = fix_rest(part, shown, tell)
    part = part.drop_vars([name for name in part.coords if part[name].ndim > 1])  # which follow from others
    part = part[[name for name in part.data_vars if name.startswith(("sim_", "theory_")) or name == "status"]]
    return part.squeeze([name for name in part.dims if name not in shown and part.sizes[name] == 1])


def short_names(paths):
    """Names of files without what all have in common, cut at hyphens: generations-mix.h5 is "mix"."""
    stems = [path.stem for path in paths]
    prefix = os.path.commonprefix(stems)
    cut = prefix.rfind("-") + 1
    return [stem[cut:].replace("-", " ") for stem in stems]
