"""The model of many ranks in the cases that can be solved by hand."""
import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from collapse_analysis.scale import Machine, Pace, simulate, task_length

PACE = Pace(task_seconds=0.5, task_share=0.02, seconds_per_result=200e-6, smallest_share=0.02, batch_seconds=0.02, longest_batch=256, most_batches=2)
INSTANT = Machine(service=0, poll=0, listen=0, spread=0)


def test_without_any_cost_of_rank_0_all_ranks_compute_all_the_time():
    outcome = simulate(1000, 0.5, 10, INSTANT, PACE)  # 2000 tasks on 10 ranks: 200 each
    assert outcome.seconds == pytest.approx(100) and outcome.efficiency == pytest.approx(1)


def test_one_task_too_many_costs_its_length():
    outcome = simulate(5.5, 0.5, 10, INSTANT, PACE)  # 11 tasks on 10 ranks
    assert outcome.seconds == pytest.approx(1) and outcome.efficiency == pytest.approx(0.55)


def test_a_saturated_rank_0_decides_the_time():
    outcome = simulate(50000, 0.5, 1000, Machine(service=5e-3, poll=0, listen=0), PACE)  # 100 000 results of 5 ms each; 500 s of serving
    assert outcome.seconds == pytest.approx(500, rel=0.02) and outcome.load == pytest.approx(1, abs=0.02)


def test_short_tasks_travel_together():
    outcome = simulate(20, 1e-3, 2, Machine(service=0, poll=0, listen=5e-3, spread=0), PACE)  # 20 a batch: always one waiting
    assert outcome.efficiency == pytest.approx(1, abs=0.002)


def test_rank_0_notices_its_own_results_at_once_and_those_of_others_when_it_looks():
    assert simulate(10, 0.5, 1, Machine(service=0, poll=0.4, listen=0, spread=0), PACE).seconds == pytest.approx(10)
    # Rank 1 ends at 0.3 s and a little more, when rank 0 has just looked; it looks again 0.2 s later.
    assert simulate(0.6, 0.3, 2, Machine(service=0, poll=0.2, listen=1e-3, spread=0), PACE).seconds == pytest.approx(0.5)


def test_tasks_grow_with_the_ranks_but_stay_a_small_part_of_what_a_rank_does():
    assert task_length(1e6, 100, PACE) == 0.5
    assert task_length(1e9, 10000, PACE) == pytest.approx(2)
    assert task_length(1e6, 10000, PACE) == pytest.approx(2)
    assert task_length(3e5, 10000, PACE) == pytest.approx(0.6)
    assert task_length(10, 10, PACE) == pytest.approx(0.2)


def test_the_command_reads_a_plan():
    plan = json.dumps({"output": "x.h5", "core_hours": 10, "pace": asdict(PACE)})
    outcome = subprocess.run([sys.executable, "-m", "collapse_analysis.scale", "--ranks", "10", "100"], input=plan, text=True,
                             capture_output=True, cwd=Path(__file__).resolve().parents[1])
    assert outcome.returncode == 0 and "| 100 |" in outcome.stdout and "3.6e+04 core-seconds" in outcome.stdout, outcome
