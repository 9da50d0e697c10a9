"""A stop that comes before there is anything to stop, or while a task takes longer than anybody can wait."""
import os
import signal
import time

import pytest

from program import COMPLETE, STOPPED, config_text, is_program, descendants, wait_until
from sweeps import SMALL

# One replicate takes half a minute or more.
HUGE = {**SMALL, "grid.beta": "0.5", "grid.n": "1", "grid.lambda": "0.1", "grid.T": "9000", "grid.d": "6000", "grid.T0": "9000",
        "simulation.replicates": "4"}


def test_a_signal_that_comes_while_the_sweep_is_prepared_leaves_nothing_behind(collapse):
    """The config is a pipe, so that the program waits for it."""
    config = collapse.folder / "pipe.ini"
    os.mkfifo(config)
    run = collapse.start("run", config)
    with open(config, "w") as pipe:  # opens when the program does
        run.signal(signal.SIGTERM)
        time.sleep(0.1)
        pipe.write(config_text(SMALL))
    outcome = run.wait(timeout=60)
    assert outcome.code == STOPPED and "signal 15" in outcome.stderr and "before anything was computed" in outcome.stderr, outcome
    assert [path.name for path in collapse.folder.iterdir()] == ["pipe.ini"]


def begin(collapse, ranks=None):
    run = collapse.start("run", collapse.write(HUGE), ranks=ranks)
    wait_until((collapse.folder / "out.h5").exists, run)
    time.sleep(0.5)
    return run


def test_a_second_interrupt_stops_at_once(collapse):
    run = begin(collapse)
    run.signal(signal.SIGINT)
    time.sleep(1)
    assert run.alive(), "the first one waits for the tasks in hand"
    run.signal(signal.SIGINT)
    assert run.wait(timeout=10).code == 128 + signal.SIGINT
    assert collapse("status", "out.h5", "--json", expect=COMPLETE).json["cells"]["pending"] == 1


@pytest.mark.mpi
def test_tasks_that_nobody_can_wait_for_are_given_up(collapse):
    run = begin(collapse, ranks=2)
    start = time.monotonic()
    root = min(pid for pid in descendants(run.process.pid) if is_program(pid))
    os.kill(root, signal.SIGTERM)  # not to mpirun, which would end the ranks itself
    outcome = run.wait(timeout=60)
    assert outcome.code == STOPPED and "no time to finish the tasks in hand" in outcome.stderr, outcome
    assert 10 < time.monotonic() - start < 30
    assert collapse("status", "out.h5", "--json", expect=COMPLETE).json["cells"]["pending"] == 1
