"""A run may be killed or stopped at any moment; the same command goes on and ends with the same bits."""
import os
import re
import signal
import time

import h5py
import numpy as np
import pytest
import xarray

from complaints import assert_one_sentence, contents
from program import BAD_INPUT, COMPLETE, ERROR, STOPPED, catch, start_logged
from results import counts, differences
from sweeps import ENDLESS, HUGE, LONG, SHORT, SMALL


@pytest.fixture(scope="module")
def uninterrupted(shared):
    """Name -> result file of a run that nothing disturbed; made when first asked for."""
    sweeps, made = {"short": SHORT, "long": LONG}, {}

    def result(name):
        if name not in made:
            made[name] = shared.folder / f"{name}.h5"
            shared("run", shared.write(sweeps[name], f"{name}.ini"), f"--output={made[name]}", timeout=400, expect=COMPLETE)
        return made[name]

    return result


def done(collapse):
    """Cells done by what `status` says; also while the file is being written."""
    return collapse("status", "out.h5", "--json", expect=COMPLETE).json["cells"]["done"]


def assert_readable(path):
    """h5py and xarray read the file at once; what is called done is there, what is not is missing, and it is called complete only then."""
    with h5py.File(path) as file:
        status, error = file["status"][()], file["sim_test_error"][()]
        assert np.all(status != 0) or not file.attrs["complete"]
    assert np.all(np.isfinite(error[status == 1])) and np.all(np.isnan(error[status == 0]))
    with xarray.open_dataset(path, engine="h5netcdf") as dataset:
        np.testing.assert_array_equal(dataset["sim_test_error"].values, error)


def assert_resumes_to(collapse, expected, *words, ranks=None):
    collapse(*words, ranks=ranks, timeout=400, expect=COMPLETE)
    assert differences(expected, collapse.folder / "out.h5") == []
    assert not [path.name for path in collapse.folder.iterdir() if path.name not in ("sweep.ini", "out.h5")]


def has_file(collapse):
    return (collapse.folder / "out.h5").exists


def test_a_run_killed_before_and_after_its_first_cells_ends_as_if_nothing_had_happened(collapse, uninterrupted):
    words, out = ("run", collapse.write(LONG)), collapse.folder / "out.h5"
    run = collapse.start(*words)
    catch(run, has_file(collapse))
    run.kill()
    assert_readable(out)
    first = done(collapse)
    run, log = start_logged(collapse, *words)
    catch(run, lambda: re.search(r" [1-9]\d*/36 cells", log.read_text()))
    time.sleep(5)  # from now on it may commit them at once, be there ever so little left to compute
    catch(run, lambda: counts(out)["done"] > first)
    run.kill()
    assert_readable(out)
    second = done(collapse)
    assert first == 0 and 0 < second < sum(counts(collapse.folder / "out.h5").values())
    assert_resumes_to(collapse, uninterrupted("long"), *words)
    assert len(collapse("status", "out.h5", "--json").json["segments"]) >= 2


@pytest.mark.mpi
def test_ranks_that_are_killed_are_replaced_by_another_number_of_ranks(collapse, uninterrupted):
    words = ("run", collapse.write(LONG))
    run = collapse.start(*words, ranks=2)
    catch(run, has_file(collapse))
    run.kill()
    assert_readable(collapse.folder / "out.h5")
    assert_resumes_to(collapse, uninterrupted("long"), *words, ranks=3)


@pytest.mark.mpi
def test_one_lost_rank_ends_the_run_which_can_go_on(collapse, uninterrupted):
    words = ("run", collapse.write(SHORT))
    run = collapse.start(*words, ranks=2)
    catch(run, has_file(collapse))
    os.kill(run.ranks()[-1], signal.SIGKILL)
    run.go_on()
    assert run.wait().code not in (COMPLETE, STOPPED)
    assert_readable(collapse.folder / "out.h5")
    assert_resumes_to(collapse, uninterrupted("short"), *words)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGUSR1, signal.SIGUSR2], ids=lambda number: number.name)
def test_a_signal_stops_in_order_and_the_same_command_goes_on(collapse, uninterrupted, number):
    words = ("run", collapse.write(SHORT))
    run = collapse.start(*words)
    catch(run, run.computes)
    run.signal(number)
    run.go_on()
    outcome = run.wait()
    assert outcome.code == STOPPED, outcome
    assert f"signal {number.value}" in outcome.stderr and "run the same command again" in outcome.stderr
    assert_readable(collapse.folder / "out.h5")
    assert_resumes_to(collapse, uninterrupted("short"), *words)


@pytest.mark.mpi
def test_a_signal_to_the_launcher_stops_all_ranks_in_order(collapse, uninterrupted):
    """SIGUSR1, which mpirun hands on; SIGTERM and SIGINT it answers by SIGTERM to the ranks and an exit status of its own."""
    words = ("run", collapse.write(SHORT))
    run = collapse.start(*words, ranks=2)
    catch(run, run.computes)
    run.signal(signal.SIGUSR1)
    run.go_on()
    outcome = run.wait()
    assert outcome.code == STOPPED, outcome
    assert_readable(collapse.folder / "out.h5")
    assert_resumes_to(collapse, uninterrupted("short"), *words, ranks=2)


def test_a_time_limit_stops_in_order_before_it_and_the_same_command_goes_on(collapse, uninterrupted):
    """That it stops is seen with minutes of work; whether seconds of work are complete before is up to the machine, their bits are not."""
    outcome = collapse("run", collapse.write(ENDLESS), "--output=endless.h5", "--time-left=0:01", expect=STOPPED)
    assert "time limit" in outcome.stderr and "run the same command again" in outcome.stderr
    assert_readable(collapse.folder / "endless.h5")
    for path in collapse.folder.glob("endless.h5*"):  # and its lock, if tasks in hand were given up
        path.unlink()
    words = ("run", collapse.write(SHORT))
    assert collapse(*words, "--time-left=0:01").code in (STOPPED, COMPLETE)
    assert_readable(collapse.folder / "out.h5")
    assert_resumes_to(collapse, uninterrupted("short"), *words)


def test_a_time_limit_that_is_too_short_for_any_task_is_named(collapse):
    """Half a minute is long enough to get ready."""
    outcome = collapse("run", collapse.write(HUGE), "--time-left=0:30", expect=STOPPED)
    assert "time limit, before which no other task" in outcome.stderr
    assert counts(collapse.folder / "out.h5")["done"] == 0


def test_a_time_limit_of_slurm_is_obeyed(collapse):
    outcome = collapse("run", collapse.write(ENDLESS), expect=STOPPED, SLURM_JOB_ID=17, SLURM_JOB_END_TIME=int(time.time()) + 2)
    assert "time limit" in outcome.stderr
    assert collapse("status", "out.h5", "--json").json["segments"][0]["job"] == "17"


def test_a_time_limit_that_has_passed_stops_at_once(collapse):
    collapse("run", collapse.write(SMALL), "--time-left=0", expect=STOPPED)
    assert counts(collapse.folder / "out.h5")["done"] == 0


def test_a_run_that_goes_on_does_not_call_the_file_new(collapse):
    """Not even if no cell was done before: hours of replicates may be there."""
    words = ("run", collapse.write(SMALL))
    assert "new file" in collapse(*words, "--time-left=0", expect=STOPPED).stderr
    assert "new file" not in collapse(*words, expect=COMPLETE).stderr


def test_a_complete_file_is_left_as_it_is(collapse):
    words = ("run", collapse.write(SMALL))
    collapse(*words, expect=COMPLETE)
    before = (collapse.folder / "before.h5")
    before.write_bytes((collapse.folder / "out.h5").read_bytes())
    outcome = collapse(*words, expect=COMPLETE)
    assert outcome.stderr == "collapse: out.h5: already complete, 36 of 36 cells done, 0 failed, 0 left\n"
    differing = differences(before, collapse.folder / "out.h5", skipped_groups=(), skipped_variables=(),
                            skipped_attributes={"modified"})
    assert set(differing) <= {"provenance/segments"}


def test_a_fresh_run_sets_the_old_file_aside(collapse):
    words = ("run", collapse.write(SMALL))
    collapse(*words, expect=COMPLETE)
    old = (collapse.folder / "out.h5").read_bytes()
    for files in [1, 2]:
        collapse(*words, "--fresh", expect=COMPLETE)
        aside = sorted(collapse.folder.glob("out.h5.*"))
        assert len(aside) == files and aside[0].read_bytes() == old
        assert differences(aside[0], collapse.folder / "out.h5") == []


def test_a_fresh_run_replaces_what_is_too_damaged_to_be_continued(collapse):
    words = ("run", collapse.write(SMALL))
    collapse(*words, expect=COMPLETE)
    out = collapse.folder / "out.h5"
    damaged = out.read_bytes()[:5000]
    out.write_bytes(damaged)
    collapse(*words, expect=BAD_INPUT)
    collapse(*words, "--fresh", expect=COMPLETE)
    (aside,) = collapse.folder.glob("out.h5.*")
    assert aside.read_bytes() == damaged


def test_a_second_writer_is_refused_and_the_first_unharmed(collapse, uninterrupted):
    words = ("run", collapse.write(SHORT))
    first = collapse.start(*words)
    catch(first, has_file(collapse))
    for second in [words, (*words, "--fresh")]:
        assert_one_sentence(collapse(*second), "out.h5", f"process {first.process.pid}", code=ERROR)
    first.go_on()
    assert first.wait().code == COMPLETE
    assert differences(uninterrupted("short"), collapse.folder / "out.h5") == []
    assert not list(collapse.folder.glob("out.h5.*"))


def test_a_stopped_run_of_another_sweep_is_refused(collapse):
    config = collapse.write(SHORT)
    collapse("run", config, "--time-left=0", expect=STOPPED)
    collapse.write({**SHORT, "grid.sigma": "0.5"})
    before = contents(collapse.folder)
    assert_one_sentence(collapse("run", config), "out.h5", "grid.sigma", "0.1", "0.5", code=BAD_INPUT)
    assert contents(collapse.folder) == before
