#!/usr/bin/env python3
"""What `simulation.noise = averaged` gains in whole jobs: core-seconds to the same standard error, drawn over averaged, as a histogram over cells.

    tests/bench/gains.py [--collapse build/collapse] [--before OTHER] [--replicates 400] [--write FILE] [JOB ...]

A replicate costs the difference of two runs of the job with theory of both; its variance is that of the test error of each cell. With
--before the drawn noise is that of another build of the program, such as an older one. --write puts the table between the marks of a document."""
import argparse
import os
import tempfile
from pathlib import Path

import h5py
import numpy as np

from whole_program import core_seconds, write_table

HERE = Path(__file__).resolve().parent
JOBS = HERE.parent.parent / "jobs"
EDGES = [0, 1, 3, 10, 30, 100, 300, np.inf]


def run(program, job, noise, replicates, folder):
    output = Path(folder) / "gains.h5"
    command = [program, "run", JOBS / f"{job}.ini", "--output", output, "--fresh", "--quiet", f"--simulation.replicates={replicates}", *noise]
    return core_seconds(command, cwd=folder), output


def measured(program, job, noise, replicates, folder):
    """Core-seconds a replicate, and its variance by cell."""
    short, _ = run(program, job, noise, 2, folder)
    long, output = run(program, job, noise, replicates, folder)
    with h5py.File(output) as file:
        variance = file["sim_test_error_stderr"][()] ** 2 * file["replicates"][()]
    return (long - short) / (replicates - 2), np.squeeze(variance)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--collapse", default=HERE.parent.parent / "build" / "collapse")
    parser.add_argument("--before", help="another build, whose noise is drawn")
    parser.add_argument("--replicates", type=int, default=400)
    parser.add_argument("--write", metavar="FILE", help="a document with the marks of the table")
    parser.add_argument("jobs", nargs="*", metavar="JOB", default=["refine-onset", "quickstart", "collapse-powerlaw", "map-finite"])
    options = parser.parse_args()
    program = os.path.abspath(options.collapse)
    drawn_by = os.path.abspath(options.before or options.collapse)
    os.environ.update({"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"})

    bins = [f"below {EDGES[1]}", *(f"{low} to {high}" for low, high in zip(EDGES[1:-2], EDGES[2:-1])), f"{EDGES[-2]} and more"]
    lines = ["| job | cells | cost of a replicate, averaged over drawn | median gain | " + " | ".join(bins) + " |",
             "|---" * (4 + len(bins)) + "|"]
    print("\n".join(lines), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for job in options.jobs:
            drawn, own_variance = measured(drawn_by, job, ["--simulation.noise=drawn"] if not options.before else [], options.replicates, folder)
            averaged, variance = measured(program, job, ["--simulation.noise=averaged"], options.replicates, folder)
            with np.errstate(invalid="ignore", divide="ignore"):
                gain = own_variance * drawn / (variance * averaged)
            gain = gain[np.isfinite(own_variance) & np.isfinite(variance) & (own_variance > 0)]
            shares = np.histogram(gain, EDGES)[0] / gain.size
            lines.append(f"| {job} | {gain.size} | {averaged / drawn:.2g} | {np.median(gain):.3g} | "
                         + " | ".join(f"{100 * share:.0f} %" for share in shares) + " |")
            print(lines[-1], flush=True)
    if options.write:
        write_table(options.write, "gains", lines)


if __name__ == "__main__":
    main()
