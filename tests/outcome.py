#!/usr/bin/python3
"""Plan against outcome: what `collapse plan` says of jobs, and what their runs on two ranks then need; prints a table.

    COLLAPSE=build/collapse tests/outcome.py jobs/quickstart.ini jobs/golden-ratio.ini
"""
import json
import re
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "system"))
from program import COMPLETE, Collapse  # noqa: E402

RANKS = 2


def pair(planned, found, unit=1.0):
    return f"{planned / unit:.3g} / {found / unit:.3g}"


def row(job):
    with tempfile.TemporaryDirectory() as folder:
        collapse = Collapse(Path(folder))
        plan = collapse("plan", job, "--json", expect=COMPLETE, timeout=600).json
        run = collapse("run", job, "--output=out.h5", ranks=RANKS, expect=COMPLETE, timeout=1800)
        status = collapse("status", "out.h5", "--json", expect=COMPLETE).json
        size = (Path(folder) / "out.h5").stat().st_size
    (walls,) = [entry["seconds"] for entry in plan["wall_time"] if entry["ranks"] == RANKS]
    report = status["segments"][0]["report"]
    return [job.stem, pair(3600 * plan["core_hours"], status["core_seconds"]),
            pair(walls, float(re.search(r"wall time ([\d.]+) s", run.stderr)[1])),
            pair(plan["longest_task_seconds"], report["longest_task_seconds"]),
            pair(plan["memory_per_rank_bytes"], report["peak_memory_bytes"], 2**20), pair(plan["file_bytes"], size, 2**20)]


def main(jobs):
    print("| job | core-seconds | wall time, s | longest task, s | memory a rank, MiB | file, MiB |\n|---|---|---|---|---|---|")
    for job in jobs:
        print("| " + " | ".join(row(Path(job).resolve())) + " |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
