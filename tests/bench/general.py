#!/usr/bin/env python3
"""What a standard error costs on a general spectrum: this program against a competent NumPy script of the same work.

    tests/bench/general.py [--collapse build/collapse] [--pairs 5] [--peer-replicates 240]

Peer: rows drawn as they are, the chain of generators shared by all T, lambda and n; the Gram matrix, or X X' where T < d, once; one
Cholesky factor a ridge, all n in one solve. Both use one BLAS thread and the kernel that fits the processor. Core-seconds a replicate are
user and system time; the program's are differences of two runs, so that its start does not count. Medians of pairs taken in turn.
Gain: core-seconds to the same standard error, peer over program, by cell."""
import argparse
import os
import resource
import subprocess
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

D, BETA, ALPHA, T0, SIGMA0, SIGMA, N = 300, 1.5, 1.2, 600, 0.5, 0.1, 10
SIZES = [50, 100, 150, 200, 250, 350, 400, 500, 700, 1000, 1500, 2000]
CONFIG = """[grid]
alpha = {}
beta = {}
n = 0:{}
lambda = logspace(-4, 1, {})
T = {}
d = {}
T0 = {}
sigma = {}
sigma0 = {}
[simulation]
replicates = {}
noise = {}
"""


class Peer:
    def __init__(self, ridges):
        j = np.arange(1, D + 1.0)
        self.s = j**-BETA
        self.root = np.sqrt(self.s)
        self.w0 = j ** (-ALPHA / 2)
        self.w0 /= np.sqrt(self.s @ self.w0**2)
        self.ridges = np.logspace(-4, 1, ridges)
        self.random = np.random.default_rng(1)

    def replicate(self):
        """Test errors [T, lambda, n]."""
        draw = self.random.standard_normal
        W = np.empty((D, N + 1))
        W[:, 0] = self.w0
        for n in range(N):
            X = draw((T0, D)) * self.root
            factor = cho_factor(X.T @ X, overwrite_a=True, check_finite=False)
            W[:, n + 1] = cho_solve(factor, X.T @ (X @ W[:, n] + SIGMA0 * draw(T0)), check_finite=False)
        errors = np.empty((len(SIZES), len(self.ridges), N + 1))
        for t, T in enumerate(SIZES):
            X = draw((T, D)) * self.root
            y = X @ W + SIGMA * draw(T)[:, None]
            K, b = (X.T @ X / T, X.T @ y / T) if T >= D else (X @ X.T / T, y / T)
            diagonal = np.einsum("ii->i", K).copy()
            for i, ridge in enumerate(self.ridges):
                np.einsum("ii->i", K)[:] = diagonal + ridge
                v = cho_solve(cho_factor(K, check_finite=False), b, check_finite=False)
                w = v if T >= D else X.T @ v
                errors[t, i] = self.s @ (w - self.w0[:, None]) ** 2
        return errors

    def seconds(self, count, keep):
        start = time.process_time()
        keep.extend(self.replicate() for _ in range(count))
        return (time.process_time() - start) / count


def run(program, ridges, replicates, noise, folder):
    """Core-seconds of a run, and its file."""
    config, output = os.path.join(folder, "general.ini"), os.path.join(folder, "general.h5")
    with open(config, "w") as file:
        file.write(CONFIG.format(ALPHA, BETA, N, ridges, ", ".join(map(str, SIZES)), D, T0, SIGMA, SIGMA0, replicates, noise))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([program, "run", config, "--output", output, "--fresh", "--quiet"], check=True, cwd=folder)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, output


def scatter(output):
    """Variance of one replicate's test error [T, lambda, n]."""
    with h5py.File(output) as file:
        return np.squeeze(file["sim_test_error_stderr"][()] ** 2 * file["replicates"][()])


def peak():
    """Flop a second of dgemm."""
    a = np.random.default_rng(2).standard_normal((1500, 1500))
    best = min(_timed(lambda: a @ a) for _ in range(4))
    return 2 * 1500**3 / best


def _timed(work):
    start = time.process_time()
    work()
    return time.process_time() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    here = os.path.dirname(os.path.abspath(__file__))
    parser.add_argument("--collapse", default=os.path.join(here, "..", "..", "build", "collapse"))
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--peer-replicates", type=int, default=240, help="in all, with 10 ridges; a tenth with 100")
    options = parser.parse_args()
    program = os.path.abspath(options.collapse)
    environment = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
    os.environ.update(environment)

    print(f"dgemm on one core: {peak() / 1e9:.1f} Gflop/s; d = {D}, {len(SIZES)} sizes, n = 0..{N}")
    print(f"{'ridges':>6} {'noise':>9} {'peer, ms':>9} {'ours, ms':>9} {'ratio':>6}   gain by cell: least, quartiles, most")
    with tempfile.TemporaryDirectory() as folder:
        for ridges, count in ((10, options.peer_replicates), (100, max(options.pairs, options.peer_replicates // 10))):
            peer, errors = Peer(ridges), []
            few, many = (10, 10 + max(20, count // options.pairs))
            times = {"peer": [], "drawn": [], "averaged": []}
            for _ in range(options.pairs):
                times["peer"].append(peer.seconds(max(1, count // options.pairs), errors))
                for noise in ("drawn", "averaged"):
                    short, _ = run(program, ridges, few, noise, folder)
                    long, _ = run(program, ridges, many, noise, folder)
                    times[noise].append((long - short) / (many - few))
            spread = np.var(errors, axis=0, ddof=1)
            for noise in ("drawn", "averaged"):
                ratio = np.median(np.array(times["peer"]) / np.array(times[noise]))
                gain = ratio * spread / scatter(run(program, ridges, max(many, count), noise, folder)[1])
                quantiles = "  ".join(f"{q:.3g}" for q in np.quantile(gain, [0, 0.25, 0.5, 0.75, 1]))
                print(f"{ridges:>6} {noise:>9} {1e3 * np.median(times['peer']):>9.1f} {1e3 * np.median(times[noise]):>9.1f} "
                      f"{ratio:>6.2f}   {quantiles}", flush=True)


if __name__ == "__main__":
    main()
