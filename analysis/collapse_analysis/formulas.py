"""Where theory for power laws expects its boundaries: lines f = 0 in any plane of (ell, b, beta, r, sigma) [CLKZ, DFK].

Each formula is a function of the parameters that it names and is drawn in every plane that has them all, as axes or as fixed values.
"""

import inspect
from dataclasses import dataclass
from typing import Callable

import numpy as np


@dataclass(frozen=True)
class Formula:
    """A line, where `f` of its parameters changes sign."""

    name: str
    label: str  # LaTeX, with dollars
    f: Callable

    @property
    def needs(self):
        return tuple(inspect.signature(self.f).parameters)


def clean_ell(beta, r):
    """Best exponent of the ridge for clean noisy data, beta / (1 + 2 beta min(r, 1)) [CLKZ]."""
    return beta / (1 + 2 * beta * np.minimum(r, 1))


FORMULAS = {formula.name: formula for formula in (
    # Clean bias T^(-2 r ell) against clean variance T^-(1 - ell/beta).
    Formula("clean", r"$\ell=\beta/(1+2\beta r)$", lambda ell, beta, r: ell - clean_ell(beta, r)),
    # Clean bias against collapse variance T^-(b - ell/beta), b <= 1 [DFK].
    Formula("critical", r"$\ell_{\mathrm{crit}}=b\,\beta/(1+2\beta r)$",
            lambda ell, beta, r, b: np.where(b <= 1, ell - b * clean_ell(beta, r), np.nan)),
    # Collapse variance T^(ell/beta - b) stops falling with T (d = inf: the generators' own ridge effect bounds it beyond this line).
    Formula("catastrophe", r"$\ell=b\,\beta$", lambda ell, beta, b: ell - np.minimum(b, 1) * beta),
    # Clean against collapse variance: generators as large as the evaluated model's sample.
    Formula("equal", r"$b=1$", lambda b: b - 1),
    # Clean bias against clean variance at this T, constants taken as one: noiseless below, noisy above [CLKZ].
    Formula("noise", r"$\sigma^2=T^{\,1-\ell/\beta-2r\ell}$",
            lambda ell, beta, r, sigma, T: 2 * np.log(sigma) - (1 - ell / beta - 2 * np.minimum(r, 1) * ell) * np.log(T)),
)}
NEEDS_ITS_AXIS = {"noise": "sigma", "equal": "b"}  # only in planes with this axis: elsewhere it says nothing new


def lines(plane, names=None):
    """Pairs (formula, field on the plane's fine places) of the formulas named, or of all that belong here."""
    known = parameters(plane) if plane.smooth else {}
    if np.array_equal(known.get("n"), 0):
        known.pop("b", None)  # there are no generators
    for formula in FORMULAS.values():
        belongs = NEEDS_ITS_AXIS.get(formula.name, plane.x.name) in (plane.x.name, plane.y.name)
        wanted = belongs if names is None else formula.name in names
        if wanted and set(formula.needs) <= set(known):
            with np.errstate(divide="ignore", invalid="ignore"):
                field = formula.f(**{name: known[name] for name in formula.needs})
            field = np.broadcast_to(field, (len(plane.y.fine), len(plane.x.fine)))
            if (field < 0).any() and (field > 0).any():
                yield formula, field


def parameters(plane):
    """Fixed parameters as numbers, those of the axes as fields that broadcast."""
    fixed = {name: float(plane.cells[name]) for name in plane.cells.coords if plane.cells[name].size == 1}
    return {**{name: value for name, value in fixed.items() if np.isfinite(value)},
            plane.x.name: plane.x.fine[None, :], plane.y.name: plane.y.fine[:, None]}
