"""The formulae of src/theory/THEORY.md, sections 3 and 4, slowly and plainly: sums over all eigenvalues, one scalar root a ridge.
    theory.py SEED COUNT FILE    writes the predictions of random cells (tests/data/theory_cases.json: seed 2026, 200 cells drawn)
    theory.py FILE               compares the file with what is computed now
"""
import json
import math
import sys

import numpy as np
from scipy.optimize import brentq

MANY = 200_000  # generations at most until a recursion repeats itself
PRECISE = dict(xtol=1e-15, rtol=8.9e-16, maxiter=500)


def effective_ridge(s, T, ridge):
    """kappa of section 3, by its logarithm: kappa (1 - df1 / T) = ridge; df1 = T for the minimum norm on fewer rows than directions."""
    if ridge == 0 and T > len(s):
        return 0.0
    if ridge == 0:
        root = brentq(lambda x: np.sum(s / (s + math.exp(x))) - T, math.log(s.min()) - 80, math.log(s.sum()) + 80, **PRECISE)
    else:
        highest = math.log(ridge + s.sum() / T) + 1e-12
        root = brentq(lambda x: math.exp(x) * (1 - np.sum(s / (s + math.exp(x))) / T) - ridge, math.log(ridge), highest, **PRECISE)
    return math.exp(root)


class Fit:
    """What one ridge fit on T fresh rows does to second moments of the weights behind its labels."""

    def __init__(self, s, T, ridge):
        self.s, self.T, self.kappa = s, T, effective_ridge(s, T, ridge)
        self.shrinkage = s / (s + self.kappa)
        self.df1, self.df2 = np.sum(self.shrinkage), np.sum(self.shrinkage**2)
        self.unit_noise = s / ((s + self.kappa) ** 2 * (T - self.df2))

    def push(self, moment):
        lost = np.sum(self.kappa**2 * self.s / (self.s + self.kappa) ** 2 * moment)
        return self.shrinkage**2 * moment + self.unit_noise * lost

    def bias(self, moment):
        return bias_of(self.s, moment, self.push(moment), self.shrinkage * moment)

    def variance(self):
        return np.sum(self.s * self.unit_noise)


def bias_of(s, truth, second, cross):
    """sum s E (w - w0)^2 of E w^2 and E w w0."""
    return np.sum(s * (second - 2 * cross + truth))


def replace(s, truth, n, T, ridge, T0, ridge0, sigma, sigma0):
    second, cross, noise = truth, truth, 0 * s
    generator = Fit(s, T0, ridge0) if n > 0 else None
    for fit, size in [(generator, sigma0)] * n + [(Fit(s, T, ridge), sigma)]:
        second, cross, noise = fit.push(second), fit.shrinkage * cross, fit.push(noise) + size**2 * fit.unit_noise
    return bias_of(s, truth, second, cross), np.sum(s * noise)


def until_it_repeats(step, state, n):
    for _ in range(int(min(n, MANY))):
        before, state = state, step(*state)
        if all(np.allclose(one, other, rtol=1e-15, atol=0) for one, other in zip(before, state)):
            break
    return state


def mix_fresh(s, truth, n, T, ridge, sigma, sigma0, w):
    fit, q = Fit(s, T, ridge), 1 - w

    def step(second, cross, noise):
        return (fit.push(w**2 * truth + 2 * w * q * cross + q**2 * second), fit.shrinkage * (w * truth + q * cross),
                fit.push(q**2 * noise) + (w**2 * sigma**2 + q**2 * sigma0**2) * fit.unit_noise)
    second, cross, noise = until_it_repeats(step, (fit.push(truth), fit.shrinkage * truth, sigma**2 * fit.unit_noise), n)
    return bias_of(s, truth, second, cross), np.sum(s * noise)


def partial(s, truth, n, T, ridge, sigma, sigma0, p):
    fit, q = Fit(s, T, ridge), 1 - p

    def of_part(share, moment):  # rows that have other labels are noise to these
        return share**2 * fit.push(moment) + share * (1 - share) * fit.unit_noise * np.sum(s * moment)

    def step(second, cross, noise):
        both = fit.push(cross) - fit.unit_noise * np.sum(s * cross)
        return (of_part(p, truth) + of_part(q, second) + 2 * p * q * both, fit.shrinkage * (p * truth + q * cross),
                of_part(q, noise) + (p * sigma**2 + q * sigma0**2) * fit.unit_noise)
    second, cross, noise = until_it_repeats(step, (fit.push(truth), fit.shrinkage * truth, sigma**2 * fit.unit_noise), n)
    return bias_of(s, truth, second, cross), np.sum(s * noise)


def mix_fixed(s, truth, n, T, ridge, sigma, sigma0, w, real_labels):
    if ridge == 0:
        return mix_fixed_without_ridge(s, truth, n, T, sigma, sigma0, w, real_labels)
    if n == math.inf:
        return mix_fixed_limit(s, truth, T, ridge, sigma, sigma0, w, real_labels)
    return mix_fixed_contour(s, truth, n, T, ridge, sigma, sigma0, w, real_labels)


def mix_fixed_without_ridge(s, truth, n, T, sigma, sigma0, w, real_labels):
    """A projection repeats itself: the noises of all generations add up."""
    q, fit = 1 - w, Fit(s, T, 0)
    if n == math.inf and w == 0:
        return fit.bias(truth), math.inf
    powers, last = (1 / (1 - q**2), 0) if n == math.inf else (sum(q ** (2 * i) for i in range(n)), q ** (2 * n))
    if real_labels == "fresh":
        return fit.bias(truth), fit.variance() * ((w**2 * sigma**2 + q**2 * sigma0**2) * powers + last * sigma**2)
    return fit.bias(truth), fit.variance() * (sigma**2 + q**2 * sigma0**2 * powers)


def mix_fixed_limit(s, truth, T, ridge, sigma, sigma0, w, real_labels):
    """Endless generations are one fit with the ridge lambda / w; partial fractions for the noise."""
    q, real = 1 - w, Fit(s, T, ridge / w)
    if q == 0:
        return real.bias(truth), sigma**2 * real.variance()
    other = Fit(s, T, ridge / (2 - w))
    stationary = (real.kappa * real.df1 - other.kappa * other.df1) / (2 * q * ridge * T)
    if real_labels == "fresh":
        return real.bias(truth), (w**2 * sigma**2 + q**2 * sigma0**2) * stationary
    return real.bias(truth), sigma**2 * real.variance() + q**2 * sigma0**2 * stationary


def mix_fixed_contour(s, truth, n, T, ridge, sigma, sigma0, w, real_labels):
    """Polynomials of the hat matrix as integrals over its resolvent, along a circle around its eigenvalues in [0, 1]."""
    q, count = 1 - w, max(64, 8 * (n + 2))
    u = (1 + 1 / max(1, n / 4)) * np.exp(2j * np.pi * (np.arange(count) + 0.5) / count)
    kappa = np.array([complex_ridge(s, T, ridge, x) for x in u])
    resolvent = 1 / (s + kappa[:, None])
    polynomial = u if n == 0 else w * sum(q**i * u ** (i + 1) for i in range(n)) + q**n * u ** (n + 1)

    def sums(values):  # of c (1 + h lambda Q) with the resolvent Q at every point
        c, h = values * u / count / (u - 1), -ridge / (u - 1) / (ridge * u / (u - 1))
        return c, (c * h * kappa)[:, None] * resolvent

    c, v = sums(1 - polynomial)
    pairs = np.einsum("id,jd,d->ij", v, v, s * truth) / (1 - (s * s * resolvent) @ resolvent.T / T)
    power = s * truth
    bias = np.sum(c) ** 2 * np.sum(power) + 2 * np.sum(c) * np.sum(v.sum(0) * power) + pairs.sum()

    squares = sum(((q * u) ** (2 * i) for i in range(n)), 0 * u)
    if real_labels == "fresh":
        noise = (w**2 * sigma**2 + q**2 * sigma0**2) * squares + (q * u) ** (2 * n) * sigma**2
    else:
        noise = sigma**2 * (w * sum(((q * u) ** i for i in range(n)), 0 * u) + (q * u) ** n) ** 2 + q**2 * sigma0**2 * squares
    c, v = sums(u * (1 - u) / ridge * noise)
    variance = (np.sum(c) * np.sum(s) + np.sum(v * s)) / T
    return bias.real, variance.real


def complex_ridge(s, T, ridge, u):
    """The effective ridge of lambda u / (u - 1), followed from 1 / u = 0, where it is that of lambda."""
    kappa = complex(effective_ridge(s, T, ridge))
    for step in np.linspace(0, 1, 17)[1:]:
        for _ in range(100):
            resolvent = 1 / (s + kappa)
            spare = 1 - np.sum(s * resolvent) / T
            change = (kappa * spare - ridge / (1 - step / u)) / (spare + kappa * np.sum(s * resolvent**2) / T)
            kappa -= change
            if abs(change) < 1e-15 * abs(kappa):
                break
    return kappa


def errors_of(case):
    """Bias and variance of one cell; signal power 1."""
    j, n = np.arange(1, case["d"] + 1.0), math.inf if case["n"] == "inf" else case["n"]
    s, truth = j ** -case["beta"], j ** -case["alpha"]
    truth = truth / np.sum(s * truth)
    if case["protocol"] == "replace":
        return replace(s, truth, n, case["T"], case["lambda"], case["T0"], case["lambda0"], case["sigma"], case["sigma0"])
    common = s, truth, n, case["T"], case["lambda"], case["sigma"], case["sigma0"]
    if case["protocol"] == "partial":
        return partial(*common, case["p"])
    if case["design"] == "fresh":
        return mix_fresh(*common, case["w"])
    return mix_fixed(*common, case["w"], case["real_labels"])


def random_cells(seed, count):
    """So many draws; those at an interpolation threshold, or without a limit, are left out."""
    generator = np.random.default_rng(seed)

    def pick(*values):
        return values[generator.integers(len(values))]
    for _ in range(count):
        case = dict(protocol=pick("replace", "replace", "mix", "mix", "mix", "partial"), d=int(pick(50, 120, 300)),
                    alpha=float(pick(0, 0.8, 1.2, 2.0)), beta=float(pick(0, 0.7, 1.5, 2.0)), n=pick(0, 1, 2, 5, 12),
                    T=int(pick(30, 80, 200, 500)), sigma=float(pick(0, 0.1, 0.5)), sigma0=float(pick(0, 0.2, 0.6)))
        case["lambda"] = float(pick(0, 1e-3, 0.05, 0.7))
        if case["protocol"] == "replace":
            case.update(T0=int(pick(40, 90, 240, 600)), lambda0=float(pick(0, 0, 0.02)))
        elif case["protocol"] == "partial":
            case.update(p=float(pick(0.1, 0.3, 0.5, 0.8)), n=pick(case["n"], "inf"))
        else:
            case.update(w=float(pick(0, 0.2, 0.5, 0.618, 0.9)), design=pick("fresh", "fixed", "fixed"))
            case["real_labels"] = pick("fresh", "fixed") if case["design"] == "fixed" else "fresh"
            if case["w"] > 0:
                case["n"] = pick(case["n"], "inf")
        near_threshold = any(abs(case[key] - case["d"]) <= 2 for key in ("T", "T0") if key in case)
        endless_sum = case["protocol"] == "partial" and case["n"] == "inf" and case["lambda"] == 0
        if not near_threshold and not endless_sum:
            yield case


def predicted_cells(seed, count):
    for case in random_cells(seed, count):
        bias, variance = map(float, errors_of(case))
        if math.isfinite(bias + variance):
            yield dict(case, bias=bias, variance=variance, test_error=bias + variance)


def difference(case, other):
    """Largest difference of bias, variance and test error, relative to a test error of at least 1e-8: a zero has no digits here."""
    return max(abs(case[name] - other[name]) for name in ("bias", "variance", "test_error")) / max(1e-8, case["test_error"])


def text_of(cases):
    return json.dumps(cases, indent=0) + "\n"


if __name__ == "__main__":
    if len(sys.argv) == 2:
        with open(sys.argv[1]) as file:
            cases = json.load(file)
        worst = 0
        for case in cases:
            bias, variance = errors_of(case)
            worst = max(worst, difference(case, dict(bias=bias, variance=variance, test_error=bias + variance)))
        print(len(cases), "cells, largest difference", worst, "of the test error")
        sys.exit(int(worst > 1e-12))
    with open(sys.argv[3], "w") as file:
        file.write(text_of(list(predicted_cells(int(sys.argv[1]), int(sys.argv[2])))))
