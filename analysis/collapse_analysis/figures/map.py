"""A map: a quantity over two axes of the grid, with boundaries of regimes, theoretical lines and the region without progress."""

from collapse_analysis.components import with_growth
from collapse_analysis.formulas import FORMULAS
from collapse_analysis.maps import draw_maps, quantity_of
from collapse_analysis.panels import panel_axes, thin_panels
from collapse_analysis.plane import left_out
from collapse_analysis.results import BOUNDARY, DONE, OPTIMUM, SCHEMA_NAME, ResultsError, check_schema, open_results, open_table
from collapse_analysis.selection import axis_for, first_varying, fix_rest_at_last, varying

# Preferred for x and for y if the user names none; of a refined grid only the two finest axes.
ACROSS = ("lambda", "beta", "sigma", "T")
UP = ("T0", "alpha", "sigma", "sigma0", "n")


class MapFigure:
    """The figure "map"; what it shows is chosen by --of."""

    name = "map"
    help = "regime, error, growth over clean data, local rate or optimum over two axes"
    plain_quantity = None

    def open(self, path):
        """Results with their components, or a file of optima made to look like one."""
        if check_schema(path, SCHEMA_NAME, OPTIMUM) == SCHEMA_NAME:
            return with_growth(open_results(path))
        table = open_table(path, OPTIMUM)
        best = table["optimum_test_error"]
        return table.assign(theory_test_error=best, status=best.notnull().astype("u1") * DONE)

    def add_arguments(self, parser):
        parser.add_argument("--x", metavar="NAME", help="axis from left to right")
        parser.add_argument("--y", metavar="NAME", help="axis from bottom to top")
        parser.add_argument("--panels", metavar="NAME[,NAME]", help="axis with one panel per value; of two the first makes rows")
        parser.add_argument("--of", metavar="QUANTITY", dest="quantity",
                            help="regime (default), test_error, bias, variance, ratio_to_clean, rate_T, rate_lambda, rate_n, "
                                 "clean_bias, ..., any variable of the file; of an optimum file the optimum (default)")
        parser.add_argument("--by", choices=["theory", "sim"], default="theory", help="quantity by theory (default) or by simulation")
        parser.add_argument("--lines", metavar="LIST", help="formulae to draw: of clean, critical, catastrophe, equal, noise, or none "
                                                            "(default: those that belong to the plane)")
        parser.add_argument("--boundary", metavar="FILE", action="append", default=[],
                            help="curves from `collapse boundary` instead of those between regimes of the grid")

    def draw(self, results, options, tell):
        """The figure; raises ResultsError if the file cannot give it."""
        variable = quantity_of(results, options.quantity, options.by)
        x, y, panels = self._choose_axes(results, options)
        results = thin_panels(fix_rest_at_last(results, {x, y, *panels}, tell), panels, tell)
        boundaries = [open_table(path, BOUNDARY) for path in options.boundary]
        return draw_maps(results, (x, y, panels), variable, _names(options.lines), boundaries, tell)

    def _choose_axes(self, results, options):
        named = {option: axis_for(results, getattr(options, option)) for option in ("x", "y") if getattr(options, option)}
        panels = panel_axes(results, options.panels)
        taken = {*named.values(), *panels}
        coarse = set(sorted(varying(results), key=results.sizes.get)[:-2]) if not taken and left_out(results).any() else set()
        x = named.get("x") or first_varying(results, ACROSS, taken | coarse)
        y = named.get("y") or first_varying(results, UP, taken | coarse | {x})
        if len({x, y, None}) < 3 or results.sizes[x] < 2 or results.sizes[y] < 2:
            raise ResultsError("A map needs two different axes with more than one value each, and there are: "
                               f"{', '.join(varying(results)) or 'none'}.")
        if {x, y} & set(panels):
            raise ResultsError(f"x, y and panels must be different axes, but they are {', '.join([x, y, *panels])}.")
        return x, y, panels


def _names(text):
    if text is None:
        return None
    names = [name.strip() for name in text.split(",") if name.strip() not in ("", "none")]
    unknown = [name for name in names if name not in FORMULAS]
    if unknown:
        raise ResultsError(f"--lines {text} names {unknown[0]}, which is none of {', '.join(FORMULAS)}.")
    return names


FIGURE = MapFigure()
