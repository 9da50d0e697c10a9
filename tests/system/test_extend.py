"""More values on axes or more replicates: what is computed stays, and the result is that of one larger run, bit for bit."""
import h5py
import numpy as np
import pytest

from complaints import assert_one_sentence, contents
from program import BAD_INPUT, COMPLETE, STOPPED
from results import counts, differences
from sweeps import PREDICTIONS, SMALL

PRECISE = {**SMALL, "simulation.precision": "0.03", "simulation.replicates": "90", "simulation.min_replicates": "20"}

LARGER = {
    "replicates": (SMALL, {"simulation.replicates": "401"}),
    "values between, before and behind": (SMALL, {"grid.T": "10, 15, 20, 25, 60, 61"}),
    "several axes": (SMALL, {"grid.T": "15, 25, 60, 70", "grid.beta": "0, 0.5, 1.5", "simulation.replicates": "300"}),
    "a parameter becomes an axis": (SMALL, {"grid.sigma": "0.05, 0.1", "grid.d": "20, 30"}),
    "another order": (SMALL, {"grid.lambda": "0.1, 0", "grid.T": "60, 15, 25"}),
    "more in a row": (SMALL, {"grid.lambda": "0, 0.1, 0.2", "grid.n": "0:3"}),
    "precision": (PRECISE, {"simulation.replicates": "400"}),
    "precision to a limit of its own": (PRECISE, {"simulation.max_replicates": "130"}),
    "from predictions to simulations": (PREDICTIONS, {"simulation.replicates": "50"}),
    "predictions": (PREDICTIONS, {"grid.T": "15, 25, 60, 70"}),
}


@pytest.mark.parametrize("case", LARGER)
def test_an_extended_file_equals_one_that_was_that_large_from_the_start(collapse, case):
    small, more = LARGER[case]
    collapse("run", collapse.write(small), expect=COMPLETE)
    config = collapse.write({**small, **more})
    assert "is extended" in collapse("run", config, expect=COMPLETE).stderr
    collapse("run", config, "--output=fresh.h5", expect=COMPLETE)
    assert differences(collapse.folder / "fresh.h5", collapse.folder / "out.h5") == []
    assert len(collapse("status", "out.h5", "--json").json["segments"]) == 2
    assert sorted(path.name for path in collapse.folder.iterdir()) == ["fresh.h5", "out.h5", "sweep.ini"]


@pytest.mark.mpi
def test_ranks_extend_a_file_of_one_rank(collapse):
    collapse("run", collapse.write(SMALL), expect=COMPLETE)
    config = collapse.write({**SMALL, "grid.T": "15, 20, 25, 60", "simulation.replicates": "300"})
    collapse("run", config, ranks=3, expect=COMPLETE)
    collapse("run", config, "--output=fresh.h5", expect=COMPLETE)
    assert differences(collapse.folder / "fresh.h5", collapse.folder / "out.h5") == []


def test_rows_that_are_known_are_not_computed_again(collapse):
    collapse("run", collapse.write(SMALL), expect=COMPLETE)
    config = collapse.write({**SMALL, "grid.T": "15, 25, 60, 70"})
    assert "what was known of 6 of the 8 rows is kept" in collapse("run", config, "--time-left=0", expect=STOPPED).stderr
    assert counts(collapse.folder / "out.h5")["done"] == 36
    assert "resuming with 36 done" in collapse("run", config, expect=COMPLETE).stderr


def test_old_results_stay_in_sight_until_their_rows_have_the_new_ones_too(collapse):
    collapse("run", collapse.write(SMALL), expect=COMPLETE)
    with h5py.File(collapse.folder / "out.h5") as file:
        before = {name: file[name][()] for name in ["sim_test_error", "theory_test_error", "zscore", "replicates"]}
    config = collapse.write({**SMALL, "grid.lambda": "0, 0.01, 0.1"})
    assert "its results stay" in collapse("run", config, "--time-left=0", expect=STOPPED).stderr
    with h5py.File(collapse.folder / "out.h5") as file:
        assert np.all(file["status"][..., [0, 2], :] == 1) and np.all(file["status"][..., 1, :] == 0)
        for name, values in before.items():
            assert file[name][..., [0, 2], :].tobytes() == values.tobytes(), name
    collapse("run", config, expect=COMPLETE)
    collapse("run", config, "--output=fresh.h5", expect=COMPLETE)
    assert differences(collapse.folder / "fresh.h5", collapse.folder / "out.h5") == []


@pytest.mark.parametrize("key, value, named", [
    ("grid.T", "15, 60", ["25"]),
    ("grid.lambda", "0, 0.2", ["0.1", "0.2"]),
    ("simulation.replicates", "199", ["200", "199"]),
    ("simulation.precision", "0.1", ["0.1"]),
])
def test_a_smaller_or_another_sweep_is_refused(collapse, key, value, named):
    collapse("run", collapse.write(SMALL), expect=COMPLETE)
    config = collapse.write({**SMALL, key: value})
    before = contents(collapse.folder)
    assert_one_sentence(collapse("run", config), "out.h5", key, *named, "--output", code=BAD_INPUT)
    assert contents(collapse.folder) == before
