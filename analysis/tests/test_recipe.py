"""What configs say that they make, and the making of it with a program that only notes how it was called."""

import re
from pathlib import Path

import pytest
from result_file import write_results

from collapse_analysis import ResultsError
from collapse_analysis.__main__ import _parser, main
from collapse_analysis.recipe import question, steps

JOBS = sorted((Path(__file__).resolve().parents[2] / "jobs").glob("*.ini"))
VERBS = ("run", "optimum", "boundary", "spectrum")
GRID = {"alpha": [1], "beta": [0], "T": [50, 100], "lambda": [0], "n": [0, 1]}


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.stem)
def test_every_job_makes_something_that_its_later_steps_read_by_verbs_that_exist(job):
    made = set()
    for step in steps(job):
        if step.name.endswith(".h5"):
            assert step.words[0] in VERBS
            assert all(job.with_name(word).exists() for word in step.words if word.endswith(".ini"))
        else:
            _parser().parse_args(step.words)
            assert {word for word in step.words if word.endswith(".h5")} <= made
        made.add(step.name)
    assert any(name.startswith(job.stem) or name.startswith(job.stem.partition("-")[0]) for name in made) and question(job).endswith(("?", ".", "]", ")", "`"))


@pytest.fixture
def workshop(tmp_path, monkeypatch):
    """A config, and a program that copies a ready result to its --output and notes its words."""
    ready, log = write_results(tmp_path / "ready.h5", GRID, {"d": 30}), tmp_path / "log"
    program = tmp_path / "collapse"
    program.write_text(f"""#!/bin/sh
echo "$@" >> {log}
while [ "$1" != --output ]; do shift; done
[ "$2" != broken.h5 ] || exit 1
cp {ready} "$2"
""")
    program.chmod(0o755)
    monkeypatch.setenv("COLLAPSE", str(program))
    config = tmp_path / "job.ini"
    def write(*lines):
        config.write_text("# Question: does it\n#           work?\n# Makes:    " + "\n#           ".join(lines) + "\n# Costs:    nothing.\n[grid]\n")
        return config
    return write, log, tmp_path / "out"


def test_each_product_is_made_once_in_the_folder_from_its_config(workshop, capsys):
    write, log, folder = workshop
    config = write("job.h5 = run", "lines.h5 = run --grid.T 'round(geomspace(1, 9, 3))'", "other.h5 = run other.ini",
                   "picture = error-vs-T job.h5 \\", "    --theory lines.h5", "slopes.txt = exponents job.h5", "job.html = explore job.h5")
    assert main(["make", str(config), str(config), "--folder", str(folder), "--index", "All <figures>"]) == 0
    calls = [f"run {config} --output job.h5 --quiet", f"run {config} --output lines.h5 --quiet --grid.T round(geomspace(1, 9, 3))",
             f"run {config.with_name('other.ini')} --output other.h5 --quiet"]
    assert log.read_text().splitlines() == calls
    assert {path.name for path in folder.iterdir()} == {"job.h5", "lines.h5", "other.h5", "picture.png", "picture.pdf", "slopes.txt", "job.html",
                                                        "index.html"}
    assert "slope" in (folder / "slopes.txt").read_text()
    page = (folder / "index.html").read_text()
    assert "does it work?" in page and page.count('src="picture.png"') == 1 and "All &lt;figures&gt;" in page and "job.html" in page


def test_a_launcher_stands_before_sweeps_alone(workshop, tmp_path):
    write, log, folder = workshop
    config = write("job.h5 = run", "best.h5 = optimum --over w")
    launcher = tmp_path / "launch"
    launcher.write_text(f"#!/bin/sh\necho launched >> {log}\nshift 2\nexec \"$@\"\n")
    launcher.chmod(0o755)
    assert main(["make", str(config), "--folder", str(folder), "--launch", f"{launcher} -n 8"]) == 0
    assert log.read_text().splitlines() == ["launched", f"run {config} --output job.h5 --quiet", f"optimum {config} --output best.h5 --over w"]


@pytest.mark.parametrize("lines, reason", [
    (["broken.h5 = run"], "broken.h5 was not made: .* ended with status 1"),
    (["x = error-vs-T absent.h5"], "x was not made: `collapse-analysis error-vs-T absent.h5` failed"),
    (["x = "], "not of the form NAME = COMMAND"),
    (["a/b = map x.h5"], "not of the form NAME = COMMAND"),
    (["x = map 'x.h5"], "cannot be read"),
])
def test_what_cannot_be_made_is_one_sentence(workshop, lines, reason, capsys):
    write, _, folder = workshop
    assert main(["make", str(write(*lines)), "--folder", str(folder)]) == 2

    assert re.search(reason, capsys.readouterr().err.splitlines()[-1])


def test_a_config_that_says_nothing_of_what_it_makes_is_refused(tmp_path):
    (tmp_path / "x.ini").write_text("[grid]\nT = 1\n")
    with pytest.raises(ResultsError, match="does not say what it makes"):
        steps(tmp_path / "x.ini")
