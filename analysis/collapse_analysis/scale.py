"""How well a sweep uses many ranks: a discrete-event model of rank 0 and its ranks.

    collapse plan jobs/quickstart.ini --json | python3 -m collapse_analysis.scale --service 60e-6 --times 1000

`--service`: seconds that rank 0 spends on a result, as build/bench_rank0 prints it. `--times`: the same sweep with so many times the
replicates. The model: rank 0 serves one message after the other; every rank has one batch in hand and one waiting, as in
src/sweep/drive.cpp; tasks are cut as in src/sweep/plan.cpp.
"""

import argparse
import heapq
import json
import random
import sys
from dataclasses import dataclass

BATCH_SECONDS = 0.02  # drive.cpp
TASK_SECONDS, TASK_SHARE, SMALLEST_SHARE, SECONDS_PER_RESULT = 0.5, 0.02, 0.02, 200e-6  # plan.cpp


@dataclass(frozen=True)
class Machine:
    service: float  # seconds of rank 0 for a result
    latency: float = 2e-3  # seconds until a message is noticed: ranks look every millisecond
    spread: float = 0.2  # relative deviation of the time of a task


@dataclass(frozen=True)
class Outcome:
    ranks: int
    seconds: float
    efficiency: float  # share of the ranks' time that is spent computing
    load: float  # share of rank 0's time that is spent serving


def task_length(core_seconds, ranks, longest_replicate=0.0):
    length = min(TASK_SECONDS, TASK_SHARE * core_seconds)
    length = max(length, min(ranks * SECONDS_PER_RESULT, SMALLEST_SHARE * core_seconds / ranks))
    return max(length, longest_replicate)


def simulate(core_seconds, length, ranks, machine, seed=1):
    """One run of a sweep of `core_seconds` in tasks of about `length` seconds."""
    chance = random.Random(seed)
    tasks = max(1, round(core_seconds / length))
    per_batch = max(1, min(256, round(BATCH_SECONDS / length)))
    left, free, served = tasks, 0.0, 0.0
    waiting = {}  # rank -> (arrival, tasks) of its second batch
    ends = []  # heap of (time, rank, tasks) of batches in hand
    work = 0.0

    def duration(count):
        nonlocal work
        seconds = sum(max(0.05, chance.gauss(1, machine.spread)) for _ in range(min(count, 16))) / min(count, 16) * count * length
        work += seconds
        return seconds

    def hand_out():
        nonlocal left
        count = min(per_batch, left)
        left -= count
        return count

    for turn in range(2):
        for rank in range(ranks):
            if left == 0:
                break
            count = hand_out()
            free += machine.service / 4  # handing out is the smaller part of the service
            if turn == 0:
                heapq.heappush(ends, (free + machine.latency + duration(count), rank, count))
            else:
                waiting[rank] = (free + machine.latency, count)
    now = 0.0
    while ends:
        now, rank, count = heapq.heappop(ends)
        busy = rank in waiting
        if busy:
            arrival, next_count = waiting.pop(rank)
            heapq.heappush(ends, (max(now, arrival) + duration(next_count), rank, next_count))
        free = max(free, now + machine.latency) + count * machine.service
        served += count * machine.service
        if left > 0:
            count = hand_out()
            if busy:
                waiting[rank] = (free + machine.latency, count)
            else:
                heapq.heappush(ends, (free + machine.latency + duration(count), rank, count))
    seconds = max(now, free)
    return Outcome(ranks, seconds, work / (ranks * seconds), served / seconds)


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python3 -m collapse_analysis.scale", description=__doc__.splitlines()[0])
    parser.add_argument("--service", type=float, default=60e-6, help="seconds of rank 0 for a result (default: 60e-6)")
    parser.add_argument("--times", type=float, default=1, help="so many times the replicates of the plan (default: 1)")
    parser.add_argument("--ranks", type=int, nargs="+", default=[10, 100, 1000, 10000])
    options = parser.parse_args(arguments)
    plan = json.load(sys.stdin)
    core_seconds = 3600 * plan["core_hours"] * options.times
    print(f"{plan['output']}: {core_seconds:.3g} core-seconds\n\n| ranks | wall time | efficiency | load of rank 0 |\n|---|---|---|---|")
    for ranks in options.ranks:
        outcome = simulate(core_seconds, task_length(core_seconds, ranks), ranks, Machine(options.service))
        print(f"| {ranks} | {outcome.seconds:.3g} s | {100 * outcome.efficiency:.1f} % | {100 * outcome.load:.1f} % |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
