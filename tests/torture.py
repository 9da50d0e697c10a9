#!/usr/bin/python3
"""Kills running sweeps with SIGKILL at random moments and looks whether anything was lost.

    tests/torture.py [--kills 200] [--minutes 30] [--seed 1] [--ranks 3]     COLLAPSE names the executable (default: build/collapse)

After every kill the file must open in h5py and xarray as it is, and every cell that was done before must be there, unchanged. When a
sweep is complete in spite of it all, its file must be that of a sweep that nothing disturbed, bit for bit.
"""
import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import h5py
import numpy as np
import xarray

sys.path.insert(0, str(Path(__file__).resolve().parent / "system"))

from program import COMPLETE, PROGRAM, STOPPED, Running, config_text, descendants, is_program  # noqa: E402
from results import differences  # noqa: E402
from sweeps import SHORT  # noqa: E402

SWEEP = {**SHORT, "grid.lambda": "linspace(0, 1, 24)", "grid.T": "20, 30, 50, 60, 70", "simulation.replicates": "300"}
VALUES = ["sim_test_error", "sim_test_error_stderr", "sim_bias", "sim_variance", "replicates", "theory_test_error", "zscore"]
PATIENCE = 90  # seconds that a run may take to end when some of its processes were killed


@dataclass
class Count:
    """What became of one scenario."""

    kills: int = 0
    too_late: int = 0  # the run had ended by itself
    opened: int = 0
    without_file: int = 0
    cells_kept: int = 0
    cells_lost: int = 0
    completed: int = 0
    different: list = field(default_factory=list)
    hung: list = field(default_factory=list)  # what was left over after a kill


def ranks_of(run):
    return sorted(pid for pid in descendants(run.process.pid) if is_program(pid))


def kill(pids):
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def gone(pids):
    """Whether none of the processes lives; a zombie is dead."""
    for pid in pids:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX":
                return False
        except OSError:
            pass
    return True


def describe(pids):
    """Who is still there, and what for."""
    words = []
    for pid in pids:
        if not gone([pid]):
            lines = [Path(f"/proc/{pid}/{name}").read_text().replace("\0", " ").strip() for name in ["cmdline", "wchan", "syscall"]]
            words.append(f"{pid}: {', '.join(lines)}")
    return "; ".join(words)


@dataclass(frozen=True)
class Scenario:
    name: str
    parallel: bool
    moment: str  # when: "any", "start", "commit"
    victims: str  # who: "all", "rank", "root", "launcher"
    fresh: bool = False  # begins with no file


SCENARIOS = [
    Scenario("one process, any moment", False, "any", "all"),
    Scenario("one process, creating its file", False, "start", "all", fresh=True),
    Scenario("one process, resuming", False, "start", "all"),
    Scenario("one process, committing", False, "commit", "all"),
    Scenario("rank 0 of several, any moment", True, "any", "root"),
    Scenario("another rank, any moment", True, "any", "rank"),
    Scenario("rank 0, committing", True, "commit", "root"),
    Scenario("the launcher, any moment", True, "any", "launcher"),
    Scenario("all ranks and the launcher", True, "any", "all"),
]


class Torture:
    def __init__(self, folder, ranks, seed):
        self.folder, self.ranks, self.random = folder, ranks, random.Random(seed)
        self.file = folder / "out.h5"
        (folder / "sweep.ini").write_text(config_text(SWEEP))
        start = time.monotonic()
        run = self.start(False, "--output=expected.h5")
        while not (folder / "expected.h5").exists():
            time.sleep(0.01)
        self.startup = time.monotonic() - start  # until the file is there
        assert run.wait(timeout=600).code == COMPLETE
        self.duration = time.monotonic() - start
        self.known = {}

    def start(self, parallel, *options):
        return Running(["run", "sweep.ini", *options], self.folder, self.ranks if parallel else None)

    def run_to_end(self, parallel, *options):
        outcome = self.start(parallel, *options).wait(timeout=600)
        assert outcome.code == COMPLETE, outcome

    def done(self):
        """Index -> values of every cell that is done; by both readers."""
        with h5py.File(self.file) as file:
            place = np.nonzero(file["status"][()].ravel() == 1)[0]
            values = np.stack([file[name][()].ravel()[place].astype(float) for name in VALUES], axis=1)
        with xarray.open_dataset(self.file, engine="h5netcdf") as dataset:
            dataset.load()
        return {int(index): row.tobytes() for index, row in zip(place, values)}

    def advance(self):
        """Some progress in order, so that there is something to lose."""
        run = self.start(False)
        time.sleep(self.startup + self.random.uniform(0, 0.4) * self.duration)
        run.signal(signal.SIGUSR1)
        code = run.wait(timeout=600).code
        assert code in (COMPLETE, STOPPED, -signal.SIGUSR1), code  # the last: it came before the program could listen

    def attack(self, scenario, count):
        run = self.start(scenario.parallel)
        if scenario.moment == "any":
            time.sleep(self.random.uniform(0.5 * self.startup, self.duration))
        elif scenario.moment == "start":
            time.sleep(self.random.uniform(0.5, 1.5) * self.startup)
        else:
            time.sleep(self.startup + self.random.uniform(0, 0.7) * self.duration)
            for pid in ranks_of(run):
                try:
                    os.kill(pid, signal.SIGUSR1)  # the program commits and ends
                except ProcessLookupError:
                    pass
            time.sleep(self.random.uniform(0, 0.1))
        everybody = descendants(run.process.pid)
        ranks = [pid for pid in everybody if is_program(pid)]
        late = not run.alive() or not ranks
        victims = {"all": everybody, "launcher": [run.process.pid], "root": ranks[:1], "rank": ranks[-1:]}[scenario.victims]
        kill(victims)
        end = time.monotonic() + PATIENCE
        while not gone(everybody):  # those whom nobody killed end by themselves
            if time.monotonic() > end:
                count.hung.append(describe(everybody))
                kill(everybody)
            time.sleep(0.02)
        run.kill()
        return late

    def look(self, count):
        if not self.file.exists():
            count.without_file += 1
            count.cells_lost += len(self.known)
            self.known = {}
            return
        now = self.done()
        count.opened += 1
        count.cells_kept += sum(now.get(index) == values for index, values in self.known.items())
        count.cells_lost += sum(now.get(index) != values for index, values in self.known.items())
        self.known = now

    def begin_anew(self):
        for path in self.folder.glob("out.h5*"):
            path.unlink()
        self.known = {}

    def finish(self, count, parallel):
        self.run_to_end(parallel)
        count.completed += 1
        count.different += differences(self.folder / "expected.h5", self.file)
        self.begin_anew()

    def run(self, kills, minutes=float("inf")):
        end = time.monotonic() + 60 * minutes
        counts = defaultdict(Count)
        order = []
        while sum(count.kills for count in counts.values()) < kills and time.monotonic() < end:
            order = order or self.random.sample(SCENARIOS, len(SCENARIOS))
            scenario = order.pop()
            count = counts[scenario.name]
            if scenario.fresh:
                self.begin_anew()
            elif self.random.random() < 0.5 or not self.known:
                self.advance()
                self.look(count)
            late = self.attack(scenario, count)
            count.too_late += late
            count.kills += not late
            # The machine may have become faster or slower since.
            self.duration *= 0.7 if late else 1.05
            self.startup *= 0.7 if late else 1.05
            self.look(count)
            if self.known and len(self.known) == self.cells():
                self.finish(count, parallel=self.random.random() < 0.5)
        self.finish(count, parallel=False)
        return counts

    def cells(self):
        with h5py.File(self.folder / "expected.h5") as file:
            return file["status"].size


def table(counts):
    lines = ["| scenario | kills | file opened | no file yet | cells seen again | cells lost | completed, bit for bit |",
             "|---|---|---|---|---|---|---|"]
    rows = [(scenario.name, counts[scenario.name]) for scenario in SCENARIOS if scenario.name in counts]
    total = Count()
    for name, count in rows:
        for what in ["kills", "opened", "without_file", "cells_kept", "cells_lost", "completed"]:
            setattr(total, what, getattr(total, what) + getattr(count, what))
        total.different += count.different
        total.hung += [f"{name}: {words}" for words in count.hung]
    for name, count in [*rows, ("all", total)]:
        same = "all" if not count.different else f"not: {', '.join(sorted(set(count.different)))}"
        lines.append(f"| {name} | {count.kills} | {count.opened} | {count.without_file} | {count.cells_kept} | {count.cells_lost} | "
                     f"{count.completed}: {same} |")
    return "\n".join(lines), total


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--minutes", type=float, default=float("inf"), help="no new kill after so long")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--ranks", type=int, default=3)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="torture-"))
    try:
        text, total = table(Torture(folder, options.ranks, options.seed).run(options.kills, options.minutes))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{PROGRAM.name}, {options.ranks} ranks, seed {options.seed}\n\n{text}")
    for words in total.hung:
        print(f"did not end by itself: {words}")
    return 1 if total.cells_lost or total.different or total.hung else 0


if __name__ == "__main__":
    sys.exit(main())
