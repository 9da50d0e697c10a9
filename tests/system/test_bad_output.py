"""A result file is never damaged: what cannot be continued is refused, and stays as it is."""
import errno
import os
import resource
import shutil
import subprocess

import h5py
import pytest

from complaints import assert_one_sentence, contents
from program import BAD_INPUT, ERROR, Outcome, command
from sweeps import SMALL


@pytest.fixture(scope="module")
def good(shared):
    shared("run", shared.write(SMALL), expect=0)
    return shared.folder / "out.h5"


@pytest.fixture
def output(good, collapse):
    """A good result of SMALL where `run sweep.ini` wants to write, to be spoilt."""
    collapse.write(SMALL)
    return shutil.copy(good, collapse.folder / "out.h5")


def assert_untouched(collapse, *words, named, code=BAD_INPUT, **options):
    before = contents(collapse.folder)
    assert_one_sentence(collapse(*words, timeout=120, **options), *named, code=code)
    assert contents(collapse.folder) == before


OTHER_SWEEPS = {
    "grid.lambda": ("0, 0.2", ["0.1", "0.2"]),
    "grid.n": ("0, 1, 4", ["0, 1, 3", "0, 1, 4"]),
    "grid.d": ("21", ["20", "21"]),
    "grid.sigma": ("0.3", ["0.1", "0.3"]),
    "simulation.seed": ("4", ["3", "4"]),
    "simulation.replicates": ("100", ["200", "100"]),
    "model.signal": ("raw", ["1", "raw"]),
}


@pytest.mark.parametrize("key", OTHER_SWEEPS)
def test_the_file_of_another_sweep_is_refused_and_the_key_named(collapse, output, key):
    value, values = OTHER_SWEEPS[key]
    collapse.write({**SMALL, key: value})
    assert_untouched(collapse, "run", "sweep.ini", named=["out.h5", key, *values, "--fresh"])


def test_a_foreign_hdf5_file_is_refused(collapse, output):
    with h5py.File(output, "w") as file:
        file["precious"] = [1, 2, 3]
    for words in [("run", "sweep.ini"), ("status", output), ("check", output)]:
        assert_untouched(collapse, *words, named=["out.h5", "schema_name"])


def test_a_file_that_is_no_hdf5_is_refused(collapse, output):
    output.write_text("precious")
    for words in [("run", "sweep.ini"), ("status", output), ("check", output)]:
        assert_untouched(collapse, *words, named=["out.h5", "HDF5"])


def test_an_empty_file_is_refused(collapse, output):
    output.write_bytes(b"")
    assert_untouched(collapse, "run", "sweep.ini", named=["out.h5", "HDF5"])


@pytest.mark.parametrize("share", [0.001, 0.1, 0.5, 0.9, 0.999])
def test_a_truncated_file_is_refused(collapse, output, share):
    whole = output.read_bytes()
    output.write_bytes(whole[: int(share * len(whole))])
    for words in [("run", "sweep.ini"), ("status", output), ("check", output)]:
        assert_untouched(collapse, *words, named=["out.h5"])


@pytest.mark.parametrize("place", [8, 48, 1024, 4096])
def test_a_file_with_damaged_metadata_is_refused_or_read_but_never_crashes_the_program(collapse, output, place):
    data = bytearray(output.read_bytes())
    data[place : place + 256] = bytes(256)
    output.write_bytes(data)
    for words in [("run", "sweep.ini"), ("status", output), ("check", output)]:
        before = contents(collapse.folder)
        outcome = collapse(*words)
        assert outcome.code in (0, BAD_INPUT), outcome
        if outcome.code == BAD_INPUT:
            assert_one_sentence(outcome, "out.h5")
            assert contents(collapse.folder) == before


def test_a_newer_schema_is_refused(collapse, output):
    with h5py.File(output, "r+") as file:
        file.attrs.modify("schema_version", file.attrs["schema_version"] + 1)
    for words in [("run", "sweep.ini"), ("status", output), ("check", output)]:
        assert_untouched(collapse, *words, named=["out.h5", "schema", "3"])


def test_a_result_file_is_no_config(collapse, output):
    assert_untouched(collapse, "run", output, named=["out.h5"])


def test_the_config_is_never_overwritten_by_its_output(collapse):
    collapse.write({**SMALL, "output.file": "sweep.ini"})
    assert_untouched(collapse, "run", "sweep.ini", named=["sweep.ini"])


def make_foreign(collapse, kind):
    """Something that is not a result file of this program where `run sweep.ini` wants to write."""
    out = collapse.folder / "out.h5"
    if kind == "text":
        out.write_text("precious")
    elif kind == "spectrum":
        with h5py.File(out, "w") as file:
            file.update({"eigenvalues": [1, 0.5], "squared_coefficients": [1, 1]})
    elif kind == "optimum":
        collapse("optimum", "sweep.ini", "--over=lambda", "--output=out.h5", expect=0)
    elif kind == "directory":
        out.mkdir()
    elif kind == "pipe":
        os.mkfifo(out)
    elif kind == "device":
        out.symlink_to("/dev/null")


@pytest.mark.parametrize("kind", ["text", "spectrum", "optimum", "directory", "pipe", "device"])
def test_only_result_files_are_set_aside(collapse, kind):
    collapse.write(SMALL)
    make_foreign(collapse, kind)
    assert_untouched(collapse, "run", "sweep.ini", "--fresh",
                     named=["/dev/null" if kind == "device" else "out.h5", "not a result file", "another --output"])
    assert_untouched(collapse, "run", "sweep.ini", named=["/dev/null" if kind == "device" else "out.h5"])
    assert len(list(collapse.folder.iterdir())) == 2 and os.path.exists("/dev/null") and not os.path.exists("/dev/null.lock")


def test_the_config_is_never_set_aside(collapse):
    collapse.write({**SMALL, "output.file": "sweep.ini"})
    assert_untouched(collapse, "run", "sweep.ini", "--fresh", named=["sweep.ini", "no HDF5 file"])


@pytest.mark.parametrize("there", [False, True], ids=["dangling", "with a result"])
def test_a_symbolic_link_as_output_stays_and_the_file_behind_it_is_written(collapse, there):
    """Linking to scratch is usual on clusters."""
    scratch, config = collapse.folder / "scratch", collapse.write(SMALL)
    scratch.mkdir()
    out = collapse.folder / "out.h5"
    out.symlink_to("middle.h5")
    (collapse.folder / "middle.h5").symlink_to("scratch/real.h5")
    for options in [[], ["--fresh"]][: 1 + there]:
        collapse("run", config, *options, expect=0)
    assert out.is_symlink() and (scratch / "real.h5").is_file() and not (scratch / "real.h5").is_symlink()
    assert len(list(scratch.iterdir())) == 1 + there
    collapse("check", out, expect=0)
    collapse("merge", "sum.h5", out, expect=0)


def test_a_merge_and_an_answer_are_written_behind_links(collapse):
    scratch, config = collapse.folder / "scratch", collapse.write(SMALL)
    scratch.mkdir()
    collapse("run", config, expect=0)
    for name, words in [("sum.h5", ("merge", "sum.h5", "out.h5")), ("best.h5", ("optimum", config, "--over=lambda", "--output=best.h5"))]:
        (collapse.folder / name).symlink_to(f"scratch/{name}")
        collapse(*words, expect=0)
        assert (collapse.folder / name).is_symlink() and (scratch / name).is_file()


def test_links_that_go_round_are_refused_in_words(collapse):
    collapse.write(SMALL)
    (collapse.folder / "out.h5").symlink_to("other.h5")
    (collapse.folder / "other.h5").symlink_to("out.h5")
    for options in [[], ["--fresh"]]:
        assert_one_sentence(collapse("run", "sweep.ini", *options), "out.h5", "leads to itself")


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become nobody")
def test_a_directory_that_may_not_be_entered_is_named(collapse, tmp_path):
    for path in [tmp_path, *tmp_path.parents[:2]]:
        path.chmod(0o777)
    (tmp_path / "closed").mkdir(mode=0o700)
    for verb, name in [(("run", collapse.write(SMALL), "--output=closed/out.h5"), "closed/out.h5"), (("status", "closed/out.h5"), "closed/out.h5"),
                       (("run", "closed/sweep.ini"), "closed/sweep.ini")]:
        outcome = collapse.start(*verb, user="nobody", HOME="/").wait()
        assert_one_sentence(outcome, name, "Permission denied", code=outcome.code)


def assert_another_question(collapse, *words, difference="the question is"):
    """Refused after the answer was printed."""
    before = contents(collapse.folder)
    outcome = collapse(*words, expect=BAD_INPUT)
    assert "a.h5 exists and answers another question" in outcome.stderr and difference in outcome.stderr, outcome
    assert contents(collapse.folder) == before


def test_an_answer_to_another_question_is_not_replaced(collapse):
    config = collapse.write(SMALL)
    for first, others in [(("optimum", config, "--over=lambda", "--output=a.h5"), [("--over=ell",), ("--over=lambda", "--range=0.1,1")]),
                          (("boundary", config, "--along=T", "--growth=2", "--output=a.h5"), [("--along=T", "--growth=3")])]:
        collapse(*first, expect=0)
        for words in others:
            assert_another_question(collapse, first[0], config, *words, "--output=a.h5")
        assert_another_question(collapse, *first, "--grid.sigma=0.3", difference="grid.sigma is 0.1")
        collapse(*first, expect=0)
        (collapse.folder / "a.h5").unlink()


def test_a_directory_is_no_output(collapse):
    assert_untouched(collapse, "run", collapse.write(SMALL), "--output=.", named=["."])


@pytest.mark.parametrize("output", ["missing/out.h5", "sweep.ini/out.h5", "/proc/out.h5"])
def test_an_output_that_cannot_be_made_is_refused(collapse, output):
    config = collapse.write(SMALL)
    before = contents(collapse.folder)
    outcome = collapse("run", config, f"--output={output}")
    assert outcome.code in (ERROR, BAD_INPUT)
    assert_one_sentence(outcome, output, "another", code=outcome.code)
    assert contents(collapse.folder) == before


def test_a_result_too_large_for_any_disk_is_refused_at_once(collapse):
    """8e9 cells, terabytes."""
    config = collapse.write({**SMALL, "grid.lambda": "linspace(0, 1, 1000000)", "grid.T": "1:1000", "grid.n": "0:3"})
    before = contents(collapse.folder)
    outcome = collapse("run", config, timeout=120)
    assert outcome.code in (ERROR, BAD_INPUT)
    assert_one_sentence(outcome, code=outcome.code)
    assert contents(collapse.folder) == before


def with_file_size_limit(size, start):
    """Runs `start` so that no file of its processes may grow beyond `size` bytes."""
    _, hard = old = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        return start()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)


def test_a_disk_that_is_full_leaves_nothing_behind(collapse):
    """A limit of the size of files stands for the end of the disk."""
    config = collapse.write({**SMALL, "grid.lambda": "linspace(0, 1, 5000)"})
    before = contents(collapse.folder)
    outcome = with_file_size_limit(20_000_000, lambda: collapse.start("run", config)).wait()
    assert_one_sentence(outcome, "out.h5", code=ERROR)
    assert contents(collapse.folder) == before


@pytest.mark.parametrize("words", [("list",), ("plan", "sweep.ini", "--json"), ("--help",)], ids=" ".join)
def test_an_output_that_is_lost_is_an_error(collapse, words):
    """`collapse list > file` on a full disk must not look like success."""
    collapse.write(SMALL)
    with open("/dev/full", "w") as full:
        done = subprocess.run(command(words), cwd=collapse.folder, stdout=full, stderr=subprocess.PIPE, text=True)
    assert_one_sentence(Outcome(done.returncode, "", done.stderr), code=ERROR)


NO_LOCKS = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
/* A file system whose locks fail with the error that ERRNO tells. */
int fcntl(int file, int what, ...)
{
    va_list list;
    va_start(list, what);
    void* argument = va_arg(list, void*);
    va_end(list);
    if (what == F_OFD_SETLK || what == F_OFD_GETLK) { errno = atoi(getenv("ERRNO")); return -1; }
    return ((int (*)(int, int, ...))dlsym(RTLD_NEXT, "fcntl"))(file, what, argument);
}
"""


@pytest.mark.parametrize("name", ["ENOLCK", "EIO", "EPERM", "ENODEV", "EBADF"])
def test_a_file_system_without_locks_is_no_obstacle_however_it_says_so(collapse, name):
    if shutil.which("cc") is None:
        pytest.skip("needs a C compiler")
    (collapse.folder / "shim.c").write_text(NO_LOCKS)
    subprocess.run(["cc", "-shared", "-fPIC", "-o", "shim.so", "shim.c", "-ldl"], cwd=collapse.folder, check=True)
    collapse("run", collapse.write(SMALL), "--quiet", LD_PRELOAD=collapse.folder / "shim.so", ERRNO=getattr(errno, name), expect=0)
    assert not (collapse.folder / "out.h5.lock").exists()
