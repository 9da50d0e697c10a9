"""Independent jobs, each with a part of a sweep: what `merge` makes of their files is the file of one run, bit for bit."""
import signal

import pytest

from complaints import assert_one_sentence, contents
from program import BAD_INPUT, COMPLETE, ERROR, NOTHING, STOPPED, wait_until
from results import counts, differences
from sweeps import ENDLESS, PREDICTIONS, SMALL


@pytest.fixture
def whole(collapse):
    def run(sweep):
        collapse("run", collapse.write(sweep, "whole.ini"), "--output=whole.h5", expect=COMPLETE)
        return collapse.folder / "whole.h5"
    return run


def run_shards(collapse, sweep, count, *options, **changes):
    config = collapse.write(sweep)
    for i in range(1, count + 1):
        collapse("run", config, f"--shard={i}/{count}", *options, **changes, expect=COMPLETE)
    return [f"out.shard-{i}-of-{count}.h5" for i in range(1, count + 1)]


@pytest.mark.parametrize("count", [2, 3, 8])
@pytest.mark.parametrize("sweep", [SMALL, PREDICTIONS, {**SMALL, "simulation.precision": "0.03"}],
                         ids=["simulated", "predicted", "precise"])
def test_merged_shards_equal_one_run(collapse, whole, sweep, count):
    shards = run_shards(collapse, sweep, count)
    outcome = collapse("merge", "out.h5", *reversed(shards), expect=COMPLETE)
    assert outcome.stdout == f"out.h5: 36 of 36 cells from {count} files\n"
    assert differences(whole(sweep), collapse.folder / "out.h5") == []
    before = contents(collapse.folder)
    for outcome in [collapse("merge", "out.h5", *shards), collapse("merge", "none/out.h5", *shards)]:
        assert_one_sentence(outcome, "out.h5", "choose another output")
        assert "--" not in outcome.stderr, "options that merge does not know"
    assert contents(collapse.folder) == before


@pytest.mark.mpi
def test_shards_computed_by_ranks_equal_one_run(collapse, whole):
    collapse("merge", "out.h5", *run_shards(collapse, SMALL, 2, ranks=2), expect=COMPLETE)
    assert differences(whole(SMALL), collapse.folder / "out.h5") == []


def test_a_shard_computes_its_part_and_says_so(collapse):
    first, second = run_shards(collapse, SMALL, 2)
    assert counts(collapse.folder / first)["done"] == 18 == counts(collapse.folder / second)["done"]
    again = collapse("run", "sweep.ini", "--shard=1/2", expect=COMPLETE)
    assert again.stderr == f"collapse: {first}: already complete, 18 of 18 cells done, 0 failed, 0 left\n"
    assert "shard 1/2" in collapse("status", first).stdout


@pytest.mark.parametrize("changes", [{}, {"refine.axes": "T, lambda", "refine.levels": "2"}], ids=["all cells", "refined"])
def test_the_plan_of_a_shard_is_what_its_run_computes(collapse, changes):
    sweep = {**SMALL, "grid.beta": "0, 1, 1.5", "grid.lambda": "0.001, 0.1", **changes}
    config = collapse.write(sweep)
    whole = collapse("plan", config, "--json", expect=COMPLETE).json
    plans = [collapse("plan", config, "--json", f"--shard={i}/2", expect=COMPLETE).json for i in [1, 2]]
    for name in ["selected_cells", "selected_rows"]:
        assert sum(plan[name] for plan in plans) == whole[name], name
    for plan, file in zip(plans, run_shards(collapse, sweep, 2)):
        assert plan["output"] == file and plan["cells"] == whole["cells"]
        assert plan["selected_cells"] == counts(collapse.folder / file)["done"]
        assert plan["core_hours"] > 0 and plan["tasks"] < whole["tasks"] + plan["selected_rows"]
    words = collapse("plan", config, "--shard=2/2", expect=COMPLETE).stdout
    assert f"shard     2/2 computes {plans[1]['selected_cells']} cells in {plans[1]['selected_rows']} row" in words


def test_a_missing_shard_leaves_cells_that_a_run_computes(collapse, whole):
    shards = run_shards(collapse, SMALL, 3)
    outcome = collapse("merge", "out.h5", shards[0], shards[2], expect=COMPLETE)
    assert "12 cells pending" in outcome.stdout
    collapse("run", "sweep.ini", expect=COMPLETE)
    assert differences(whole(SMALL), collapse.folder / "out.h5") == []


def test_an_interrupted_shard_goes_on_before_or_after_the_merge(collapse, whole):
    config = collapse.write(SMALL)
    collapse("run", config, "--shard=1/2", "--time-left=0", expect=STOPPED)
    collapse("run", config, "--shard=2/2", expect=COMPLETE)
    shards = ["out.shard-1-of-2.h5", "out.shard-2-of-2.h5"]
    collapse("merge", "early.h5", *shards, expect=COMPLETE)
    collapse("run", config, "--output=early.h5", expect=COMPLETE)
    collapse("run", config, "--shard=1/2", expect=COMPLETE)
    collapse("merge", "late.h5", *shards, expect=COMPLETE)
    for name in ["early.h5", "late.h5"]:
        assert differences(whole(SMALL), collapse.folder / name) == []


def test_further_replicates_equal_one_run(collapse, whole):
    config = collapse.write(SMALL)
    for first, count in [(0, 70), (70, 30), (100, 100)]:
        collapse("run", config, f"--simulation.first_replicate={first}", f"--simulation.replicates={count}",
                 f"--output={first}.h5", expect=COMPLETE)
    collapse("merge", "out.h5", "100.h5", "0.h5", "70.h5", expect=COMPLETE)
    assert differences(whole(SMALL), collapse.folder / "out.h5") == []
    assert "already complete, 36 of 36" in collapse("run", config, expect=COMPLETE).stderr


def test_shards_take_more_replicates_and_the_merged_file_more_values(collapse, whole):
    run_shards(collapse, SMALL, 2)
    shards = run_shards(collapse, {**SMALL, "simulation.replicates": "250"}, 2)
    collapse("merge", "out.h5", *shards, expect=COMPLETE)
    larger = {**SMALL, "simulation.replicates": "250", "grid.T": "15, 25, 40, 60"}
    collapse("run", collapse.write(larger), expect=COMPLETE)
    assert differences(whole(larger), collapse.folder / "out.h5") == []


def test_what_would_count_twice_is_refused(collapse):
    first, second = run_shards(collapse, SMALL, 2)
    (collapse.folder / "copy.h5").write_bytes((collapse.folder / first).read_bytes())
    before = contents(collapse.folder)
    assert_one_sentence(collapse("merge", "out.h5", first, first), first, "twice", code=BAD_INPUT)
    assert_one_sentence(collapse("merge", "out.h5", first, second, "copy.h5"), "copy.h5", "count twice", code=BAD_INPUT)
    assert contents(collapse.folder) == before


def test_a_file_that_a_run_still_writes_is_refused(collapse):
    run = collapse.start("run", collapse.write(ENDLESS), "--shard=1/2")
    shard = "out.shard-1-of-2.h5"
    wait_until((collapse.folder / shard).exists, run)
    assert_one_sentence(collapse("merge", "out.h5", shard), shard, "is being written by process", "stop it", code=ERROR)
    assert not (collapse.folder / "out.h5").exists()
    run.signal(signal.SIGTERM)
    assert run.wait().code == STOPPED
    assert collapse("merge", "out.h5", shard).code in (COMPLETE, NOTHING)  # whether a task was done before the signal came


def test_other_sweeps_and_other_files_are_refused(collapse):
    first, _ = run_shards(collapse, SMALL, 2)
    collapse("run", collapse.write({**SMALL, "grid.sigma": "0.3"}), "--output=other.h5", expect=COMPLETE)
    before = contents(collapse.folder)
    assert_one_sentence(collapse("merge", "out.h5", first, "other.h5"), "grid.sigma", "0.1", "0.3", code=BAD_INPUT)
    assert_one_sentence(collapse("merge", "out.h5", first, "sweep.ini"), "sweep.ini", "HDF5", code=BAD_INPUT)
    assert_one_sentence(collapse("merge", "out.h5", first, "none.h5"), "none.h5", code=BAD_INPUT)
    assert_one_sentence(collapse("merge", "no/out.h5", first), "no/out.h5", code=BAD_INPUT)
    assert contents(collapse.folder) == before


@pytest.mark.parametrize("shard", ["0/2", "3/2", "2", "/", "1/", "-1/2", "1/2/3", "a/b", "1/0"])
def test_a_shard_that_is_no_part_is_refused(collapse, shard):
    config = collapse.write(SMALL)
    before = contents(collapse.folder)
    for verb in ["run", "plan"]:
        assert_one_sentence(collapse(verb, config, f"--shard={shard}"), f"--shard {shard}", "2/8", code=BAD_INPUT)
    assert contents(collapse.folder) == before


def test_a_file_of_another_shard_is_refused(collapse):
    run_shards(collapse, SMALL, 2)
    for options in [["--shard=2/2"], []]:
        outcome = collapse("run", "sweep.ini", *options, "--output=out.shard-1-of-2.h5")
        assert_one_sentence(outcome, "shard 1/2", "another --output", code=BAD_INPUT)
