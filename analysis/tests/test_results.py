"""The reader: what it refuses, what it masks, what it hands on."""

import h5py
import numpy as np
import pytest
from conftest import AXES
from result_file import write_results

from collapse_analysis import ResultsError, open_results


@pytest.mark.parametrize("attributes, reason", [
    ({"schema_version": np.int32(3)}, "schema version 3"),
    ({"schema_version": np.int32(1)}, "schema version 1, of an older collapse"),
    ({"schema_version": "1"}, "no integer schema_version"),
    ({"schema_name": "other-results"}, "not a collapse result file"),
])
def test_a_file_of_another_schema_is_refused_with_one_sentence(tmp_path, attributes, reason):
    path = write_results(tmp_path / "x.h5", {"T": [1, 2]}, attributes=attributes)
    with pytest.raises(ResultsError, match=reason) as refusal:
        open_results(path)
    assert "\n" not in str(refusal.value) and str(refusal.value).endswith(".")


def test_files_without_any_schema_are_refused(tmp_path):
    with pytest.raises(ResultsError, match="There is no file"):
        open_results(tmp_path / "absent.h5")
    (tmp_path / "text.h5").write_text("not HDF5")
    with pytest.raises(ResultsError, match="not a readable HDF5 file"):
        open_results(tmp_path / "text.h5")
    with pytest.raises(ResultsError) as refusal:
        open_results(tmp_path)
    assert str(refusal.value) == f"{tmp_path} is not a readable HDF5 file, is a directory: give a file that collapse has written."
    whole = write_results(tmp_path / "whole.h5", {"T": [1, 2]}).read_bytes()
    (tmp_path / "cut.h5").write_bytes(whole[:len(whole) // 2])
    with pytest.raises(ResultsError, match="HDF5 file, truncated file: give"):
        open_results(tmp_path / "cut.h5")
    (tmp_path / "spoilt.h5").write_bytes(whole[:100] + bytes(2000) + whole[2100:])
    with pytest.raises(ResultsError, match="not a readable HDF5 file, [a-z ]+: give"):
        open_results(tmp_path / "spoilt.h5")
    h5py.File(tmp_path / "empty.h5", "w").close()
    with pytest.raises(ResultsError, match="no schema_name"):
        open_results(tmp_path / "empty.h5")


def test_a_file_with_the_right_name_and_no_status_is_called_damaged(tmp_path):
    path = write_results(tmp_path / "x.h5", {"T": [1, 2]})
    with h5py.File(path, "r+") as file:
        del file["status"]
    with pytest.raises(ResultsError, match="damaged"):
        open_results(path)


def test_simulated_values_are_there_exactly_where_the_cell_is_done(sweep):
    results = open_results(sweep)
    with h5py.File(sweep) as file:
        done = file["status"][...] == 1
        for name in ("sim_test_error", "sim_test_error_stderr", "sim_bias", "sim_variance", "zscore"):
            np.testing.assert_array_equal(results[name].values[done], file[name][...][done])
            assert np.isnan(results[name].values[~done]).all()


def test_theory_is_handed_on_as_it_is_finite_infinite_or_unknown(sweep):
    results = open_results(sweep)
    with h5py.File(sweep) as file:
        np.testing.assert_array_equal(results["theory_test_error"].values, file["theory_test_error"][...])
    assert np.isinf(results["theory_test_error"]).any()


def test_parameters_are_coordinates_and_flags_stay_integers(sweep):
    results = open_results(sweep)
    assert results["status"].dims == tuple(AXES)
    assert {*AXES, "d", "sigma0"} <= set(results.coords)
    assert float(results["d"]) == 300
    assert results["status"].dtype == np.uint8 and results["replicates"].dtype == np.int64


def test_the_file_is_closed_again(sweep):
    open_results(sweep)
    with h5py.File(sweep, "r+"):
        pass
