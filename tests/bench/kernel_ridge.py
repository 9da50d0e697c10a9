"""The job of jobs/fashion-ridges.ini as one writes it with scikit-learn: `kernel_ridge.py T REPLICATES GENERATIONS RIDGE...` prints core-seconds.

Every model is a KernelRidge of its own: a kernel matrix and a Cholesky factor for each ridge. Both halves of the noise (as labels with
and without it) go through one fit, as columns.
"""
import gzip
import sys
import time

import numpy
from sklearn.kernel_ridge import KernelRidge

FOLDER = "/usr/share/datasets/fashion-mnist/train-"
GAMMA, NOISE, TEST, GENERATORS_RIDGE = 0.5, 0.3, 2000, 1e-3


def read(name, start):
    return numpy.frombuffer(gzip.open(f"{FOLDER}{name}-ubyte.gz").read(), numpy.uint8, offset=start).astype(float)


def main(T, replicates, generations, ridges):
    x, y = read("images-idx3", 16).reshape(-1, 784), read("labels-idx1", 8)
    x -= x.mean(0)
    x /= numpy.sqrt((x**2).sum(1).mean())
    y = (y - y.mean()) / y.std()
    numbers = numpy.random.default_rng(1)
    start = time.process_time()
    errors = numpy.zeros((len(ridges), generations + 1))
    for _ in range(replicates):
        rows = numbers.permutation(len(x))
        test, own, others = rows[:TEST], rows[TEST:TEST + T], rows[TEST + T:]
        noise = NOISE * numbers.standard_normal(T)
        labels = numpy.column_stack([y[own], numpy.zeros(T)])
        teacher = None
        for n in range(generations + 1):
            if n > 0:
                block = others[(n - 1) * T:n * T]
                given = teacher.predict(x[block]) if teacher else numpy.column_stack([y[block], numpy.zeros(T)])
                given[:, 1] += NOISE * numbers.standard_normal(T)
                teacher = KernelRidge(alpha=T * GENERATORS_RIDGE, kernel="rbf", gamma=GAMMA).fit(x[block], given)
                labels = teacher.predict(x[own])
            noisy = labels + numpy.column_stack([numpy.zeros(T), noise])
            for r, ridge in enumerate(ridges):
                predicted = KernelRidge(alpha=T * ridge, kernel="rbf", gamma=GAMMA).fit(x[own], noisy).predict(x[test])
                errors[r, n] += ((predicted[:, 0] - y[test])**2 + predicted[:, 1]**2).mean() / replicates
    print(f"{time.process_time() - start:.2f} core-seconds for {replicates} replicates")
    for ridge, line in zip(ridges, errors):
        print(f"{ridge:g}", *(f"{error:.4f}" for error in line))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), [float(word) for word in sys.argv[4:]])
