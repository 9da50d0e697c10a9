"""Chains: `collapse chain FILE.json`, and protocol = chain in a sweep."""
import json
import re
from pathlib import Path

import h5py
import numpy as np
import pytest

from complaints import assert_one_sentence
from program import BAD_INPUT, COMPLETE

CASES = Path(__file__).resolve().parents[1] / "data" / "chain_cases.json"
GUIDE = Path(__file__).resolve().parents[2] / "src" / "language" / "CHAINS.md"
SAME = 1e-9  # of the test error, to another program's sums
ROUNDING = 1e-12  # of the signal power, what that program leaves of an error of zero


def full(sparse, rows, columns):
    """A matrix that the table of cases writes as [row, column, value]."""
    matrix = np.zeros((rows, columns))
    for i, j, value in sparse:
        matrix[int(i), int(j)] = value
    return matrix.tolist()


def chain_of(case):
    """A case of the table as a file for the program."""
    fits, j = len(case["ridge"]), np.arange(1, case["d"] + 1.0)
    blocks = []
    for block in case["blocks"]:
        entry = {"T": block["T"], "a": block["a"], "C": full(block.get("C", []), fits, fits), "noise": full(block.get("noise", []), fits, fits)}
        for key in ["p", "c"]:
            if key in block:
                entry[key] = block[key]
        if block.get("shift"):
            entry["eigenvalues"] = (block["shift"][0] * j ** -block["shift"][1]).tolist()
        blocks.append(entry)
    chain = {"d": case["d"], "alpha": case["alpha"], "beta": case["beta"], "ridge": case["ridge"], "blocks": blocks}
    if case.get("delta"):
        chain["deltas"] = [(x * np.cos(1 + 3 * j)).tolist() for x in case["delta"]]
    return chain


def write(collapse, chain, name="chain.json"):
    path = collapse.folder / name
    path.write_text(chain if isinstance(chain, str) else json.dumps(chain))
    return path


def small():
    """Two fits: real labels, then half of them with the first model's labels, drawn noise kept."""
    return {"d": 20, "alpha": 1, "beta": 0.5, "ridge": [0.1, 0],
            "blocks": [{"T": 90, "a": [1 / 90, 1 / 120], "C": [[0, 0], [0.5, 0]], "noise": [[0.09, 0.09], [0.09, 0.09]]},
                       {"T": 60, "a": [0, 1 / 120], "p": [1, 0.5], "C": [[0, 0], [1, 0]], "noise": [[0, 0], [0, 0.25]]}]}


@pytest.mark.parametrize("number", range(0, 120, 8))
def test_theory_of_a_chain_is_that_of_an_independent_program(collapse, number):
    case = json.loads(CASES.read_text())[number]
    found = collapse("chain", write(collapse, chain_of(case)), "--json", expect=COMPLETE).json
    expected = np.array(case["bias"]) + np.array(case["variance"])
    for name in ["bias", "variance"]:
        np.testing.assert_array_less(np.abs(np.array(found[name]) - case[name]), SAME * expected + ROUNDING)
    np.testing.assert_allclose(found["test_error"], expected, rtol=SAME, atol=ROUNDING)


def test_simulation_stands_beside_the_theory_of_a_chain(collapse):
    path = write(collapse, small())
    found = collapse("chain", path, "--json", "--replicates", "400", "--seed=3", expect=COMPLETE).json
    simulated = found["simulated"]
    assert simulated["replicates"] == 400
    z = (np.array(simulated["test_error"]) - found["test_error"]) / simulated["stderr"]
    np.testing.assert_allclose(simulated["zscore"], z)
    # Five standard errors, and 2/(T - df2) for finite rows: at least 90 - 20 and 120 - 20 are left.
    assert np.all(np.abs(np.array(simulated["test_error"]) / found["test_error"] - 1) < 5 * np.array(simulated["stderr"]) / found["test_error"] + 2 / 70)
    assert np.all(np.array(simulated["stderr"]) < 0.05 * np.array(found["test_error"]))
    assert collapse("chain", path, "--json", "--replicates", "400", "--seed=3").json == found
    assert collapse("chain", path, "--json", "--replicates", "400", "--seed=4").json["simulated"] != simulated
    table = collapse("chain", path, "--replicates=5", expect=COMPLETE).stdout.splitlines()
    assert "stderr" in table[0] and len(table) == 4 and "round(p T)" in table[3]


def test_shares_are_rounded_where_they_are_drawn(collapse):
    chain = small()
    chain["blocks"][1]["p"] = [1, 0.33]  # 19.8 of 60 rows
    exact = collapse("chain", write(collapse, chain), "--json").json
    drawn = collapse("chain", write(collapse, chain), "--json", "--replicates=2").json
    chain["blocks"][1]["p"] = [1, 20 / 60]
    rounded = collapse("chain", write(collapse, chain), "--json").json
    assert drawn["test_error"] == rounded["test_error"] != exact["test_error"]


def test_a_fit_at_its_threshold_is_infinite(collapse):
    chain = small()
    chain["ridge"], chain["blocks"][0]["T"] = [0, 0.1], 20
    found = collapse("chain", write(collapse, chain), "--json", "--replicates=3", expect=COMPLETE).json
    assert found["test_error"][0] == found["variance"][0] == "inf"
    assert found["simulated"]["test_error"][0] is None


BAD_CHAINS = [
    (["blocks", 0, "C", 1, 1], 0.5, ["blocks[0].C[1][1] = 0.5", "model 1", "not fitted before"]),
    (["blocks", 1, "a", 1], -0.5, ["blocks[1].a[1] = -0.5", "below 0"]),
    (["blocks", 1, "a"], [0.1], ["blocks[1].a has 1 entries; give 2"]),
    (["blocks", 1, "a", 1], "x", ["blocks[1].a[1] is \"x\""]),
    (["blocks", 1, "a", 1], None, ["blocks[1].a[1] is null"]),
    (["blocks", 0, "C"], [[0, 0]], ["blocks[0].C has 1 rows; give 2"]),
    (["blocks", 0, "C", 1], [0], ["blocks[0].C[1] has 1 entries; give 2"]),
    (["blocks", 0, "noise", 0, 1], 0.2, ["blocks[0].noise[1][0] = 0.09 but", "= 0.2", "symmetric"]),
    (["blocks", 0, "noise"], [[0.1, 0.2], [0.2, 0.1]], ["blocks[0].noise is no covariance", "fit 1", "-0.3"]),
    (["blocks", 0, "noise"], [[0, 0.2], [0.2, 0.1]], ["blocks[0].noise is no covariance", "fits 1 and 0"]),
    (["blocks", 0, "noise"], [[-1, 0], [0, 0]], ["blocks[0].noise is no covariance", "fit 0", "-1"]),
    (["blocks", 0, "a", 0], 0, ["fit 0 has no rows"]),
    (["blocks", 0, "T"], 0, ["blocks[0].T = 0"]),
    (["blocks", 0, "rows"], 3, ["blocks[0] has an unknown key rows"]),
    (["blocks", 1, "p", 1], 1.5, ["blocks[1].p[1] = 1.5"]),
    (["blocks", 1, "c"], [[1], [1]], ["blocks[1].c[0] has 1 entries; give 0"]),
    (["blocks"], [], ["blocks is empty"]),
    (["ridge", 1], -1, ["ridge[1] = -1"]),
    (["ridge"], [], ["ridge is []"]),
    (["d"], 2.5, ["d = 2.5"]),
    (["bta"], 2, ["unknown key bta (did you mean beta?)"]),
    (["eigenvalues"], [1] * 20, ["either alpha and beta, or eigenvalues and coefficients"]),
    (["deltas"], [[1, 2]], ["deltas[0] has 2 entries; give 20"]),
]


@pytest.mark.parametrize("place, value, named", BAD_CHAINS, ids=[f"{place}={value}" for place, value, _ in BAD_CHAINS])
def test_a_chain_that_makes_no_sense_is_refused_with_block_fit_and_value(collapse, place, value, named):
    chain = small()
    target = chain
    for step in place[:-1]:
        target = target[step]
    target[place[-1]] = value
    assert_one_sentence(collapse("chain", write(collapse, chain)), *named, code=BAD_INPUT)


@pytest.mark.parametrize("text, named", [("{", "is no JSON"), ("[1, 2]", "is no object"), ('{"d": NaN}', "is no JSON"), ('{"d": 2}', "has no ridge")])
def test_what_is_no_chain_is_refused(collapse, text, named):
    assert_one_sentence(collapse("chain", write(collapse, text)), "chain.json", named, code=BAD_INPUT)


def test_a_chain_that_is_not_there_or_cannot_be_drawn_is_refused(collapse):
    assert_one_sentence(collapse("chain", "nowhere.json"), "nowhere.json", "no such file", code=BAD_INPUT)
    chain = small()
    chain["blocks"][0]["T"] = 89.5
    collapse("chain", write(collapse, chain), expect=COMPLETE)
    assert_one_sentence(collapse("chain", write(collapse, chain), "--replicates=5"), "blocks[0].T = 89.5", code=BAD_INPUT)
    assert_one_sentence(collapse("chain", write(collapse, small()), "--replicates=1"), "--replicates 1", code=BAD_INPUT)


GRID = {"grid.alpha": "1", "grid.beta": "0.5", "grid.T": "60, 120", "grid.d": "40", "grid.lambda": "0.01, 0.1", "grid.n": "0, 1, 3",
        "grid.sigma": "0.3", "grid.sigma0": "0.5", "simulation.replicates": "30", "output.file": "out.h5"}
MIX = {"model.protocol": "chain", "chain.X": "rows(T)", "chain.real": "truth + sigma*noise", "chain.start": "fit X(0) to real",
       "chain.step": "fit X(t) to q*real + (1-q)*(model(t-1) + sigma0*noise)"}


def test_a_chain_in_a_sweep_has_the_theory_of_the_protocol_that_it_describes(collapse):
    collapse("run", collapse.write({**GRID, **MIX, "grid.q": "0.2, 0.7"}), expect=COMPLETE)
    collapse("run", collapse.write({**GRID, "model.protocol": "mix", "grid.w": "0.2, 0.7", "output.file": "mix.h5"}), expect=COMPLETE)
    with h5py.File(collapse.folder / "out.h5") as chain, h5py.File(collapse.folder / "mix.h5") as mix:
        np.testing.assert_allclose(chain["theory_test_error"][()], mix["theory_test_error"][()], rtol=1e-12)
        assert list(chain["q"][()]) == [0.2, 0.7] and chain["theory_test_error"].dims[0][0].name == "/q"
        assert chain["q"].attrs["long_name"] in ("parameter of the chain", b"parameter of the chain")
    assert collapse("check", "out.h5", "--json", expect=COMPLETE).json["compared"] == 24
    shown = collapse("replay", "out.h5", "--cell", "q=0.7,T=60,lambda=0.1,n=3", "--replicate=2", expect=COMPLETE).stdout
    assert "q = 0.7" in shown
    assert "q" in collapse("status", "out.h5", expect=COMPLETE).stdout


def test_files_of_chains_are_extended_and_merged_and_refuse_other_chains(collapse):
    config = collapse.write({**GRID, **MIX, "grid.q": "0.2"})
    collapse("run", config, "--grid.q=0.2,0.7", "--output=whole.h5", expect=COMPLETE)
    collapse("run", config, expect=COMPLETE)
    collapse("run", config, "--grid.q=0.2,0.7", expect=COMPLETE)
    for i in [1, 2]:
        collapse("run", config, "--grid.q=0.2,0.7", f"--shard={i}/2", expect=COMPLETE)
    collapse("merge", "merged.h5", "out.shard-1-of-2.h5", "out.shard-2-of-2.h5", expect=COMPLETE)
    with h5py.File(collapse.folder / "whole.h5") as whole:
        for name in ["out.h5", "merged.h5"]:
            with h5py.File(collapse.folder / name) as other:
                np.testing.assert_array_equal(whole["sim_test_error"][()], other["sim_test_error"][()])
    other = {**MIX, "chain.step": "fit X(t) to q*real + (1-q)*(model(t-1) + 2*sigma0*noise)"}
    outcome = collapse("run", collapse.write({**GRID, **other, "grid.q": "0.2, 0.7"}))
    assert_one_sentence(outcome, "belongs to another sweep", "chain.step", code=BAD_INPUT)


def test_the_order_of_its_lines_does_not_change_what_a_chain_draws(collapse):
    rows = {"chain.A": "rows(T)", "chain.B": "rows(2*T)"}
    fit = {"model.protocol": "chain", "chain.step": "fit A(t) to model(t-1) + sigma*noise and B(t) to truth + sigma0*noise"}
    for name, order in [("one.h5", rows), ("other.h5", dict(reversed(rows.items())))]:
        collapse("run", collapse.write({**GRID, **order, **fit, "output.file": name}), expect=COMPLETE)
    with h5py.File(collapse.folder / "one.h5") as one, h5py.File(collapse.folder / "other.h5") as other:
        np.testing.assert_array_equal(one["sim_test_error"][()], other["sim_test_error"][()])


def test_replicates_of_other_samplers_are_not_shown_as_if_they_were_the_same(collapse):
    collapse("run", collapse.write(GRID | {"grid.T0": "90"}), expect=COMPLETE)
    with h5py.File(collapse.folder / "out.h5", "r+") as file:
        file["provenance"].attrs.modify("sampler_version", 1)
    outcome = collapse("replay", "out.h5", "--cell", "T=60,lambda=0.1,n=3", "--replicate=2")
    assert_one_sentence(outcome, "out.h5", "version 1 of the samplers", code=BAD_INPUT)


def test_plan_shows_what_was_understood_of_a_chain_and_of_any_protocol(collapse):
    text = collapse("plan", collapse.write({**GRID, **MIX, "grid.q": "0.25"}), expect=COMPLETE).stdout
    assert "0.25 truth + 0.75 model(0) + 0.075 noise + 0.375 noise" in text and "X(1)" in text
    fits = collapse("plan", collapse.write({**GRID, "grid.T0": "90"}), "--json", expect=COMPLETE).json["fits"]
    assert [line["labels"] for line in fits] == ["truth + 0.5 noise", "model(0) + 0.5 noise", "model(1) + 0.5 noise", "model(2) + 0.3 noise"]
    assert [line["fit"] for line in fits] == ["0", "1", "2", "after 3"]


BAD_SWEEPS = [
    ({"chain.step": None}, ["[chain] has no step"]),
    ({"chain.step": "fit Z(t) to truth"}, ["chain.step", "position 5", "Z are no rows"]),
    ({"chain.step": "fit X(t) to q*real + sigma0*noise"}, ["chain.step", "add up to 0.5 at t = 1"]),
    ({"chain.step": "fit X(t) to real + n*noise"}, ["nothing in a chain depends on n"]),
    ({"chain.step": "fit X(t) to real + lambda*noise"}, ["only ridges may depend on lambda"]),
    ({"chain.step": "fit X(t) to real + simga*noise + sigma0*noise"}, ["grid.simga is missing", "did you mean sigma?"]),
    ({"grid.q": None}, ["grid.q is missing"]),
    ({"grid.sgma": "1"}, ["grid.sgma", "did you mean sigma?"]),
    ({"grid.w": "1"}, ["grid.w is not used"]),
    ({"chain.X": "rows(T/7)"}, ["chain.X", "rows, which cannot be drawn"]),
    ({"chain.X": "rows(T*status)", "grid.status": "1"}, ["status", "another meaning"]),
    ({"chain.X": "rows(T*ell)"}, ["ell", "another meaning"]),
    ({"model.protocol": "mix", "grid.q": None, "grid.w": "0.5"}, ["chain.", "not used with protocol = mix"]),
]


@pytest.mark.parametrize("change, named", BAD_SWEEPS, ids=[str(change) for change, _ in BAD_SWEEPS])
def test_a_chain_that_cannot_be_understood_is_refused(collapse, change, named):
    config = collapse.write({**GRID, **MIX, "grid.q": "0.5", **change})
    assert_one_sentence(collapse("run", config), *named, code=BAD_INPUT)
    assert sorted(path.name for path in collapse.folder.iterdir()) == ["sweep.ini"]


@pytest.mark.mpi
def test_chains_have_the_same_bits_on_two_ranks(collapse):
    config = collapse.write({**GRID, **MIX, "grid.q": "0.2, 0.7"})
    collapse("run", config, expect=COMPLETE)
    collapse("run", config, "--output=two.h5", ranks=2, expect=COMPLETE)
    with h5py.File(collapse.folder / "out.h5") as one, h5py.File(collapse.folder / "two.h5") as two:
        np.testing.assert_array_equal(one["sim_test_error"][()], two["sim_test_error"][()])


EXAMPLES = [block.split("```")[0] for block in GUIDE.read_text().split("```ini\n")[1:]]
VALUES = {"T": 60, "T0": 90, "d": 40, "n": "0, 2", "sigma": 0.1, "sigma0": 0.3, "lambda": 0.1, "lambda0": 0.2, "beta_synthetic": 1.5, "real": 20}


@pytest.mark.parametrize("text", EXAMPLES, ids=range(len(EXAMPLES)))
def test_the_examples_of_the_guide_are_understood_predicted_and_simulated(collapse, text):
    lines = re.sub(r"#.*", "", text.split("[chain]")[1])
    words = set(re.findall(r"\w+", lines)) | {"d", "T", "n"}
    defined = set(re.findall(r"^(\w+) *=", lines, re.MULTILINE))
    config = collapse.folder / "example.ini"
    config.write_text(text if "[model]" in text else "[model]\nprotocol = chain\n" + text)
    options = [f"--grid.{name}={value}" for name, value in VALUES.items() if name in words - defined]
    collapse("run", config, *options, "--simulation.replicates=4", "--output=out.h5", expect=COMPLETE)
    with h5py.File(collapse.folder / "out.h5") as file:
        assert np.all(np.isfinite(file["theory_test_error"][()])) and np.all(np.isfinite(file["sim_test_error"][()]))


def test_no_parameter_of_a_chain_takes_the_place_of_a_variable_of_the_file(collapse):
    collapse("run", collapse.write({**GRID, **MIX, "grid.q": "0.5", "simulation.replicates": "2"}), expect=COMPLETE)
    with h5py.File(collapse.folder / "out.h5") as file:
        names = set(file) - set(VALUES) - {"alpha", "beta", "q"}
    assert {"status", "zscore", "provenance"} < names
    for name in names:
        assert_one_sentence(collapse("plan", collapse.write({**GRID, **MIX, "chain.X": f"rows(T*{name})", f"grid.{name}": "1"})), name,
                            "another meaning", code=BAD_INPUT)
