"""A stop that comes before there is anything to stop, or while a task takes longer than anybody can wait."""
import os
import signal
import time

import pytest

from program import COMPLETE, STOPPED, config_text, start_logged, start_on_pipe, wait_until
from sweeps import HUGE, SMALL


def test_a_signal_that_comes_while_the_sweep_is_prepared_leaves_nothing_behind(collapse):
    run, log, pipe = start_on_pipe(collapse)
    with pipe:
        run.signal(signal.SIGTERM)  # heard before anything is read that is written after it
        pipe.write(config_text(SMALL))
    assert run.wait().code == STOPPED
    assert "signal 15" in log.read_text() and "before anything was computed" in log.read_text()
    assert [path.name for path in collapse.folder.iterdir()] == ["pipe.ini"]


def begin(collapse, ranks=None):
    """A run that has a task in hand, and its log."""
    run, log = start_logged(collapse, "run", collapse.write(HUGE), ranks=ranks)
    wait_until(run.computes, run)
    return run, log


def test_a_second_interrupt_stops_at_once(collapse):
    run, log = begin(collapse)
    run.signal(signal.SIGINT)
    wait_until(lambda: "finishing the tasks in hand" in log.read_text(), run)  # two at the same time would be one
    time.sleep(1)
    assert run.alive(), "the first one waits for the tasks in hand"
    run.signal(signal.SIGINT)
    assert run.wait().code == 128 + signal.SIGINT
    assert collapse("status", "out.h5", "--json", expect=COMPLETE).json["cells"]["pending"] == 1


@pytest.mark.mpi
def test_tasks_that_nobody_can_wait_for_are_given_up(collapse):
    run, log = begin(collapse, ranks=2)
    start = time.monotonic()
    os.kill(run.ranks()[0], signal.SIGTERM)  # not to mpirun, which would end the ranks itself
    assert run.wait(timeout=60).code == STOPPED and "no time to finish the tasks in hand" in log.read_text(), log.read_text()
    assert time.monotonic() - start > 10
    assert collapse("status", "out.h5", "--json", expect=COMPLETE).json["cells"]["pending"] == 1
