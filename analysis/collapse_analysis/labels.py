"""How parameters, quantities and values are written in a figure (LaTeX, without the dollars unless said)."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Parameter:
    """What a figure says of a parameter."""

    symbol: str
    long_name: str
    stands_for: str = ""     # the parameter whose place on the grid this one takes
    power_of_T: str = ""     # "" or the sign of the exponent: the parameter it stands for is T to the +- this one
    decades: float = math.inf  # an uneven axis over more decades than this is logarithmic


PARAMETERS = {
    "alpha": Parameter(r"\alpha", "source exponent"),
    "beta": Parameter(r"\beta", "capacity exponent"),
    "T": Parameter("T", "sample size", decades=0.6),
    "lambda": Parameter(r"\lambda", "ridge", decades=0.6),
    "n": Parameter("n", "synthetic generations", decades=1.5),
    "d": Parameter("d", "dimension", decades=0.6),
    "T0": Parameter("T_0", "sample size of each generator", decades=0.6),
    "lambda0": Parameter(r"\lambda_0", "ridge of each generator", decades=0.6),
    "sigma": Parameter(r"\sigma", "label noise", decades=0.6),
    "sigma0": Parameter(r"\sigma_0", "noise of synthetic labels", decades=0.6),
    "w": Parameter("w", "weight of real labels"),
    "p": Parameter("p", "fraction of rows with real labels"),
    "k": Parameter("k", "real over synthetic sample size", decades=0.6),
    "share": Parameter("w, p", "share of real labels"),
    "snr": Parameter(r"\mathrm{SNR}", "signal-to-noise ratio", decades=0.6),
    "r": Parameter("r", "source exponent", stands_for="alpha"),
    "ell": Parameter(r"\ell", "ridge exponent", stands_for="lambda", power_of_T="-"),
    "b": Parameter("b", "exponent of the generators' sample size", stands_for="T0", power_of_T="+"),
    "a": Parameter("a", "exponent of the number of generations", stands_for="n", power_of_T="+"),
}

QUANTITIES = {"test_error": "test error", "bias": "bias", "variance": "variance"}
FILE = "file"  # the axis of a comparison, whose values are texts


def symbol(name):
    """The symbol of a parameter; a name not in the table is shown as it is."""
    return PARAMETERS[name].symbol if name in PARAMETERS else rf"\mathrm{{{name}}}"


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


def equation(name, number):
    """The parameter at a value: "T = 300"; a power of T is written out: "lambda = T^{-0.6}"."""
    meaning = PARAMETERS.get(name)
    if meaning and meaning.power_of_T:
        exponent = -number if meaning.power_of_T == "-" and number != 0 else number
        written = value(exponent)
        return f"{symbol(meaning.stands_for)} = {'T' if written == '1' else f'T^{{{written}}}'}"
    return f"{symbol(name)} = {value(number)}"


def statement(name, of):
    """A value of an axis as a sentence of its own, with dollars: "$T = 300$"; a text says all by itself."""
    return of if isinstance(of, str) else f"${equation(name, of)}$"


def entry(of):
    """A value in a legend, with dollars."""
    return of if isinstance(of, str) else f"${value(of)}$"


def quantity_title(name):
    """What an axis of the quantity is called; "best weight of real labels $w^*$" for the place of an optimum, "ridge
    $\\lambda$" for that of a boundary."""
    if name in QUANTITIES:
        return QUANTITIES[name]
    if name.startswith("boundary_"):
        return axis_title(name.removeprefix("boundary_"))
    parameter = PARAMETERS[name.removeprefix("optimum_")]
    return f"best {parameter.long_name} ${parameter.symbol}^*$"


def heading(name):
    """Title of a legend, with dollars: the symbol, and for a power of T its definition; none for files."""
    if name == FILE:
        return ""
    meaning = PARAMETERS.get(name)
    if meaning and meaning.power_of_T:
        sign = meaning.power_of_T.strip("+")
        return f"${meaning.symbol}$\n(${symbol(meaning.stands_for)} = T^{{\\,{sign}{meaning.symbol}}}$)"
    return f"${symbol(name)}$"


def axis_title(name):
    """Title of an axis, with dollars: "ridge $\\lambda$"."""
    title = heading(name).replace("\n", " ")
    return f"{PARAMETERS[name].long_name} {title}" if name in PARAMETERS else title
