"""Components, regimes and rates are those of the file; growth is made of them."""

import h5py
import numpy as np
import pytest
from conftest import AXES
from planes import write_plane
from result_file import write_results

from collapse_analysis import open_results
from collapse_analysis.components import COMPONENTS, with_growth
from collapse_analysis.crossovers import crossovers


def test_growth_is_the_error_over_that_of_n_0(sweep):
    results = with_growth(open_results(sweep))
    with h5py.File(sweep) as file:
        error = file["theory_bias"][...] + file["theory_variance"][...]
        known = np.isfinite(file["theory_bias"][..., :1]) & np.isfinite(file["theory_test_error"][...])
    np.testing.assert_allclose(results["theory_ratio_to_clean"].values[known], (error / error[..., :1])[known])


def test_what_the_file_stores_is_taken_from_it(tmp_path):
    odd = np.full((21, 3, 29), 3.0)
    results = with_growth(open_results(write_plane(tmp_path / "x.h5", theory_clean_bias=odd, theory_regime=odd, theory_rate_T=odd)))
    assert (results["theory_clean_bias"] == 3).all() and (results["theory_regime"] == 3).all() and (results["theory_rate_T"] == 3).all()


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
