"""The cases in tests/data are those that the oracles in tests/oracle make."""
import json
import sys

import numpy
import pytest

from program import ROOT

sys.path.insert(0, str(ROOT / "tests" / "oracle"))

import chain  # noqa: E402
import kernels  # noqa: E402
import theory  # noqa: E402

RESULTS = {"bias", "variance", "test_error"}
ROUNDING = 1e-12       # another NumPy, another BLAS
ROUNDING_CHAIN = 1e-9  # bisection and linear systems for all entries at once
SEED, DRAWN = 2026, 200


def stored(name):
    return json.loads((ROOT / "tests" / "data" / name).read_text())


def inputs(case):
    return {key: value for key, value in case.items() if key not in RESULTS}


def test_cells_are_drawn_and_predicted_as_before():
    cases, made = stored("theory_cases.json"), list(theory.predicted_cells(SEED, DRAWN))
    assert [inputs(case) for case in made] == [inputs(case) for case in cases]
    assert max(map(theory.difference, cases, made)) < ROUNDING


def test_a_cell_that_is_off_in_the_eleventh_digit_is_noticed():
    case = stored("theory_cases.json")[0]
    assert theory.difference(case, {**case, "bias": case["bias"] * (1 + 1e-11)}) > ROUNDING


def test_chains_are_predicted_as_before():
    for case in stored("chain_cases.json")[::6]:
        for value, name in zip(chain.errors_of(case), ("bias", "variance")):
            assert value == pytest.approx(case[name], rel=ROUNDING_CHAIN, abs=ROUNDING_CHAIN * numpy.max(numpy.add(case["bias"], case["variance"])))


def test_kernels_are_those_of_scikit_learn():
    generator = numpy.random.default_rng(kernels.SEED)
    for case in stored("kernel_cases.json"):
        made = json.loads(json.dumps(kernels.case(case["kernel"], generator)))
        for name in ("values", "predictions"):
            assert numpy.allclose(made.pop(name), case.pop(name), rtol=ROUNDING, atol=ROUNDING)
        assert made == case
