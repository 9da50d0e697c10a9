"""Predictions in the file are those of tests/oracle/theory.py (tests/data/theory_cases.json)."""
import json

import h5py
import pytest

from program import COMPLETE, ROOT

CASES = json.loads((ROOT / "tests" / "data" / "theory_cases.json").read_text())
PARAMETERS = ["d", "T0", "lambda0", "sigma", "sigma0", "w", "p", "k", "alpha", "beta", "T", "lambda", "n"]
OPTIONS = ["design", "real_labels"]
TOLERANCE = 1e-9       # the promise of the README: relative
ABSOLUTE = 1e-12       # of a signal power of 1: a bias that is zero in exact arithmetic
EVERY = 8              # one run of the program each: these are enough to see that a config arrives where it should


def chosen():
    for protocol in sorted({case["protocol"] for case in CASES}):
        yield from [case for case in CASES if case["protocol"] == protocol][::EVERY]


@pytest.fixture(scope="module")
def protocols(shared):
    return {entry["name"] for entry in shared("list", "--json", expect=COMPLETE).json["protocols"]}


def name_of(case):
    return f"{case['protocol']} d={case['d']} T={case['T']} lambda={case['lambda']} n={case['n']}"


@pytest.mark.parametrize("case", chosen(), ids=name_of)
def test_a_prediction_is_that_of_the_reference(collapse, protocols, case):
    if case["protocol"] not in protocols:
        pytest.skip(f"protocol {case['protocol']} is not built in")
    keys = {f"grid.{name}": case[name] for name in PARAMETERS if name in case}
    keys |= {f"model.{name}": case[name] for name in ["protocol", *OPTIONS] if name in case}
    collapse("run", collapse.write({**keys, "simulation.replicates": 0, "output.file": "out.h5"}), expect=COMPLETE)
    with h5py.File(collapse.folder / "out.h5") as file:
        for name in ["bias", "variance", "test_error"]:
            assert file[f"theory_{name}"][()].item() == pytest.approx(case[name], rel=TOLERANCE, abs=ABSOLUTE), name
