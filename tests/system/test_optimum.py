"""What optimum writes and says."""
import h5py
import numpy as np
import pytest

from complaints import assert_one_sentence, contents
from program import COMPLETE
from results import text
from sweeps import SMALL

GOLDEN = (5 ** 0.5 - 1) / 2
MIX = {
    "grid.alpha": "1.2", "grid.beta": "0, 1.5", "grid.T": "20, 100", "grid.d": "50", "grid.w": "0.5", "grid.n": "inf",
    "grid.lambda": "0", "grid.sigma": "0.5", "grid.sigma0": "0.5", "model.protocol": "mix", "model.design": "fixed", "simulation.replicates": "100",
}


def test_the_best_weight_is_written_for_every_other_cell_in_a_file_that_xarray_opens(collapse):
    """The config is one for simulation, with its own w: optimum replaces it and needs no n = inf without replicates."""
    outcome = collapse("optimum", collapse.write(MIX), "--over", "w", "--range", "0,1", "--grid.lambda=0,0.2", expect=COMPLETE)
    xarray = pytest.importorskip("xarray")
    with xarray.open_dataset(collapse.folder / "sweep-optimum-w.h5", engine="h5netcdf") as found:
        assert found["optimum_w"].dims == ("alpha", "beta", "T", "lambda", "n") and "w" not in found
        np.testing.assert_allclose(found["optimum_w"].sel({"lambda": 0}), GOLDEN, rtol=1e-9)
        ridge = found["optimum_w"].sel({"lambda": 0.2})
        assert ((ridge > GOLDEN) & (ridge <= 1)).all() and (ridge < 1).any()
        assert text(found["optimum_place"], "flag_meanings") == "interior lower_border upper_border nowhere"
        assert (found["optimum_place"] == np.where(found["optimum_w"] == 1, 2, 0)).all()
        # n = 0 knows no weight; it is what w = 1 would give, so the best w is no worse.
        assert np.isnan(found["optimum_w_clean"]).all()
        assert (found["optimum_test_error_clean"] >= (1 - 1e-12) * found["optimum_test_error"]).all()
        assert text(found, "schema_name") == "collapse-optimum" and "[grid]" in text(found, "config")
    assert outcome.stdout.count("w = 0.6180339887") == 4


def test_an_optimum_on_the_border_is_flagged(collapse):
    config = collapse.write({**MIX, "model.real_labels": "fixed"})
    outcome = collapse("optimum", config, "--over", "w", "--range", "0,1", "--output", "best.h5", expect=COMPLETE)
    with h5py.File(collapse.folder / "best.h5") as found:
        assert (found["optimum_w"][()] == 1).all() and (found["optimum_place"][()] == 2).all()
    assert outcome.stdout.count("on the border") == 4


def test_the_error_at_the_optimum_is_the_one_that_run_predicts_there(collapse):
    keys = {**SMALL, "grid.beta": "1.5", "grid.T": "60", "grid.lambda": "0.5", "simulation.replicates": "0"}
    outcome = collapse("optimum", collapse.write(keys), "--over", "lambda", "--grid.n=3", "--output", "best.h5", expect=COMPLETE)
    assert outcome.stderr == "collapse: 1 cell in best.h5\n"
    with h5py.File(collapse.folder / "best.h5") as found:
        best, error = found["optimum_lambda"][()].item(), found["optimum_test_error"][()].item()
        best_clean, error_clean = found["optimum_lambda_clean"][()].item(), found["optimum_test_error_clean"][()].item()
    around = [best, best_clean, 0.8 * best, 1.25 * best, 0.8 * best_clean, 1.25 * best_clean]
    collapse("run", collapse.write(keys), "--grid.lambda=" + ",".join(map(repr, around)), "--grid.n=0,3", expect=COMPLETE)
    with h5py.File(collapse.folder / "out.h5") as file:
        place = {value: i for i, value in enumerate(file["lambda"][()])}
        theory = file["theory_test_error"][0, 0, 0]
    at = lambda value, n: theory[place[value], n]
    assert at(best, 1) == pytest.approx(error, rel=1e-12) and at(best_clean, 0) == pytest.approx(error_clean, rel=1e-12)
    assert all(error < at(factor * best, 1) and error_clean < at(factor * best_clean, 0) for factor in (0.8, 1.25))


def test_the_range_is_obeyed(collapse):
    collapse("optimum", collapse.write(MIX), "--over", "w", "--range", "0.7, 0.9", "--output", "best.h5", expect=COMPLETE)
    with h5py.File(collapse.folder / "best.h5") as found:
        assert (found["optimum_w"][()] == 0.7).all() and (found["optimum_place"][()] == 1).all()


def test_two_parameters_have_an_optimum_and_a_place_each_and_whole_ones_stay_whole(collapse):
    config = collapse.write({**MIX, "grid.n": "4", "grid.sigma0": "0.8", "grid.lambda": "0.1"})
    outcome = collapse("optimum", config, "--over", "w,lambda", "--output", "best.h5", expect=COMPLETE)
    assert outcome.stdout.count("lambda = ") == 4
    with h5py.File(collapse.folder / "best.h5") as found:
        assert {name for name in found if name.startswith("optimum_")} == {
            "optimum_test_error", "optimum_test_error_clean",
            *(f"optimum_{name}{part}" for name in ("w", "lambda") for part in ("", "_place", "_clean", "_place_clean"))}
        assert (found["optimum_w_place_clean"][()] == 3).all() and (found["optimum_lambda_place_clean"][()] == 0).all()
        both = found["optimum_test_error"][()]
    collapse("optimum", config, "--over", "lambda", "--output", "one.h5", expect=COMPLETE)
    with h5py.File(collapse.folder / "one.h5") as found:
        assert (both.squeeze() < found["optimum_test_error"][()].squeeze()).all()  # w = 0.5 is not the best
    collapse("optimum", config, "--over", "n", "--range", "1, 9", "--output", "n.h5", expect=COMPLETE)
    with h5py.File(collapse.folder / "n.h5") as found:
        assert (found["optimum_n"][()] == np.round(found["optimum_n"][()])).all()


def test_rows_have_weights_within_0_and_1_labels_any(collapse):
    keys = {**MIX, "grid.n": "2", "grid.k": "1", "grid.lambda": "0.1", "model.protocol": "weighted"}
    config = collapse.write({key: value for key, value in keys.items() if key != "model.design"})
    collapse("optimum", config, "--over", "w", "--output", "best.h5", expect=COMPLETE)
    with h5py.File(collapse.folder / "best.h5") as found:
        assert b"from 0 to 1" in np.bytes_(found["optimum_w"].attrs["long_name"])
    assert_one_sentence(collapse("optimum", config, "--over", "w", "--range", "0, 2"), "grid.w = 2", "[0, 1]")


@pytest.mark.parametrize("words, named", [
    ([], ["--over", "w,lambda"]),
    (["--over", "sigma1"], ["--over sigma1", "sigma", "--range"]),
    (["--over", "w,n,lambda"], ["--over w,n,lambda", "3"]),
    (["--over", "lambda,ell"], ["--over lambda,ell", "twice"]),
    (["--over", "n", "--range", "0.5, 2"], ["--range 0.5, 2", "whole"]),
    (["--over", "w,lambda", "--range", "0, 1"], ["--range 0, 1", "each"]),
    (["--over", "p"], ["grid.p", "mix"]),
    (["--over", "w", "--range", "0.5"], ["--range", "0.5"]),
    (["--over", "w", "--range", "0.9, 0.1"], ["--range", "0.9, 0.1"]),
    (["--over", "sigma0", "--range", "-1, 2"], ["--range -1, 2"]),
    (["--over", "lambda", "--range", "0, 1"], ["--range", "0, 1"]),
    (["--over", "w", "--output", "sweep.ini"], ["sweep.ini", "--output"]),
], ids=str)
def test_a_bad_question_is_refused(collapse, words, named):
    config = collapse.write(MIX)
    before = contents(collapse.folder)
    assert_one_sentence(collapse("optimum", config, *words), *named)
    assert contents(collapse.folder) == before
