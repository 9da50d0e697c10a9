"""The command as a user meets it: files written, messages, exit status."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from conftest import AXES, SCALARS
from matplotlib.image import imread
from result_file import write_results

from collapse_analysis.__main__ import main
from collapse_analysis.figures import all_figures

LAUNCHER = Path(__file__).resolve().parents[1] / "collapse-analysis"
FIGURES = ["error-vs-T", "error-vs-lambda", "error-vs-n"]


@pytest.mark.parametrize("figure", FIGURES)
def test_each_figure_is_written_beside_the_file_and_is_not_blank(sweep, figure, capsys):
    assert main([figure, str(sweep)]) == 0
    picture, document = (sweep.with_name(f"sweep-{figure}.{kind}") for kind in ("png", "pdf"))
    pixels = imread(picture)[..., :3]
    ink = (pixels < 0.9).any(axis=2).mean()
    assert 0.01 < ink < 0.5
    assert document.read_bytes().startswith(b"%PDF")
    assert capsys.readouterr().out.split() == [str(document), str(picture)]


@pytest.mark.parametrize("verb", [None, *all_figures(), "summary", "exponents", "explore"])
def test_the_program_and_every_verb_explain_themselves(verb, capsys):
    with pytest.raises(SystemExit) as ended:
        main([verb, "--help"] if verb else ["--help"])
    said = capsys.readouterr().out
    assert ended.value.code == 0 and (f" {verb} " in said if verb else set(all_figures()) <= set(said.split()))


def test_fonts_are_embedded_as_truetype(sweep):
    assert main(["error-vs-T", str(sweep), "--format", "pdf"]) == 0
    document = sweep.with_name("sweep-error-vs-T.pdf").read_bytes()
    assert b"/Type3" not in document and b"/FontFile2" in document


def test_the_same_figure_is_the_same_file(sweep):
    for name in ("one", "two"):
        main(["error-vs-T", str(sweep), "--output", str(sweep.with_name(name)), "--format", "pdf,svg"])
    for kind in ("pdf", "svg"):
        assert sweep.with_name(f"one.{kind}").read_bytes() == sweep.with_name(f"two.{kind}").read_bytes()


def test_output_and_format_are_obeyed(sweep, tmp_path):
    assert main(["error-vs-n", str(sweep), "--output", str(tmp_path / "v1.2"), "--format", "svg", "--quantity", "bias"]) == 0
    assert (tmp_path / "v1.2.svg").exists() and not (tmp_path / "v1.2.pdf").exists()
    assert main(["error-vs-n", str(sweep), "--output", str(tmp_path / "habit.png"), "--format", "png"]) == 0
    assert (tmp_path / "habit.png").exists()


@pytest.mark.parametrize("arguments", [["--select", "lambda=0.5"], ["--select", "lambda"], ["--curves", "T"], ["--format", "bmp"],
                                       ["--output", "/nonexistent/folder/figure"]])
def test_a_request_that_cannot_be_met_is_one_sentence_on_stderr_and_status_2(sweep, arguments, capsys):
    assert main(["error-vs-T", str(sweep), *arguments]) == 2
    said = capsys.readouterr()
    last = said.err.splitlines()[-1]
    assert last.startswith("collapse-analysis: ") and last.endswith(".") and "Traceback" not in said.err and said.out == ""


def test_the_launcher_runs_from_anywhere_without_a_path_set(sweep, tmp_path):
    ran = subprocess.run([sys.executable, LAUNCHER, "error-vs-T", sweep], cwd=tmp_path, capture_output=True, text=True)
    assert ran.returncode == 0 and sweep.with_name("sweep-error-vs-T.png").exists()
    assert all(line.startswith("collapse-analysis: note: ") for line in ran.stderr.splitlines())
    ran = subprocess.run([sys.executable, LAUNCHER, "summary", tmp_path / "absent.h5"], capture_output=True, text=True)
    assert ran.returncode == 2 and ran.stderr.count("\n") == 1


def test_the_summary_counts_cells_and_finds_the_largest_z_score(tmp_path, capsys):
    shape = tuple(len(v) for v in AXES.values())
    z, status = np.full(shape, 0.5), np.ones(shape)
    z[0, 1, 2, 3, 1] = -4.25
    z[0, 0, 0, 0, 0], status[0, 0, 0, 0, 0] = 99, 2  # a failed cell has no z-score
    path = write_results(tmp_path / "x.h5", AXES, SCALARS, zscore=z, status=status, failure=(status == 2))
    assert main(["summary", str(path)]) == 0
    said = capsys.readouterr().out
    assert "skipped" not in said
    assert "= 128 cells" in said and "127 done, 1 failed" in said and "1 singular" in said
    assert "|z| = 4.25 of 127, at alpha=1.2, beta=1.5, T=300, lambda=1, n=1" in said


def test_the_summary_does_not_call_skipped_cells_failures(tmp_path, capsys):
    path = write_results(tmp_path / "x.h5", {"T": [1, 2, 3, 4]}, status=[1, 2, 3, 3], failure=[0, 1, 2, 2])
    assert main(["summary", str(path)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert "cells     1 done, 1 failed, 2 skipped" in said and "failures  1 singular" in said and "skipped   2 not_finite" in said
