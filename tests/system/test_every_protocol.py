"""Every protocol, simulated and predicted by the program itself: `check` finds nothing."""
import h5py
import numpy as np
import pytest

from program import COMPLETE, ERROR

COMMON = {
    "grid.alpha": "1", "grid.beta": "0.7", "grid.T": "40, 160", "grid.d": "90", "grid.lambda": "0, 0.1", "grid.n": "0, 1, 4",
    "grid.sigma": "0.4", "grid.sigma0": "0.6", "simulation.replicates": "60", "output.file": "out.h5",
}
FIXED, FIXED_LABELS = {"model.design": "fixed"}, {"model.design": "fixed", "model.real_labels": "fixed"}

SWEEPS = [
    ("replace", {"grid.T0": "50, 200"}),
    ("mix", {"grid.w": "0.4"}),
    ("mix", {"grid.w": "adaptive"}),
    ("mix", {"grid.w": "0.4", **FIXED}),
    ("mix", {"grid.w": "0.4", **FIXED_LABELS}),
    ("partial", {"grid.p": "0.5"}),
    ("accumulate", {}),
    ("accumulate", FIXED),
    ("accumulate", {"model.subsample": "yes"}),
    ("weighted", {"grid.w": "0.6", "grid.k": "0.5"}),
]



def name_of(changes):
    return " ".join(f"{key.split('.')[1]}={value}" for key, value in changes.items())


@pytest.mark.parametrize("protocol, changes", SWEEPS, ids=[f"{protocol} {name_of(changes)}" for protocol, changes in SWEEPS])
def test_over_and_under_d_with_and_without_ridge_simulation_meets_theory(collapse, protocol, changes):
    collapse("run", collapse.write({**COMMON, "model.protocol": protocol, **changes}), expect=COMPLETE)
    check = collapse("check", "out.h5", "--json", expect=COMPLETE).json
    cells = 12 * (2 if protocol == "replace" else 1)
    assert (check["compared"], check["without_theory"]) == (cells, 0)


@pytest.mark.parametrize("covariates", ["rademacher", "student(8)"])
def test_other_covariates_meet_the_asymptotic_theory_and_no_formula_of_gaussian_ones(collapse, covariates):
    keys = {**COMMON, "model.protocol": "replace", "grid.T0": "50, 200", "model.covariates": covariates}
    collapse("run", collapse.write(keys), expect=COMPLETE)
    assert collapse("check", "out.h5", "--json", expect=COMPLETE).json["compared"] == 24
    with h5py.File(collapse.folder / "out.h5") as file:
        assert np.all(np.isnan(file["exact_test_error"][()])) and np.all(np.isfinite(file["theory_test_error"][()]))


@pytest.mark.parametrize("covariates", ["gaussian", "rademacher", "student(8)"])
def test_generators_at_the_threshold_leave_the_clean_fit_alone(collapse, covariates):
    """T0 = d without ridge: an infinite error, so not simulated; n = 0 is."""
    keys = {**COMMON, "model.protocol": "replace", "grid.T0": "90", "model.covariates": covariates}
    collapse("run", collapse.write(keys), expect=COMPLETE)
    status = collapse("status", "out.h5", "--json", expect=COMPLETE).json
    assert status["cells"] == {"done": 4, "failed": 0, "pending": 0, "skipped": 8} and status["skips"] == {"infinite_error": 8}


def test_a_theory_of_another_protocol_is_rejected(collapse):
    """What tells fixed from fresh designs is the theory alone: the same parameters, the wrong halves side by side."""
    keys = {**COMMON, "model.protocol": "mix", "grid.w": "0.4", "grid.n": "4", "simulation.replicates": "200"}
    collapse("run", collapse.write(keys), expect=COMPLETE)
    collapse("run", collapse.write({**keys, **FIXED}), "--output", "fixed.h5", "--simulation.replicates=0", expect=COMPLETE)
    with h5py.File(collapse.folder / "out.h5", "r+") as file, h5py.File(collapse.folder / "fixed.h5") as other:
        for name in ["theory_test_error", "exact_test_error"]:
            file[name][...] = other[name][...]
    assert collapse("check", "out.h5", "--json", expect=ERROR).json["beyond"] > 0


def test_plan_says_why_there_is_no_prediction(collapse):
    keys = {**COMMON, "model.protocol": "accumulate", "model.subsample": "yes", **FIXED}
    plan = collapse("plan", collapse.write(keys), "--json", expect=COMPLETE).json
    ((why, cells),) = plan["not_predicted"].items()
    assert "several times" in why and cells > 0
    said = collapse("plan", "sweep.ini", expect=COMPLETE).stdout
    assert f"warning   {cells} cells will lack a prediction (NaN): {why}" in said
