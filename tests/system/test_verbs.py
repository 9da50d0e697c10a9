"""What list, plan, status and check tell is true, for people and as JSON."""
import re
import shutil
import time
from statistics import median

import h5py
import numpy as np
import pytest

from program import BAD_INPUT, COMPLETE, ERROR, NOTHING, ROOT, STOPPED, wait_until
from results import text
from sweeps import LONG, PREDICTIONS, SHORT, SMALL

JOBS = sorted((ROOT / "jobs").glob("*.ini"))
CELLS, ROWS = 2 * 3 * 2 * 3, 2 * 3


@pytest.fixture(scope="module")
def finished(shared):
    """A folder with out.h5, the result of SMALL."""
    shared("run", shared.write(SMALL), expect=COMPLETE)
    return shared


def test_list_knows_the_models_their_parameters_and_the_papers(collapse):
    known = collapse("list", "--json", expect=COMPLETE).json
    (replace,) = [entry for entry in known["protocols"] if entry["name"] == "replace"]
    assert {"d", "T0", "lambda0", "sigma", "sigma0", "T", "lambda", "n"} <= set(replace["parameters"])
    assert "2402.07712" in known["references"]["DFK"]
    assert {"power_law"} <= {entry["name"] for entry in known["spectra"]}
    assert {"power_law", "random"} <= {entry["name"] for entry in known["teachers"]}
    assert {"grid.lambda", "model.protocol", "simulation.seed", "output.file"} <= {key["name"] for key in known["keys"]}
    cited = {key for part in ["protocols", "spectra", "teachers", "estimators"] for entry in known[part] for key in entry["citations"]}
    assert cited == set(known["references"])


def test_list_says_the_same_in_words(collapse):
    words = collapse("list", expect=COMPLETE).stdout
    known = collapse("list", "--json", expect=COMPLETE).json
    for part in ["protocols", "spectra", "teachers", "covariates", "estimators"]:
        for entry in known[part]:
            assert entry["name"] in words and entry["summary"] in words
    assert "[]" not in words, "empty brackets where nothing is cited"


def test_list_tells_the_default_of_each_key(collapse):
    keys = {key["name"]: key for key in collapse("list", "--json", expect=COMPLETE).json["keys"]}
    defaults = {"grid.sigma": "0", "grid.lambda": "0", "grid.n": "0", "grid.T": "", "grid.ell": "", "model.protocol": "replace",
                "model.design": "fresh", "simulation.replicates": "100", "simulation.min_replicates": "20", "simulation.seed": "1"}
    assert {name: keys[name]["default"] for name in defaults} == defaults
    for text in [collapse("list", expect=COMPLETE).stdout, collapse("run", "--help", expect=COMPLETE).stdout]:
        words = " ".join(text.split())
        assert "label noise, a list, or a parameter to follow (default 0)" in words and "random numbers (default 1)" in words


def test_plan_tells_every_input_and_which_is_a_default(collapse):
    config = collapse.write({**SMALL, "grid.sigma": None, "grid.lambda": "T^-0.5", "simulation.seed": None})
    plan = collapse("plan", config, "--simulation.replicates=7", "--json", expect=COMPLETE).json
    settings = {entry["key"]: (entry["value"], entry["default"]) for entry in plan["settings"]}
    expected = {"model.protocol": ("replace", False), "model.spectrum": ("power_law", True), "simulation.replicates": ("7", False),
                "simulation.seed": ("1", True), "grid.d": ("20", False), "grid.T0": ("60", False), "grid.lambda0": ("0", True),
                "grid.sigma": ("0", True), "grid.sigma0": ("0.2", False), "grid.beta": ("0, 1.5", False), "grid.ell": ("0.5", False)}
    assert {key: settings[key] for key in expected} == expected and "grid.lambda" not in settings
    lines = collapse("plan", config, expect=COMPLETE).stdout.splitlines()
    assert "settings  protocol = replace, replicates = 200" in lines
    assert [line.split() for line in lines if line.split()[0] in ("sigma", "sigma0", "d")] == [
        "d 1 value 20".split(), "sigma 1 value 0 (default)".split(), "sigma0 1 value 0.2".split()]


def test_what_follows_from_another_key_is_no_default(collapse):
    config = collapse.write({**SMALL, "model.protocol": "mix", "grid.T0": None, "grid.w": "adaptive"})
    settings = {entry["key"]: entry for entry in collapse("plan", config, "--json", expect=COMPLETE).json["settings"]}
    assert settings["model.weighting"] == {"key": "model.weighting", "value": "adaptive", "default": False}
    assert settings["model.design"]["default"]


def test_plan_counts_what_run_makes(collapse, finished):
    plan = finished("plan", "sweep.ini", "--json", expect=COMPLETE).json
    assert (plan["cells"], plan["rows"], plan["output"]) == (CELLS, ROWS, "out.h5")
    assert [dimension["name"] for dimension in plan["dimensions"]] == ["alpha", "beta", "T", "lambda", "n"]
    with h5py.File(finished.folder / "out.h5") as file:
        assert file["status"].size == plan["cells"]
        assert [len(dimension["values"]) for dimension in plan["dimensions"]] == list(file["status"].shape)


def test_plan_predicts_the_size_of_the_file(collapse):
    for keys in [SMALL, {**SMALL, "grid.lambda": "linspace(0, 1, 300)", "simulation.replicates": "1"}, PREDICTIONS]:
        config = collapse.write(keys)
        predicted = collapse("plan", config, "--json", expect=COMPLETE).json["file_bytes"]
        collapse("run", config, "--fresh", expect=COMPLETE)
        assert 0.5 < predicted / (collapse.folder / "out.h5").stat().st_size < 2


def test_plan_predicts_the_cost_within_a_factor_of_five(collapse):
    """Five, and the median of five: the cores of a test machine have other work at times."""
    config = collapse.write(SHORT)
    predicted = 3600 * median(collapse("plan", config, "--json", expect=COMPLETE).json["core_hours"] for _ in range(5))
    collapse("run", config, expect=COMPLETE)
    assert 0.2 < predicted / collapse("status", "out.h5", "--json").json["core_seconds"] < 5


def test_plan_knows_what_predictions_cost(collapse):
    config = collapse.write({**PREDICTIONS, "grid.d": "300", "grid.T0": "900", "grid.T": "50:500:10", "grid.lambda": "logspace(-3, 1, 40)"})
    predicted = 3600 * median(collapse("plan", config, "--json", expect=COMPLETE).json["core_hours"] for _ in range(5))
    for _ in range(3):  # half a second: one of them is without an interruption
        collapse("run", config, "--fresh", expect=COMPLETE)
    found = [collapse("status", path.name, "--json", expect=COMPLETE).json["core_seconds"] for path in collapse.folder.glob("out.h5*")]
    assert len(found) == 3 and 0.2 < predicted / median(found) < 5


def test_plan_says_where_more_ranks_stop_helping(collapse):
    plan = collapse("plan", collapse.write(SHORT), "--json", expect=COMPLETE).json
    seconds = [entry["seconds"] for entry in plan["wall_time"]]
    assert plan["useful_ranks"] >= 1 and seconds == sorted(seconds, reverse=True)
    assert seconds[-1] >= plan["longest_task_seconds"]


def test_plan_warns_of_cells_that_cannot_be_simulated(collapse):
    config = collapse.write({**SMALL, "grid.T": "15, 20"})
    plan = collapse("plan", config, "--json", expect=COMPLETE).json
    assert plan["not_simulated"] == {"infinite_error": 2 * 3}  # T = d at lambda = 0: two beta, three n
    assert "warning   6 cells" in collapse("plan", config, expect=COMPLETE).stdout


def test_plan_of_predictions_does_not_miss_the_simulation(collapse):
    config = collapse.write({**PREDICTIONS, "grid.T": "15, 20"})
    assert collapse("plan", config, "--json", expect=COMPLETE).json["not_simulated"] == {}
    assert "simulated" not in collapse("plan", config, expect=COMPLETE).stdout


def test_plan_writes_no_file(collapse):
    collapse("plan", collapse.write(SMALL), expect=COMPLETE)
    assert [path.name for path in collapse.folder.iterdir()] == ["sweep.ini"]


@pytest.mark.parametrize("job", JOBS, ids=[job.stem for job in JOBS])
def test_every_committed_job_is_planned(collapse, job):
    plan = collapse("plan", job, "--json", expect=COMPLETE).json
    assert plan["cells"] > 0 and plan["file_bytes"] > 0 and plan["output"].endswith(".h5")


def test_there_are_jobs():
    assert JOBS


def test_status_says_why_predictions_are_missing(collapse):
    """A limit that is not known, and values at the threshold of T = d rows that are smaller than their rounding errors."""
    config = {**PREDICTIONS, "model.protocol": "distill", "grid.w": "-1.5", "grid.T": "10, 20", "grid.n": "1, 2, inf", "grid.lambda": "1e-200, 0.001"}
    for parameter in ("T0", "sigma0"):
        del config[f"grid.{parameter}"]
    collapse("run", collapse.write(config), expect=COMPLETE)
    found = collapse("status", "out.h5", "--json", expect=COMPLETE).json["not_predicted"]
    with h5py.File(collapse.folder / "out.h5") as file:
        missing = np.isnan(file["theory_test_error"][()])
    assert sum(found.values()) == missing.sum()
    (limit,) = [count for reason, count in found.items() if reason.startswith("no limit is known")]
    (rounding,) = [count for reason, count in found.items() if reason.startswith("rounding errors")]
    assert limit == missing[..., 2].sum() == 2 * 2 * 2 and rounding == missing[..., :2].sum() > 0
    assert re.search(rf"NaN +{limit} cells without a prediction: no limit", collapse("status", "out.h5").stdout)


def test_status_of_a_complete_file(finished):
    status = finished("status", "out.h5", "--json", expect=COMPLETE).json
    assert status["complete"] and status["cells"] == {"done": CELLS, "failed": 0, "pending": 0, "skipped": 0}
    assert status["failures"] == {} and status["core_seconds_left"] == 0
    (segment,) = status["segments"]
    assert segment["cells_done"] == CELLS and segment["ranks"] == 1 and segment["end"] >= segment["start"]
    assert 0 < segment["core_seconds"] == status["core_seconds"] < 60
    assert f"{CELLS} done" in finished("status", "out.h5").stdout


def test_status_counts_skipped_cells(collapse):
    collapse("run", collapse.write({**SMALL, "grid.T": "15, 20"}), expect=COMPLETE)
    assert collapse("status", "out.h5", "--json").json["cells"] == {"done": 18, "failed": 0, "pending": 0, "skipped": 6}


def test_status_of_a_stopped_run(collapse):
    collapse("run", collapse.write(SMALL), "--time-left=0", expect=STOPPED)
    status = collapse("status", "out.h5", "--json").json
    assert not status["complete"] and status["cells"]["pending"] == CELLS and status["core_seconds_left"] is None


def test_status_works_while_a_run_is_writing(collapse):
    run = collapse.start("run", collapse.write(LONG))
    file = collapse.folder / "out.h5"
    wait_until(file.exists, run)
    end, seen = time.monotonic() + 6, 0
    while run.alive() and time.monotonic() < end:
        cells = collapse("status", file, "--json", expect=COMPLETE).json["cells"]
        assert sum(cells.values()) == CELLS and cells["failed"] == 0 and cells["done"] >= seen
        seen = cells["done"]
        assert collapse("check", file).code in (COMPLETE, ERROR, NOTHING)
        time.sleep(0.1)


def test_check_accepts_a_good_run(finished):
    outcome = finished("check", "out.h5", "--json", expect=COMPLETE)
    check = outcome.json
    assert check["compared"] == CELLS and check["beyond"] == 0 and len(check["worst"]) == 5
    # Finite size adds 1.2 / d to the error of a cell without an exact value, in the mean (1.21(4), 1.18(8), 1.19(16) for d = 20, 40, 80).
    # Over 60 seeds the mean z is 0.93 with a scatter of 0.27, of which four are allowed here: a false alarm in 16 000.
    assert abs(check["z_mean"] - 0.93) < 4 * 0.27 and 0.3 < check["z_deviation"] < 3
    worst = [abs(cell["excess"]) / cell["bound"] for cell in check["worst"]]
    assert worst == sorted(worst, reverse=True)
    assert "36 simulated cells" in finished("check", "out.h5").stdout


@pytest.mark.parametrize("allowance", [0, 2, 1e9])
def test_z_is_what_the_line_says_and_its_excess_what_is_left_beyond_the_allowance(finished, allowance):
    check = finished("check", "out.h5", f"--finite-size={allowance}", "--json", expect=COMPLETE).json
    with h5py.File(finished.folder / "out.h5") as file:
        exact = np.isfinite(file["exact_test_error"])
        expected = np.where(exact, file["exact_test_error"], file["theory_test_error"])
        z = (file["sim_test_error"] - expected) / file["sim_test_error_stderr"]
        assert np.isclose(z, file["zscore"])[~exact].all()
    assert check["z_largest"] == pytest.approx(np.abs(z).max())
    assert (check["z_mean"], check["z_deviation"]) == (pytest.approx(z.mean()), pytest.approx(z.std()))
    for cell in check["worst"]:
        assert np.isclose(cell["z"], z).any()
        assert cell["excess"] == cell["z"] if allowance == 0 or cell["exact"] else abs(cell["excess"]) < abs(cell["z"])
    if allowance == 1e9:
        assert all(cell["exact"] for cell in check["worst"]), "nothing is left of the others"


def test_check_rejects_a_theory_that_is_wrong_by_a_tenth(collapse):
    """A better-resolved run, or a tenth would be within the scatter; its own theory must pass."""
    collapse("run", collapse.write({**SMALL, "grid.T": "60", "grid.n": "0, 3", "simulation.replicates": "4000"}), expect=COMPLETE)
    collapse("check", "out.h5", expect=COMPLETE)
    wrong = shutil.copy(collapse.folder / "out.h5", collapse.folder / "wrong.h5")
    with h5py.File(wrong, "r+") as file:
        for name in ["theory_test_error", "exact_test_error"]:
            file[name][...] *= 1.1
    outcome = collapse("check", wrong, "--json", expect=ERROR)
    assert outcome.json["beyond"] > 0


def test_check_leaves_out_the_interpolation_threshold(collapse):
    collapse("run", collapse.write({**SMALL, "grid.T": "18, 22, 60", "grid.lambda": "0"}), expect=COMPLETE)
    check = collapse("check", "out.h5", "--json", expect=COMPLETE).json
    assert check["heavy_tailed"] == 2 * 2 * 3 and check["compared"] == 2 * 3


PARTIAL = {"model.protocol": "partial", "grid.p": "0.5", "grid.T0": None}


def test_check_takes_rounding_errors_for_zero(collapse):
    """Least squares on labels without noise finds the truth: the simulated error is 1e-31, with as small a standard error."""
    keys = {**SMALL, **PARTIAL, "grid.T": "60", "grid.lambda": "0", "grid.n": "0", "grid.sigma": "0"}
    collapse("run", collapse.write(keys), expect=COMPLETE)
    check = collapse("check", "out.h5", "--json", expect=COMPLETE).json
    assert check["compared"] == 2 and all(cell["expected"] == 0 and cell["z"] == 0 for cell in check["worst"])


def test_check_of_predictions_has_nothing_to_compare(collapse):
    collapse("run", collapse.write(PREDICTIONS), expect=COMPLETE)
    assert collapse("check", "out.h5", "--json", expect=NOTHING).json["compared"] == 0


def test_boundary_of_least_squares_is_its_closed_form(collapse):
    config = collapse.write({**PREDICTIONS, "grid.beta": "0", "grid.T": "25, 60", "grid.lambda": "0", "grid.n": "1"})
    words = ("boundary", config, "--along", "n", "--between", "clean_variance,collapse_variance", "--range", "0.1,1000", "--output",
             "boundary.h5")
    assert collapse(*words, "--grid.T=25", expect=COMPLETE).stderr == "collapse: 1 cell in boundary.h5\n"
    (collapse.folder / "boundary.h5").unlink()
    collapse(*words, expect=COMPLETE)
    with h5py.File(collapse.folder / "boundary.h5") as file:
        assert text(file, "schema_name") == "collapse-boundary"
        found = file["boundary_n"][0, 0, :, 0, 0]  # alpha, beta, T, lambda, crossing
        # sigma^2 / (T - d) = n sigma0^2 / (T0 - d)
        np.testing.assert_allclose(found, 0.01 / np.array([5, 40]) * 40 / 0.04, rtol=1e-9)
        assert np.all(file["boundary_beyond"][()] == 1)  # no: from there on clean variance does not exceed collapse variance


@pytest.mark.parametrize("interval, answer", [("0.1,1000", "up to n = 2"), ("0.1,1.9", "everywhere"), ("3,9", "nowhere")])
def test_boundary_says_on_which_side_what_is_larger(collapse, interval, answer):
    config = collapse.write({**PREDICTIONS, "grid.beta": "0", "grid.T": "25", "grid.lambda": "0", "grid.n": "1"})
    words = ("boundary", config, "--along", "n", "--between", "clean_variance,collapse_variance", "--range", interval)
    what, where = collapse(*words, expect=COMPLETE).stdout.splitlines()
    assert what == "clean_variance exceeds collapse_variance" and where.startswith(answer), where


@pytest.mark.parametrize("words", [["--along", "n"], ["--growth", "2"], ["--along", "d", "--growth", "2"], ["--along", "w", "--growth", "2"], ["--along", "nosuch", "--growth", "2"],
                                   ["--along", "n", "--growth", "1"], ["--along", "n", "--between", "clean_bias,noise"],
                                   ["--along", "T", "--growth", "2", "--range", "0,5"]])
def test_boundary_refuses_what_it_cannot_answer(collapse, words):
    outcome = collapse("boundary", collapse.write(PREDICTIONS), *words, expect=BAD_INPUT)
    assert len(outcome.messages()) == 1 and ("--" in outcome.stderr or "grid.w" in outcome.stderr)
    assert not list(collapse.folder.glob("*.h5"))
