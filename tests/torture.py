#!/usr/bin/python3
"""Kills running sweeps with SIGKILL at random moments and looks whether anything was lost.

    tests/torture.py [--kills 200] [--minutes 30] [--seed 1] [--ranks 3] [--only extending]

COLLAPSE names the executable (default: build/collapse).

After every kill the file must open in h5py and xarray as it is, and every cell that was done before must be there, unchanged: also
if the kill came while the file was rewritten for more values. What a merge pools stays as it is. When a sweep is complete in spite of
it all, its file must be that of a sweep that nothing disturbed, bit for bit.
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

from program import COMPLETE, PROGRAM, STOPPED, Running, config_text, descendants, is_program, rank_of, wait_until  # noqa: E402
from results import differences  # noqa: E402
from sweeps import SHORT  # noqa: E402

SWEEP = {**SHORT, "grid.lambda": "linspace(0, 1, 24)", "grid.T": "20, 30, 50, 60, 70", "simulation.replicates": "300"}
VALUES = ["sim_test_error", "sim_test_error_stderr", "sim_bias", "sim_variance", "replicates", "theory_test_error", "zscore"]
SMALLER = {**SWEEP, "grid.T": "30, 60, 70"}
PATIENCE = 90  # seconds that a run may take to end when some of its processes were killed


@dataclass
class Count:
    """What became of one scenario."""

    kills: int = 0
    too_late: int = 0  # the run had ended by itself
    drafts: int = 0  # kills that left a new file behind unfinished
    opened: int = 0
    without_file: int = 0
    cells_kept: int = 0
    cells_lost: int = 0
    completed: int = 0
    different: list = field(default_factory=list)
    hung: list = field(default_factory=list)  # what was left over after a kill


def kill(pids, number=signal.SIGKILL):
    for pid in pids:
        try:
            os.kill(pid, number)
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
            try:
                lines = [Path(f"/proc/{pid}/{name}").read_text().replace("\0", " ").strip() for name in ["cmdline", "wchan", "syscall"]]
            except OSError:  # gone since
                continue
            words.append(f"{pid}: {', '.join(lines)}")
    return "; ".join(words)


@dataclass(frozen=True)
class Scenario:
    name: str
    parallel: bool
    moment: str  # when: "any", "start", "commit", "draft" (while a new file is being made)
    victims: str  # who: "all", "rank", "root", "launcher"
    begin: str = "some"  # with what: "some" (a file with some cells), "nothing", "smaller" (a file to extend), "shards" (to merge)


SCENARIOS = [
    Scenario("one process, any moment", False, "any", "all"),
    Scenario("one process, creating its file", False, "draft", "all", "nothing"),
    Scenario("one process, extending its file", False, "draft", "all", "smaller"),
    Scenario("merging two files", False, "draft", "all", "shards"),
    Scenario("one process, resuming", False, "start", "all"),
    Scenario("one process, committing", False, "commit", "all"),
    Scenario("rank 0 of several, any moment", True, "any", "root"),
    Scenario("rank 0, creating the file", True, "draft", "root", "nothing"),
    Scenario("rank 0, extending the file", True, "draft", "root", "smaller"),
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
        wait_until((folder / "expected.h5").exists, run)
        self.startup = time.monotonic() - start  # until the file is there
        assert run.wait(timeout=600).code == COMPLETE
        duration = time.monotonic() - start - self.startup
        self.duration = {False: duration, True: duration}  # seconds of computing, by whether ranks do it
        self.making = 0.05  # seconds from the first sight of a new file
        self.known = {}
        self.shards = {}  # name -> content of the files to merge

    def start(self, parallel, *options):
        return Running(["run", "sweep.ini", *options], self.folder, self.ranks if parallel else None)

    def made(self, name, *options, keys=SWEEP):
        """A finished file, made when it is first asked for."""
        if not (self.folder / name).exists():
            (self.folder / "made.ini").write_text(config_text(keys))
            outcome = Running(["run", "made.ini", f"--output={name}", *options], self.folder).wait(timeout=600)
            assert outcome.code == COMPLETE, outcome
        return self.folder / name

    def run_to_end(self, parallel, *options):
        outcome = self.start(parallel, *options).wait(timeout=600)
        assert outcome.code == COMPLETE, outcome

    def done(self):
        """Coordinates -> values of every cell that is done; by both readers."""
        with h5py.File(self.file) as file:
            place = np.nonzero(file["status"][()] == 1)
            axes = [scale[0][()] for scale in file["status"].dims]
            cells = np.stack([axis[index] for axis, index in zip(axes, place)], axis=1)
            values = np.stack([file[name][()][place].astype(float) for name in VALUES], axis=1)
        with xarray.open_dataset(self.file, engine="h5netcdf") as dataset:
            dataset.load()
        return {cell.tobytes(): row.tobytes() for cell, row in zip(cells, values)}

    def owner(self):
        """Who has the right to write the file, or had it when it was killed."""
        try:
            return Path(f"{self.file}.lock").read_text().split()[0]
        except (OSError, IndexError):
            return None

    def start_writing(self, parallel):
        """A run that listens to signals and has the file."""
        before = self.owner()
        run = self.start(parallel)
        while run.alive() and self.owner() in (None, before):
            time.sleep(0.001)
        return run

    def advance(self):
        """Some progress in order, so that there is something to lose."""
        run = self.start_writing(False)
        time.sleep(self.random.uniform(0.1, 0.4) * self.duration[False])
        run.signal(signal.SIGUSR1)
        code = run.wait(timeout=600).code
        assert code in (COMPLETE, STOPPED), code

    def prepare(self, scenario, count):
        if scenario.begin in ("nothing", "smaller"):
            self.begin_anew()
        if scenario.begin == "smaller":
            shutil.copy(self.made("smaller.h5", keys=SMALLER), self.file)
            self.look(count)
        elif scenario.begin == "some" and (self.random.random() < 0.5 or not self.known):
            self.advance()
            self.look(count)

    def merge(self):
        if not self.shards:
            self.shards = {f"{i}.h5": self.made(f"{i}.h5", f"--shard={i}/2").read_bytes() for i in (1, 2)}
        return Running(["merge", "merged.h5", *self.shards], self.folder)

    def attack(self, scenario, count):
        draft = self.folder / ("merged.h5.new" if scenario.begin == "shards" else "out.h5.new")
        if scenario.begin == "shards":
            run = self.merge()
        elif scenario.moment in ("any", "commit"):
            run = self.start_writing(scenario.parallel)
        else:
            run = self.start(scenario.parallel)
        if scenario.moment == "any":
            time.sleep(self.random.uniform(0, 1) * self.duration[scenario.parallel])
        elif scenario.moment == "start":
            time.sleep(self.random.uniform(0.5, 1.5) * self.startup)
        elif scenario.moment == "draft":
            while run.alive() and not draft.exists():
                time.sleep(0.0005)
            time.sleep(self.random.uniform(0, self.making))
        else:
            time.sleep(self.random.uniform(0, 0.7) * self.duration[scenario.parallel])
            kill(run.ranks(), signal.SIGUSR1)  # the program commits and ends
            time.sleep(self.random.uniform(0, 0.1))
        everybody = descendants(run.process.pid)
        ranks = sorted(filter(is_program, everybody), key=rank_of)
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
        # The machine may have become faster or slower since.
        if scenario.moment == "draft":
            count.drafts += draft.exists()
            self.making *= 1.1 if draft.exists() else 0.8
        elif scenario.moment == "start":
            self.startup *= 0.7 if late else 1.05
        else:
            self.duration[scenario.parallel] *= 0.7 if late else 1.05
        count.too_late += late
        count.kills += not late

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

    def look_at_merged(self, count):
        """The inputs are as they were; the merged file is not there or whole, and made anew in spite of what was left behind."""
        merged = self.folder / "merged.h5"
        count.different += [name for name, content in self.shards.items() if (self.folder / name).read_bytes() != content]
        if merged.exists():
            count.opened += 1
        else:
            count.without_file += 1
            outcome = self.merge().wait(timeout=600)
            assert outcome.code == COMPLETE, outcome
        count.completed += 1
        count.different += differences(self.folder / "expected.h5", merged)
        for path in self.folder.glob("merged.h5*"):
            path.unlink()

    def begin_anew(self):
        for path in self.folder.glob("out.h5*"):
            path.unlink()
        self.known = {}

    def finish(self, count, parallel):
        self.run_to_end(parallel)
        count.completed += 1
        count.different += differences(self.folder / "expected.h5", self.file)
        self.begin_anew()

    def run(self, kills, minutes=float("inf"), only=""):
        end = time.monotonic() + 60 * minutes
        counts = defaultdict(Count)
        scenarios = [scenario for scenario in SCENARIOS if only in scenario.name]
        order = []
        while sum(count.kills for count in counts.values()) < kills and time.monotonic() < end:
            order = order or self.random.sample(scenarios, len(scenarios))
            scenario = order.pop()
            count = counts[scenario.name]
            self.prepare(scenario, count)
            self.attack(scenario, count)
            if scenario.begin == "shards":
                self.look_at_merged(count)
                continue
            self.look(count)
            if self.known and len(self.known) == self.cells():
                self.finish(count, parallel=self.random.random() < 0.5)
        self.finish(count, parallel=False)
        return counts

    def cells(self):
        with h5py.File(self.folder / "expected.h5") as file:
            return file["status"].size


def table(counts):
    numbers = {"kills": "kills", "drafts": "left unfinished", "opened": "file opened", "without_file": "no file yet",
               "cells_kept": "cells seen again", "cells_lost": "cells lost", "completed": "completed, bit for bit"}
    lines = [f"| {' | '.join(['scenario', *numbers.values()])} |", f"|{'---|' * (len(numbers) + 1)}"]
    rows = [(scenario.name, counts[scenario.name]) for scenario in SCENARIOS if scenario.name in counts]
    total = Count()
    for name, count in rows:
        for what in numbers:
            setattr(total, what, getattr(total, what) + getattr(count, what))
        total.different += count.different
        total.hung += [f"{name}: {words}" for words in count.hung]
    for name, count in [*rows, ("all", total)]:
        same = "all" if not count.different else f"not: {', '.join(sorted(set(count.different)))}"
        lines.append(f"| {name} | {' | '.join(str(getattr(count, what)) for what in numbers)}: {same} |")
    return "\n".join(lines), total


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--minutes", type=float, default=float("inf"), help="no new kill after so long")
    parser.add_argument("--only", default="", metavar="WORD", help="the scenarios whose name has this word")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--ranks", type=int, default=3)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="torture-"))
    try:
        text, total = table(Torture(folder, options.ranks, options.seed).run(options.kills, options.minutes, options.only))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{PROGRAM.name}, {options.ranks} ranks, seed {options.seed}\n\n{text}")
    for words in total.hung:
        print(f"did not end by itself: {words}")
    return 1 if total.cells_lost or total.different or total.hung else 0


if __name__ == "__main__":
    sys.exit(main())
