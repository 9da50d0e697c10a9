"""The number of ranks, the order of the work and the rest of the grid change no number."""
import h5py
import numpy as np
import pytest
import xarray

from program import COMPLETE
from results import differences
from sweeps import SMALL

PRECISE = {**SMALL, "simulation.replicates": "2000", "simulation.precision": "0.05", "simulation.min_replicates": "20"}
# Rows of 440 cells: their results are longer than what MPI sends without the receiver's help.
LEVELS = {**SMALL, "grid.sigma": "0, 0.1, 0.4", "grid.sigma0": "0.2, 0.5"}
AVERAGED = {**SMALL, "simulation.noise": "averaged"}
LONG_ROWS = {**SMALL, "grid.lambda": "logspace(-3, 1, 40)", "grid.n": "0:10"}
SIMULATED = ["sim_test_error", "sim_test_error_stderr", "sim_bias", "sim_variance", "replicates", "zscore"]
PREDICTED = ["theory_test_error", "theory_bias", "theory_variance", "exact_test_error"]


@pytest.fixture(scope="module")
def alone(shared):
    """Results of one process without a launcher."""
    for name, keys in [("small", SMALL), ("precise", PRECISE), ("long-rows", LONG_ROWS), ("averaged", AVERAGED)]:
        shared("run", shared.write(keys, f"{name}.ini"), f"--output={name}.h5", expect=COMPLETE)
    return shared


@pytest.mark.mpi
@pytest.mark.parametrize("ranks", [1, 2, 3])
def test_any_number_of_ranks_gives_the_same_bits(collapse, alone, ranks):
    """mpirun -n 1 included: a launcher changes nothing."""
    collapse("run", collapse.write(SMALL), ranks=ranks, expect=COMPLETE)
    assert differences(alone.folder / "small.h5", collapse.folder / "out.h5") == []


@pytest.mark.mpi
@pytest.mark.parametrize("ranks", [2, 3])
def test_a_wanted_precision_stops_after_the_same_replicates_on_any_number_of_ranks(collapse, alone, ranks):
    collapse("run", collapse.write(PRECISE), ranks=ranks, expect=COMPLETE)
    assert differences(alone.folder / "precise.h5", collapse.folder / "out.h5") == []


@pytest.mark.mpi
@pytest.mark.parametrize("ranks", [1, 2, 3])
def test_averaged_noise_gives_the_same_bits_on_any_number_of_ranks(collapse, alone, ranks):
    collapse("run", collapse.write(AVERAGED), ranks=ranks, expect=COMPLETE)
    assert differences(alone.folder / "averaged.h5", collapse.folder / "out.h5") == []


@pytest.mark.mpi
@pytest.mark.parametrize("ranks", [1, 2, 3])
@pytest.mark.parametrize("noise", ["drawn", "averaged"])
def test_a_grid_of_noise_levels_has_the_bits_of_each_pair_by_itself(collapse, ranks, noise):
    """Rows that differ in sigma and sigma0 share their draws and travel together."""
    keys = {**LEVELS, "simulation.noise": noise}
    collapse("run", collapse.write(keys), ranks=ranks, expect=COMPLETE)
    with xarray.open_dataset(collapse.folder / "out.h5", engine="h5netcdf") as grid:
        for sigma, sigma0 in [(0, 0.2), (0.1, 0.5), (0.4, 0.2)]:
            one = {**keys, "grid.sigma": sigma, "grid.sigma0": sigma0, "output.file": "one.h5"}
            collapse("run", collapse.write(one, "one.ini"), "--fresh", expect=COMPLETE)
            with xarray.open_dataset(collapse.folder / "one.h5", engine="h5netcdf") as alone:
                for name in SIMULATED:
                    np.testing.assert_array_equal(grid[name].sel(sigma=sigma, sigma0=sigma0), alone[name], err_msg=name)


def test_the_plan_tells_how_many_draws_serve_a_grid_of_noise_levels(collapse):
    plan = collapse("plan", collapse.write(LEVELS), "--json").json
    assert plan["rows"] == 36 and plan["drawn_rows"] == 6
    assert "6 draws serve 36 rows" in collapse("plan", collapse.write(LEVELS)).stdout
    assert "serve" not in collapse("plan", collapse.write(SMALL)).stdout


@pytest.mark.mpi
@pytest.mark.parametrize("ranks", [2, 4])
def test_long_results_come_through_whole_and_in_order(collapse, alone, ranks):
    collapse("run", collapse.write(LONG_ROWS), ranks=ranks, expect=COMPLETE)
    assert differences(alone.folder / "long-rows.h5", collapse.folder / "out.h5") == []


@pytest.mark.mpi
def test_the_file_tells_how_many_ranks_wrote_it(collapse):
    collapse("run", collapse.write(SMALL), ranks=2, expect=COMPLETE)
    (segment,) = collapse("status", "out.h5", "--json").json["segments"]
    assert segment["ranks"] == 2 and "x 2" in segment["hosts"]


def test_a_wanted_precision_is_reached_with_no_more_replicates_than_needed(alone):
    with h5py.File(alone.folder / "precise.h5") as file:
        error, stderr, replicates = (file[name][()] for name in ["sim_test_error", "sim_test_error_stderr", "replicates"])
    assert np.all((stderr <= 0.05 * error) | (replicates == 2000))
    assert np.all(replicates % 20 == 0)
    assert replicates.min() < replicates.max(), "some rows are harder than others"


def test_a_second_run_gives_the_same_bits(collapse, alone):
    collapse("run", collapse.write(SMALL), expect=COMPLETE)
    assert differences(alone.folder / "small.h5", collapse.folder / "out.h5") == []


def test_another_seed_gives_other_numbers(collapse, alone):
    collapse("run", collapse.write({**SMALL, "simulation.seed": "4"}), expect=COMPLETE)
    assert set(SIMULATED) - {"replicates"} <= set(differences(alone.folder / "small.h5", collapse.folder / "out.h5"))


LARGER = {
    "grid.lambda": ("0, 0.01, 0.1, 1", "lambda"),
    "grid.n": ("0:5", "n"),
    "grid.T": ("15, 20, 25, 40, 60", "T"),
    "grid.beta": ("0, 0.7, 1.5", "beta"),
    "grid.d": ("10, 20", "d"),
    "grid.sigma0": ("0.1, 0.2", "sigma0"),
}


@pytest.mark.parametrize("key", LARGER)
def test_a_larger_grid_changes_no_old_number(collapse, alone, key):
    values, name = LARGER[key]
    collapse("run", collapse.write({**SMALL, key: values}), expect=COMPLETE)
    with xarray.open_dataset(alone.folder / "small.h5", engine="h5netcdf") as old, \
            xarray.open_dataset(collapse.folder / "out.h5", engine="h5netcdf") as new:
        common = new.sel({name: old[name].values})
        assert new.sizes[name] > old[name].size
        for variable in SIMULATED + PREDICTED:
            assert common[variable].values.tobytes() == old[variable].values.tobytes(), variable


def test_further_replicates_keep_the_first_ones(collapse):
    """Replicate i belongs to i: the mean over 3 of them is a third of the sum, whoever asks for how many."""
    sums = []
    for count in [1, 2, 3]:
        collapse("run", collapse.write({**SMALL, "simulation.replicates": str(count)}), f"--output={count}.h5", expect=COMPLETE)
        with h5py.File(collapse.folder / f"{count}.h5") as file:
            sums.append(count * file["sim_test_error"][()])
            spread = file["sim_test_error_stderr"][()]
    one, two, three = (sums[0], sums[1] - sums[0], sums[2] - sums[1])
    expected = np.std([one, two, three], axis=0, ddof=1) / np.sqrt(3)
    np.testing.assert_allclose(spread, expected, rtol=1e-6)
