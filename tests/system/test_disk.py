"""A disk that is full, small or taken away: one sentence, nothing lost, and a run goes on when there is space again."""
import os
import resource
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import pytest

from complaints import assert_one_sentence, contents
from program import BAD_INPUT, COMPLETE, ERROR, STOPPED, Collapse, start_logged, start_on_pipe, wait_until
from results import counts, differences
from sweeps import ENDLESS, SHORT, SMALL

BRIEF = {**SHORT, "simulation.replicates": "4000"}  # two core-seconds


@pytest.fixture(scope="module")
def expected(shared):
    shared("run", shared.write(BRIEF), "--output=brief.h5", timeout=400, expect=COMPLETE)
    return shared.folder / "brief.h5"


@pytest.fixture
def small_disk(tmp_path):
    """A folder on a file system of its own, and the program in it."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "none", folder]).returncode != 0:
        pytest.skip("needs root to mount a file system")
    program = Collapse(folder)
    yield program
    program.kill_all()
    subprocess.run(["umount", "-l", folder], check=True)


def fill(folder, left=0):
    """Takes the disk's space but for some bytes."""
    space = os.statvfs(folder)
    filler = folder / "filler"
    with open(filler, "wb") as file:
        file.write(bytes(max(0, space.f_bavail * space.f_frsize - left)))
    return filler


def limit_file_size(run, size):
    """From now on no file of the run may be written beyond `size` bytes: to the program a disk without space."""
    _, hard = resource.prlimit(run.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(run.process.pid, resource.RLIMIT_FSIZE, (size, hard))


def start_without_space(collapse, config, *options, output="out.h5"):
    """A run on a file that is there, whose disk takes nothing of it from the start: however fast it is, it cannot end before that does."""
    collapse("run", config, f"--output={output}", "--time-left=0", expect=STOPPED)
    run, log, pipe = start_on_pipe(collapse, f"--output={output}", *options)
    with pipe:
        limit_file_size(run, 4096)
        pipe.write(config.read_text())
    return run, log


def wait_for_refusal(run, log):
    wait_until(lambda: "results wait in memory" in log.read_text(), run, timeout=400)


def done(collapse):
    return counts(collapse.folder / "out.h5")["done"]


def test_a_disk_too_small_for_the_result_is_refused_before_anything_is_written(small_disk):
    config = small_disk.write({**SMALL, "grid.lambda": "linspace(0, 1, 500)"})
    before = contents(small_disk.folder)
    assert_one_sentence(small_disk("run", config), "out.h5", "free", code=ERROR)
    assert contents(small_disk.folder) == before


@pytest.mark.parametrize("options", [[], ["--quiet"]], ids=["", "quiet"])
def test_a_run_goes_on_when_the_disk_takes_results_again(collapse, expected, options):
    run, log = start_without_space(collapse, collapse.write(BRIEF), *options)
    wait_for_refusal(run, log)
    assert done(collapse) == 0
    limit_file_size(run, resource.RLIM_INFINITY)
    assert run.wait(timeout=400).code == COMPLETE
    assert log.read_text().count("results wait in memory") == 1 and "takes results again" in log.read_text()
    assert not options or len(log.read_text().splitlines()) == 2
    assert differences(expected, collapse.folder / "out.h5") == []


def test_a_run_stops_when_the_grace_is_over_and_the_next_one_goes_on(collapse, expected):
    config = collapse.write(BRIEF)
    run, log = start_without_space(collapse, config, "--disk-grace=0:03")
    assert run.wait(timeout=400).code == ERROR
    last = log.read_text().splitlines()[-1]
    assert "out.h5 cannot be written: File too large; free some space, then run the same command again" in last
    collapse("run", config, timeout=400, expect=COMPLETE)
    assert differences(expected, collapse.folder / "out.h5") == []


def test_a_full_disk_at_the_end_loses_nothing(small_disk):
    """Marking the file as complete needs a copy of it."""
    config = small_disk.write(SMALL)
    small_disk("run", config, "--time-left=0", expect=STOPPED)
    filler = fill(small_disk.folder, left=8192)
    outcome = small_disk("run", config, "--disk-grace=0", expect=ERROR)
    assert "cannot be marked as complete" in outcome.stderr.splitlines()[-1]
    assert counts(small_disk.folder / "out.h5")["done"] == 36
    filler.unlink()
    assert "already complete, 36 of 36" in small_disk("run", config, expect=COMPLETE).stderr
    assert '"complete": true' in small_disk("status", "out.h5", "--json").stdout
    assert sorted(path.name for path in small_disk.folder.iterdir()) == ["out.h5", "sweep.ini"]


def test_a_commit_on_a_disk_without_space_waits_for_it(small_disk):
    """A sparse copy of the file needs space when it is written, as on a copy-on-write file system."""
    config = small_disk.write(SMALL)
    small_disk("run", config, "--time-left=0", "--output=new.h5", expect=STOPPED)
    subprocess.run(["cp", "--sparse=always", "new.h5", "out.h5"], cwd=small_disk.folder, check=True)
    (small_disk.folder / "new.h5").unlink()
    filler = fill(small_disk.folder, left=8192)
    run, log = start_logged(small_disk, "run", config)
    wait_until(lambda: "out.h5 cannot be written: No space left on device: results wait" in log.read_text(), run)
    filler.unlink()
    assert run.wait().code == COMPLETE
    assert counts(small_disk.folder / "out.h5")["done"] == 36


def test_an_extension_that_does_not_fit_leaves_the_file_as_it_was(small_disk):
    small_disk("run", small_disk.write(SMALL), expect=COMPLETE)
    fill(small_disk.folder, left=65536)
    config = small_disk.folder / "larger.ini"
    small_disk.write({**SMALL, "grid.T": "15, 25, 60, 70"}, "larger.ini")
    before = contents(small_disk.folder)
    outcome = small_disk("run", config, "--output=out.h5")
    assert_one_sentence(outcome, "out.h5", "No space left", code=ERROR)
    assert contents(small_disk.folder) == before


@pytest.mark.parametrize("replaced", [False, True], ids=["deleted", "replaced"])
def test_a_file_taken_away_from_a_run_is_rescued(collapse, expected, replaced):
    config, out = collapse.write(BRIEF), collapse.folder / "out.h5"
    run, log = start_without_space(collapse, config)
    wait_for_refusal(run, log)
    out.unlink()
    if replaced:
        out.write_text("something else")
    limit_file_size(run, resource.RLIM_INFINITY)
    assert run.wait(timeout=400).code == ERROR
    assert "out.h5 was deleted or replaced while this run was writing it" in log.read_text().splitlines()[-1]
    if replaced:
        assert out.read_text() == "something else"
    (collapse.folder / "out.h5.rescued").rename(out)
    collapse("run", config, timeout=400, expect=COMPLETE)
    assert differences(expected, out) == []


def test_a_directory_moved_away_from_a_run_has_its_results(tmp_path, expected):
    (tmp_path / "here").mkdir()
    collapse = Collapse(tmp_path)
    config = collapse.write(BRIEF)
    run, log = start_without_space(collapse, config, output="here/out.h5")
    wait_for_refusal(run, log)
    (tmp_path / "here").rename(tmp_path / "there")
    limit_file_size(run, resource.RLIM_INFINITY)
    assert run.wait(timeout=400).code == ERROR
    assert "was moved away while this run was writing it" in log.read_text().splitlines()[-1]
    collapse("run", config, "--output=there/out.h5", timeout=400, expect=COMPLETE)
    assert differences(expected, tmp_path / "there/out.h5") == []


def test_a_directory_that_vanishes_ends_the_run_in_one_sentence(tmp_path):
    (tmp_path / "here").mkdir()
    collapse = Collapse(tmp_path)
    run, log = start_logged(collapse, "run", collapse.write(ENDLESS), "--output=here/out.h5")
    wait_until(lambda: "new file" in log.read_text(), run)
    shutil.rmtree(tmp_path / "here")
    run.signal(signal.SIGTERM)
    assert run.wait(timeout=400).code == ERROR
    assert "here/out.h5 was deleted" in log.read_text().splitlines()[-1]


def test_a_directory_that_may_not_be_written_is_refused():
    """Root may write everywhere, so this is tried as nobody, who cannot enter the folders of pytest."""
    with tempfile.TemporaryDirectory() as name:
        collapse = Collapse(Path(name))
        config = collapse.write(SMALL)
        collapse.folder.chmod(0o555)
        user = "nobody" if os.geteuid() == 0 else None
        try:
            before = contents(collapse.folder)
            outcome = collapse.start("run", config, user=user, HOME=name).wait()
        except PermissionError:
            pytest.skip("nobody cannot run the program where it stands")
        finally:
            collapse.folder.chmod(0o755)
        assert_one_sentence(outcome, "out.h5", "Permission denied", "another output", code=ERROR)
        assert contents(collapse.folder) == before


@pytest.mark.parametrize("output", ["missing/out.h5", "sweep.ini/out.h5"])
def test_a_missing_directory_is_bad_input(collapse, output):
    config = collapse.write(SMALL)
    before = contents(collapse.folder)
    assert_one_sentence(collapse("run", config, f"--output={output}"), output, "another", code=BAD_INPUT)
    assert contents(collapse.folder) == before


def test_a_grace_that_is_no_duration_is_refused(collapse):
    assert_one_sentence(collapse("run", collapse.write(BRIEF), "--disk-grace=soon"), "--disk-grace", "soon", code=BAD_INPUT)
