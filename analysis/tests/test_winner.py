"""The map of who has the least error: regions and gains of errors that are power laws of the axes."""

import numpy as np
import pytest
from matplotlib.collections import QuadMesh
from result_file import write_results, write_table
from test_comparisons import draw
from test_figures import panels

from collapse_analysis import ResultsError
from collapse_analysis.results import OPTIMUM

pytestmark = [pytest.mark.filterwarnings("error"), pytest.mark.filterwarnings("ignore::DeprecationWarning")]
SIGMA0, T = np.geomspace(0.01, 1, 9), np.geomspace(100, 1e4, 7)


def optimum(path, error):
    over = ("sigma0", "T", "n")
    return write_table(path, OPTIMUM, {"sigma0": SIGMA0, "T": T, "n": [5]}, {"d": 100},
                       {"optimum_w": (over, np.full((9, 7, 1), 0.5)), "optimum_test_error": (over, np.asarray(error)[..., None])})


@pytest.fixture
def remedies(tmp_path):
    """Three errors: 1, sigma0 / 0.1, and (T / 1000)^-1 with one cell infinite; the least of them is known everywhere."""
    sizes, noises = np.meshgrid(T, SIGMA0)
    third = 1000 / sizes
    third[0, 6] = np.inf
    return [optimum(tmp_path / f"best-{name}.h5", error) for name, error in (("one", np.ones((9, 7))), ("two", noises / 0.1), ("three", third))]


def winner_at(axes, x, y):
    [mesh] = [c for c in axes.collections if isinstance(c, QuadMesh)]
    corners = mesh.get_coordinates()
    column, row = np.searchsorted(corners[0, :, 0], x) - 1, np.searchsorted(corners[:, 0, 1], y) - 1
    return int(np.asarray(mesh.get_array()).reshape(corners.shape[0] - 1, -1)[row, column])


def test_the_least_error_wins_at_every_place(remedies):
    figure, _ = draw("winner", remedies, "--x", "T", "--y", "sigma0")
    [axes] = panels(figure)
    for x, y in 10 ** np.random.default_rng(2).uniform([2.1, -1.7], [3.9, -0.1], (200, 2)):
        logs = np.log([1, y / 0.1, 1000 / x])
        if np.diff(np.sort(logs))[0] > 0.05:  # a pixel on a boundary may be either's
            assert winner_at(axes, x, y) == logs.argmin()
    assert winner_at(axes, 9900, 0.0102) == 1  # where the third is infinite
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["one", "two", "three"]
    assert "error of one over the least" in figure._suptitle.get_text()


def test_winners_need_names_and_axes_that_all_files_share(remedies, tmp_path):
    with pytest.raises(ResultsError, match="no different names for 3 files"):
        draw("winner", remedies, "--names", "a,a,b")
    other = write_results(tmp_path / "other.h5", {"T": [100, 1000], "n": [5]}, {"sigma0": 0.1})
    with pytest.raises(ResultsError, match="axes that all files have with several values.*there are: T"):
        draw("winner", [remedies[0], other])
