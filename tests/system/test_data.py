"""Real data: files, kernel ridge regression on their rows, and theory from the measured spectrum."""
import gzip
import re
import shutil
import struct
import subprocess
from pathlib import Path

import h5py
import numpy as np
import pytest

from complaints import assert_one_sentence, contents
from program import BAD_INPUT, COMPLETE, PROGRAM, Outcome, catch, environment, wait_until
from results import differences

FASHION = Path("/usr/share/datasets/fashion-mnist")

# Kernel ridge regression on 400 rows of five features that a test writes.
SWEEP = {"grid.n": "0, 2", "grid.lambda": "0.01, 0.1", "grid.T": "30, 50", "grid.T0": "40", "grid.lambda0": "0.05", "grid.sigma": "0.3",
         "grid.sigma0": "0.3", "model.protocol": "replace", "model.estimator": "kernel_ridge", "model.kernel": "rbf", "model.gamma": "0.5",
         "data.rows": "rows.csv", "data.targets": "y", "data.pool": "200", "data.test": "50", "simulation.replicates": "30", "output.file": "out.h5"}


def features(count=400, seed=1):
    numbers = np.random.default_rng(seed)
    rows = numbers.normal(size=(count, 5)) / np.arange(1, 6)
    return rows, np.sin(2 * rows[:, 0]) + rows[:, 1] * rows[:, 2]


def write_csv(folder, name="rows.csv", **changed):
    rows, targets = features(**changed)
    np.savetxt(folder / name, np.column_stack([rows, targets]), delimiter=",", header="a,b,c,d,e,y", comments="", fmt="%.17g")


def write_idx(path, array):
    path.write_bytes(bytes([0, 0, 8, array.ndim]) + b"".join(struct.pack(">I", size) for size in array.shape) + array.astype(np.uint8).tobytes())


@pytest.fixture(scope="module")
def alone(shared):
    write_csv(shared.folder)
    shared("run", shared.write(SWEEP), expect=COMPLETE)
    return shared


@pytest.mark.mpi
@pytest.mark.parametrize("ranks", [2, 3])
def test_any_number_of_ranks_gives_the_same_bits_on_data(collapse, alone, ranks):
    """Only rank 0 reads the files."""
    shutil.copy(alone.folder / "rows.csv", collapse.folder)
    config = collapse.write({**SWEEP, "data.rows": str(alone.folder / "rows.csv")})
    collapse("run", config, ranks=ranks, expect=COMPLETE)
    assert differences(alone.folder / "out.h5", collapse.folder / "out.h5") == []


@pytest.mark.mpi
def test_ranks_of_a_node_look_at_one_copy_of_the_data(collapse):
    write_csv(collapse.folder)
    run = collapse.start("run", collapse.write({**SWEEP, "simulation.replicates": "10000000"}), ranks=2)
    catch(run, run.computes)
    maps = [[line for line in Path(f"/proc/{rank}/maps").read_text().splitlines() if "memfd:collapse" in line] for rank in run.ranks()]
    inodes = {tuple(line.split()[3:5]) for lines in maps for line in lines}
    run.kill()
    assert all(maps) and len(inodes) == 1


def test_a_pool_beyond_memory_is_refused_with_one_that_fits(collapse):
    with h5py.File(collapse.folder / "data.h5", "w") as file:
        file["x"] = np.random.default_rng(1).normal(size=(1000000, 1))
        file["y"] = file["x"][:, 0] ** 2
    outcome = collapse("run", collapse.write({**SWEEP, "data.rows": "data.h5:/x", "data.targets": "data.h5:/y", "data.pool": "1000000"}))
    assert_one_sentence(outcome, "data.pool = 1000000", "a pool of at most")
    fits = int(re.search(r"at most (\d+)", outcome.stderr).group(1))
    assert 1000 < fits < 1000000


@pytest.mark.skipif(shutil.which("prlimit") is None, reason="needs prlimit")
def test_a_run_that_goes_on_needs_no_memory_for_the_pool_that_is_measured(collapse):
    write_csv(collapse.folder, count=2500)
    config = collapse.write({**SWEEP, "data.pool": "2400"})
    planned = collapse("plan", config, "--json", expect=COMPLETE).json["address_space_per_rank_bytes"]
    collapse("run", config, expect=COMPLETE)

    def limited(*flags):
        command = ["prlimit", f"--as={int(planned - 2400**2 * 8 / 2)}", str(PROGRAM), "run", str(config), *flags]
        ended = subprocess.run(command, cwd=collapse.folder, env=environment(), capture_output=True, text=True, check=False)
        return Outcome(ended.returncode, ended.stdout, ended.stderr)

    assert_one_sentence(limited("--fresh"), "address space", "`ulimit -v`", code=BAD_INPUT)
    assert limited().code == COMPLETE


def test_a_fit_of_more_rows_than_the_pool_is_said_to_be_beyond_theory(collapse, alone):
    shutil.copy(alone.folder / "rows.csv", collapse.folder)
    config = collapse.write({**SWEEP, "data.pool": "45"})
    assert "a fit has 50 rows" in collapse("plan", config, expect=COMPLETE).stdout
    assert "give a larger data.pool" in collapse("run", config, expect=COMPLETE).stderr
    assert collapse("plan", collapse.write(SWEEP), "--json", expect=COMPLETE).json["pool_remark"] == ""


def test_a_larger_grid_changes_no_number(collapse, alone):
    shutil.copy(alone.folder / "rows.csv", collapse.folder)
    collapse("run", collapse.write({**SWEEP, "grid.n": "0:3", "grid.lambda": "logspace(-3, 0, 4)", "grid.T": "30, 40, 50"}), expect=COMPLETE)
    with h5py.File(alone.folder / "out.h5") as small, h5py.File(collapse.folder / "out.h5") as large:
        for name in ("sim_test_error", "sim_bias", "sim_variance", "theory_test_error"):
            np.testing.assert_array_equal(small[name][0, 0], large[name][0, 0][::2, 1:3][:, :, [0, 2]])


def test_a_killed_and_resumed_run_on_data_is_one_that_was_not(collapse):
    write_csv(collapse.folder)
    config = collapse.write({**SWEEP, "simulation.replicates": "2000"})
    collapse("run", config, "--output", "whole.h5", expect=COMPLETE)
    for signal in (15, 9):
        run = collapse.start("run", config)
        wait_until(lambda: (collapse.folder / "out.h5").exists() and run.computes(), run)
        run.signal(signal)
        assert run.wait().code != COMPLETE
    collapse("run", config, expect=COMPLETE)
    assert differences(collapse.folder / "whole.h5", collapse.folder / "out.h5") == []


def test_csv_hdf5_and_another_kernel_are_of_the_same_rows(collapse, alone):
    """The random numbers belong to the data, not to the file they come from, nor to the kernel."""
    rows, targets = features()
    with h5py.File(collapse.folder / "data.h5", "w") as file:
        file["x"], file["y"] = rows, targets
    collapse("run", collapse.write({**SWEEP, "data.rows": "data.h5:/x", "data.targets": "data.h5:/y"}), expect=COMPLETE)
    with h5py.File(alone.folder / "out.h5") as csv, h5py.File(collapse.folder / "out.h5") as hdf5:
        np.testing.assert_array_equal(csv["sim_test_error"][()], hdf5["sim_test_error"][()])


def test_files_are_looked_for_beside_the_config(collapse):
    folder = collapse.folder / "elsewhere"
    folder.mkdir()
    write_csv(folder)
    collapse.write(SWEEP).rename(folder / "sweep.ini")
    collapse("plan", folder / "sweep.ini", expect=COMPLETE)


def test_the_linear_kernel_on_gaussian_rows_has_the_theory_of_their_spectrum(collapse):
    """Rows of a known covariance, a linear target: the measured spectrum predicts what the known one does, within what 3000 rows leave."""
    d, numbers = 40, np.random.default_rng(5)
    s = np.arange(1, d + 1) ** -1.0
    w = np.sqrt(np.arange(1, d + 1) ** -0.5) * np.where(np.arange(d) % 2, 1, -1)
    rows = numbers.normal(size=(6000, d)) * np.sqrt(s)
    with h5py.File(collapse.folder / "data.h5", "w") as file:
        file["x"], file["y"] = rows, rows @ w
    common = {"grid.n": "0, 1, 3", "grid.lambda": "0.001, 0.01, 0.1", "grid.T": "60", "grid.T0": "80", "grid.lambda0": "0.01", "grid.sigma": "0.3",
              "grid.sigma0": "0.3", "model.protocol": "replace", "simulation.replicates": "60"}
    collapse("run", collapse.write({**common, "model.estimator": "kernel_ridge", "model.kernel": "linear", "data.rows": "data.h5:/x",
                                    "data.targets": "data.h5:/y", "data.pool": "3000", "data.test": "1000", "output.file": "measured.h5"}), expect=COMPLETE)
    known = s / s.sum()  # rows of mean squared norm 1, a target of variance 1
    np.savetxt(collapse.folder / "known.csv", np.column_stack([known, w**2 * s / (w**2 * s).sum() / known]), delimiter=",")
    collapse("run", collapse.write({**common, "model.spectrum": "file", "model.spectrum_file": "known.csv", "output.file": "known.h5"}), expect=COMPLETE)
    with h5py.File(collapse.folder / "measured.h5") as measured, h5py.File(collapse.folder / "known.h5") as exact:
        np.testing.assert_allclose(measured["theory_test_error"][()], exact["theory_test_error"][()], rtol=0.05)
        # Gaussian rows drawn and rows of a file: the same mean within six standard errors of the two together (false alarm 2e-8) and
        # what 6000 fixed rows differ from their distribution.
        difference = measured["sim_test_error"][()] - exact["sim_test_error"][()]
        error = np.hypot(measured["sim_test_error_stderr"][()], exact["sim_test_error_stderr"][()])
        assert np.all(np.abs(difference) < 6 * error + 0.03 * exact["sim_test_error"][()])


def test_a_measured_spectrum_is_a_file_that_theory_reads(collapse, alone):
    shutil.copy(alone.folder / "rows.csv", collapse.folder)
    told = collapse("spectrum", collapse.write(SWEEP), "--output", "spectrum.h5", expect=COMPLETE)
    assert "beta = " in told.stdout and "ell " in told.stdout
    with h5py.File(collapse.folder / "spectrum.h5") as file:
        pool = file["pool_eigenvalues"][()]
        assert pool.size == 200 and np.all(np.diff(pool) <= 0) and pool.sum() == pytest.approx(1)
        assert np.sum(file["weights"][()] * file["eigenvalues"][()]) == pytest.approx(1, rel=0.01)
        assert np.sum(file["weights"][()] * file["eigenvalues"][()] * file["squared_coefficients"][()]) == pytest.approx(1)
        assert file.attrs["beta_stderr"][0] > 0
    keys = {key: value for key, value in SWEEP.items() if not key.startswith("data.") and key not in ("model.estimator", "model.kernel", "model.gamma")}
    collapse("run", collapse.write({**keys, "model.spectrum": "file", "model.spectrum_file": "spectrum.h5", "simulation.replicates": "0"}), expect=COMPLETE)
    with h5py.File(alone.folder / "out.h5") as data, h5py.File(collapse.folder / "out.h5") as spectrum:
        np.testing.assert_allclose(data["theory_test_error"][()], spectrum["theory_test_error"][()], rtol=1e-9)


def test_check_and_status_need_no_data_files(collapse, alone):
    shutil.copy(alone.folder / "out.h5", collapse.folder)
    write_csv(collapse.folder, seed=2)
    assert sum(collapse("status", "out.h5", "--json").json["cells"].values()) == 8
    assert "compared" in collapse("check", "out.h5", "--json", "--level", "1e-9").json
    with h5py.File(collapse.folder / "out.h5") as file:
        assert b"measured_spectrum" not in file["provenance"].attrs["resolved_config"]
        assert len(file["provenance"].attrs["measured_spectrum"].split(b",")) % 3 == 0


def test_replay_computes_a_replicate_on_data_again(alone):
    with h5py.File(alone.folder / "out.h5") as file:
        mean = file["sim_test_error"][0, 0, 0, 1, 1]
    cells = [alone("replay", "out.h5", "--cell", "T=30,lambda=0.1,n=2", f"--replicate={i}", "--json").json["this"]["test_error"] for i in range(30)]
    assert np.mean(cells) == pytest.approx(mean, rel=1e-12)


@pytest.mark.skipif(not FASHION.exists(), reason="needs dataset-fashion-mnist")
def test_a_slice_of_fashion_mnist_from_end_to_end(collapse):
    """Eight hundred images of the test set: gzip and IDX, theory within a quarter (pool and data are small), error growing with n."""
    for name in ("images-idx3", "labels-idx1"):
        (collapse.folder / f"{name}.gz").symlink_to(FASHION / f"t10k-{name}-ubyte.gz")
    keys = {**SWEEP, "data.rows": "images-idx3.gz", "data.targets": "labels-idx1.gz", "data.target": "digit", "data.pool": "800", "data.test": "300",
            "grid.T": "150", "grid.T0": "150", "grid.n": "0:3", "grid.lambda": "0.001, 0.01", "grid.lambda0": "0.001", "simulation.replicates": "8"}
    collapse("run", collapse.write(keys), expect=COMPLETE)
    with h5py.File(collapse.folder / "out.h5") as file:
        simulated, theory = file["sim_test_error"][0, 0, 0], file["theory_test_error"][0, 0, 0]
    assert np.all(np.diff(simulated, axis=1) > 0) and np.all(np.diff(theory, axis=1) > 0)
    np.testing.assert_allclose(theory, simulated, rtol=0.25)


CONFIGS = {
    "a missing file": ({"data.rows": "nowhere.csv"}, ["data.rows", "nowhere.csv", "no such file"]),
    "a wrong magic": ({"data.rows": "text.idx"}, ["data.rows", "text.idx", "00 00", "68 65 6c 6c"]),
    "a truncated file": ({"data.rows": "short.idx", "data.targets": "labels.idx"}, ["short.idx", "truncated", "3 x 4"]),
    "a damaged gzip": ({"data.rows": "cut.idx.gz", "data.targets": "labels.idx"}, ["cut.idx.gz", "damaged"]),
    "other counts": ({"data.rows": "images.idx", "data.targets": "labels.idx"}, ["3 rows", "has 2"]),
    "text in a csv": ({"data.rows": "text.csv", "data.targets": "b"}, ["text.csv line 3 column 2", "four"]),
    "a missing column": ({"data.targets": "z"}, ["data.targets = z", "neither a file nor a column", "a, b, c"]),
    "too many rows": ({"grid.n": "0:9"}, ["50 to test on", "360 in 9 blocks", "data.rows has 400"]),
    "gamma of zero": ({"model.gamma": "0"}, ["model.gamma = 0"]),
    "no gamma": ({"model.gamma": None}, ["model.gamma is missing"]),
    "another target": ({"data.target": "digits"}, ["data.target = digits", "did you mean digit"]),
    "one class": ({"data.rows": "images2.idx", "data.targets": "ones.idx", "data.target": "onehot"}, ["onehot", "two classes"]),
    "digits that are none": ({"data.target": "parity"}, ["parity", "whole numbers"]),
    "too large a pool": ({"data.pool": "401"}, ["data.pool = 401", "400"]),
    "data without a kernel": ({"model.estimator": None, "model.gamma": None, "grid.d": "20"}, ["data.rows", "estimator = ridge"]),
    "a dimension": ({"grid.d": "20"}, ["grid.d is not used with", "kernel_ridge"]),
    "a spectrum": ({"model.spectrum": "spiked"}, ["model.spectrum = spiked", "kernel_ridge"]),
    "another teacher": ({"model.protocol": "mixture", "model.generator": "teacher", "grid.distance": "0.1", "grid.p": "0.5", "grid.n": "0",
                         "grid.T0": None}, ["grid.distance is not used"]),
    "an unknown kernel": ({"model.kernel": "rfb"}, ["model.kernel = rfb", "did you mean rbf"]),
    "hdf5 without a data set": ({"data.rows": "data.h5"}, ["data.h5:/dataset"]),
    "hdf5 without a slash": ({"data.rows": "data.h5:x"}, ["data.h5:x", "write", "data.h5:/x"]),
    "a column twice": ({"data.rows": "twice.csv", "data.targets": "b"}, ["data.targets = b", "2 columns", "twice.csv"]),
    "hdf5 with another": ({"data.rows": "data.h5:/z", "data.targets": "data.h5:/y"}, ["data.h5", "/z"]),
}


@pytest.mark.parametrize("case", CONFIGS)
def test_bad_data_are_refused_and_nothing_is_written(collapse, case):
    folder = collapse.folder
    write_csv(folder)
    (folder / "text.idx").write_text("hello")
    (folder / "text.csv").write_text("a,b\n1,2\n3,four\n")
    (folder / "twice.csv").write_text("a,b,b\n1,2,3\n4,5,6\n")
    write_idx(folder / "images.idx", np.arange(12).reshape(3, 4))
    write_idx(folder / "images2.idx", np.arange(8).reshape(2, 4))
    write_idx(folder / "labels.idx", np.array([1, 2]))
    write_idx(folder / "ones.idx", np.array([1, 1]))
    (folder / "short.idx").write_bytes((folder / "images.idx").read_bytes()[:-3])
    (folder / "cut.idx.gz").write_bytes(gzip.compress(np.random.default_rng(1).bytes(100000))[:-20000])
    with h5py.File(folder / "data.h5", "w") as file:
        file["x"], file["y"] = np.ones((3, 2)), np.ones(3)
    changes, named = CONFIGS[case]
    config = collapse.write({**SWEEP, **changes})
    before = contents(folder)
    assert_one_sentence(collapse("plan", config), *named)
    assert_one_sentence(collapse("run", config), *named)
    assert contents(folder) == before


def test_data_that_changed_since_are_refused(collapse, alone):
    shutil.copy(alone.folder / "out.h5", collapse.folder)
    write_csv(collapse.folder, seed=2)
    rows = str(alone.folder / "rows.csv")
    original = (alone.folder / "rows.csv").read_bytes()
    try:
        write_csv(alone.folder, seed=2)
        assert_one_sentence(collapse("run", collapse.write({**SWEEP, "data.rows": rows})), "data.digest")
    finally:
        (alone.folder / "rows.csv").write_bytes(original)
