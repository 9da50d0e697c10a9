"""The explorer: a result file as one HTML page that needs nothing else, from page.html, style.css, plot.js, explorer.js and the data."""

import base64
import json
import math
from pathlib import Path

import numpy as np

from collapse_analysis.components import COMPONENTS, with_growth
from collapse_analysis.labels import parameter, plain_symbol
from collapse_analysis.legends import model
from collapse_analysis.plane import left_out
from collapse_analysis.results import ResultsError

MOST_CELLS = 200_000
KINDS = ("theory", "sim")
PARTS = ("test_error", "bias", "variance", *COMPONENTS, "ratio_to_clean", "rate_T", "rate_lambda", "rate_n", "regime")
OTHERS = ("sim_test_error_stderr", "exact_test_error", "asymptotic_rate_T", "zscore", "replicates", "status", "failure")


def write_page(results, name, target):
    """Writes the page of results, read from a file `name`, to `target`; raises ResultsError if that cannot be."""
    if results["status"].size > MOST_CELLS:
        raise ResultsError(f"A page holds at most {MOST_CELLS} cells and these are {results['status'].size}: "
                           "cut them by --select name=value.")
    try:
        Path(target).write_text(render(with_growth(results), name), encoding="utf-8")
    except OSError as error:
        raise ResultsError(f"{target} cannot be written: {error.strerror or error}.") from error


def render(results, name):
    """The page as text."""
    folder = Path(__file__).parent
    read = lambda file: (folder / file).read_text(encoding="utf-8")
    # "<" is escaped so that no text of the file can end the element that holds the data.
    data = json.dumps(page_data(results, name), allow_nan=False, separators=(",", ":")).replace("<", "\\u003c")
    page = read("page.html")
    for mark, content in (("STYLE", read("style.css")), ("SCRIPT", read("plot.js") + read("explorer.js")), ("DATA", data)):
        page = page.replace(f"@{mark}@", content)
    return page


def page_data(results, name):
    """What the page knows: axes, fixed parameters, parameters that follow from axes, variables as base64 (little-endian)."""
    results = results.sortby([dim for dim in results["status"].dims])
    dims = results["status"].dims
    fixed = [n for n in results.coords if results[n].size == 1 and n not in dims and not np.isnan(float(results[n].values.ravel()[0]))]
    derived = [n for n in results.coords if n not in dims and results[n].size > 1]
    variables = [f"{kind}_{part}" for part in PARTS for kind in KINDS] + list(OTHERS)
    return {
        "title": str(results.attrs.get("title", "")) or name,
        "file": name,
        "model": model(results),
        "axes": [{"name": n, "symbol": _symbol(results, n), "label": _label(results, n), "values": [_number(v) for v in results[n].values]} for n in dims],
        "fixed": [{"symbol": _symbol(results, n), "value": _number(results[n].values.ravel()[0])} for n in fixed],
        "derived": [{"symbol": _symbol(results, n), "dims": list(results[n].dims), "data": _packed(results[n].values, "<f8")} for n in derived],
        "variables": {n: _variable(results[n]) for n in variables if _worth_showing(results, n)},
        "leftOut": _packed(left_out(results), "u1"),
    }


def _worth_showing(results, name):
    if name not in results or results[name].dims != results["status"].dims:
        return False
    values = results[name].values
    return bool((~np.isnan(values)).any()) if values.dtype.kind == "f" else name == "status" or bool((values != 0).any())


def _variable(variable):
    flags = str(variable.attrs.get("flag_meanings", "")).split()
    packed = _packed(variable.values, "u1" if flags else "<f8")
    return {"title": str(variable.attrs.get("long_name", "")), "data": packed, **({"flags": flags} if flags else {})}


def _packed(values, kind):
    return base64.b64encode(np.ascontiguousarray(values).astype(kind).tobytes()).decode()


def _number(value):
    return float(value) if math.isfinite(value) else "inf" if value > 0 else "-inf"


def _symbol(results, name):
    return plain_symbol(parameter(results, name).symbol)


def _label(results, name):
    meaning = parameter(results, name)
    symbol = plain_symbol(meaning.symbol)
    title = symbol if meaning.long_name == name else f"{meaning.long_name} {symbol}"
    sign = {"+": "", "-": "−"}.get(meaning.power_of_T)
    return title if sign is None else f"{title} ({_symbol(results, meaning.stands_for)} = T^{sign}{symbol})"
