"""`replay` computes one replicate again, the very one of the sweep."""
from fractions import Fraction

import h5py
import pytest

from complaints import assert_one_sentence
from program import COMPLETE
from sweeps import SMALL

FEW = 4
SWEEPS = {
    "replace": SMALL,
    "averaged": {**SMALL, "simulation.noise": "averaged"},
    "mix": {**SMALL, "model.protocol": "mix", "grid.w": "0.5", "grid.T0": None},
    "accumulate": {**SMALL, "model.protocol": "accumulate", "grid.T0": None},
}


@pytest.mark.parametrize("protocol", SWEEPS)
def test_the_mean_over_all_replicates_is_the_one_in_the_file(collapse, protocol):
    collapse("run", collapse.write({**SWEEPS[protocol], "simulation.replicates": FEW}), expect=COMPLETE)
    for cell, place in [("beta=1.5,T=25,lambda=0.1,n=3", (0, 1, 1, 1, 2)), ("beta=0,T=15,lambda=0,n=1", (0, 0, 0, 0, 1))]:
        shown = [collapse("replay", "out.h5", f"--cell={cell}", f"--replicate={i}", "--json", expect=COMPLETE).json
                 for i in range(FEW)]
        with h5py.File(collapse.folder / "out.h5") as file:
            for ours, theirs in [("test_error", "sim_test_error"), ("bias", "sim_bias"), ("variance", "sim_variance")]:
                mean = sum(Fraction(one["this"][ours]) for one in shown) / FEW
                assert float(mean) == file[theirs][place] == shown[0]["mean"][ours]


def test_it_tells_of_theory_and_of_every_design(collapse):
    collapse("run", collapse.write(SMALL), expect=COMPLETE)
    words = ("replay", "out.h5", "--cell=beta=1.5,T=25,lambda=0.1,n=3", "--replicate=7")
    shown = collapse(*words, "--json", expect=COMPLETE).json
    (design,) = shown["designs"]  # three generators and the row's model without ridge are least squares, drawn without one
    assert shown["least_squares_fits"] == 4 and design["rows"] == 25
    assert design["condition"] == pytest.approx((design["largest_eigenvalue"] + 0.1) / (design["smallest_eigenvalue"] + 0.1))
    assert 0 < design["training_residual"] < 1 and design["solve_residual"] < 1e-12
    # kappa (1 - df1 / T) = lambda
    assert shown["kappa"] * (1 - shown["df1"] / 25) == pytest.approx(0.1) and 0 < shown["df2"] < shown["df1"] < 20
    assert "condition with the cell's ridge" in collapse(*words, expect=COMPLETE).stdout


def test_it_says_whether_the_replicate_is_in_the_file_and_how_long_the_chain_is(collapse):
    collapse("run", collapse.write(SMALL), "--simulation.first_replicate=40", "--simulation.replicates=2", expect=COMPLETE)
    for replicate, known in [(39, False), (40, True), (41, True), (42, False)]:
        words = ("replay", "out.h5", "--cell=beta=1.5,T=25,lambda=0.1,n=1", f"--replicate={replicate}")
        assert collapse(*words, "--json", expect=COMPLETE).json["in_file"] is known
        shown = collapse(*words, expect=COMPLETE).stdout
        assert ("which is not in the file: that has 40 to 41\n" in shown) is not known
        assert "4 least-squares fits without a design, of the whole chain to n = 3:" in shown


WRONG = {
    "--cell=T=25,lambda=0.1,n=3": ["beta", "0, 1.5"],
    "--cell=beta=1.5,T=26,lambda=0.1,n=3": ["T = 26", "15, 25, 60"],
    "--cell=beta=1.5,T=25,lambda=0.1,n=3,q=1": ["q"],
    "--cell=beta=1.5,T=25,lambda=0.1,n": ["\"n\""],
}


@pytest.mark.parametrize("cell", WRONG)
def test_a_cell_that_is_none_is_refused(collapse, cell):
    collapse("run", collapse.write(SMALL), expect=COMPLETE)
    assert_one_sentence(collapse("replay", "out.h5", cell, "--replicate=0"), *WRONG[cell])
    assert_one_sentence(collapse("replay", "out.h5", "--cell=beta=1.5,T=25,lambda=0.1,n=3", "--replicate=-1"), "-1")
