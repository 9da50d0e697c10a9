"""What a run tells at its end, and what the script that is printed for Slurm asks for."""
import os
import re
import signal
import subprocess

import h5py
import pytest

from complaints import assert_one_sentence
from program import BAD_INPUT, COMPLETE, FAILED_CELLS, PROGRAM, ROOT, STOPPED, config_text, environment, wait_until
from results import differences
from sweeps import SHORT, SMALL

# sigma0 overflows in every cell that has synthetic labels
FAILING = {**SMALL, "grid.sigma0": "1e200", "simulation.replicates": "3"}


@pytest.mark.mpi
def test_the_log_and_the_file_tell_how_the_ranks_spent_their_time(collapse):
    config = collapse.write(SHORT)
    for _ in range(3):  # a rank that waited for a core before or after its work knows less or more time than rank 0; that is seldom
        outcome = collapse("run", config, "--fresh", ranks=2, expect=COMPLETE)
        assert "36 of 36 cells done, 0 failed, 0 left" in outcome.stderr and "core-hours" in outcome.stderr
        (segment,) = collapse("status", "out.h5", "--json", expect=COMPLETE).json["segments"]
        report = segment["report"]
        shares = [report[name] for name in ["busy", "waiting", "idle"]]
        assert all(0 <= share["min"] <= share["mean"] <= share["max"] for share in shares)
        whole = sum(share["mean"] for share in shares)
        if whole == pytest.approx(1, abs=0.02):
            break
    assert whole == pytest.approx(1, abs=0.02) and max(share["max"] for share in shares) <= 1.05
    assert 10e6 < report["peak_memory_bytes"] < 2 * report["planned_memory_bytes"]
    assert 0 < report["longest_task_seconds"] < segment["core_seconds"] and report["store_seconds"] > 0


def test_failures_are_listed_with_the_command_that_repeats_them(collapse):
    config = collapse.write(FAILING)
    outcome = collapse("run", config, expect=FAILED_CELLS)
    assert "24 cells failed: non_finite" in outcome.stderr
    command = f"collapse run {config} --retry-failed"
    assert f"`{command}`" in outcome.stderr
    again = collapse(*command.split()[1:], expect=FAILED_CELLS)
    assert "24 cells failed: non_finite" in again.stderr and f"`{command}`" in again.stderr
    later = collapse("run", config, expect=FAILED_CELLS).messages()
    assert later == ["collapse: out.h5: already complete, 12 of 36 cells done, 24 failed, 0 left",
                     "collapse: 24 cells failed: non_finite", f"collapse: `{command}` computes them again"]


def test_a_complete_file_takes_one_line_and_skipped_cells_count_apart(collapse):
    config = collapse.write({**SMALL, "grid.T": "15, 20"})  # T = d at lambda = 0: two beta, three n
    counts = "18 of 24 cells done, 6 skipped, 0 failed, 0 left"
    assert f"collapse: out.h5: {counts}" in collapse("run", config, expect=COMPLETE).messages()
    assert collapse("run", config, expect=COMPLETE).stderr == f"collapse: out.h5: already complete, {counts}\n"
    segments = collapse("status", "out.h5", "--json", expect=COMPLETE).json["segments"]
    assert [segment["cells_done"] for segment in segments] == [24, 0]


def test_a_resumed_run_counts_the_skipped_cells_of_both_runs(collapse):
    config = collapse.write({**SMALL, "grid.T": "15, 20"})
    collapse("run", config, expect=COMPLETE)
    extended = collapse("run", config, "--grid.T=15,20,25", "--grid.beta=0,1,1.5", expect=COMPLETE).stderr
    assert "45 of 54 cells done, 9 skipped, 0 failed, 0 left" in extended


def test_status_draws_a_map(collapse):
    config = collapse.write({**SMALL, "grid.T": "15, 20"})
    collapse("run", config, "--time-left=0", expect=STOPPED)
    assert "......  beta = 0, T = 15\n" in collapse("status", "out.h5", expect=COMPLETE).stdout
    collapse("run", config, expect=COMPLETE)
    lines = collapse("status", "out.h5", expect=COMPLETE).stdout.splitlines()[-4:]
    assert [line.split(maxsplit=1)[1] for line in lines] == [f"beta = {b}, T = {T}" for b in ("0", "1.5") for T in (15, 20)]
    assert lines[1].split()[0].startswith("---") and lines[0].split()[0].isdigit()  # T = d without ridge has no mean
    collapse("run", collapse.write({**FAILING, "output.file": "failed.h5"}, "f.ini"), expect=FAILED_CELLS)
    assert "XX" in collapse("status", "failed.h5", expect=COMPLETE).stdout


@pytest.mark.parametrize("lists, columns, rows", [
    ({"grid.T": "20, 15, 40", "grid.sigma0": "0.1, 0.2"}, "T", ["sigma0 = 0.1", "sigma0 = 0.2"]),
    ({"grid.T": "20, 15", "grid.sigma0": "0.1, 0.2, 0.3"}, "sigma0", ["T = 20", "T = 15"]),
    ({"grid.T": "20, 15", "grid.sigma0": "0.1, 0.2"}, "T", ["sigma0 = 0.1", "sigma0 = 0.2"]),
    ({"grid.T": "20, 15"}, "T", ["the only cell"]), ({"grid.T": "20"}, "lambda x n", ["the only cell"]),
    ({"grid.T": "20, 15, 40", "grid.n": "1, 2"}, "T", ["n = 1", "n = 2"]),
    ({"grid.T": "20, 15", "grid.n": "1, 2"}, "lambda x n", ["T = 20", "T = 15"])])
def test_a_map_has_what_is_longest_as_columns(collapse, lists, columns, rows):
    sweep = {**SMALL, "grid.beta": "0", "grid.lambda": "0", "grid.n": "1", "grid.sigma0": "0.2", **lists}
    collapse("run", collapse.write(sweep), expect=COMPLETE)
    text = collapse("status", "out.h5", expect=COMPLETE).stdout
    heading, *lines = text[text.index("map"):].splitlines()
    assert f"columns: {columns}; " in heading
    assert [line[10:].partition("  ")[2] for line in lines] == rows
    skipped = [[letter == "-" for letter in line[10:].partition("  ")[0]] for line in lines]
    with h5py.File(collapse.folder / "out.h5") as file:  # T = d: there is no mean
        status = file["status"][()].squeeze()
    expected = status.T if columns == "sigma0" or "n =" in rows[0] else status
    assert skipped == (expected.reshape(len(rows), -1) == 3).tolist()


def test_a_large_map_is_made_small(collapse):
    collapse("run", collapse.write({**SMALL, "grid.lambda": "linspace(0, 1, 100)", "grid.T": "25:124", "simulation.replicates": "0"}),
             expect=COMPLETE)
    text = collapse("status", "out.h5", expect=COMPLETE).stdout
    lines = text[text.index("map"):].splitlines()[1:]
    assert len(lines) == 24 and all(len(line.split()[0]) == 72 for line in lines)


def test_what_is_left_is_known_before_the_first_cell_is_done(collapse):
    """One row, stopped halfway: no cell is done, but the run knows how much it has computed."""
    config = collapse.write({**SHORT, "grid.beta": "0", "grid.T": "30", "simulation.replicates": "5000000"})
    run = collapse.start("run", config)
    wait_until((collapse.folder / "out.h5").exists, run)
    status = lambda: collapse("status", "out.h5", "--json", expect=COMPLETE).json
    wait_until(lambda: status()["core_seconds"] > 0, run)
    run.signal(signal.SIGUSR1)
    assert run.wait().code == STOPPED
    assert status()["cells"]["done"] == 0 and status()["core_seconds_left"] > 0
    assert "unknown" not in collapse("status", "out.h5", expect=COMPLETE).stdout


def test_the_printed_script_is_the_committed_one_with_what_the_plan_says(collapse):
    collapse.write(SMALL)
    script = collapse("slurm", "sweep.ini", "--ranks=7", "--time=2:00:00", "--partition=p", "--account=a", "--grid.sigma=0.3",
                      "--output=it's.h5", expect=COMPLETE).stdout
    mark = "# ---- what follows"
    committed = (ROOT / "jobs" / "sweep.sbatch").read_text()
    assert script[script.index(mark):] == committed[committed.index(mark):]
    head = script[:script.index(mark)].splitlines()
    for line in ["#SBATCH --ntasks=7", "#SBATCH --time=2:00:00", "#SBATCH --partition=p", "#SBATCH --account=a", "config=sweep.ini",
                 "output='it'\\''s.h5'", "set -- --grid.sigma=0.3"]:
        assert line in head, script
    assert subprocess.run(["bash", "-n"], input=script, text=True).returncode == 0


def head_of(script):
    return script[:script.index("# ---- what follows")].splitlines()


def test_what_slurm_is_asked_for_stands_in_the_script(collapse):
    collapse.write(SMALL)
    script = collapse("slurm", "sweep.ini", "--ranks=2", "--qos=long", "--mail-user=me@x.org", "--job-name=mine", "--module=gcc,openmpi/4.1", "--mpi=pmi2",
                      "--", "--nodes=2", "--comment", "two words", "-x", "node1", expect=COMPLETE).stdout
    head = head_of(script)
    for line in ["#SBATCH --qos=long", "#SBATCH --mail-user=me@x.org", "#SBATCH --mail-type=END,FAIL", "#SBATCH --job-name=mine", "#SBATCH --nodes=2",
                 '#SBATCH --comment "two words"', "#SBATCH -x node1", "module load gcc openmpi/4.1", "mpi=pmi2"]:
        assert line in head, script
    commands = [line for line in head if not line.startswith("#")]
    assert head.index(commands[0]) > max(place for place, line in enumerate(head) if line.startswith("#SBATCH"))  # sbatch reads no further
    assert subprocess.run(["bash", "-n"], input=script, text=True).returncode == 0


def run_script(collapse, script, **changes):
    """Without Slurm: a step of one rank is the program itself."""
    srun = collapse.folder / "srun"
    srun.write_text('#!/bin/sh\nshift 2\nexec "$@"\n')
    srun.chmod(0o755)
    return subprocess.run(["bash"], input=script, cwd=collapse.folder, capture_output=True, text=True,
                          env=environment(PATH=f"{collapse.folder}:{os.environ['PATH']}", COLLAPSE=PROGRAM, **changes))


def test_an_array_computes_the_sweep_in_parts_that_merge(collapse):
    collapse.write(SMALL)
    script = collapse("slurm", "sweep.ini", "--array=3", "--ranks=1", "--output=whole file.h5", expect=COMPLETE).stdout
    assert "#SBATCH --array=1-3" in head_of(script) and "#SBATCH --output=collapse-%A_%a.log" in head_of(script)
    for number in 1, 2, 3:
        outcome = run_script(collapse, script, SLURM_ARRAY_TASK_ID=number)
        assert outcome.returncode == COMPLETE, outcome
    merge = next(line for line in head_of(script) if line.startswith("# When all are complete: "))
    words = merge.removeprefix("# When all are complete: ").replace("collapse", str(PROGRAM), 1)
    assert subprocess.run(["bash", "-c", words], cwd=collapse.folder, env=environment()).returncode == COMPLETE
    collapse("run", "sweep.ini", "--output=one.h5", expect=COMPLETE)
    assert differences(collapse.folder / "one.h5", collapse.folder / "whole file.h5") == []


def test_more_jobs_than_draws_are_said_to_have_nothing_to_do(collapse):
    config = collapse.write(SMALL)
    few = ["--grid.T=40", "--grid.sigma=0.1, 0.2, 0.3, 0.4"]  # one draw for each beta
    outcome = collapse("slurm", config, "--array=4", "--ranks=1", *few, expect=COMPLETE)
    assert "4 jobs are more than the 2 that have something to do" in outcome.stderr
    assert collapse("slurm", config, "--array=1", "--ranks=1", *few, expect=COMPLETE).stderr == ""


@pytest.mark.parametrize("words, named", [(["--array=0"], "--array"), (["--module=a b"], "a b"), (["--mpi=a b"], "a b"), (["--", "nodes"], "nodes"),
                                          (["--", "--comment=\"x"], "--comment"), (["--mail-user=a b"], "a b")])
def test_what_slurm_would_not_understand_is_refused(collapse, words, named):
    assert_one_sentence(collapse("slurm", collapse.write(SMALL), *words), named, code=BAD_INPUT)


def test_more_ranks_than_help_are_remarked_on(collapse):
    config = collapse.write(SMALL)
    assert collapse("slurm", config, "--ranks=1", expect=COMPLETE).stderr == ""
    outcome = collapse("slurm", config, "--ranks=100000", expect=COMPLETE)
    assert "#SBATCH --ntasks=100000\n" in outcome.stdout
    assert re.fullmatch(r"collapse: 100000 ranks are more than the \d+ that help: then the longest task decides\n", outcome.stderr)


@pytest.mark.parametrize("line", ["file = my out.h5", "\tfile=my out.h5 # its name", "file = my out.h5\r"])
def test_the_committed_script_finds_the_name_of_the_output(collapse, line):
    """Without Slurm: a step of one rank is the program itself."""
    (collapse.folder / "sweep.ini").write_text(config_text({**SMALL, "output.file": None}) + f"[output]\n{line}\n")
    srun = collapse.folder / "srun"
    srun.write_text('#!/bin/sh\nshift 2\nexec "$@"\n')
    srun.chmod(0o755)
    path = f"{collapse.folder}:{os.environ['PATH']}"
    outcome = subprocess.run(["bash", ROOT / "jobs" / "sweep.sbatch", "sweep.ini"], cwd=collapse.folder, capture_output=True, text=True,
                             env=environment(PATH=path, COLLAPSE=PROGRAM))
    assert outcome.returncode == COMPLETE, outcome
    assert [file.name for file in collapse.folder.glob("*.h5")] == ["my out.h5"]


@pytest.mark.parametrize("option, named", [("--ranks=0", "0"), ("--ranks=x", "x"), ("--time=soon", "soon"), ("--time=1", "5:00"), ("--partition=a b", "a b")])
def test_a_script_that_slurm_would_refuse_is_not_printed(collapse, option, named):
    assert_one_sentence(collapse("slurm", collapse.write(SMALL), option), named, code=BAD_INPUT)
