"""Kernel ridge regression on Fashion-MNIST as somebody writes it who knows scikit-learn and SciPy well, beside this program.

`kernel_ridge.py COLLAPSE [--protocol P] [--ridges R] [--plain]` prints core-seconds a replicate of both, in turn, and their ratio: rbf, ten
generations, T = 1000, 2000 rows to test on. With `replace` generators have T0 = 1000 rows and one ridge, with `mix` (w = 0.5, fresh rows)
every generation has all of them, and so it has with `accumulate`, whose fits grow from 200 rows to 2200.

The script makes each kernel matrix once: one a block of rows, one from a block to everything that its model labels or is tested on, one of
all rows that are accumulated. A ridge takes a Cholesky factor, both halves of the noise are columns of one solve, and one thread computes.
`--plain` fits a KernelRidge for every model instead, which makes a kernel matrix and a Cholesky factor for each ridge. Errors of both are
printed: they are those of one job.
"""
import argparse
import gzip
import os
import tempfile
import time
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before numpy is loaded
if "OPENBLAS_CORETYPE" not in os.environ:  # old OpenBLAS takes new processors for very old ones; the program helps itself
    flags = Path("/proc/cpuinfo").read_text()
    os.environ["OPENBLAS_CORETYPE"] = "SkylakeX" if "avx512vl" in flags else "Haswell" if "avx2" in flags else ""

import h5py
import numpy
from scipy.linalg import cho_factor, cho_solve
from sklearn.kernel_ridge import KernelRidge
from sklearn.metrics.pairwise import rbf_kernel

from whole_program import core_seconds

FOLDER = Path("/usr/share/datasets/fashion-mnist")
GAMMA, NOISE, TEST, T, GENERATIONS, GENERATORS_RIDGE, W, ADDED = 0.5, 0.3, 2000, 1000, 10, 1e-3, 0.5, 200
JOB = f"""
[grid]
n = 0:{GENERATIONS}
T = SIZE
sigma = {NOISE}
sigma0 = {NOISE}
lambda = LAMBDAS
[data]
rows = {FOLDER}/train-images-idx3-ubyte.gz
targets = {FOLDER}/train-labels-idx1-ubyte.gz
target = digit
pool = 100
test = {TEST}
[model]
estimator = kernel_ridge
kernel = rbf
gamma = {GAMMA}
"""
PROTOCOLS = {"replace": f"protocol = replace\n[grid]\nT0 = {T}\nlambda0 = {GENERATORS_RIDGE}\n",
             "mix": f"protocol = mix\ndesign = fresh\n[grid]\nw = {W}\n",
             "accumulate": "protocol = accumulate\n"}


def read(name, start):
    return numpy.frombuffer(gzip.open(FOLDER / f"train-{name}-ubyte.gz").read(), numpy.uint8, offset=start).astype(float)


def data():
    x, y = read("images-idx3", 16).reshape(-1, 784), read("labels-idx1", 8)
    x -= x.mean(0)
    x /= numpy.sqrt((x**2).sum(1).mean())
    return x, (y - y.mean()) / y.std()


class Factored:
    """Fits on some rows: one kernel matrix, a Cholesky factor for each ridge."""

    def __init__(self, x, ridges):
        kernel, self.factors = rbf_kernel(x, gamma=GAMMA), []
        for ridge in ridges:
            self.factors.append(cho_factor(kernel + len(x) * ridge * numpy.eye(len(x)), lower=True, overwrite_a=True, check_finite=False))

    def coefficients(self, labels):
        """[ridges] of [T x 2] from labels of one or of each ridge."""
        return [cho_solve(factor, labels[min(r, len(labels) - 1)], check_finite=False) for r, factor in enumerate(self.factors)]


class Plain:
    """The same by a KernelRidge for each ridge."""

    def __init__(self, x, ridges):
        self.x, self.ridges = x, ridges

    def models(self, labels):
        return [fitted(self.x, labels[min(r, len(labels) - 1)], ridge) for r, ridge in enumerate(self.ridges)]


def fitted(x, labels, ridge):
    return KernelRidge(alpha=len(x) * ridge, kernel="rbf", gamma=GAMMA).fit(x, labels)


def replace(x, y, numbers, ridges, plain):
    """Test errors [ridges x generations + 1]; those of the generators before are worked out, too, as the program does."""
    rows = numbers.permutation(len(x))
    test, own, others = rows[:TEST], rows[TEST:TEST + T], rows[TEST + T:]
    halves = lambda block: numpy.column_stack([y[block], NOISE * numbers.standard_normal(len(block))])
    squared = lambda predicted: ((predicted[:, 0] - y[test])**2 + predicted[:, 1]**2).mean()
    noise = numpy.column_stack([numpy.zeros(T), NOISE * numbers.standard_normal(T)])
    evaluated = (Plain if plain else Factored)(x[own], ridges)
    to_test = None if plain else rbf_kernel(x[test], x[own], gamma=GAMMA)
    errors, generator_errors = [], []
    labels, own_labels = [halves(others[:T])], [y[own, None] * [1, 0]]
    for n in range(GENERATIONS + 1):
        noisy = [one + noise for one in own_labels]
        if plain:
            errors.append([squared(model.predict(x[test])) for model in evaluated.models(noisy)])
        else:
            errors.append([squared(to_test @ one) for one in evaluated.coefficients(noisy)])
        if n == GENERATIONS:
            break
        block, following = others[n * T:(n + 1) * T], others[(n + 1) * T:(n + 2) * T]
        fits = (Plain if plain else Factored)(x[block], [GENERATORS_RIDGE])
        places = numpy.concatenate([following, own, test])
        if plain:
            predicted = [model.predict(x[places]) for model in fits.models(labels)]
        else:
            kernel = rbf_kernel(x[places], x[block], gamma=GAMMA)
            predicted = [kernel @ one for one in fits.coefficients(labels)]
        fresh = numpy.column_stack([numpy.zeros(T), NOISE * numbers.standard_normal(T)])
        labels = [one[:T] + fresh for one in predicted]
        own_labels = [one[T:2 * T] for one in predicted]
        generator_errors.append([squared(one[2 * T:]) for one in predicted])
    return numpy.array(errors).T


def mix(x, y, numbers, ridges, plain):
    rows = numbers.permutation(len(x))
    test, errors, before = rows[:TEST], [], None
    for n in range(GENERATIONS + 1):
        block, following = (rows[TEST + t * T:TEST + (t + 1) * T] for t in (n, n + 1))
        w = W if n else 1
        noise = NOISE * numpy.hypot(w, 1 - w) * numbers.standard_normal(T)
        labels = [w * y[block, None] * [1, 0] + (1 - w) * one + numpy.outer(noise, [0, 1]) for one in before or [numpy.zeros((T, 2))]]
        places = numpy.concatenate([following, test])
        if plain:
            predicted = numpy.concatenate([model.predict(x[places]) for model in Plain(x[block], ridges).models(labels)], axis=1)
        else:
            coefficients = Factored(x[block], ridges).coefficients(labels)
            predicted = rbf_kernel(x[places], x[block], gamma=GAMMA) @ numpy.concatenate(coefficients, axis=1)
        before = [predicted[:T, 2 * r:2 * r + 2] for r in range(len(ridges))]
        errors.append([((predicted[T:, 2 * r] - y[test])**2 + predicted[T:, 2 * r + 1]**2).mean() for r in range(len(ridges))])
    return numpy.array(errors).T


def accumulate(x, y, numbers, ridges, plain):
    order, errors = numbers.permutation(len(x)), []
    test, rows = order[:TEST], order[TEST:TEST + ADDED * (GENERATIONS + 1)]
    kernel, to_test = (None if plain else rbf_kernel(x[some], x[rows], gamma=GAMMA) for some in (rows, test))
    labels = [y[rows[:ADDED], None] * [1, 0]] * len(ridges)
    for n in range(GENERATIONS + 1):
        m = (n + 1) * ADDED
        noise, after = numpy.outer(NOISE * numbers.standard_normal(ADDED), [0, 1]), slice(m, m + ADDED)
        errors.append([])
        for r, ridge in enumerate(ridges):
            labels[r] = labels[r] + numpy.pad(noise, ((m - ADDED, 0), (0, 0)))
            if plain:
                model = fitted(x[rows[:m]], labels[r], ridge)
                predicted, following = model.predict(x[test]), model.predict(x[rows[after]]) if n < GENERATIONS else labels[r][:0]
            else:
                factor = cho_factor(kernel[:m, :m] + m * ridge * numpy.eye(m), lower=True, overwrite_a=True, check_finite=False)
                coefficients = cho_solve(factor, labels[r], check_finite=False)
                predicted, following = to_test[:, :m] @ coefficients, kernel[after, :m] @ coefficients
            errors[-1].append(((predicted[:, 0] - y[test])**2 + predicted[:, 1]**2).mean())
            labels[r] = numpy.concatenate([labels[r], following])
    return numpy.array(errors).T


def theirs(x, y, protocol, ridges, plain, replicates):
    start, numbers = time.process_time(), numpy.random.default_rng(1)
    replicate = {"replace": replace, "mix": mix, "accumulate": accumulate}[protocol]
    errors = sum(replicate(x, y, numbers, ridges, plain) for _ in range(replicates)) / replicates
    return (time.process_time() - start) / replicates, errors


def ours(program, folder, protocol, ridges, replicates):
    """The difference of two runs, so that reading the data does not count; the pool is small, so that theory does not."""
    seconds, job = [], Path(folder) / "job.ini"
    job.write_text(JOB.replace("LAMBDAS", ",".join(map(str, ridges))).replace("SIZE", str(ADDED if protocol == "accumulate" else T)) +
                   PROTOCOLS[protocol])
    for count in (1, 1 + replicates):
        output = Path(folder) / f"{count}.h5"
        seconds.append(core_seconds([program, "run", job, "--simulation.replicates", str(count), "--output", output, "--fresh", "--quiet"]))
    with h5py.File(output) as file:
        return (seconds[1] - seconds[0]) / replicates, file["sim_test_error"][()].reshape(len(ridges), -1)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("program")
    parser.add_argument("--ridges", type=int, default=4)
    parser.add_argument("--protocol", default="replace", choices=PROTOCOLS)
    parser.add_argument("--plain", action="store_true")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--replicates", type=int, default=1)
    given = parser.parse_args()
    strengths = [float(f"{ridge:.6g}") for ridge in numpy.geomspace(1e-4, 1e-1, given.ridges)]
    rows, targets = data()
    with tempfile.TemporaryDirectory() as scratch:
        for _ in range(given.turns):
            other, other_errors = theirs(rows, targets, given.protocol, strengths, given.plain, given.replicates)
            own, own_errors = ours(given.program, scratch, given.protocol, strengths, given.replicates)
            print(f"script {other:.2f}  collapse {own:.2f} core-seconds a replicate, ratio {own / other:.3f}; errors of the last generation "
                  f"{numpy.array2string(other_errors[[0, -1], -1], precision=3)} {numpy.array2string(own_errors[[0, -1], -1], precision=3)}", flush=True)
