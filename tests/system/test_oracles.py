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
SEED, DRAWN, CHAINS = 2026, 200, 120


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


def test_chains_are_drawn_and_predicted_as_before():
    cases, made = stored("chain_cases.json"), list(chain.predicted_chains(SEED, CHAINS))
    assert [inputs(case) for case in made] == [inputs(case) for case in cases]
    for case, again in zip(cases, made):
        for name in ("bias", "variance"):
            assert again[name] == pytest.approx(case[name], rel=ROUNDING_CHAIN, abs=ROUNDING_CHAIN * numpy.max(numpy.add(case["bias"], case["variance"])))


def test_chains_of_every_kind_are_drawn():
    cases = stored("chain_cases.json")
    blocks = [block for case in cases for block in case["blocks"]]
    assert {len(case["ridge"]) for case in cases} == {1, 2, 3, 4, 5}
    kinds = {
        "least squares": [min(case["ridge"]) == 0 for case in cases],
        "interpolation": [any(ridge == 0 and sum(b["T"] for b in case["blocks"] if b["a"][t]) < case["d"] for t, ridge in enumerate(case["ridge"]))
                          for case in cases],
        "other teachers": [any(map(any, block["c"])) for block in blocks],
        "a spectrum of its own": ["shift" in block for block in blocks],
        "shares of rows": [min(block["p"]) < 1 for block in blocks],
        "shares of labels beyond 0 and 1": [any(not 0 <= share <= 1 for _, _, share in block["C"]) for block in blocks],
        "rows that several fits use": [sum(a > 0 for a in block["a"]) > 1 for block in blocks],
        "noise that is kept": [any(t != u for t, u, _ in block["noise"]) for block in blocks],
        "fits on several blocks": [any(sum(b["a"][t] > 0 for b in case["blocks"]) > 1 for t in range(len(case["ridge"]))) for case in cases],
    }
    assert {kind: sum(found) for kind, found in kinds.items() if sum(found) < 20} == {}


def test_kernels_are_those_of_scikit_learn():
    generator = numpy.random.default_rng(kernels.SEED)
    for case in stored("kernel_cases.json"):
        made = json.loads(json.dumps(kernels.case(case["kernel"], generator)))
        for name in ("values", "predictions"):
            assert numpy.allclose(made.pop(name), case.pop(name), rtol=ROUNDING, atol=ROUNDING)
        assert made == case
