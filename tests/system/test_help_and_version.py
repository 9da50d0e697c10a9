"""The program explains itself, alone and without any launcher."""
import pytest

from program import COMPLETE
from sweeps import SMALL

OPTIONS = {
    "list": ["--json"],
    "plan": ["--json", "--grid.lambda", "--model.protocol", "--simulation.seed"],
    "run": ["--output", "--fresh", "--retry-failed", "--time-left", "--quiet", "--grid.lambda", "--output.file"],
    "status": ["--json"],
    "check": ["--json", "--level"],
}


def test_help_of_the_program_names_every_verb_and_every_exit_status(collapse):
    help_text = collapse("--help", expect=COMPLETE).stdout
    assert all(f"\n  {verb} " in help_text for verb in OPTIONS)
    assert all(status in help_text for status in ["0 complete", "1 ", "2 bad input", "3 complete", "75 stopped"])


@pytest.mark.parametrize("verb", OPTIONS)
def test_help_of_a_verb_names_its_options(collapse, verb):
    outcome = collapse(verb, "--help", expect=COMPLETE)
    assert outcome.stdout.startswith(f"collapse {verb}")
    assert [option for option in [*OPTIONS[verb], "--help"] if option not in outcome.stdout] == []
    assert outcome.stderr == ""


def test_every_verb_of_the_overview_answers_help(collapse):
    overview = collapse("--help", expect=COMPLETE).stdout.split("usage:")[1].split("Exit status")[0]
    verbs = [line.split()[0] for line in overview.splitlines() if line.startswith("  ")]
    assert set(OPTIONS) <= set(verbs)
    for verb in verbs:
        outcome = collapse(verb, "--help", expect=COMPLETE)
        assert "Options" in outcome.stdout and outcome.stderr == ""


def test_help_is_no_wider_than_a_terminal(collapse):
    """120 columns, the width of the sources."""
    for verb in ["", *OPTIONS]:
        lines = collapse(*verb.split(), "--help", expect=COMPLETE).stdout.splitlines()
        assert [line for line in lines if len(line) > 120] == []


def test_help_names_every_key_that_list_knows(collapse):
    keys = [key["name"] for key in collapse("list", "--json", expect=COMPLETE).json["keys"]]
    help_text = collapse("run", "--help", expect=COMPLETE).stdout
    assert len(keys) > 20 and [key for key in keys if f"--{key} " not in help_text] == []


def test_version_tells_what_the_program_is_made_of(collapse):
    outcome = collapse("--version", expect=COMPLETE)
    first, *rest = outcome.stdout.splitlines()
    assert first.startswith("collapse ") and "(" in first
    assert [word for word in ["HDF5", "Eigen", "Boost", "BLAS", "MPI"] if word not in "\n".join(rest)] == []
    assert any(line.startswith("build: ") for line in rest)
    assert outcome.stderr == ""


def test_data_go_to_stdout_and_messages_to_stderr(collapse):
    config = collapse.write(SMALL)
    run = collapse("run", config, expect=COMPLETE)
    assert run.stdout == "" and all(line.startswith("collapse: ") for line in run.stderr.splitlines())
    for words in [("list",), ("plan", config), ("status", "out.h5"), ("check", "out.h5")]:
        outcome = collapse(*words, expect=COMPLETE)
        assert outcome.stdout != "" and outcome.stderr == "", words


def test_a_quiet_run_says_nothing(collapse):
    outcome = collapse("run", collapse.write(SMALL), "--quiet", expect=COMPLETE)
    assert outcome.stdout == outcome.stderr == ""


def test_version_with_a_verb_is_the_version(collapse):
    """`--help` and `--version` everywhere."""
    assert collapse("run", "--version", expect=COMPLETE).stdout == collapse("--version").stdout
