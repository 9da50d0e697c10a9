"""How parameters, quantities and values are written in a figure (LaTeX, without the dollars unless said).

Symbols and names are the file's: every parameter in it has the attributes `symbol` and `long_name`, and the long name of one that
determines another says how: "ridge exponent: lambda = T^-ell".
"""

import html
import math
import re
import textwrap
from dataclasses import dataclass

DETERMINES = re.compile(r"(?P<title>[^:]*): (?P<other>\w+) = (?:T\^(?P<sign>-?)\w+)?")
QUANTITIES = {"ratio_to_clean": "test error / clean test error", "generator_error": "error of the last generator",
              "rate_T": r"$\partial\log E/\partial\log T$", "rate_lambda": r"$\partial\log E/\partial\log\lambda$",
              "rate_n": r"$\partial\log E/\partial\log n$", "asymptotic_rate_T": r"asymptotic $\partial\log E/\partial\log T$"}
GREEK = "αβγδεζηθικλμνξοπρστυφχψωℓ"
FILE = "file"  # the axis of a comparison, whose values are texts


@dataclass(frozen=True)
class Parameter:
    """What the file says of a parameter."""

    symbol: str
    long_name: str
    stands_for: str = ""    # the parameter whose place on the grid this one takes
    power_of_T: str = ""    # "" or the sign of the exponent: the parameter it stands for is T to the +- this one


def parameter(results, name):
    """The parameter `name` of the results; of one that they do not have the name is all that is known."""
    attributes = results[name].attrs if name in results.variables else {}
    long_name = str(attributes.get("long_name", ""))
    said = DETERMINES.match(long_name)
    if not said:
        return Parameter(str(attributes.get("symbol") or spelled(name)), long_name or name)
    sign = "" if said["sign"] is None else said["sign"] or "+"
    return Parameter(str(attributes.get("symbol") or spelled(name)), said["title"], said["other"], sign)


def spelled(name):
    """A name as a symbol: Greek letters and ell, digits at the end as an index, one letter as it is, words upright."""
    letters, index = re.fullmatch(r"(.*?)(\d*)", name).groups()
    greek = len(letters) > 1 and html.unescape(f"&{letters};") in GREEK
    written = rf"\{letters}" if greek else letters if len(letters) == 1 else rf"\mathrm{{{letters}}}"
    return written + (f"_{index}" if index else "")


def plain_symbol(symbol):
    r"""A symbol without LaTeX, for pages and terminals: "\lambda_0" is λ₀."""
    unsubscripted = re.sub(r"_\{?(\d+)\}?", lambda found: found[1].translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")), symbol)
    return re.sub(r"\\mathrm\{(.*?)\}", r"\1", re.sub(r"\\([A-Za-z]+)(?!\{|[A-Za-z])", lambda found: html.unescape(f"&{found[1]};"), unsubscripted))


def value(number):
    """A number as a reader would write it: 0, 300, 0.05, 10^{-4}, 3.16 x 10^{-4}, infinity."""
    if math.isinf(number):
        return r"\infty" if number > 0 else r"-\infty"
    if number == 0 or 1e-3 <= abs(number) < 1e5 and abs(number) != 1e4:
        return f"{number:.0f}" if number == round(number) else f"{number:.4g}"
    mantissa, exponent = f"{number:.2e}".split("e")
    mantissa = mantissa.rstrip("0").rstrip(".")
    power = f"10^{{{int(exponent)}}}"
    return {"1": power, "-1": f"-{power}"}.get(mantissa, rf"{mantissa}\times {power}")


def equation(results, name, number):
    """The parameter at a value: "T = 300"; a power of T is written out: "lambda = T^{-0.6}"."""
    meaning = parameter(results, name)
    if meaning.power_of_T:
        exponent = -number if meaning.power_of_T == "-" and number != 0 else number
        written = value(exponent)
        return f"{parameter(results, meaning.stands_for).symbol} = {'T' if written == '1' else f'T^{{{written}}}'}"
    return f"{meaning.symbol} = {value(number)}"


def tie(results, name):
    r"""What a parameter follows, as an equation: "\sigma_0 = \sigma", "T_0 = 2 T"; empty if it follows none."""
    factor, _, source = str(results[name].attrs.get("follows", "")).rpartition(" ")
    if not source:
        return ""
    symbol = parameter(results, source).symbol
    return rf"{parameter(results, name).symbol} = {value(float(factor)) + chr(92) + ',' if factor else ''}{symbol}"


def statement(results, name, of):
    """A value of an axis as a sentence of its own, with dollars: "$T = 300$"; a text says all by itself."""
    return of if isinstance(of, str) else f"${equation(results, name, of)}$"


def entry(of):
    """A value in a legend, with dollars."""
    return of if isinstance(of, str) else f"${value(of)}$"


def quantity_title(results, name):
    """What an axis of the quantity is called; "best weight of real labels $w^*$" for the place of an optimum, "ridge
    $\\lambda$" for that of a boundary."""
    if name in QUANTITIES:
        return QUANTITIES[name]
    title = str(results[name].attrs.get("long_name", name)) if name in results else name
    if name.startswith("boundary_"):
        found = name.removeprefix("boundary_")
        return f"{title.partition(' where ')[0]} ${parameter(results, found).symbol}$"
    if name.startswith("optimum_") and ": " in title:
        over = name.removeprefix("optimum_").removesuffix("_clean")
        return f"best {title.split(': ')[1]} ${parameter(results, over).symbol}^*$" + (" without generations" if name.endswith("_clean") else "")
    return name.replace("_", " ")


def heading(results, name):
    """Title of a legend, with dollars: the symbol, and for a power of T its definition; none for files."""
    if name == FILE:
        return ""
    meaning = parameter(results, name)
    if meaning.power_of_T:
        sign = meaning.power_of_T.strip("+")
        return f"${meaning.symbol}$\n(${parameter(results, meaning.stands_for).symbol} = T^{{{sign}{meaning.symbol}}}$)"
    return f"${meaning.symbol}$"


def axis_title(results, name, width=math.inf):
    """Title of an axis, with dollars: "ridge of the evaluated model $\\lambda$", in lines of at most `width` characters."""
    title = heading(results, name).replace("\n", " ")
    long_name = parameter(results, name).long_name
    if name == FILE or long_name == name:
        return title
    lines = textwrap.wrap(long_name, max(12, width - 2)) if math.isfinite(width) else [long_name]
    fits = math.isinf(width) or len(lines[-1]) + drawn_length(title) < width
    return "\n".join([*lines[:-1], f"{lines[-1]} {title}"] if fits else [*lines, title])


def drawn_length(text):
    """Characters of a text with dollars as drawn, about."""
    return len(re.sub(r"\\[A-Za-z]+", "x", text).translate(str.maketrans("", "", "${}_^")))
