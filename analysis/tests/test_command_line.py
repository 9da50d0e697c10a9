"""The command as a user meets it: files written, messages, exit status."""

import csv
import io
import json
import shutil
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


@pytest.mark.parametrize("dpi", ["0", "-5", "1e9", "many"])
def test_pixels_that_make_no_picture_are_refused(sweep, dpi, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["error-vs-T", str(sweep), "--dpi", dpi])
    assert ended.value.code == 2 and f"{dpi} is no number of pixels per inch" in capsys.readouterr().err


def test_the_package_installs_without_a_network(tmp_path):
    source = shutil.copytree(LAUNCHER.parent, tmp_path / "source", ignore=shutil.ignore_patterns("tests", "figures", "__pycache__"))
    shutil.copytree(LAUNCHER.parent / "collapse_analysis" / "figures", source / "collapse_analysis" / "figures", dirs_exist_ok=True)
    pip = [sys.executable, "-m", "pip", "install", "--no-build-isolation", "--no-deps", "--no-index", "--target", tmp_path / "site", source]
    ran = subprocess.run(pip, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    installed = {path.relative_to(tmp_path / "site") for path in (tmp_path / "site" / "collapse_analysis").rglob("*") if "__pycache__" not in str(path)}
    written = {path.relative_to(source) for path in (source / "collapse_analysis").rglob("*") if "__pycache__" not in str(path)}
    assert installed == written


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


def test_the_summary_as_json_has_the_same_numbers(tmp_path, capsys):
    settings = {"model.protocol": "mix", "model.design": "fixed"}
    path = write_results(tmp_path / "x.h5", {"T": [1, 2], "n": [0, np.inf]}, {"d": 30}, settings=settings, zscore=[[1, -2.5], [np.nan, 0]],
                         status=[[1, 1], [0, 3]])
    assert main(["summary", str(path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["model"] == ["mix", "fixed design"] and found["parameters"] == {"T": [1, 2], "n": [0, "inf"], "d": [30]}
    assert found["status"] == {"pending": 1, "done": 2, "skipped": 1} and found["zscore"] == {"largest": 2.5, "count": 2, "at": {"T": 1, "n": "inf"}}


def test_the_summary_as_csv_has_every_cell_as_a_line(tmp_path, capsys):
    path = write_results(tmp_path / "x.h5", {"T": [10, 20], "ell": [0.1, 0.3]}, {"d": 30}, theory_test_error=[[1 / 3, np.inf], [np.nan, 2]],
                         derived={"lambda": (("T", "ell"), [[0.5, 0.6], [0.7, 0.8]])}, status=[[1, 1], [2, 1]])
    assert main(["summary", str(path), "--csv", "--select", "ell=0.3"]) == 0
    [first, second] = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert (first["T"], first["ell"], first["lambda"], first["theory_test_error"], first["status"]) == ("10", "0.3", "0.6", "inf", "done")
    main(["summary", str(path), "--csv"])
    cells = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert float(cells[0]["theory_test_error"]) == 1 / 3 and cells[2]["theory_test_error"] == "" and cells[2]["status"] == "failed"
    assert len(cells) == 4 and second["T"] == "20"


def test_the_summary_does_not_call_skipped_cells_failures(tmp_path, capsys):
    path = write_results(tmp_path / "x.h5", {"T": [1, 2, 3, 4]}, status=[1, 2, 3, 3], failure=[0, 1, 2, 2])
    assert main(["summary", str(path)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert "cells     1 done, 1 failed, 2 skipped" in said and "failures  1 singular" in said and "skipped   2 not_finite" in said
