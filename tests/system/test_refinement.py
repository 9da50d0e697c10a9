"""A refined sweep: the cells that theory selects, with the bits of the uniform grid, however it is run; the others skipped."""
import h5py
import numpy as np
import pytest

from complaints import assert_one_sentence
from program import BAD_INPUT, COMPLETE, ROOT, STOPPED, catch
from results import counts, differences
from sweeps import SMALL

DONE, SKIPPED, NOT_REFINED = 1, 3, 7

# Milliseconds; both kinds of fit, a boundary for n > 0.
REFINED = {
    **SMALL,
    "grid.beta": "1.5",
    "grid.lambda": "logspace(-4, 1, 3)",
    "grid.T": "10, 40, 160",
    "simulation.replicates": "20",
    "refine.axes": "T, lambda",
    "refine.levels": "3",
}
# About ten core-seconds, as LONG.
REFINED_LONG = {**REFINED, "simulation.replicates": "20000"}
VALUES = ["sim_test_error", "sim_test_error_stderr", "sim_bias", "sim_variance", "replicates", "zscore", "theory_test_error",
          "theory_bias", "theory_variance", "exact_test_error"]


@pytest.fixture(scope="module")
def alone(shared):
    """The folder with the results of one process."""
    for name, keys in [("refined", REFINED), ("long", REFINED_LONG)]:
        shared("run", shared.write(keys, f"{name}.ini"), f"--output={name}.h5", expect=COMPLETE)
    return shared.folder


def test_selected_cells_have_the_bits_of_the_uniform_grid_and_the_others_are_skipped(collapse, alone):
    with h5py.File(alone / "refined.h5") as file:
        refined = {name: file[name][()] for name in [*VALUES, "status", "failure", "T", "lambda"]}
    lists = {f"grid.{name}": ", ".join(repr(float(value)) for value in refined[name]) for name in ["T", "lambda"]}
    uniform = {key: value for key, value in {**REFINED, **lists}.items() if not key.startswith("refine.")}
    collapse("run", collapse.write(uniform), expect=COMPLETE)
    selected = refined["status"] == DONE
    assert 2 * selected.sum() < selected.size
    assert np.all(refined["status"][~selected] == SKIPPED) and np.all(refined["failure"][~selected] == NOT_REFINED)
    with h5py.File(collapse.folder / "out.h5") as file:
        for name in VALUES:
            assert refined[name][selected].tobytes() == file[name][()][selected].tobytes(), name
            assert np.all(np.isnan(refined[name][~selected]) | (refined[name][~selected] == 0)), name


@pytest.mark.mpi
@pytest.mark.parametrize("ranks", [2, 3])
def test_any_number_of_ranks_gives_the_same_bits(collapse, alone, ranks):
    collapse("run", collapse.write(REFINED), ranks=ranks, expect=COMPLETE)
    assert differences(alone / "refined.h5", collapse.folder / "out.h5") == []


def test_a_run_that_is_killed_goes_on_to_the_same_bits(collapse, alone):
    words = ("run", collapse.write(REFINED_LONG))
    run = collapse.start(*words)
    catch(run, (collapse.folder / "out.h5").exists)
    run.kill()
    assert counts(collapse.folder / "out.h5")["pending"] > 0
    collapse(*words, expect=COMPLETE, timeout=400)
    assert differences(alone / "long.h5", collapse.folder / "out.h5") == []


def test_a_run_that_is_stopped_goes_on_to_the_same_bits(collapse, alone):
    words = ("run", collapse.write(REFINED))
    collapse(*words, "--time-left=0", expect=STOPPED)
    collapse(*words, expect=COMPLETE)
    assert differences(alone / "refined.h5", collapse.folder / "out.h5") == []


def test_plan_status_and_check_know_of_cells_that_are_left_out(collapse, alone):
    config = collapse.write(REFINED)
    plan = collapse("plan", config, "--json", expect=COMPLETE).json
    done = counts(alone / "refined.h5")["done"]
    assert plan["selected_cells"] == done < plan["cells"]
    assert f"{done} of these cells" in collapse("plan", config, expect=COMPLETE).stdout
    status = collapse("status", alone / "refined.h5", "--json", expect=COMPLETE).json
    assert status["complete"] and status["failures"] == {}
    assert status["cells"]["skipped"] == status["skips"]["not_refined"] == plan["cells"] - done
    assert collapse("check", alone / "refined.h5", "--json", expect=COMPLETE).json["compared"] <= done


def test_rows_without_a_cell_are_no_tasks(collapse):
    plan = collapse("plan", ROOT / "jobs" / "refine-onset.ini", "--json", expect=COMPLETE).json
    assert plan["tasks"] == plan["selected_rows"] < plan["rows"] / 20


def test_a_run_counts_the_cells_that_it_computes(collapse, alone):
    done, skipped = (counts(alone / "refined.h5")[name] for name in ["done", "skipped"])
    words = ("run", collapse.write(REFINED))
    first = collapse(*words, expect=COMPLETE).stderr
    assert f"{done} cells in" in first and f"{done} of {done} cells done, 0 failed, 0 left" in first
    assert first.count(f"; the refinement skips {skipped} more") == 2  # at the start and at the end
    again = collapse(*words, expect=COMPLETE).messages()
    assert again == [f"collapse: out.h5: already complete, {done} of {done} cells done, 0 failed, 0 left; the refinement skips {skipped} more"]
    segments = collapse("status", "out.h5", "--json", expect=COMPLETE).json["segments"]
    assert [segment["cells_done"] for segment in segments][:1] == [done]


def test_predictions_alone_may_be_refined_and_simulated_later(collapse, alone):
    words = ("run", collapse.write({**REFINED, "simulation.replicates": "0"}))
    collapse(*words, expect=COMPLETE)
    with h5py.File(alone / "refined.h5") as simulated, h5py.File(collapse.folder / "out.h5") as file:
        visited, done = file["status"][()] == DONE, simulated["status"][()] == DONE
        assert np.array_equal(visited[..., 1:], done[..., 1:])  # a simulation has more clean cells, n = 0
        assert np.all(done[visited]) and visited.sum() < done.sum()
        values = [of["theory_test_error"][()][visited] for of in (file, simulated)]
        assert values[0].tobytes() == values[1].tobytes()
    collapse(*words, "--simulation.replicates=20", expect=COMPLETE)
    assert differences(alone / "refined.h5", collapse.folder / "out.h5") == []


def test_longer_lists_of_other_axes_extend_the_file(collapse, alone):
    (collapse.folder / "out.h5").write_bytes((alone / "refined.h5").read_bytes())
    more = {**REFINED, "grid.sigma0": "0.2, 0.4"}
    assert "extended" in collapse("run", collapse.write(more), expect=COMPLETE).stderr
    collapse("run", collapse.write(more), "--output=anew.h5", expect=COMPLETE)
    assert differences(collapse.folder / "anew.h5", collapse.folder / "out.h5") == []


def test_a_complete_file_is_compressed_and_goes_on_with_more_replicates(collapse, alone):
    with h5py.File(alone / "refined.h5") as file:
        assert {file[name].compression for name in VALUES} == {"gzip"}
        assert file["T"].compression is None
    (collapse.folder / "out.h5").write_bytes((alone / "refined.h5").read_bytes())
    words = ("run", collapse.write({**REFINED, "simulation.replicates": "30"}))
    collapse(*words, "--time-left=0", expect=STOPPED)
    with h5py.File(collapse.folder / "out.h5") as file:
        assert file["sim_test_error"].compression is None
    collapse(*words, expect=COMPLETE)
    collapse(*words, "--output=anew.h5", expect=COMPLETE)
    assert differences(collapse.folder / "anew.h5", collapse.folder / "out.h5") == []
    with h5py.File(collapse.folder / "out.h5") as file:
        assert file["sim_test_error"].compression == "gzip"


def test_shards_of_a_refined_sweep_are_merged_into_the_file_of_one_run(collapse, alone):
    config = collapse.write(REFINED)
    names = [f"shard-{part}.h5" for part in (1, 2)]
    for part, name in enumerate(names, 1):
        collapse("run", config, f"--shard={part}/2", f"--output={name}", expect=COMPLETE)
    collapse("merge", "out.h5", *names, expect=COMPLETE)
    assert differences(alone / "refined.h5", collapse.folder / "out.h5") == []
    with h5py.File(collapse.folder / "out.h5") as file:
        assert file["sim_test_error"].compression == "gzip"


def test_a_compressed_file_is_merged_with_further_replicates_and_replayed(collapse, alone):
    config = collapse.write(REFINED)
    collapse("run", config, "--simulation.first_replicate=20", "--simulation.replicates=10", "--output=more.h5", expect=COMPLETE)
    collapse("merge", "out.h5", alone / "refined.h5", "more.h5", expect=COMPLETE)
    collapse("run", config, "--simulation.replicates=30", "--output=anew.h5", expect=COMPLETE)
    assert differences(collapse.folder / "anew.h5", collapse.folder / "out.h5") == []


def test_an_optimum_is_sought_on_the_lists_as_they_are(collapse):
    outcome = collapse("optimum", collapse.write(REFINED), "--over=lambda", expect=COMPLETE)
    assert "9 cells" in outcome.stderr


@pytest.mark.parametrize("keys, words", [
    ({"refine.axes": "T, tau"}, ["refine.axes", "tau", "choose among n, lambda and T"]),
    ({"refine.axes": "d"}, ["refine.axes", "d", "several values"]),
    ({"refine.axes": ""}, ["refine.axes", "nothing"]),
    ({"refine.axes": None}, ["refine.axes"]),
    ({"refine.levels": "0"}, ["refine.levels", "0"]),
    ({"refine.levels": "11"}, ["refine.levels", "11", "1 to 10"]),
    ({"refine.levels": "two"}, ["refine.levels", "two"]),
    ({"refine.on": "regimes"}, ["refine.on", "regimes", "did you mean regime?"]),
    ({"refine.on": "test_error", "refine.tolerance": "0"}, ["refine.tolerance", "0"]),
    ({"refine.tolerance": "0.1"}, ["refine.tolerance", "0.1", "regime"]),
    ({"refine.level": "3"}, ["refine.level", "did you mean refine.levels?"]),
    ({"grid.T": "10, 160, 40"}, ["grid.T", "10, 160, 40", "sort"]),
    ({"grid.n": "0:3", "refine.axes": "n"}, ["grid.n", "whole number"]),
    ({"model.protocol": "accumulate", "model.design": "fixed", "model.subsample": "yes", "grid.T0": None, "grid.n": "1, 3"}, ["refine.on", "theory"]),
], ids=str)
def test_refinement_that_is_impossible_is_refused(collapse, keys, words):
    assert_one_sentence(collapse("run", collapse.write({**REFINED, **keys})), *words, code=BAD_INPUT)
    assert not (collapse.folder / "out.h5").exists()
