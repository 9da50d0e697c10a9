"""Axes for values that may be zero or infinite: logarithmic or linear, with a place of its own at the edge for 0 and infinity."""

import math
from dataclasses import dataclass

import numpy as np
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

EDGE = 0.14    # distance of the place for 0 or infinity, as a fraction of the axis
MARGIN = 0.04  # free space at both ends, as a fraction of the axis
FEW_DECADES = 0.6  # an uneven axis over more decades than this is logarithmic,
DECADES = {"n": 1.5, **dict.fromkeys(("alpha", "beta", "r", "w", "p", "share", "ell", "b", "a"), math.inf)}  # but for these


def decades_of(name):
    """Over how many decades an uneven axis of this parameter is logarithmic; exponents and fractions never are."""
    return DECADES.get(name, FEW_DECADES)


@dataclass(frozen=True)
class Scale:
    """An axis over `low`..`high` (finite; positive if logarithmic)."""

    logarithmic: bool
    low: float
    high: float
    zero: float | None = None      # where 0 is drawn, if the axis itself cannot show it
    infinity: float | None = None  # where infinity is drawn

    def place(self, values):
        """Where the values are drawn: themselves, but for 0 on a logarithmic axis and for infinity."""
        values = np.array(values, float)
        if self.zero is not None:
            values[values == 0] = self.zero
        values[np.isinf(values)] = np.nan if self.infinity is None else self.infinity
        return values

    def limits(self):
        """The ends of the axis, with margins."""
        ends = [e for e in (self.zero, self.low, self.high, self.infinity) if e is not None]
        return _stretch(min(ends), max(ends), MARGIN, self.logarithmic)

    def ticks(self, whole):
        """Major and minor ticks on the ordinary part of the axis; `whole`: only whole numbers make sense."""
        if self.logarithmic:
            return logarithmic_ticks(self.low, self.high)
        ticks = MaxNLocator(nbins=6, integer=whole, steps=[1, 2, 2.5, 5, 10]).tick_values(self.low, self.high)
        slack = 1e-9 * (self.high - self.low)
        return [t for t in ticks if self.low - slack <= t <= self.high + slack], []

    def apply(self, axes, whole=False, vertical=False, limits=None):
        """Makes this the x axis of the axes, or the y axis."""
        axis = axes.yaxis if vertical else axes.xaxis
        (axes.set_yscale if vertical else axes.set_xscale)("log" if self.logarithmic else "linear")
        (axes.set_ylim if vertical else axes.set_xlim)(*(limits or self.limits()))
        major, minor = self.ticks(whole)
        text = {t: f"${tick_text(t, major, self.logarithmic)}$" for t in major}
        for edge, name, end in ((self.zero, "$0$", self.low), (self.infinity, r"$\infty$", self.high)):
            if edge is not None:
                text[edge] = name
                _draw_break(axes, math.sqrt(edge * end) if self.logarithmic else (edge + end) / 2, vertical)
        axis.set_major_locator(FixedLocator(sorted(text)))
        axis.set_minor_locator(FixedLocator(minor) if minor else NullLocator())
        axis.set_major_formatter(FuncFormatter(lambda t, _: text.get(t, "")))
        axis.set_minor_formatter(FuncFormatter(lambda t, _: ""))


def scale_for(values, decades, forced="auto"):
    """The scale that shows the values: logarithmic if they span at least so many decades, unevenly, or as forced."""
    values = np.unique(np.asarray(values, float))
    finite = values[np.isfinite(values)]
    positive = finite[finite > 0]
    if len(finite) == 0:
        return Scale(False, 0.0, 1.0, infinity=0.5)
    logarithmic = forced == "log" or (forced == "auto" and _decades(positive) >= decades and not _even(finite))
    logarithmic = logarithmic and len(positive) > 0 and finite[0] >= 0
    body = positive if logarithmic else finite
    low, high = body[0], body[-1]
    before, after = _stretch(low, high, EDGE, logarithmic)
    return Scale(logarithmic, low, high,
                 zero=before if logarithmic and finite[0] == 0 else None,
                 infinity=after if np.isinf(values[-1]) else None)


def logarithmic_ticks(low, high):
    """Decades with their subdivisions as minor ticks; 1, 2, 5 within few decades; every other decade if there are many."""
    first, last = math.floor(math.log10(low)) - 1, math.ceil(math.log10(high)) + 1
    inside = lambda ticks: [t for t in ticks if low * (1 - 1e-9) <= t <= high * (1 + 1e-9)]
    decades = inside([10.0 ** e for e in range(first, last + 1)])
    subdivisions = inside([m * 10.0 ** e for e in range(first, last + 1) for m in range(2, 10)])
    if len(decades) <= 1 or (len(decades) == 2 and high / low < 50):
        major = inside([m * 10.0 ** e for e in range(first, last + 1) for m in (1, 2, 5)])
        return major, [t for t in subdivisions if t not in major]
    stride = math.ceil(len(decades) / 6)
    if stride == 1:
        return decades, subdivisions
    return [t for t in decades if round(math.log10(t)) % stride == 0], decades


def tick_text(tick, ticks, logarithmic):
    """A tick's label, in one notation for the whole axis."""
    if logarithmic and not all(1e-2 <= t < 1e5 for t in ticks):
        mantissa, exponent = f"{tick:.0e}".split("e")
        power = f"10^{{{int(exponent)}}}"
        return power if mantissa == "1" else rf"{mantissa}{{\times}}{power}"
    return f"{tick:.10g}"


def _decades(positive):
    return math.log10(positive[-1] / positive[0]) if len(positive) else 0


def _even(finite):
    steps = np.diff(finite)
    return len(steps) > 1 and steps.max() <= 1.01 * steps.min()


def _stretch(low, high, fraction, logarithmic):
    if logarithmic:
        low, high = _stretch(math.log10(low), math.log10(high), fraction, False)
        return 10 ** low, 10 ** high
    width = (high - low) or 1.0
    return low - fraction * width, high + fraction * width


def _draw_break(axes, position, vertical):
    colour = axes.spines["bottom"].get_edgecolor()
    stroke = dict(markersize=6, color=colour, markeredgewidth=0.6)
    turn = lambda points: [point[::-1] for point in points] if vertical else points
    for edge in (0, 1):
        for points, style in (([(-1, -1), (1, 1)], dict(markersize=5, color="white", markeredgewidth=3)),
                              ([(-1.4, -2), (-0.4, 2)], stroke), ([(0.4, -2), (1.4, 2)], stroke)):
            at, transform = (([edge], [position]), axes.get_yaxis_transform()) if vertical else (
                ([position], [edge]), axes.get_xaxis_transform())
            axes.plot(*at, marker=turn(points), linestyle="none", transform=transform, clip_on=False, zorder=5, gid="axis break", **style)
