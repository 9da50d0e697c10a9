"""How well a sweep uses many ranks: a discrete-event model of rank 0 and its ranks.

    collapse plan jobs/quickstart.ini --json | python3 -m collapse_analysis.scale --service 60e-6 --times 1000
    for n in 2 8 64; do mpirun -n $n build/bench_scale jobs/quickstart.ini 2e-3; done |
        python3 -m collapse_analysis.scale --measured

The second puts runs whose tasks sleep beside what the model says of them, given their service time. `--service`: seconds that rank 0 spends on a result, as build/bench_rank0 prints it. `--times`: the same sweep with so many times the
replicates. The model: rank 0 serves one message after the other and looks for the next every two milliseconds (src/mpi/crew.cpp);
every rank has one batch in hand and one waiting, as in src/sweep/drive.cpp; tasks are cut as the plan says.
"""

import argparse
import heapq
import json
import math
import random
import sys
from collections import deque
from dataclasses import dataclass

HANDING_OUT = 0.25  # of the service: the smaller part


@dataclass(frozen=True)
class Pace:
    """How the program cuts a sweep and hands it out (include/collapse/sweep/pace.hpp), as it says itself."""

    task_seconds: float
    task_share: float
    seconds_per_result: float
    smallest_share: float
    batch_seconds: float
    longest_batch: int
    most_batches: int


@dataclass(frozen=True)
class Machine:
    service: float  # seconds of rank 0 for a result
    poll: float = 2e-3  # seconds between two looks of rank 0 when nothing has come
    listen: float = 1e-3  # seconds between two looks of another rank
    spread: float = 0.2  # relative deviation of the time of a task


@dataclass(frozen=True)
class Outcome:
    ranks: int
    seconds: float
    efficiency: float  # share of the ranks' time that is spent computing
    load: float  # share of rank 0's time that is spent serving


def task_length(core_seconds, ranks, pace, longest_replicate=0.0):
    length = min(pace.task_seconds, pace.task_share * core_seconds)
    length = max(length, min(ranks * pace.seconds_per_result, pace.smallest_share * core_seconds / ranks))
    return max(length, longest_replicate)


class Team:
    """Who computes what, and which results are on their way to rank 0."""

    def __init__(self, ranks, length, machine, seed):
        self.length, self.machine, self.chance = length, machine, random.Random(seed)
        self.free = [0.0] * ranks  # when a rank will have done all that it has been given
        self.own = deque()  # (time, tasks) of the batches of rank 0's own worker, which wake it
        self.messages = []  # heap of (time, rank, tasks) of those of the others, which do not
        self.work = 0.0

    def give(self, rank, now, tasks):
        heard = now + (self.machine.listen * self.chance.random() if rank > 0 else 0)
        drawn = min(tasks, 16)
        mean = sum(max(0.05, self.chance.gauss(1, self.machine.spread)) for _ in range(drawn)) / drawn
        self.work += mean * tasks * self.length
        self.free[rank] = max(self.free[rank], heard) + mean * tasks * self.length
        if rank == 0:
            self.own.append((self.free[0], tasks))
        else:
            heapq.heappush(self.messages, (self.free[rank], rank, tasks))

    def take(self, now):
        """What rank 0, having nothing to do at `now`, serves next: (time, rank, tasks); None if all is done."""
        if not self.own and not self.messages:
            return None
        mine = self.own[0][0] if self.own else math.inf
        theirs = self.messages[0][0] if self.messages else math.inf
        if mine > now and theirs > now and theirs < math.inf and self.machine.poll > 0:
            theirs = now + self.machine.poll * math.ceil((theirs - now) / self.machine.poll)  # noticed
        if mine <= max(now, theirs):
            return max(now, mine), 0, self.own.popleft()[1]
        return max(now, theirs), *heapq.heappop(self.messages)[1:]


def simulate(core_seconds, length, ranks, machine, pace, seed=1):
    """One run of a sweep of `core_seconds` in tasks of about `length` seconds."""
    tasks = left = max(1, round(core_seconds / length))
    per_batch = min(pace.longest_batch, math.ceil(pace.batch_seconds / length - 1e-9))
    team = Team(ranks, length, machine, seed)
    now = 0.0  # of rank 0

    def feed(rank):
        nonlocal left, now
        count = min(per_batch, left)
        if count > 0:
            left -= count
            now += HANDING_OUT * count * machine.service
            team.give(rank, now, count)

    for _ in range(pace.most_batches):
        for rank in range(ranks):
            feed(rank)
    while (taken := team.take(now)) is not None:
        now, rank, count = taken
        now += (1 - HANDING_OUT) * count * machine.service
        feed(rank)
    return Outcome(ranks, now, team.work / (ranks * now), tasks * machine.service / now)


def print_plan(plan, options):
    core_seconds, pace = 3600 * plan["core_hours"] * options.times, Pace(**plan["pace"])
    print(f"{plan['output']}: {core_seconds:.3g} core-seconds\n\n| ranks | wall time | efficiency | load of rank 0 |\n|---|---|---|---|")
    for ranks in options.ranks:
        outcome = simulate(core_seconds, task_length(core_seconds, ranks, pace), ranks, Machine(options.service), pace)
        print(f"| {ranks} | {outcome.seconds:.3g} s | {100 * outcome.efficiency:.1f} % | {100 * outcome.load:.1f} % |")


def print_comparison(runs):
    print("| task | ranks | service | measured | predicted |\n|---|---|---|---|---|")
    for run in runs:
        length = run["mean_task_seconds"]
        outcome = simulate(run["tasks"] * length, length, run["ranks"], Machine(run["service"]), Pace(**run["pace"]))
        print(f"| {1e3 * run['task_seconds']:g} ms | {run['ranks']} | {1e6 * run['service']:.0f} us | {100 * run['efficiency']:.1f} % "
              f"| {100 * outcome.efficiency:.1f} % |")


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python3 -m collapse_analysis.scale", description=__doc__.splitlines()[0])
    parser.add_argument("--service", type=float, default=60e-6, help="seconds of rank 0 for a result (default: 60e-6)")
    parser.add_argument("--times", type=float, default=1, help="so many times the replicates of the plan (default: 1)")
    parser.add_argument("--ranks", type=int, nargs="+", default=[10, 100, 1000, 10000])
    parser.add_argument("--measured", action="store_true", help="compare with the lines of build/bench_scale")
    options = parser.parse_args(arguments)
    if options.measured:
        print_comparison(map(json.loads, sys.stdin))
    else:
        print_plan(json.load(sys.stdin), options)
    return 0


if __name__ == "__main__":
    sys.exit(main())
