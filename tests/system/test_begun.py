"""Work that a run has begun is seen: at resume, in the progress line, at the end, in `status`; and what is nothing is not called success."""
import json
import os
import re
import signal
import subprocess

import pytest

from program import COMPLETE, PROGRAM, STOPPED, environment, start_logged, wait_until
from sweeps import ENDLESS, PREDICTIONS, SMALL

NOTHING = 4  # the exit status
# One row, so that it can only be begun.
ROW = {**ENDLESS, "grid.beta": "0.5", "grid.T": "50"}


@pytest.fixture(scope="module")
def begun(shared):
    """A run that was stopped with some replicates of its only row, and its messages."""
    run, log = start_logged(shared, "run", shared.write(ROW))
    wait_until(lambda: shared("status", "out.h5", "--json").json["begun"]["cells"] > 0 if (shared.folder / "out.h5").exists() else False, run)
    run.signal(signal.SIGTERM)
    assert run.wait().code == STOPPED
    return shared, log.read_text()


def test_replicates_of_a_stopped_run_are_counted(begun):
    collapse, log = begun
    assert re.search(r"0 of 6 cells done, 6 begun with [\d.e-]+ % of their replicates, 0 failed, 6 left", log), log
    status = collapse("status", "out.h5", expect=COMPLETE).stdout
    assert re.search(r"begun +6 cells of the pending ones, with [\d.e-]+ % of their replicates", status), status
    assert 0 < collapse("status", "out.h5", "--json").json["begun"]["share_of_replicates"] < 1
    assert re.search(r"resuming with 0 done, 6 begun with", collapse("run", "sweep.ini", "--time-left=0", expect=STOPPED).stderr)


def test_the_time_of_a_killed_run_is_known_without_any_result(collapse):
    """A run writes into the file that it has begun."""
    run = collapse.start("run", collapse.write(ROW))
    wait_until(lambda: (collapse.folder / "out.h5").exists() and collapse("status", "out.h5", "--json").json["segments"] != [], run)
    run.kill()
    (segment,) = collapse("status", "out.h5", "--json").json["segments"]
    assert segment["start"] <= segment["last_commit"] and segment["end"] == "" and segment["kernels"] != ""


@pytest.mark.mpi
def test_ranks_that_share_a_core_are_told_so(collapse):
    outcome = collapse("run", collapse.write(SMALL), ranks=2, expect=COMPLETE)
    assert "take turns" not in outcome.stderr or len(os.sched_getaffinity(0)) < 2
    (collapse.folder / "out.h5").unlink()
    words = ["taskset", "-c", "0", "mpirun", "-n", "2", "--oversubscribe", "--bind-to", "none", str(PROGRAM), "run", "sweep.ini"]
    ended = subprocess.run(words, cwd=collapse.folder, env=environment(), capture_output=True, text=True)
    assert ended.returncode == COMPLETE and "2 ranks take turns on 1 core of" in ended.stderr, ended


def test_a_file_that_another_kernel_goes_on_with_says_so(collapse):
    config = collapse.write(SMALL)
    collapse("run", config, "--time-left=0", expect=STOPPED, OPENBLAS_CORETYPE="Haswell")
    outcome = collapse("run", config, expect=COMPLETE, OPENBLAS_CORETYPE="Sandybridge")
    assert "computed with the kernel Haswell" in outcome.stderr and "not bit for bit" in outcome.stderr
    assert [segment["kernels"] for segment in collapse("status", "out.h5", "--json").json["segments"]] == ["Haswell", "Sandybridge"]


def test_a_plan_with_a_precision_is_an_upper_bound(collapse):
    precise = {**SMALL, "simulation.precision": "0.1"}
    assert "cost      at most " in collapse("plan", collapse.write(precise), expect=COMPLETE).stdout
    assert collapse("plan", collapse.write(SMALL), "--json").json["at_most"] is False


@pytest.mark.parametrize("name", ["new\nline.ini", 'quo"te.ini', "apo'strophe.ini", "tab\t.ini", b"latin-\xe9.ini"], ids=repr)
def test_any_name_leaves_json_and_scripts_valid(collapse, name):
    config = collapse.write(SMALL)
    path = collapse.folder / (name.decode(errors="surrogateescape") if isinstance(name, bytes) else name)
    path.write_bytes(config.read_bytes())
    output = str(path) + ".h5"
    collapse("run", path, f"--output={output}", expect=COMPLETE)
    for words in [("status", output), ("check", output), ("plan", path, f"--output={output}")]:
        json.loads(collapse(*words, "--json", expect=COMPLETE).stdout)
    script = subprocess.run([PROGRAM, "slurm", path, f"--output={output}"], cwd=collapse.folder, env=environment(), capture_output=True).stdout
    (collapse.folder / "script").write_bytes(script)
    assert subprocess.run(["bash", "-n", collapse.folder / "script"]).returncode == 0
    head = script.split(b"\nconfig=")[0].decode(errors="replace")
    assert [line for line in head.splitlines() if not line.startswith("#")] == []
    told = subprocess.run(["bash", "-c", 'sed -n "/^config=/,/^set --/p" script > part; . ./part; printf %s "$config"'], cwd=collapse.folder,
                          capture_output=True).stdout
    assert told == bytes(path)


def test_nothing_to_compare_is_no_success(collapse):
    collapse("run", collapse.write(PREDICTIONS), expect=COMPLETE)
    outcome = collapse("check", "out.h5", expect=NOTHING)
    assert "nothing   to compare" in outcome.stdout
    assert collapse("check", "out.h5", "--json", expect=NOTHING).json["compared"] == 0
    assert "4 without any" in " ".join(collapse("check", "--help").stdout.split())


def test_nothing_to_pool_is_no_success(collapse):
    collapse("run", collapse.write(SMALL), "--time-left=0", expect=STOPPED)
    assert "36 cells pending" in collapse("merge", "sum.h5", "out.h5", expect=NOTHING).stdout


def test_a_theory_file_has_no_replicate_to_compute_again(collapse):
    collapse("run", collapse.write(PREDICTIONS), expect=COMPLETE)
    outcome = collapse("replay", "out.h5", "--cell=beta=0,T=15,lambda=0,n=0", "--replicate=0")
    assert outcome.code == 2 and "has theory only" in outcome.stderr


def test_the_map_of_a_theory_file_shows_its_regimes(collapse):
    """Noise-free labels leave bias alone; a minimum-norm fit of nearly as many rows as dimensions has variance."""
    quiet, noisy = {"grid.sigma": "0", "grid.sigma0": "0", "grid.lambda": "0.1"}, {"grid.sigma": "1", "grid.n": "0", "grid.T": "25", "grid.lambda": "0"}
    for change, letters in [(quiet, "Bb"), (noisy, "V")]:
        collapse("run", collapse.write({**PREDICTIONS, **change}), "--output=map.h5", expect=COMPLETE)
        head, *lines = collapse("status", "map.h5", expect=COMPLETE).stdout.partition("\nmap ")[2].splitlines()
        assert "V clean variance" in head and lines and all(set(line.split()[0]) <= set(letters) for line in lines), lines
        (collapse.folder / "map.h5").unlink()


@pytest.mark.parametrize("words", [("run", "-h"), ("help", "run"), ("plan", "--help", "-o", "x.h5")], ids=" ".join)
def test_help_is_where_one_looks_for_it(collapse, words):
    assert collapse(*words, expect=COMPLETE).stdout.startswith(f"collapse {words[1] if words[0] == 'help' else words[0]} CONFIG")


def test_o_is_output_wherever_a_file_is_written(collapse):
    config = collapse.write(SMALL)
    collapse("run", config, "-o", "a.h5", expect=COMPLETE)
    assert collapse("plan", config, "-o", "b.h5", "--json", expect=COMPLETE).json["output"] == "b.h5"
    collapse("optimum", config, "--over=lambda", "-o", "c.h5", expect=COMPLETE)
    assert (collapse.folder / "a.h5").exists() and (collapse.folder / "c.h5").exists()
