"""The figures, one file each: every module in this folder defines FIGURE, and the command line offers it by its name.

A figure has `name`, `help`, `add_arguments(parser)` and `draw(results, options, tell)`, which returns a matplotlib Figure;
`results` is what open_results returns, cut to the user's --select, and `tell` takes a sentence for the user.
"""

import importlib
import pkgutil


def all_figures():
    """Every figure, by name."""
    modules = (importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__))
    return {module.FIGURE.name: module.FIGURE for module in modules}
