"""Components, regimes, growth and rates: those of the file, else from its cells with n = 0."""

import h5py
import numpy as np
import pytest
from conftest import AXES
from planes import write_plane
from result_file import write_results

from collapse_analysis import open_results
from collapse_analysis.components import COMPONENTS, with_components
from collapse_analysis.crossovers import crossovers


def test_without_stored_components_they_are_what_n_adds_to_the_cells_with_n_0(sweep):
    results = with_components(open_results(sweep))
    with h5py.File(sweep) as file:
        bias, variance = file["theory_bias"][...], file["theory_variance"][...]
    np.testing.assert_array_equal(results["theory_clean_bias"], np.broadcast_to(bias[..., :1], bias.shape))
    np.testing.assert_array_equal(results["theory_collapse_variance"], variance - variance[..., :1])
    total = sum(results[f"theory_{name}"] for name in COMPONENTS)
    np.testing.assert_allclose(total, results["theory_bias"] + results["theory_variance"])
    largest = np.argmax([results[f"theory_{name}"] for name in COMPONENTS], axis=0)
    np.testing.assert_array_equal(results["theory_regime"], 1 + largest)
    known = np.isfinite(results["sim_test_error"].values)
    np.testing.assert_array_equal(results["sim_regime"].values != 0, known & known[..., :1])


def test_what_the_file_stores_is_taken_from_it(tmp_path):
    odd = np.full((21, 3, 29), 3.0)
    results = with_components(open_results(write_plane(tmp_path / "x.h5", theory_clean_bias=odd, theory_regime=odd, theory_rate_T=odd)))
    assert (results["theory_clean_bias"] == 3).all() and (results["theory_regime"] == 3).all() and (results["theory_rate_T"] == 3).all()


def test_without_n_0_there_are_no_components_and_nothing_breaks(tmp_path):
    results = with_components(open_results(write_results(tmp_path / "x.h5", {**AXES, "n": [1, 5]})))
    assert "theory_clean_bias" not in results and "theory_regime" not in results


def test_the_rate_without_a_stored_one_is_the_slope_between_cells(tmp_path):
    T = np.array([10.0, 100, 1e4, 1e5])
    results = with_components(open_results(write_results(tmp_path / "x.h5", {"T": T}, theory_test_error=3 * T ** -0.7)))
    np.testing.assert_allclose(results["theory_rate_T"], -0.7)


def test_a_flag_of_simulation_is_none_where_the_cell_is_not_done(tmp_path):
    results = open_results(write_results(tmp_path / "x.h5", {"T": [1, 2, 3]}, status=[1, 2, 3], sim_regime=[4, 4, 4]))
    assert results["sim_regime"].values.tolist() == [4, 0, 0]


def test_crossovers_of_power_laws_are_exact_between_coarse_cells(tmp_path):
    T = np.array([1.0, 1e3, 1e6])
    path = write_results(tmp_path / "x.h5", {"T": T}, theory_clean_bias=T ** -1.0, theory_clean_variance=0.1 * T ** -0.5,
                         theory_collapse_bias=0, theory_collapse_variance=2e-4 * T ** 0.0)
    found = crossovers(open_results(path), "T", logarithmic=True)
    assert [tuple(names) for _, _, *names in found] == [("clean_bias", "clean_variance"), ("clean_variance", "collapse_variance")]
    assert [place for place, *_ in found] == pytest.approx([100, 250_000])
