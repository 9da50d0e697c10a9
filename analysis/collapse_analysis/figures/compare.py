"""Several result files in one figure: one curve, or one panel, per file."""

from pathlib import Path

from collapse_analysis import labels
from collapse_analysis.comparison import short_names, side_by_side
from collapse_analysis.curves import CurveFigure
from collapse_analysis.results import ResultsError, open_results
from collapse_analysis.selection import parse_choice, select


class Compare:
    """Delegates to a CurveFigure on all files together."""

    name = "compare"
    help = "error of several files against n, T, lambda, w, ...: one curve per file, or --panels file"

    def add_arguments(self, parser):
        parser.add_argument("others", metavar="FILE", type=Path, nargs="+")
        parser.add_argument("--x", metavar="NAME", default="n", help="axis; `share` is w or p, whichever a file has (default: n)")
        parser.add_argument("--names", metavar="A,B,...", help="what to call the files (default: from their names)")
        parser.add_argument("--quantity", metavar="NAME", default="test_error", help="as of other figures (default: test_error)")
        CurveFigure(self.name, "n", (), ()).add_layout_arguments(parser)

    def draw(self, results, options, tell):
        """The figure; raises ResultsError if the files cannot give it."""
        paths = [options.file, *options.others]
        parts = [results] + [select(open_results(path), map(parse_choice, options.select)) for path in options.others]
        names = [name.strip() for name in options.names.split(",")] if options.names else short_names(paths)
        if len(names) != len(paths):
            raise ResultsError(f"--names {options.names} gives {len(names)} names for {len(paths)} files: give one for each.")
        panels = [name.strip() for name in (options.panels or "").split(",") if name.strip()]
        shown = {options.x, options.curves or labels.FILE, *panels}
        if labels.FILE not in shown:
            raise ResultsError("The files need a place in the figure: give --curves file or --panels file.")
        if not options.panels:
            shown |= self._panels_in(parts, shown)
        together = side_by_side(parts, names, shown, tell)
        figure = CurveFigure(self.name, options.x, (labels.FILE,), tuple(shown), least=options.x in ("share", "w", "p"))
        return figure.draw(together, options, tell)

    @staticmethod
    def _panels_in(parts, shown):
        """The first axis, if any, that has several values in every file and is not in use."""
        for name in parts[0]["status"].dims:
            if name not in shown and all(part.sizes.get(name, 1) > 1 for part in parts):
                return {name}
        return set()


FIGURE = Compare()
