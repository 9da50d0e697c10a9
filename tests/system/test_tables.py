"""Answers as CSV and JSON, the worst cell by name, and parameters that a sweep does not use."""
import csv
import io
import json
import sys

import h5py
import numpy as np
import pytest

from complaints import assert_one_sentence
from program import COMPLETE, ROOT
from sweeps import SMALL

MIX = {"grid.alpha": "1.2", "grid.beta": "0, 1.5", "grid.T": "20, 100", "grid.d": "50", "grid.w": "0.5", "grid.n": "inf", "grid.lambda": "0",
       "grid.sigma": "0.5", "grid.sigma0": "0.5", "model.protocol": "mix", "model.design": "fixed", "simulation.replicates": "0"}
REPLACE = {"grid.alpha": "1.2", "grid.beta": "1.5", "grid.T": "50, 100, 1000", "grid.d": "inf", "grid.T0": "100", "grid.n": "10",
           "grid.lambda": "0.1", "grid.sigma": "0.1", "grid.sigma0": "0.1", "simulation.replicates": "0"}
ANSWERS = {"optimum": (MIX, ("--over", "w")), "boundary": (REPLACE, ("--along", "lambda", "--between", "clean_bias,collapse_variance"))}


@pytest.mark.parametrize("verb", ANSWERS)
def test_an_answer_is_printed_as_csv_and_as_json_with_the_numbers_of_its_file(collapse, verb):
    config, question = ANSWERS[verb]
    words = (verb, collapse.write(config), *question, "--output", "answer.h5")
    told = json.loads(collapse(*words, "--json", expect=COMPLETE).stdout)
    lines = list(csv.DictReader(io.StringIO(collapse(*words, "--csv", expect=COMPLETE).stdout)))
    assert len(told["cells"]) == len(lines) > 1 and list(told["cells"][0]) == list(lines[0])
    with h5py.File(collapse.folder / "answer.h5") as file:
        for name in [name for name in lines[0] if name.startswith(("optimum_", "boundary_"))]:
            stored, flags = file[name][()].ravel(), file[name].attrs.get("flag_meanings", b"").decode().split()
            expected = [flags[value] for value in stored] if flags else stored
            if flags:
                assert [line[name] for line in lines] == [cell[name] for cell in told["cells"]] == expected
            else:
                np.testing.assert_array_equal([float(line[name] or "nan") for line in lines], stored)
                np.testing.assert_array_equal([np.nan if cell[name] is None else float(cell[name]) for cell in told["cells"]], stored)
        place = next(iter(file["T"][()]))
    assert float(lines[0]["T"]) == told["cells"][0]["T"] == place and "sigma" in told["parameters"]
    assert_one_sentence(collapse(*words, "--csv", "--json"), "--csv")


def test_check_lists_every_compared_cell_and_replay_finds_its_worst(collapse):
    collapse("run", collapse.write(SMALL), expect=COMPLETE)
    found = collapse("check", "out.h5", "--json").json
    lines = list(csv.DictReader(io.StringIO(collapse("check", "out.h5", "--csv").stdout)))
    assert len(lines) == found["compared"] and float(lines[0]["z"]) == found["worst"][0]["z"]
    with h5py.File(collapse.folder / "out.h5") as file:
        axes = [name for name in ("alpha", "beta", "T", "lambda", "n")]
        for line in lines:
            place = tuple(int(np.flatnonzero(file[name][()] == float(line[name]))[0]) for name in axes)
            assert file["sim_test_error"][place] == float(line["simulated"])
    shown = collapse("replay", "out.h5", "--cell", "worst", "--replicate", "0", "--json", expect=COMPLETE).json
    assert shown["cell"] == found["worst"][0]["cell"]

    # One replicate has no standard error, so nothing is compared.
    collapse("run", collapse.write({**SMALL, "simulation.replicates": "1", "output.file": "one.h5"}), expect=COMPLETE)
    assert_one_sentence(collapse("replay", "one.h5", "--cell", "worst", "--replicate", "0"), "worst")


def test_headings_of_figures_are_silent_about_what_is_the_default_alone(collapse):
    """Their table of what goes without saying is checked against the program."""
    listed = collapse("list", "--json", expect=COMPLETE).json
    defaults = {option["name"]: option["default"] for kind in ("protocols", "spectra", "teachers", "covariates", "estimators")
                for model in listed[kind] for option in model.get("options", [])}
    defaults |= {key["name"].removeprefix("model."): key["default"] for key in listed["keys"] if key["name"].startswith("model.")}
    sys.path.insert(0, str(ROOT / "analysis"))
    from collapse_analysis.legends import UNSAID
    assert {name: defaults[name] for name in UNSAID} == UNSAID


def test_parameters_that_no_model_uses_are_marked_in_the_file_and_planned_nowhere(collapse):
    spiked = {**SMALL, "grid.alpha": None, "grid.beta": None, "model.spectrum": "spiked", "model.spikes": "10, 5", "model.teacher": "random"}
    config = collapse.write(spiked)
    collapse("run", config, expect=COMPLETE)
    with h5py.File(collapse.folder / "out.h5") as file:
        assert [file[name].attrs.get("used", 1) for name in ("alpha", "beta", "T", "lambda", "n")] == [0, 0, 1, 1, 1] and "r" not in file
    planned = collapse("plan", config, expect=COMPLETE).stdout
    assert not [line for line in planned.splitlines() if line.startswith(("alpha", "beta"))]
    collapse("run", config, "--simulation.replicates", str(2 * int(SMALL.get("simulation.replicates", 2))), expect=COMPLETE)  # it goes on
