"""The batch scripts on a real Slurm cluster: slurmctld and two nodes, each in namespaces of its own, on this one machine.

    /usr/bin/python3 -m pytest -q -rs tests/slurm

Nothing is left behind. Skipped where the machine cannot: it takes root, namespaces and the packages slurm-wlm and munge.
"""
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "system"))

from program import COMPLETE, PROGRAM, ROOT, Collapse, computes, is_program, signal_all  # noqa: E402
from results import differences  # noqa: E402
from sweeps import SHORT  # noqa: E402

SCRIPT = Path(__file__).with_name("cluster.sh")
TIME_LIMIT_LOOK = 30  # seconds: so often does slurmctld look whether a job is near its limit
NEEDED = ["slurmctld", "slurmd", "srun", "munged", "mpirun", "ip", "nsenter", "unshare", "pgrep"]

RANKS = 4
PATIENCE = 120  # seconds for a job to start

# Enough for every rank to have something to do when the first run of a job is held.
LONG = {**SHORT, "simulation.replicates": "40000"}


def why_not():
    if os.geteuid() != 0:
        return "only root can make the namespaces of two nodes"
    path = f"/usr/sbin:/sbin:{os.environ['PATH']}"
    missing = [name for name in NEEDED if shutil.which(name, path=path) is None]
    if missing:
        return f"{', '.join(missing)} not installed (jobs/install-debian.sh tests)"
    probe = ["unshare", "-n", "-u", "-m", "-i", "-p", "--fork", "--mount-proc", "ip", "link", "add", "br9", "type", "bridge"]
    if subprocess.run(probe, capture_output=True).returncode != 0:
        return "this machine allows no namespaces"
    return None


REASON = why_not()
pytestmark = pytest.mark.skipif(REASON is not None, reason=f"no Slurm cluster here: {REASON}")


class Cluster:
    def __init__(self, folder):
        self.folder = folder
        self.environment = {**os.environ, "LAB_MODE": "ns", "LAB_CPUS": "2", "COLLAPSE": str(PROGRAM), "PYTHONDONTWRITEBYTECODE": "1"}
        outcome = subprocess.run([SCRIPT, "up", folder], capture_output=True, text=True, env=self.environment)
        assert outcome.returncode == 0, outcome.stdout + outcome.stderr
        self.start = time.monotonic()

    def down(self):
        subprocess.run([SCRIPT, "down", self.folder], capture_output=True, env=self.environment)

    def __call__(self, *words, cwd=None):
        """A command on the login node."""
        outcome = subprocess.run([SCRIPT, "exec", self.folder, "login", *map(str, words)], capture_output=True, text=True, cwd=cwd,
                                 env=self.environment)
        assert outcome.returncode == 0, f"{words}: {outcome.stdout}{outcome.stderr}"
        return outcome.stdout

    def job(self, number):
        return dict(word.split("=", 1) for word in self("scontrol", "-o", "show", "job", number).split() if "=" in word)

    def wait(self, number, timeout=400):
        """The job's last words to Slurm, once it has ended for good."""
        end = time.monotonic() + timeout
        while (job := self.job(number))["JobState"] not in ("COMPLETED", "FAILED", "TIMEOUT", "CANCELLED", "NODE_FAIL"):
            assert time.monotonic() < end, job
            time.sleep(0.5)
        return job


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    folder = Path("/tmp") / f"collapse-slurm-{os.getpid()}"  # short: the path of a socket has at most 107 letters
    made = Cluster(folder)
    yield made
    made.down()
    shutil.rmtree(folder)


@pytest.fixture
def collapse(tmp_path):
    program = Collapse(tmp_path)
    yield program
    program.kill_all()


@pytest.fixture(scope="module")
def serial(tmp_path_factory):
    """Name -> result of one process without Slurm, made when first asked for."""
    program, sweeps = Collapse(tmp_path_factory.mktemp("serial")), {"short": SHORT, "long": LONG}

    def result(name):
        path = program.folder / f"{name}.h5"
        if not path.exists():
            program("run", program.write(sweeps[name], f"{name}.ini"), f"--output={path}", timeout=600, expect=COMPLETE)
        return path

    yield result
    program.kill_all()


def log_of(collapse, number):
    return (collapse.folder / f"collapse-{number}.log").read_text()


def submit(cluster, collapse, *words):
    return cluster("sbatch", "--parsable", "--nodes=2", f"--ntasks={RANKS}", *words, cwd=collapse.folder).strip()


def test_a_killed_rank_requeues_the_job_which_ends_as_if_nothing_had_happened(cluster, collapse, serial):
    config = collapse.write(LONG)
    number = submit(cluster, collapse, ROOT / "jobs" / "sweep.sbatch", config.name)
    ranks = hold(collapse)
    time.sleep(5)  # the next result is committed at once, be there ever so little left to compute
    end = time.monotonic() + PATIENCE
    while json.loads(collapse("status", "out.h5", "--json", expect=COMPLETE).stdout)["core_seconds"] == 0:
        assert time.monotonic() < end, log_of(collapse, number)
        signal_all(ranks, signal.SIGCONT)
        time.sleep(0.02)
        signal_all(ranks, signal.SIGSTOP)
    os.kill(ranks[-1], signal.SIGKILL)
    signal_all(ranks[:-1], signal.SIGCONT)
    job = cluster.wait(number)
    assert job["JobState"] == "COMPLETED" and job["Restarts"] == "1", log_of(collapse, number)
    assert "requeued" in log_of(collapse, number)
    assert differences(serial("long"), collapse.folder / "out.h5") == []


def cwd_of(pid):
    try:
        return Path(f"/proc/{pid}/cwd").resolve()
    except OSError:
        return None


def hold(collapse):
    """The ranks of a job, stopped (SIGSTOP) when all of them have begun to compute: none can end while the test waits for something."""
    end = time.monotonic() + PATIENCE
    while True:
        ranks = [int(entry.name) for entry in Path("/proc").iterdir()
                 if entry.name.isdigit() and is_program(entry.name) and cwd_of(entry.name) == collapse.folder]
        if (collapse.folder / "out.h5").exists():
            signal_all(ranks, signal.SIGSTOP)
            if len(ranks) == RANKS and all(map(computes, ranks)):
                return ranks
            signal_all(ranks, signal.SIGCONT)
        assert time.monotonic() < end, f"{len(ranks)} ranks after {PATIENCE} s"
        time.sleep(0.02)


def has_got(pid, number):
    """Whether the signal has been sent to a process that is stopped; one that has gone heard it before."""
    try:
        pending = re.findall(r"(?:SigPnd|ShdPnd):\s*(\w+)", Path(f"/proc/{pid}/status").read_text())
    except OSError:
        return True
    return any(int(mask, 16) >> (number - 1) & 1 for mask in pending)


def test_the_script_of_the_verb_slurm_runs_as_it_is(cluster, collapse, serial):
    collapse.write(SHORT)
    script = collapse.folder / "job.sbatch"
    script.write_text(collapse("slurm", "sweep.ini", "--ranks=3", "--time=10:00", "--simulation.seed=3", expect=COMPLETE).stdout)
    number = cluster("sbatch", "--parsable", script, cwd=collapse.folder).strip()
    job = cluster.wait(number)
    assert job["JobState"] == "COMPLETED" and job["NumTasks"] == "3", log_of(collapse, number)
    assert differences(serial("short"), collapse.folder / "out.h5") == []
    assert "3 ranks" in log_of(collapse, number)


def test_an_array_of_shards_is_merged_into_the_file_of_one_job(cluster, collapse, serial):
    collapse.write(SHORT)
    said = cluster(ROOT / "jobs" / "array.sbatch", 3, "sweep.ini", "out.h5", cwd=collapse.folder)
    array, merge = re.fullmatch(r"array (\d+), merge (\d+)\n", said).groups()
    assert cluster.wait(merge)["JobState"] == "COMPLETED", log_of(collapse, merge)
    assert len(list(collapse.folder.glob("out.shard-*-of-3.h5"))) == 3
    assert differences(serial("short"), collapse.folder / "out.h5") == []


def test_a_job_that_runs_into_its_limit_is_requeued_until_it_is_complete(cluster, collapse, serial):
    config = collapse.write(LONG)
    # USR1 comes when slurmctld next looks: submitted here, after ten to fifteen seconds.
    time.sleep((TIME_LIMIT_LOOK / 2 - (time.monotonic() - cluster.start)) % TIME_LIMIT_LOOK)
    number = submit(cluster, collapse, "--time=1", "--signal=USR1@60", ROOT / "jobs" / "sweep.sbatch", config.name)
    ranks = hold(collapse)
    end = time.monotonic() + PATIENCE
    while not all(has_got(pid, signal.SIGUSR1) for pid in ranks):
        assert time.monotonic() < end, log_of(collapse, number)
        time.sleep(0.1)
    signal_all(ranks, signal.SIGCONT)
    job = cluster.wait(number)
    log = log_of(collapse, number)
    assert job["JobState"] == "COMPLETED" and int(job["Restarts"]) >= 1, log
    assert "run the same command again" in log and log.count("requeued") == int(job["Restarts"])
    assert differences(serial("long"), collapse.folder / "out.h5") == []
    segments = json.loads(collapse("status", "out.h5", "--json").stdout)["segments"]
    assert len(segments) == int(job["Restarts"]) + 1 and {segment["job"] for segment in segments} == {number}
    assert segments[0]["hosts"] == "n1 x 2, n2 x 2"


def test_a_job_that_computes_nothing_is_not_requeued_for_ever(cluster, collapse):
    config = collapse.write(SHORT)
    number = submit(cluster, collapse, ROOT / "jobs" / "sweep.sbatch", config.name, "--time-left=0")
    job = cluster.wait(number)
    assert job["JobState"] == "FAILED" and int(job["Restarts"]) <= 1
    assert "nothing was computed in this run" in log_of(collapse, number)
