"""model.factorisation: a factor for each ridge where there are few, told by the plan, in files of its own kind."""
import h5py
import numpy as np
import pytest

from complaints import assert_one_sentence
from program import BAD_INPUT, COMPLETE
from sweeps import SMALL

LARGE = {"grid.d": "1000", "grid.beta": "1", "grid.T": "2000", "grid.T0": "2000", "grid.n": "0", "grid.lambda": "0.01", "grid.sigma": "0.1",
         "simulation.replicates": "4"}


def test_plan_tells_where_a_factor_for_each_ridge_takes_less_time(collapse):
    for ridges, is_less in ("0.01", True), ("logspace(-3, 0, 40)", False):
        config = collapse.write({**LARGE, "grid.lambda": ridges})
        known = collapse("plan", config, "--json").json["other_factorisation"]
        assert known["setting"] == "factorisation = per_ridge" and (known["time"] < 0.6 if is_less else known["time"] > 1.5)
        told = collapse("plan", config, expect=COMPLETE).stdout
        assert ("factorisation = per_ridge would take some" in told) is is_less
        other = collapse("plan", config, "--model.factorisation=per_ridge", "--json").json["other_factorisation"]
        assert other["setting"] == "factorisation = once" and other["time"] == pytest.approx(1 / known["time"])


def test_nothing_is_told_where_there_is_nothing_to_choose(collapse):
    for changes in {"simulation.noise": "averaged"}, {"simulation.replicates": "0"}, {"grid.beta": "0"}:
        assert collapse("plan", collapse.write({**LARGE, **changes}), "--json").json["other_factorisation"]["time"] == 1


def test_both_have_the_same_rows_and_errors_of_the_same_mean(collapse):
    """False-alarm rate below 1e-3: 40 cells, of which none may differ by five standard errors."""
    sweep = {"grid.d": "60", "grid.T": "40, 150", "grid.T0": "200", "grid.n": "0:3", "grid.lambda": "logspace(-2, 1, 5)", "grid.sigma": "0.3",
             "grid.sigma0": "0.4", "simulation.replicates": "200"}
    files = []
    for factorisation in "once", "per_ridge":
        collapse("run", collapse.write({**sweep, "model.factorisation": factorisation}), f"--output={factorisation}.h5", expect=COMPLETE)
        with h5py.File(collapse.folder / f"{factorisation}.h5") as file:
            files.append({name: file[name][()] for name in ("sim_test_error", "sim_test_error_stderr", "sim_bias")})
    once, apart = files
    np.testing.assert_allclose(apart["sim_bias"], once["sim_bias"], rtol=1e-9)
    errors = np.hypot(once["sim_test_error_stderr"], apart["sim_test_error_stderr"])
    assert np.all(np.abs(apart["sim_test_error"] - once["sim_test_error"]) < 5 * errors)
    assert_one_sentence(collapse("run", collapse.write(sweep), "--output=per_ridge.h5"), "model.factorisation", code=BAD_INPUT)


def test_averaged_noise_refuses_it(collapse):
    outcome = collapse("run", collapse.write({**SMALL, "model.factorisation": "per_ridge", "simulation.noise": "averaged"}))
    assert_one_sentence(outcome, "factorisation = per_ridge is not known for simulation.noise = averaged", code=BAD_INPUT)
    assert not (collapse.folder / "out.h5").exists()
