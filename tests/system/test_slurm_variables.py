"""What a batch system says of a job may be missing, unreadable or old: it is ignored aloud, never taken for the end."""
import os
import time

import pytest

from program import COMPLETE, STOPPED
from results import counts
from sweeps import ENDLESS, SMALL


def fake_squeue(collapse, script):
    """A PATH on which `squeue` is this shell script."""
    folder = collapse.folder / "bin"
    folder.mkdir()
    (folder / "squeue").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "squeue").chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


@pytest.mark.parametrize("variable, value, named", [
    ("SLURM_JOB_END_TIME", "", "(nothing) is no time"), ("SLURM_JOB_END_TIME", "soon", "soon is no time"),
    ("SLURM_JOB_END_TIME", "-5", "-5 is no time"), ("SLURM_JOB_END_TIME", "1e30", "1e30 is no time"),
    ("SLURM_JOB_END_TIME", "1500000000", "1500000000 is over"),
    ("SLURM_JOB_ID", "", "(nothing) is no number of a job"), ("SLURM_JOB_ID", "17; rm -rf x", "is no number of a job")])
def test_a_variable_that_makes_no_sense_is_ignored_with_a_remark(collapse, variable, value, named):
    outcome = collapse("run", collapse.write(SMALL), expect=COMPLETE, **{variable: value})
    remarks = [line for line in outcome.stderr.splitlines() if variable in line]
    assert len(remarks) == 1 and named in remarks[0], outcome.stderr
    assert counts(collapse.folder / "out.h5")["done"] == 36


def test_variables_that_make_sense_need_no_remark(collapse):
    outcome = collapse("run", collapse.write(SMALL), expect=COMPLETE, SLURM_JOB_ID=17, SLURM_JOB_END_TIME=int(time.time()) + 3600)
    assert "SLURM" not in outcome.stderr


def test_squeue_is_asked_where_the_variable_is_old(collapse):
    path = fake_squeue(collapse, "echo 0:02")
    outcome = collapse("run", collapse.write(ENDLESS), expect=STOPPED, PATH=path, SLURM_JOB_ID=17, SLURM_JOB_END_TIME=1500000000)
    assert "SLURM_JOB_END_TIME = 1500000000 is over" in outcome.stderr and "time limit" in outcome.stderr


@pytest.mark.parametrize("answer", ["INVALID", "NOT_SET", "UNLIMITED", "0:00", "", "squeue: error: no such job"])
def test_what_squeue_says_of_no_limit_is_no_limit(collapse, answer):
    collapse("run", collapse.write(SMALL), expect=COMPLETE, PATH=fake_squeue(collapse, f"echo '{answer}'"), SLURM_JOB_ID=17)


def test_a_squeue_that_hangs_gets_two_seconds(collapse):
    outcome = collapse("run", collapse.write(SMALL), expect=COMPLETE, PATH=fake_squeue(collapse, "exec sleep 1000"), SLURM_JOB_ID=17, timeout=60)
    assert "squeue does not answer" in outcome.stderr and "SLURM_JOB_ID" in outcome.stderr
