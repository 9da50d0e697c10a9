#!/usr/bin/env python3
"""What a standard error costs: this program against a competent NumPy script of the same work, as one table.

    tests/bench/precision.py [--collapse build/collapse] [--pairs 3] [--seconds 20] [--only general,levels,isotropic,small,large] [--write FILE]

Peer of `general` and `isotropic`: rows drawn as they are, the chain of generators shared by all T, lambda and n; the Gram matrix, or X X'
where T < d, once; one Cholesky factor a ridge, all n in one solve. Peer of `small`: the same for a batch of replicates at a time, by
stacked products and solves. Both sides use one BLAS thread and the kernel that fits the processor. Core-seconds a replicate are user and
system time; the program's are differences of two runs, so that its start does not count. Ratio: medians of pairs taken in turn, peer over
program. Gain: core-seconds to the same standard error, peer over program, by cell; variances of a replicate are of --replicates of them on
both sides with ten ridges, so that the least of many cells is not that of a rough estimate. `levels`: nine pairs of sigma and sigma0 beside
one. --write puts the table between the marks of a document."""
import argparse
import os
import sys
import tempfile
import time

os.environ["OPENBLAS_NUM_THREADS"] = "1"
if "OPENBLAS_CORETYPE" not in os.environ:  # old OpenBLAS takes new processors for very old ones
    flags = open("/proc/cpuinfo").read()
    os.environ["OPENBLAS_CORETYPE"] = "SkylakeX" if "avx512vl" in flags else "Haswell" if "avx2" in flags else ""
    os.execv(sys.executable, [sys.executable, *sys.argv])

import h5py
import numpy as np
from scipy.linalg import cho_factor, cho_solve

from whole_program import core_seconds, write_table

ALPHA, SIGMA0, SIGMA, N = 1.2, 0.5, 0.1, 10
GENERAL = [50, 100, 150, 200, 250, 350, 400, 500, 700, 1000, 1500, 2000]


class Setting:
    def __init__(self, name, d, beta, sizes, T0, ridges, n=N, covariates="gaussian"):
        self.name, self.d, self.beta, self.sizes, self.T0, self.n, self.covariates = name, d, beta, sizes, T0, n, covariates
        self.ridges = np.logspace(-4, 1, ridges) if ridges > 1 else np.array([0.1])
        self.sigma, self.sigma0, self.factorisation = SIGMA, SIGMA0, "once"

    def config(self, replicates, noise):
        values = {"alpha": ALPHA, "beta": self.beta, "n": f"0:{self.n}", "lambda": ", ".join(map(repr, self.ridges.tolist())),
                  "T": ", ".join(map(str, self.sizes)), "d": self.d, "T0": self.T0, "sigma": self.sigma, "sigma0": self.sigma0}
        return "\n".join(["[grid]", *(f"{key} = {value}" for key, value in values.items()), "[model]", f"covariates = {self.covariates}",
                          f"factorisation = {self.factorisation}", "[simulation]", f"replicates = {replicates}", f"noise = {noise}", ""])


class Peer:
    """Replicates of a setting, one at a time."""

    batch = 1

    def __init__(self, setting):
        self.setting = setting
        j = np.arange(1, setting.d + 1.0)
        self.s = j**-setting.beta
        self.root = np.sqrt(self.s)
        self.w0 = j ** (-ALPHA / 2)
        self.w0 /= np.sqrt(self.s @ self.w0**2)
        self.random = np.random.default_rng(1)

    def replicates(self):
        """Test errors [1, T, lambda, n]."""
        draw, setting = self.random.standard_normal, self.setting
        d = setting.d
        W = np.empty((d, setting.n + 1))
        W[:, 0] = self.w0
        for n in range(setting.n):
            X = draw((setting.T0, d)) * self.root
            factor = cho_factor(X.T @ X, overwrite_a=True, check_finite=False)
            W[:, n + 1] = cho_solve(factor, X.T @ (X @ W[:, n] + SIGMA0 * draw(setting.T0)), check_finite=False)
        errors = np.empty((1, len(setting.sizes), len(setting.ridges), setting.n + 1))
        for t, T in enumerate(setting.sizes):
            X = draw((T, d)) * self.root
            y = X @ W + SIGMA * draw(T)[:, None]
            K, b = (X.T @ X / T, X.T @ y / T) if T >= d else (X @ X.T / T, y / T)
            diagonal = np.einsum("ii->i", K).copy()
            for i, ridge in enumerate(setting.ridges):
                np.einsum("ii->i", K)[:] = diagonal + ridge
                v = cho_solve(cho_factor(K, check_finite=False), b, check_finite=False)
                w = v if T >= d else X.T @ v
                errors[0, t, i] = self.s @ (w - self.w0[:, None]) ** 2
        return errors

    def seconds(self, least, keep):
        """Core-seconds a replicate, over `least` seconds or more."""
        start, count = time.process_time(), 0
        while time.process_time() - start < least or not count:
            keep.append(self.replicates())
            count += len(keep[-1])
        return (time.process_time() - start) / count


class BatchedPeer(Peer):
    """Replicates of a small setting, many at a time."""

    batch = 256

    def rows(self, T):
        shape, random = (self.batch, T, self.setting.d), self.random
        if self.setting.covariates == "rademacher":
            return (2.0 * random.integers(0, 2, shape) - 1) * self.root
        if self.setting.covariates == "student":
            return random.standard_t(5, shape) * np.sqrt(3 / 5) * self.root
        return random.standard_normal(shape) * self.root

    def replicates(self):
        setting, draw = self.setting, self.random.standard_normal
        W = np.empty((self.batch, setting.d, setting.n + 1))
        W[:, :, 0] = self.w0
        for n in range(setting.n):
            X = self.rows(setting.T0)
            Xt = X.transpose(0, 2, 1)
            y = X @ W[:, :, n : n + 1] + SIGMA0 * draw((self.batch, setting.T0, 1))
            W[:, :, n + 1] = np.linalg.solve(Xt @ X, Xt @ y)[:, :, 0]
        errors = np.empty((self.batch, len(setting.sizes), len(setting.ridges), setting.n + 1))
        for t, T in enumerate(setting.sizes):
            X = self.rows(T)
            Xt = X.transpose(0, 2, 1)
            y = X @ W + SIGMA * draw((self.batch, T, 1))
            K, b = (Xt @ X / T, Xt @ y / T) if T >= setting.d else (X @ Xt / T, y / T)
            for i, ridge in enumerate(setting.ridges):
                v = np.linalg.solve(K + ridge * np.eye(K.shape[1]), b)
                w = v if T >= setting.d else Xt @ v
                errors[:, t, i] = np.einsum("j,rjn->rn", self.s, (w - self.w0[:, None]) ** 2)
        return errors


def run(program, setting, replicates, noise, folder):
    """Core-seconds of a run, and its file."""
    config, output = os.path.join(folder, "precision.ini"), os.path.join(folder, "precision.h5")
    with open(config, "w") as file:
        file.write(setting.config(replicates, noise))
    return core_seconds([program, "run", config, "--output", output, "--fresh", "--quiet"], cwd=folder), output


def seconds_of(program, setting, noise, least, folder):
    """Core-seconds a replicate: the difference of two runs, the longer one of `least` seconds or so."""
    count, few = 4, 2
    short, _ = run(program, setting, few, noise, folder)
    while True:
        long, _ = run(program, setting, few + count, noise, folder)
        if long - short >= least / 2 or count > 3e6:
            return (long - short) / count
        count *= int(min(50, max(2, least / max(long - short, 0.02))))


def variance_of(program, setting, noise, replicates, folder):
    """Variance of one replicate's test error [T, lambda, n]."""
    with h5py.File(run(program, setting, replicates, noise, folder)[1]) as file:
        shape = (len(setting.sizes), len(setting.ridges), setting.n + 1)
        return (file["sim_test_error_stderr"][()] ** 2 * file["replicates"][()]).reshape(shape)


def timed(work):
    start = time.process_time()
    work()
    return time.process_time() - start


def peak():
    """Flop a second of dgemm."""
    a = np.random.default_rng(2).standard_normal((1500, 1500))
    return 2 * 1500**3 / min(timed(lambda: a @ a) for _ in range(4))


def milliseconds(seconds):
    return f"{1e3 * seconds:.3g}"


def compared(program, setting, peer_type, noises, options, folder, with_gain, replicates=0):
    """Lines of the table for one setting."""
    peer, errors, times = peer_type(setting), [], {"peer": [], **{noise: [] for noise in noises}}
    for _ in range(options.pairs):
        times["peer"].append(peer.seconds(options.seconds / options.pairs, errors))
        for noise in noises:
            times[noise].append(seconds_of(program, setting, noise, options.seconds / options.pairs, folder))
    while with_gain and sum(map(len, errors)) < replicates:
        errors.append(peer.replicates())
    for noise in noises:
        ratio, gain = np.median(np.array(times["peer"]) / np.array(times[noise])), ""
        if with_gain:
            errors_of_all = np.concatenate(errors)
            spread = np.var(errors_of_all, axis=0, ddof=1)
            own = variance_of(program, setting, noise, max(60, len(errors_of_all)), folder)
            gain = " / ".join(f"{q:.3g}" for q in np.quantile(ratio * spread / own, [0, 0.25, 0.5, 0.75, 1]))
        yield (setting.name, noise, milliseconds(np.median(times["peer"])), milliseconds(np.median(times[noise])), f"{ratio:.3g}", gain)


def general(program, options, folder):
    setting = Setting("d = 300, beta = 1.5, 1 ridge, 12 T, n = 0..10; factorisation = per_ridge", 300, 1.5, GENERAL, 600, 1)
    setting.factorisation = "per_ridge"
    yield from compared(program, setting, Peer, ("drawn",), options, folder, False)
    for ridges in (10, 100):
        setting = Setting(f"d = 300, beta = 1.5, {ridges} ridges, 12 T, n = 0..10", 300, 1.5, GENERAL, 600, ridges)
        yield from compared(program, setting, Peer, ("drawn", "averaged"), options, folder, True, options.replicates if ridges == 10 else 0)


def levels(program, options, folder):
    for noise in ("drawn", "averaged"):
        times = []
        for _ in range(options.pairs):
            one, nine = (Setting("", 300, 1.5, GENERAL, 600, 10) for _ in range(2))
            nine.sigma, nine.sigma0 = "0, 0.1, 0.3", "0.2, 0.5, 1"
            times.append([seconds_of(program, setting, noise, options.seconds / options.pairs, folder) for setting in (one, nine)])
        one, nine = np.median(times, axis=0)
        yield ("the first one: nine pairs of sigma and sigma0, and one", noise, f"{milliseconds(one)} (one pair)", milliseconds(nine),
               f"{nine / one:.3g} times the cost", "")


def isotropic(program, options, folder):
    for d in (300, 3000):
        sizes, ridges = ([T * d // 300 for T in GENERAL], 10) if d == 300 else ([1500, 6000], 3)
        name = f"d = {d}, isotropic, {ridges} ridges, {len(sizes)} T, n = 0..{N if d == 300 else 2}"
        setting = Setting(name, d, 0, sizes, 2 * d, ridges, N if d == 300 else 2)
        yield from compared(program, setting, Peer, ("drawn",), options, folder, False)


def small(program, options, folder):
    for covariates in ("gaussian", "rademacher", "student"):
        for d, ridges in ((1, 1), (10, 1), (10, 10), (30, 1), (60, 1), (60, 10)):
            setting = Setting(f"d = {d}, {covariates}, {ridges} ridge(s), T = d/2, 2d, n = 0..5", d, 0.7, [max(1, d // 2), 2 * d + 2],
                              2 * d + 4, ridges, 5, covariates)
            yield from compared(program, setting, BatchedPeer, ("drawn",), options, folder, False)


def large(program, options, folder):
    """One fit of d = 4000, T = 8000 by one and by ten ridges; the peer: products alone, at the speed of dgemm."""
    speed, d = peak(), 4000
    products = (d**3 / 3 * 2 + d**3 / 3) / speed  # of a triangle with itself, and a Cholesky factor
    for ridges, factorisation in (1, "per_ridge"), (1, "once"), (10, "once"):
        name = f"d = {d}, T = {2 * d}, {ridges} ridge(s), n = 0, whole fit; factorisation = {factorisation}"
        setting = Setting(name, d, 1, [2 * d], 2 * d, ridges, 0)
        setting.factorisation = factorisation
        short, _ = run(program, setting, 1, "drawn", folder)
        long, _ = run(program, setting, 3, "drawn", folder)
        own = (long - short) / 2
        yield setting.name, "drawn", f"{1e3 * products:.0f} (products at dgemm's speed)", milliseconds(own), f"{products / own:.2f}", ""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    here = os.path.dirname(os.path.abspath(__file__))
    parser.add_argument("--collapse", default=os.path.join(here, "..", "..", "build", "collapse"))
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=20, help="core-seconds for each side of a comparison")
    parser.add_argument("--only", default="general,levels,isotropic,small,large")
    parser.add_argument("--replicates", type=int, default=1000, help="behind the variances of the first setting")
    parser.add_argument("--write", metavar="FILE", help="a document with the marks of the table")
    options = parser.parse_args()
    program = os.path.abspath(options.collapse)
    os.environ.update({"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"})

    lines = [f"dgemm on one core: {peak() / 1e9:.0f} Gflop/s. Milliseconds of one core a replicate; medians of {options.pairs} pairs.", "",
             "| setting | noise | NumPy, ms | collapse, ms | ratio | gain by cell: least / quartiles / most |", "|---|---|---|---|---|---|"]
    print("\n".join(lines), flush=True)
    parts = {"general": general, "levels": levels, "isotropic": isotropic, "small": small, "large": large}
    with tempfile.TemporaryDirectory() as folder:
        for part in options.only.split(","):
            for line in parts[part](program, options, folder):
                lines.append("| " + " | ".join(line) + " |")
                print(lines[-1], flush=True)
    if options.write:
        write_table(options.write, "precision", lines)


if __name__ == "__main__":
    main()
