"""A parameter that follows another, `sigma0 = sigma`, in every verb: the same numbers as the diagonal of the square, and a variable over
what it follows."""
import h5py
import numpy as np
import pytest
import xarray

from complaints import assert_one_sentence
from program import BAD_INPUT, COMPLETE, STOPPED
from results import counts, differences, text
from sweeps import SMALL

NOISE = {**SMALL, "grid.sigma": "0.1, 0.3", "grid.sigma0": "sigma"}
RIDGE = {**SMALL, "grid.lambda": "0, 0.1, 1", "grid.lambda0": "lambda"}
SIZE = {**SMALL, "grid.T0": "2 T"}
DIAGONALS = {
    "noise": (NOISE, {"grid.sigma0": "0.1, 0.3"}, lambda grid: [("sigma0", grid.sigma)]),
    "ridge": (RIDGE, {"grid.lambda0": "0, 0.1, 1"}, lambda grid: [("lambda0", grid["lambda"])]),
    "size": (SIZE, {"grid.T0": "30, 50, 120"}, lambda grid: [("T0", 2 * grid["T"])]),
}
SHOWN = ["sim_test_error", "sim_test_error_stderr", "sim_variance", "theory_test_error", "theory_collapse_variance", "zscore", "replicates"]


def opened(path):
    with xarray.open_dataset(path, engine="h5netcdf") as file:
        return file.load()


@pytest.mark.parametrize("case", DIAGONALS)
def test_a_file_with_a_tie_is_the_diagonal_of_the_square(collapse, case):
    tied, square, along = DIAGONALS[case]
    collapse("run", collapse.write(tied), expect=COMPLETE)
    collapse("run", collapse.write({**tied, **square}, "square.ini"), "--output=square.h5", expect=COMPLETE)
    diagonal, all_cells = opened(collapse.folder / "out.h5"), opened(collapse.folder / "square.h5")
    [(name, values)] = along(diagonal)
    assert diagonal[name].dims == values.dims and name not in diagonal["status"].dims
    np.testing.assert_array_equal(diagonal[name].values, values.values)
    for shown in SHOWN:
        expected = all_cells[shown].sel({name: values}).transpose(*diagonal[shown].dims)
        np.testing.assert_array_equal(diagonal[shown].values, expected.values, err_msg=shown)


def test_the_file_says_what_follows_what(collapse):
    collapse("run", collapse.write({**SIZE, "grid.sigma0": "0.5 sigma"}), expect=COMPLETE)
    with h5py.File(collapse.folder / "out.h5") as file:
        assert text(file["T0"], "follows") == "2 T" and text(file["sigma0"], "follows") == "0.5 sigma"
        assert text(file["T0"], "symbol") == "T_0" and "generator" in text(file["T0"], "long_name")
        assert file["sigma0"][()] == 0.5 * file["sigma"][()] and "follows" not in file["sigma"].attrs
    assert "follow" not in collapse("plan", "sweep.ini", expect=COMPLETE).stderr
    assert "T0             =         2 T" in collapse("plan", "sweep.ini").stdout


@pytest.mark.parametrize("case", [NOISE, RIDGE, SIZE], ids=["noise", "ridge", "size"])
def test_a_tied_sweep_is_extended_sharded_merged_and_resumed_to_the_same_bits(collapse, case):
    axis = {"grid.sigma": "grid.sigma", "2 T": "grid.T"}.get(case["grid.T0"], "grid.lambda" if case is RIDGE else "grid.sigma")
    larger = {**case, axis: case[axis] + ", 7", "simulation.replicates": "250"}
    collapse("run", collapse.write(larger), "--output=fresh.h5", expect=COMPLETE)
    collapse("run", collapse.write(case), "--time-left=0", expect=STOPPED)
    collapse("run", collapse.write(case), expect=COMPLETE)
    assert "is extended" in collapse("run", collapse.write(larger), expect=COMPLETE).stderr
    assert differences(collapse.folder / "fresh.h5", collapse.folder / "out.h5") == []
    for number in 1, 2:
        collapse("run", collapse.write(larger), f"--shard={number}/2", f"--output={number}.h5", expect=COMPLETE)
    collapse("merge", "merged.h5", "1.h5", "2.h5", expect=COMPLETE)
    assert differences(collapse.folder / "fresh.h5", collapse.folder / "merged.h5") == []


@pytest.mark.mpi
def test_ranks_compute_the_same_bits_of_what_follows_lambda(collapse):
    config = collapse.write(RIDGE)
    collapse("run", config, expect=COMPLETE)
    collapse("run", config, "--output=ranks.h5", ranks=3, expect=COMPLETE)
    assert differences(collapse.folder / "out.h5", collapse.folder / "ranks.h5") == []


def test_status_check_and_replay_know_the_cells(collapse):
    collapse("run", collapse.write(RIDGE), expect=COMPLETE)
    assert counts(collapse.folder / "out.h5")["done"] == len(opened(collapse.folder / "out.h5").status.values.ravel())
    assert "54 cells" in collapse("status", "out.h5", expect=COMPLETE).stdout
    assert collapse("check", "out.h5").code == COMPLETE
    cell = "beta=1.5,T=60,lambda=0.1,n=3"
    shown = [collapse("replay", "out.h5", f"--cell={cell}", f"--replicate={i}", "--json", expect=COMPLETE).json for i in range(200)]
    assert np.mean([one["this"]["test_error"] for one in shown[:200]]) == pytest.approx(shown[0]["mean"]["test_error"], rel=1e-12)


def test_an_optimum_and_a_boundary_are_followed(collapse):
    config = collapse.write({**RIDGE, "grid.n": "3", "grid.beta": "0", "simulation.replicates": "0"})
    collapse("optimum", config, "--over=lambda", "--output=optimum.h5", expect=COMPLETE)
    best = opened(collapse.folder / "optimum.h5")
    for T, ridge, error in zip(best["T"].values, best["optimum_lambda"].values.ravel(), best["optimum_test_error"].values.ravel()):
        around = ", ".join(repr(float(ridge * factor)) for factor in (0.8, 1, 1.25))
        collapse("run", config, f"--grid.T={T:.0f}", f"--grid.lambda={around}", "--output=around.h5", "--fresh", expect=COMPLETE)
        low, here, high = opened(collapse.folder / "around.h5").theory_test_error.values.ravel()
        assert here == pytest.approx(error, rel=1e-9) and here < low and here < high
    collapse("optimum", config, "--over=lambda,lambda0", "--output=two.h5", expect=COMPLETE)
    assert (opened(collapse.folder / "two.h5")["optimum_test_error"].values < best["optimum_test_error"].values).all()  # free, it is better

    config = collapse.write({**NOISE, "grid.n": "1", "grid.lambda": "0.1", "simulation.replicates": "0"})
    collapse("boundary", config, "--along=lambda", "--between=clean_bias,collapse_variance", "--output=boundary.h5")
    table = opened(collapse.folder / "boundary.h5")
    np.testing.assert_array_equal(table["sigma0"].values, table["sigma"].values)
    assert table["sigma0"].dims == ("sigma",) and table["sigma0"].attrs["follows"] == "sigma"


def test_a_chain_ties_parameters_of_its_own(collapse):
    config = collapse.write({"grid.T": "30", "grid.d": "20", "grid.n": "2", "grid.lambda": "0.1, 1", "grid.sigma": "0.2, 0.4",
                             "simulation.replicates": "20", "output.file": "out.h5", "model.protocol": "chain",
                             "chain.X": "rows(T)", "chain.start": "fit X(0) to truth + sigma*noise",
                             "chain.step": "fit X(t) to model(t-1) + loud*noise", "grid.loud": "3 sigma"})
    outcome = collapse("run", config)
    assert outcome.code == COMPLETE, outcome.stderr
    file = opened(collapse.folder / "out.h5")
    np.testing.assert_array_equal(file["loud"].values, 3 * file["sigma"].values)


def test_another_tie_is_another_sweep(collapse):
    collapse("run", collapse.write(NOISE), expect=COMPLETE)
    for other in "2 sigma", "0.1", "0.1, 0.3":
        outcome = collapse("run", collapse.write({**NOISE, "grid.sigma0": other}), expect=BAD_INPUT)
        assert_one_sentence(outcome, "out.h5 belongs to another sweep", "grid.sigma0 is sigma there", other)


def test_a_refined_sweep_follows(collapse):
    refined = {**RIDGE, "grid.T": "15, 60, 240", "grid.beta": "1.5", "grid.lambda": "1e-3, 0.1, 10", "refine.axes": "T, lambda", "refine.levels": "2"}
    collapse("run", collapse.write(refined), expect=COMPLETE)
    file = opened(collapse.folder / "out.h5")
    collapse("run", collapse.write({**refined, "refine.axes": None, "refine.levels": None, "grid.T": ", ".join(map(str, file["T"].values)),
                                    "grid.lambda": ", ".join(map(repr, file["lambda"].values.tolist()))}, "whole.ini"), "--output=whole.h5", expect=COMPLETE)
    whole = opened(collapse.folder / "whole.h5")
    done = file.status.values == 1
    assert 0 < done.sum() < done.size
    np.testing.assert_array_equal(file.sim_test_error.values[done], whole.sim_test_error.values[done])
