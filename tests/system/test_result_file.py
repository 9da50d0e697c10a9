"""The contract of the result file (README, "Reading the file"), item by item, through h5py and xarray."""
import json
import shutil
import subprocess

import h5py
import numpy as np
import pytest
import xarray

from program import COMPLETE, STOPPED
from results import text
from sweeps import PREDICTIONS, SMALL

SWEEP = {**SMALL, "grid.T": "15, 20, 60"}  # T = 20 = d: the interpolation threshold, at lambda = 0
CORE = ("alpha", "beta", "T", "lambda", "n")
SCALARS = {"d": 20, "T0": 60, "lambda0": 0, "sigma": 0.1, "sigma0": 0.2}
TYPES = {
    "sim_test_error": "<f8", "sim_test_error_stderr": "<f8", "sim_bias": "<f8", "sim_variance": "<f8", "replicates": "<i8",
    "theory_test_error": "<f8", "theory_generator_error": "<f8", "sim_generator_error": "<f8",
    "theory_bias": "<f8", "theory_variance": "<f8", "exact_test_error": "<f8", "zscore": "<f8",
    "status": "|u1", "failure": "|u1", "task_seconds": "<f8",
    **{f"{source}_{part}": "<f8" for source in ("sim", "theory") for part in
       ("clean_bias", "clean_variance", "collapse_bias", "collapse_variance")},
    "sim_regime": "|u1", "theory_regime": "|u1", "theory_rate_T": "<f8", "theory_rate_lambda": "<f8", "theory_rate_n": "<f8",
    "asymptotic_rate_T": "<f8",
}
COMPONENTS = ("clean_bias", "clean_variance", "collapse_bias", "collapse_variance")
THEORY = ["theory_test_error", "theory_bias", "theory_variance", "exact_test_error"]
SIMULATION = ["sim_test_error", "sim_test_error_stderr", "sim_bias", "sim_variance"]
PENDING, DONE, FAILED, SKIPPED = range(4)


@pytest.fixture(scope="module")
def path(shared):
    shared("run", shared.write(SWEEP), expect=COMPLETE)
    return shared.folder / "out.h5"


@pytest.fixture(scope="module")
def file(path):
    with h5py.File(path) as opened:
        yield opened


@pytest.fixture(scope="module")
def dataset(path):
    with xarray.open_dataset(path, engine="h5netcdf") as opened:
        yield opened.load()


def run(collapse, **keys):
    """The dataset of a sweep of predictions with other keys of [grid]."""
    collapse("run", collapse.write({**PREDICTIONS, **{f"grid.{name}": value for name, value in keys.items()}}), expect=COMPLETE)
    with xarray.open_dataset(collapse.folder / "out.h5", engine="h5netcdf") as opened:
        return opened.load()


@pytest.mark.parametrize("name", TYPES)
def test_a_variable_has_its_type_dimensions_and_description(file, dataset, name):
    assert file[name].dtype.str == TYPES[name]
    assert dataset[name].dtype.str == TYPES[name], "xarray does not convert it"
    assert dataset[name].dims == CORE
    assert text(file[name], "long_name") and text(file[name], "units") == ("s" if name == "task_seconds" else "1")


@pytest.mark.parametrize("name", THEORY)
def test_theory_cites_its_paper(file, name):
    assert "2402.07712" in text(file[name], "citation")


def test_axes_are_dimension_scales_with_the_values_of_the_config(file, dataset):
    for name, values in {"alpha": [1.2], "beta": [0, 1.5], "T": [15, 20, 60], "lambda": [0, 0.1], "n": [0, 1, 3]}.items():
        assert h5py.h5ds.is_scale(file[name].id) and file[name].dtype.str == "<f8"
        np.testing.assert_array_equal(dataset[name], values)
        assert text(file[name], "long_name") and text(file[name], "units") == "1"
    assert [scale[0].name for scale in file["status"].dims] == [f"/{name}" for name in CORE]


def test_parameters_with_one_value_are_scalars(file):
    for name, value in SCALARS.items():
        assert file[name].shape == () and file[name][()] == value
        assert text(file[name], "long_name") and text(file[name], "units") == "1"
    assert not {"w", "p", "k"} & set(file), "parameters of other protocols are absent"


def test_the_root_says_what_the_file_is(file):
    attributes = {name: text(file, name) for name in file.attrs}
    assert attributes["Conventions"].startswith("CF-") and attributes["title"]
    assert attributes["schema_name"] == "collapse-results" and attributes["schema_version"] == 2
    assert attributes["app_version"] and len(attributes["git_sha1"]) >= 7
    assert attributes["created"] <= attributes["modified"] and attributes["modified"].endswith("Z")
    assert attributes["complete"] == 1


def test_provenance_holds_everything_that_is_needed_to_repeat_the_run(file, path):
    provenance = {name: text(file["provenance"], name) for name in file["provenance"].attrs}
    assert provenance["config"] == (path.parent / "sweep.ini").read_text()
    assert "grid.lambda0 = 0\n" in provenance["resolved_config"] and "model.spectrum = power_law\n" in provenance["resolved_config"]
    assert provenance["seed"] == 3 and provenance["sampler_version"] == 5
    assert "2402.07712" in provenance["citations"]
    for name in ["compiler", "libraries", "processor", "random_generator"]:
        assert provenance[name]


def test_every_run_on_the_file_leaves_a_segment(file):
    (segment,) = map(json.loads, file["provenance/segments"][()].tobytes().rstrip(b"\0").splitlines())
    assert segment["command_line"].startswith("collapse run ") and segment["ranks"] == 1 and segment["hosts"]
    assert segment["start"] <= segment["end"] and segment["cells_done"] == 36 and segment["core_seconds"] > 0


def test_flags_carry_their_meanings(file):
    assert text(file["status"], "flag_meanings") == "pending done failed skipped"
    np.testing.assert_array_equal(file["status"].attrs["flag_values"], [0, 1, 2, 3])
    meanings = text(file["failure"], "flag_meanings").split()
    assert meanings[:2] == ["none", "infinite_error"]
    np.testing.assert_array_equal(file["failure"].attrs["flag_values"], range(len(meanings)))


def test_the_interpolation_threshold_is_skipped_with_infinite_theory(dataset):
    threshold = dataset.sel(T=20, **{"lambda": 0})
    assert np.all(threshold.status == SKIPPED) and np.all(threshold.failure == 1)
    assert np.all(np.isposinf(threshold.theory_test_error))
    assert np.all(threshold.replicates == 0)
    for name in [*SIMULATION, "zscore"]:
        assert np.all(np.isnan(threshold[name])), name


def test_all_other_cells_are_done(dataset):
    others = dataset.where((dataset["T"] != 20) | (dataset["lambda"] != 0))
    status = others.status.values[~np.isnan(others.status.values)]
    assert len(status) == 36 - 6 and np.all(status == DONE)
    assert np.nansum(others.failure) == 0 and np.nanmin(others.replicates) == np.nanmax(others.replicates) == 200
    for name in [*SIMULATION, *THEORY[:3], "zscore", "task_seconds"]:
        assert np.all(np.isfinite(others[name].values.ravel()[~np.isnan(others.status.values.ravel())])), name


def test_the_zscore_is_simulation_minus_theory_in_standard_errors(dataset):
    expected = (dataset.sim_test_error - dataset.theory_test_error) / dataset.sim_test_error_stderr
    np.testing.assert_allclose(dataset.zscore.where(np.isfinite(expected)), expected.where(np.isfinite(expected)), rtol=1e-12)


def test_bias_and_variance_of_theory_are_its_test_error(dataset):
    finite = np.isfinite(dataset.theory_test_error)
    np.testing.assert_allclose((dataset.theory_bias + dataset.theory_variance).where(finite), dataset.theory_test_error.where(finite),
                               rtol=1e-12)


def test_bias_and_variance_of_the_simulation_are_its_test_error_up_to_a_cross_term(dataset):
    """The cross term has mean zero and is no larger than 2 sqrt(bias variance) in a replicate."""
    done = dataset.where(dataset.status == DONE)
    rest = np.abs(done.sim_test_error - done.sim_bias - done.sim_variance)
    assert np.all((rest <= 2 * np.sqrt(done.sim_bias * done.sim_variance) + 1e-12) | np.isnan(rest))
    assert float((rest / done.sim_test_error).max()) < 0.2


def test_exact_values_are_there_for_least_squares_and_nowhere_else(dataset):
    exact = dataset.exact_test_error
    assert np.all(np.isfinite(exact.sel(T=60, **{"lambda": 0})))
    assert np.all(np.isnan(exact.sel(**{"lambda": 0.1})))
    n = dataset["n"].values
    expected = 0.1**2 * 20 / (60 - 20 - 1) + n * 0.2**2 * 20 / (60 - 20 - 1)   # [DFK]; THEORY, section 4.1
    np.testing.assert_allclose(exact.sel(T=60, beta=1.5, alpha=1.2, **{"lambda": 0}), expected, rtol=1e-12)


def test_pending_cells_hold_nothing(collapse):
    collapse("run", collapse.write(SMALL), "--time-left=0", expect=STOPPED)
    with h5py.File(collapse.folder / "out.h5") as file:
        assert np.all(file["status"][()] == PENDING) and file.attrs["complete"] == 0
        for name in [*SIMULATION, *THEORY, "zscore"]:
            assert np.all(np.isnan(file[name][()])), name


@pytest.mark.parametrize("keys, dims", [
    ({"d": "20, 30"}, ("d", *CORE)),
    ({"sigma0": "0, 0.2"}, ("sigma0", *CORE)),
    ({"sigma0": "0, 0.2", "d": "20, 30", "lambda0": "0, 1", "T0": "50, 60", "sigma": "0, 1"},
     ("d", "T0", "lambda0", "sigma", "sigma0", *CORE)),
    ({"lambda": "T^-0.2, T^-0.4"}, ("alpha", "beta", "T", "ell", "n")),
    ({"alpha": None, "r": "0.5, 1", "beta": "1.2, 1.5"}, ("r", "beta", "T", "lambda", "n")),
    ({"T0": "T^1.1, T^1.2"}, ("b", *CORE)),
], ids=lambda value: " ".join(value))
def test_axes_stand_in_the_order_of_the_contract(collapse, keys, dims):
    dataset = run(collapse, **keys)
    assert {dataset[name].dims for name in TYPES} == {dims}
    assert set(dims) - set(dataset.coords) == set()


def test_exponents_come_with_the_parameters_that_follow_from_them(collapse):
    dataset = run(collapse, **{"lambda": "T^-0.2, T^-0.4", "alpha": None, "r": "0.5, 1", "beta": "1.2, 1.5", "T0": "T^1.1, T^1.2"})
    T, ell, r, b, beta = (dataset[name] for name in ["T", "ell", "r", "b", "beta"])
    np.testing.assert_allclose(dataset["lambda"], (T ** -ell).transpose(*dataset["lambda"].dims), rtol=1e-14)
    np.testing.assert_allclose(dataset["alpha"], (1 + beta * (2 * r - 1)).transpose(*dataset["alpha"].dims), rtol=1e-14)
    np.testing.assert_allclose(dataset["T0"], (T ** b).transpose(*dataset["T0"].dims), rtol=1e-14)  # only simulations round


def test_an_exponent_gives_the_numbers_of_its_ridge(collapse):
    """One T, so that lambda = T^-0.4 is one number."""
    by_exponent = run(collapse, T="60", **{"lambda": "T^-0.4"})
    (collapse.folder / "out.h5").unlink()
    by_number = run(collapse, T="60", **{"lambda": repr(60.0**-0.4)})
    for name in THEORY:
        np.testing.assert_allclose(by_exponent[name].values, by_number[name].values, rtol=1e-12)


def test_predictions_alone_are_done_without_simulation(collapse):
    dataset = run(collapse, T="15, 60")
    assert np.all(dataset.status == DONE) and np.all(dataset.replicates == 0)
    assert np.all(np.isfinite(dataset.theory_test_error)) and np.all(np.isnan(dataset.sim_test_error))


def test_infinitely_many_generations_are_predicted_where_the_limit_exists(collapse):
    """Every generation mixed with real labels has a limit; pure replacement with noise grows for ever."""
    grid = {"grid.n": "0, 1000, inf", "grid.T": "60", "grid.lambda": "0.1", "grid.T0": None, "grid.w": "0.5"}
    collapse("run", collapse.write({**PREDICTIONS, **grid, "model.protocol": "mix"}), expect=COMPLETE)
    with h5py.File(collapse.folder / "out.h5") as file:
        error, n = file["theory_test_error"][()], file["n"][()]
    assert np.isposinf(n[-1]) and np.all(error[..., 0] != error[..., 2])
    np.testing.assert_allclose(error[..., 1], error[..., 2], rtol=1e-9)


def test_an_infinite_dimension_is_predicted(collapse):
    dataset = run(collapse, d="inf", T0="60", beta="1.5", n="0, 1")
    assert np.all(np.isfinite(dataset.theory_test_error)) and np.isposinf(dataset["d"])


@pytest.mark.parametrize("source", ["sim", "theory"])
def test_components_sum_to_the_error_and_the_regime_is_the_largest(dataset, source):
    parts = [dataset[f"{source}_{part}"] for part in COMPONENTS]
    whole = dataset[f"{source}_bias"] + dataset[f"{source}_variance"]
    known = np.isfinite(sum(parts))
    assert known.sum() >= 0.8 * known.size
    np.testing.assert_allclose(sum(parts).where(known), whole.where(known), rtol=1e-12, atol=1e-15)
    for part in COMPONENTS[:2]:
        np.testing.assert_array_equal(dataset[f"{source}_{part}"].sel(n=3), dataset[f"{source}_{part[6:]}"].sel(n=0))
    largest = 1 + np.argmax(np.stack([part.values for part in parts]), axis=0)
    np.testing.assert_array_equal(dataset[f"{source}_regime"].values[known.values], largest[known.values])


def test_without_n_0_only_theory_knows_the_components(collapse):
    collapse("run", collapse.write({**SWEEP, "grid.n": "1, 3", "simulation.replicates": "2"}), expect=COMPLETE)
    with xarray.open_dataset(collapse.folder / "out.h5", engine="h5netcdf") as opened:
        assert np.all(np.isnan(opened.sim_clean_bias)) and np.all(opened.sim_regime == 0)
        assert np.all(np.isfinite(opened.theory_clean_bias.sel(T=60))) and np.all(opened.theory_regime.sel(T=60) > 0)


def test_exponents_of_T_may_give_generations_and_huge_samples(collapse):
    kept = {key: value for key, value in PREDICTIONS.items() if key not in ("grid.lambda", "grid.T0", "grid.n")}
    path = {"grid.d": "inf", "grid.T": "logspace(2, 12, 5)", "grid.beta": "1.5", "grid.lambda": "T^-0.5", "grid.T0": "T^0.9",
            "grid.n": "T^0, T^0.5"}
    collapse("run", collapse.write({**kept, **path}), expect=COMPLETE)
    with xarray.open_dataset(collapse.folder / "out.h5", engine="h5netcdf") as dataset:
        assert np.all(np.isfinite(dataset.theory_test_error)) and np.all(np.isfinite(dataset.theory_rate_T))
        np.testing.assert_allclose(dataset.n.transpose("T", "a"), dataset["T"].values[:, None] ** dataset.a.values, rtol=1e-12)
        # n sigma0^2 T^(ell / beta - b), n = T^a, is the largest term
        np.testing.assert_allclose(dataset.theory_rate_T.sel(a=0.5).values[..., -1, :], 0.5 + 0.5 / 1.5 - 0.9, atol=0.01)


def test_ncdump_reads_the_header(path):
    if shutil.which("ncdump") is None:
        pytest.skip("there is no ncdump")
    header = subprocess.run(["ncdump", "-h", path], check=True, capture_output=True, text=True).stdout
    assert "double sim_test_error(alpha, beta, T, lambda, n) ;" in header and "ubyte status(" in header


def test_h5dump_reads_the_header(path):
    if shutil.which("h5dump") is None:
        pytest.skip("there is no h5dump")
    subprocess.run(["h5dump", "-H", path], check=True, capture_output=True)
