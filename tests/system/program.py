"""The program as a user runs it: started in a folder of its own, with a time limit, nothing on its input."""
import json
import os
import re
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(os.environ.get("COLLAPSE", ROOT / "build" / "collapse")).resolve()
LAUNCHER = shutil.which("mpirun")

COMPLETE, ERROR, BAD_INPUT, FAILED_CELLS, NOTHING, STOPPED = 0, 1, 2, 3, 4, 75  # the public exit statuses


def environment(**changes):
    """That of this process without what a Slurm job or a terminal would change, and with leave to oversubscribe two cores."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("SLURM_", "NO_COLOR"))}
    open_mpi = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "OMPI_MCA_rmaps_base_oversubscribe": "1"}
    return {**inherited, **open_mpi, **{key: str(value) for key, value in changes.items()}}


def command(words, ranks=None):
    launcher = [] if ranks is None else [LAUNCHER, "-n", str(ranks), "--oversubscribe"]
    return [*launcher, str(PROGRAM), *map(str, words)]


@dataclass(frozen=True)
class Outcome:
    """How a command ended."""

    code: int
    stdout: str
    stderr: str

    @property
    def json(self):
        return json.loads(self.stdout)

    def messages(self):
        """The program's lines on stderr, without what mpirun adds on its own."""
        return [line for line in self.stderr.splitlines() if line.startswith("collapse: ")]


def descendants(pid):
    """The process and all below it: mpirun puts each rank into a process group of its own."""
    found = [pid]
    for parent in found:
        try:
            found += [int(word) for word in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]
        except OSError:
            pass
    return found


def is_program(pid):
    try:
        return Path(f"/proc/{pid}/exe").resolve() == PROGRAM
    except OSError:
        return False


def rank_of(pid):
    """As Open MPI has told it; 0 without a launcher. The order of the process numbers does not tell, they begin anew at some."""
    try:
        found = re.search(rb"\0OMPI_COMM_WORLD_RANK=(\d+)", b"\0" + Path(f"/proc/{pid}/environ").read_bytes())
    except OSError:
        return 0
    return int(found[1]) if found else 0


def computes(pid):
    """Whether a process has begun with a task: a thread other than the first one, which prepares, has used a fifth of a second."""
    used = []
    for thread in Path(f"/proc/{pid}/task").glob("*"):
        try:
            words = (thread / "stat").read_text().rpartition(")")[2].split()
            used.append((int(words[11]) + int(words[12])) * (thread.name != str(pid)))
        except OSError:
            pass
    return max(used, default=0) > 0.2 * os.sysconf("SC_CLK_TCK")


def signal_all(pids, number):
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            pass


class Running:
    """A command under way."""

    def __init__(self, words, folder, ranks=None, stderr=subprocess.PIPE, user=None, **changes):
        self.process = subprocess.Popen(
            command(words, ranks), cwd=folder, env=environment(**changes), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=stderr, user=user, text=True, errors="backslashreplace")

    def alive(self):
        return self.process.poll() is None

    def signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        """SIGKILL to every process of the run, as when a node fails or a job's memory runs out."""
        if self.alive():
            signal_all(descendants(self.process.pid), signal.SIGKILL)
        if not self.process.stdout.closed:  # as wait() leaves it
            self.process.communicate()

    def go_on(self):
        """After catch()."""
        signal_all(self.ranks(), signal.SIGCONT)  # not to the launcher, which would hand it on

    def ranks(self):
        """Processes of the program, in the order of their ranks."""
        return sorted(filter(is_program, descendants(self.process.pid)), key=rank_of)

    def computes(self):
        """Whether every rank has begun with a task."""
        ranks = self.ranks()
        return bool(ranks) and all(map(computes, ranks))

    def wait(self, timeout=180):
        try:
            stdout, stderr = self.process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            pytest.fail(f"`{' '.join(map(str, self.process.args))}` has not ended after {timeout} s")
        return Outcome(self.process.returncode, stdout, stderr)


class Collapse:
    """Runs commands in one folder: `collapse("run", config)` waits for the end, `collapse.start("run", config)` does not."""

    def __init__(self, folder):
        self.folder = folder
        self.started = []

    def __call__(self, *words, ranks=None, timeout=180, expect=None, **changes):
        outcome = self.start(*words, ranks=ranks, **changes).wait(timeout)
        assert expect is None or outcome.code == expect, f"{words}: exit {outcome.code}\n{outcome.stdout}\n{outcome.stderr}"
        return outcome

    def start(self, *words, ranks=None, **changes):
        if ranks is not None and LAUNCHER is None:
            pytest.skip("there is no mpirun")
        self.started.append(Running(words, self.folder, ranks, **changes))
        return self.started[-1]

    def kill_all(self):
        for run in self.started:
            run.kill()

    def write(self, keys, name="sweep.ini"):
        """A config file of `section.key: value` pairs; None leaves a key out."""
        path = self.folder / name
        path.write_text(config_text(keys))
        return path


def config_text(keys):
    sections = {}
    for key, value in keys.items():
        section, name = key.split(".")
        if value is not None:
            sections.setdefault(section, []).append(f"{name} = {value}\n")
    return "".join(f"[{section}]\n{''.join(lines)}" for section, lines in sections.items())


def wait_until(condition, run, timeout=180):
    """Waits for a condition while a run is under way; fails if the run ends before."""
    end = time.monotonic() + timeout
    while True:
        alive = run.alive()  # asked first: what a run does at its very end counts
        if condition():
            return
        assert alive, f"the run has ended too early: {run.wait()}"
        assert time.monotonic() < end, f"nothing has happened for {timeout} s"
        time.sleep(0.02)


def catch(run, condition, timeout=180):
    """The same, but the run goes on only for a moment at a time: it stands still (SIGSTOP) when this returns, where the condition has
    just come true, so that a sweep of seconds cannot end while the test does something else. `run.go_on()` lets it go."""
    def holds():
        signal_all(run.ranks(), signal.SIGSTOP)
        if condition():
            return True
        run.go_on()
        return False

    wait_until(holds, run, timeout)


def start_logged(collapse, *words, **options):
    """A run, and the file with its messages, which can be read while it runs."""
    log = collapse.folder.parent / f"{collapse.folder.name}.log"
    with open(log, "w") as stderr:
        return collapse.start(*words, stderr=stderr, **options), log


def start_on_pipe(collapse, *words, **options):
    """A run whose config is a pipe; its log; and the other end, open: the run heeds signals and waits for its config."""
    pipe, ends = collapse.folder / "pipe.ini", []
    os.mkfifo(pipe)
    run, log = start_logged(collapse, "run", pipe, *words, **options)

    def opened():
        try:
            ends.append(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))
        except OSError:  # nobody reads
            return False
        return True

    wait_until(opened, run)
    return run, log, open(ends[0], "w")
