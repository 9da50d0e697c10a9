"""What surrounds a run may be missing: a reader of its messages, memory, threads, a launcher, a home. Results come first."""
import os
import pty
import resource
import signal
import subprocess

import pytest

from complaints import assert_one_sentence
from program import BAD_INPUT, COMPLETE, ERROR, PROGRAM, STOPPED, Outcome, command, environment, start_logged, wait_until
from results import counts, differences
from sweeps import ENDLESS, SMALL


@pytest.fixture(scope="module")
def expected(shared):
    shared("run", shared.write(SMALL), expect=COMPLETE)
    return shared.folder / "out.h5"


def run_in_shell(collapse, script, **changes):
    """What a shell says of `script`, in which $collapse is the program."""
    ended = subprocess.run(["bash", "-c", script], cwd=collapse.folder, env=environment(collapse=PROGRAM, **changes), text=True,
                           capture_output=True, timeout=180, errors="backslashreplace")
    return Outcome(ended.returncode, ended.stdout, ended.stderr)


@pytest.mark.parametrize("redirection", ["2>/dev/full", "2>&-", ">&- 2>&-", "<&- >&- 2>&-", "2>&1 | true", "2> >(true)"])
def test_messages_that_cannot_be_written_are_given_up_and_the_results_are_there(collapse, expected, redirection):
    outcome = run_in_shell(collapse, f"set -o pipefail; $collapse run {collapse.write(SMALL)} {redirection}")
    assert outcome.code == COMPLETE and outcome.stderr == ""
    assert differences(expected, collapse.folder / "out.h5") == []


@pytest.mark.mpi
def test_two_ranks_whose_messages_cannot_be_written_end_with_the_results(collapse, expected):
    with open("/dev/full", "w") as full:
        run = collapse.start("run", collapse.write(SMALL), ranks=2, stderr=full)
    assert run.wait().code == COMPLETE
    assert differences(expected, collapse.folder / "out.h5") == []


def test_a_terminal_that_is_gone_does_not_end_a_run(collapse, expected):
    master, slave = pty.openpty()
    run = collapse.start("run", collapse.write(SMALL), stderr=slave)
    os.close(slave)
    os.close(master)  # whoever writes to it now gets EIO
    assert run.wait().code == COMPLETE
    assert differences(expected, collapse.folder / "out.h5") == []


def test_an_exit_status_is_that_of_the_sweep_even_if_nobody_reads_why(collapse):
    assert run_in_shell(collapse, f"$collapse run {collapse.write({**SMALL, 'grid.T': '1.5'})} 2>/dev/full").code == BAD_INPUT


def test_data_for_a_stdout_that_is_closed_are_an_error(collapse):
    outcome = run_in_shell(collapse, "$collapse list >&-")
    assert_one_sentence(outcome, "cannot write", code=ERROR)


def test_a_hangup_stops_in_order_unless_nohup_was_asked_for(collapse):
    run, log = start_logged(collapse, "run", collapse.write(ENDLESS))
    wait_until(run.computes, run)
    run.signal(signal.SIGHUP)
    assert run.wait().code == STOPPED and "signal 1 (Hangup)" in log.read_text()
    outcome = run_in_shell(collapse, "trap '' HUP; $collapse run sweep.ini --output=other.h5 & trap - HUP; sleep 1; kill -HUP $!; sleep 1;"
                                     "kill -TERM $!; wait $!")
    assert outcome.code == STOPPED and "Hangup" not in outcome.stderr and "Terminated" in outcome.stderr


# KiB of address space: what OpenBLAS's buffer needs beside the program is about 230 000.
@pytest.mark.parametrize("limit", [100_000, 150_000, 200_000])
def test_too_little_address_space_is_refused_with_the_number(collapse, limit):
    outcome = run_in_shell(collapse, f"ulimit -v {limit}; exec $collapse run {collapse.write(SMALL)}")
    assert_one_sentence(outcome, "128 MiB", "ulimit -v", code=ERROR)
    assert [path.name for path in collapse.folder.iterdir()] == ["sweep.ini"]


@pytest.mark.parametrize("limit", [230_000, 250_000, 300_000, 400_000, 500_000])
def test_little_address_space_is_either_enough_or_refused(collapse, limit):
    outcome = run_in_shell(collapse, f"ulimit -v {limit}; exec $collapse run {collapse.write(SMALL)} --quiet")
    assert outcome.code in (COMPLETE, ERROR, BAD_INPUT) and len(outcome.stderr.splitlines()) == (outcome.code != COMPLETE), outcome


def test_the_planned_address_space_is_enough(collapse):
    config = collapse.write(SMALL)
    planned = collapse("plan", config, "--json", expect=COMPLETE).json["address_space_per_rank_bytes"]
    assert planned > 128 * 2**20
    assert run_in_shell(collapse, f"ulimit -v {int(planned / 1024)}; exec $collapse run {config} --quiet").code == COMPLETE


def test_a_verb_that_computes_nothing_needs_no_buffer(collapse):
    assert run_in_shell(collapse, "ulimit -v 100000; exec $collapse list").code == COMPLETE


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become somebody whose threads are limited")
def test_a_limit_of_threads_is_named(tmp_path):
    """Nobody may have no other thread than the first."""
    folder = tmp_path / "open"
    folder.mkdir()
    for path in [folder, *folder.parents[:3]]:
        path.chmod(0o777)
    (folder / "sweep.ini").write_text("[grid]\nd = 20\nT = 30\nT0 = 60\n[simulation]\nreplicates = 2\n")
    def limit():
        resource.setrlimit(resource.RLIMIT_NPROC, (1, 1))
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
    ended = subprocess.run(command(["run", "sweep.ini"]), cwd=folder, env=environment(), capture_output=True, text=True, preexec_fn=limit)
    assert_one_sentence(Outcome(ended.returncode, ended.stdout, ended.stderr), "another thread", "ulimit -u", code=ERROR)
    assert [path.name for path in folder.iterdir()] == ["sweep.ini"]


def test_one_process_needs_no_launcher_no_home_and_no_path(collapse, expected):
    """And starts no daemon: MPI would start `orted`, which is found by PATH, and look for ssh and for networks."""
    config = collapse.write(SMALL)
    ended = subprocess.run([PROGRAM, "run", config], cwd=collapse.folder, env={}, capture_output=True, text=True)
    assert ended.returncode == COMPLETE, ended
    assert differences(expected, collapse.folder / "out.h5") == []


@pytest.mark.mpi
def test_one_process_may_start_mpi_all_the_same(collapse, expected):
    """For launchers that tell their processes nothing that is known here."""
    collapse("run", collapse.write(SMALL), COLLAPSE_MPI=1, expect=COMPLETE)
    assert differences(expected, collapse.folder / "out.h5") == []


@pytest.mark.parametrize("told", [{"SLURM_STEP_NUM_TASKS": 4, "SLURM_PROCID": 2}, {"SLURM_NTASKS": 4, "SLURM_PROCID": 3},
                                  {"PMI_SIZE": 3, "PMI_RANK": 0}], ids=str)
def test_processes_that_a_launcher_has_not_connected_are_told_so(collapse, told):
    outcome = collapse("run", collapse.write(SMALL), **told)
    number = next(iter(told.items()))
    assert_one_sentence(outcome, "{} = {}".format(*number), "connects this process to no other",
                        "--mpi=pmix" if "SLURM_PROCID" in told else "its mpirun", code=ERROR)
    assert not (collapse.folder / "out.h5").exists()


def test_a_process_alone_in_a_job_of_several_tasks_is_told_how_to_use_them(collapse):
    """The shell of a batch script, or a step of which nothing else is left: Slurm counts tasks, and this is number 0."""
    outcome = collapse("run", collapse.write(SMALL), expect=COMPLETE, SLURM_NTASKS=64, SLURM_PROCID=0)
    assert "SLURM_NTASKS = 64" in outcome.stderr and "srun --mpi=pmix" in outcome.stderr
    assert "SLURM" not in collapse("run", collapse.write(SMALL), expect=COMPLETE, SLURM_NTASKS=1, SLURM_PROCID=0).stderr


def test_independent_tasks_of_one_step_are_no_ranks(collapse):
    """`srun -n 1`, and the shell of a batch script, tell no launcher of MPI anything."""
    collapse("run", collapse.write(SMALL), expect=COMPLETE, SLURM_STEP_NUM_TASKS=1, SLURM_STEP_ID=0, SLURM_PROCID=0, SLURM_NTASKS=64)
    assert counts(collapse.folder / "out.h5")["done"] == 36
