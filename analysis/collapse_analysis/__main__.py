"""The command line: `python3 -m collapse_analysis FIGURE FILE` writes a figure, `... summary FILE` prints a summary."""

import argparse
import shlex
import sys
from pathlib import Path

from collapse_analysis import recipe, style, summary
from collapse_analysis.components import with_growth
from collapse_analysis.explorer import write_page
from collapse_analysis.exponents import as_json, exponents, table
from collapse_analysis.figures import all_figures
from collapse_analysis.results import ResultsError, open_results
from collapse_analysis.selection import parse_choice, select

PROGRAM = "collapse-analysis"
FORMATS = ("pdf", "png", "svg")
LEAST_DPI, MOST_DPI = 10, 2400


def main(arguments=None):
    """Runs the command and returns the exit status: 0, or 2 after one sentence on stderr."""
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except ResultsError as error:
        print(f"{PROGRAM}: {error}", file=sys.stderr)
        return 2
    return 0


def _parser():
    parser = argparse.ArgumentParser(prog=PROGRAM, description="Publication-ready figures from result files of collapse.")
    verbs = parser.add_subparsers(metavar="FIGURE", required=True)
    for figure in all_figures().values():
        verb = verbs.add_parser(figure.name, help=figure.help, description=figure.help)
        verb.add_argument("file", metavar="FILE", type=Path)
        verb.add_argument("--select", metavar="NAME=VALUE", action="append", default=[],
                          help="keep this value of an axis; repeat it for more axes or more values")
        verb.add_argument("--output", metavar="BASE", type=Path, help="write BASE.pdf, BASE.png (default: beside FILE)")
        verb.add_argument("--format", metavar="LIST", default="pdf,png", help=f"of {', '.join(FORMATS)} (default: pdf,png)")
        verb.add_argument("--dpi", metavar="N", type=_pixels, default=300, help="pixels per inch of PNG (default: 300)")
        figure.add_arguments(verb)
        verb.set_defaults(run=_write_figure, figure=figure)
    verb = verbs.add_parser("make", help="all that configs say that they make: runs the sweeps, draws the figures")
    verb.add_argument("configs", metavar="CONFIG", type=Path, nargs="+")
    verb.add_argument("--folder", metavar="FOLDER", type=Path, default=Path(), help="where to (default: here)")
    verb.add_argument("--launch", metavar="WORDS", default="", help='before `collapse run`, such as "mpirun -n 8"')
    verb.add_argument("--index", metavar="TITLE", help="also index.html, a page of all figures")
    verb.add_argument("--dpi", metavar="N", type=_pixels, default=130, help="pixels per inch of PNG (default: 130)")
    verb.set_defaults(run=_make)
    verb = verbs.add_parser("summary", help="model, axes, cells by status, largest z-score; all cells as CSV")
    verb.add_argument("file", metavar="FILE", type=Path)
    verb.add_argument("--select", metavar="NAME=VALUE", action="append", default=[], help="as for figures")
    form = verb.add_mutually_exclusive_group()
    form.add_argument("--json", dest="form", action="store_const", const=summary.as_json, help="the summary as JSON")
    form.add_argument("--csv", dest="form", action="store_const", const=summary.as_csv, help="every cell as a line, with all variables")
    verb.set_defaults(run=_print_summary, form=summary.summary)
    verb = verbs.add_parser("exponents", help="slopes of simulated error against T with 95 %% intervals, beside theory")
    verb.add_argument("file", metavar="FILE", type=Path)
    verb.add_argument("--select", metavar="NAME=VALUE", action="append", default=[], help="as for figures")
    verb.add_argument("--window", metavar="POINTS", type=int, default=0, help="local slopes of so many neighbouring T (default: of all)")
    verb.add_argument("--json", action="store_true", help="JSON instead of a table")
    verb.set_defaults(run=_print_exponents)
    verb = verbs.add_parser("explore", help="one HTML page to look through the file in a browser, without network")
    verb.add_argument("file", metavar="FILE", type=Path)
    verb.add_argument("--select", metavar="NAME=VALUE", action="append", default=[], help="as for figures")
    verb.add_argument("-o", "--output", metavar="PAGE", type=Path, help="(default: FILE with .html)")
    verb.set_defaults(run=_write_page)
    return parser


def _pixels(text):
    """Pixels per inch; what argparse says of other numbers."""
    if not text.isdigit() or not LEAST_DPI <= int(text) <= MOST_DPI:
        raise argparse.ArgumentTypeError(f"{text} is no number of pixels per inch: give {LEAST_DPI} to {MOST_DPI}")
    return int(text)


def _make(options):
    draw = lambda words: main([words[0], *(["--dpi", str(options.dpi)] if words[0] in all_figures() else []), *words[1:]])
    made = recipe.make(options.configs, options.folder, shlex.split(options.launch), draw,
                       lambda said: print(f"{PROGRAM}: {said}", file=sys.stderr, flush=True))
    if options.index:
        recipe.write_index(options.folder / "index.html", options.index, made)
    print(options.folder.resolve() / ("index.html" if options.index else ""))


def _write_page(options):
    target = options.output or options.file.with_suffix(".html")
    write_page(select(with_growth(open_results(options.file)), map(parse_choice, options.select)), options.file.name, target)
    print(target)


def _print_summary(options):
    print(options.form(select(open_results(options.file), map(parse_choice, options.select))))


def _print_exponents(options):
    if options.window == 1 or options.window < 0:
        raise ResultsError(f"--window {options.window} is no number of points for a slope: give 2 or more.")
    results = select(with_growth(open_results(options.file)), map(parse_choice, options.select))
    records = exponents(results, options.window)
    print(as_json(records) if options.json else table(records))


def _write_figure(options):
    formats = _formats(options.format)
    results = select(getattr(options.figure, "open", open_results)(options.file), map(parse_choice, options.select))
    tell = lambda sentence: print(f"{PROGRAM}: note: {sentence}", file=sys.stderr)
    base = _base(options)
    with style.context():
        figure = options.figure.draw(results, options, tell)
        for kind in formats:
            target = base.with_name(f"{base.name}.{kind}")
            try:
                figure.savefig(target, dpi=options.dpi, metadata={"pdf": {"CreationDate": None}, "svg": {"Date": None}}.get(kind))
            except OSError as error:
                raise ResultsError(f"{target} cannot be written: {error.strerror or error}.") from error
            print(target)


def _formats(text):
    formats = [name.strip() for name in text.split(",") if name.strip()]
    unknown = [name for name in formats if name not in FORMATS]
    if unknown or not formats:
        raise ResultsError(f"--format {text} is not a list of formats among {', '.join(FORMATS)}, such as pdf,png.")
    return formats


def _base(options):
    """Path of the figure without its extension; an extension that the user gives out of habit is dropped."""
    if options.output:
        return options.output.with_suffix("") if options.output.suffix[1:] in FORMATS else options.output
    plain = getattr(options.figure, "plain_quantity", "test_error")  # what needs no mention in the name
    quantity = getattr(options, "quantity", plain)
    suffix = "" if quantity == plain else f"-{quantity.replace('_', '-')}"
    return options.file.with_name(f"{options.file.stem}-{options.figure.name}{suffix}")


if __name__ == "__main__":
    sys.exit(main())
