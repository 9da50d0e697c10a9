"""Figures of several files, of best weights, and of answers of `collapse optimum`."""

import argparse

import h5py
import numpy as np
import pytest
from result_file import write_results, write_table
from test_figures import artist, panels

from collapse_analysis import ResultsError, open_results, style
from collapse_analysis.__main__ import main
from collapse_analysis.comparison import short_names
from collapse_analysis.figures import all_figures
from collapse_analysis.results import BOUNDARY, OPTIMUM

# llvmlite, which xarray may import when files have different axes, warns of itself.
pytestmark = [pytest.mark.filterwarnings("error"), pytest.mark.filterwarnings("ignore::DeprecationWarning")]

GRID = {"alpha": [1], "beta": [0], "T": [60, 200], "lambda": [0], "n": [0, 1, 2]}
WEIGHTS = [0.2, 0.5, 0.618, 1]


def draw(name, paths, *arguments):
    """The figure and what it told the user."""
    figure, told = all_figures()[name], []
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=type(paths[0]))
    parser.add_argument("--select", action="append", default=[])
    figure.add_arguments(parser)
    options = parser.parse_args([*map(str, paths), *arguments])
    results = getattr(figure, "open", open_results)(options.file)
    with style.context():
        drawn = figure.draw(results, options, told.append)
        drawn.draw_without_rendering()
    return drawn, told


@pytest.fixture
def protocols(tmp_path):
    """Three files: one with b and lambda0, one with w, one of more generations with one cell that has no theory."""
    theory = lambda scale, n: scale * (1.0 + np.arange(2 * n)).reshape(1, 1, 2, 1, n)
    longer, third = {**GRID, "n": [0, 1, 2, 5]}, theory(3, 4)
    third[..., 3] = np.nan
    return [
        write_results(tmp_path / "runs-replace.h5", GRID, {"d": 100, "b": 1, "lambda0": 0, "sigma": 0.5},
                      theory_test_error=theory(1, 3)),
        write_results(tmp_path / "runs-mix.h5", GRID, {"d": 100, "w": 0.5, "sigma": 0.5}, theory_test_error=theory(2, 3)),
        write_results(tmp_path / "runs-mix-long.h5", longer, {"d": 100, "sigma": 0.5}, theory_test_error=third),
    ]


def weights_file(path, axis="w", **scalars):
    theory = np.stack([[1.0, 0.5, 0.4, 0.6], [2.0, 0.8, 0.9, 1.0]])[..., None, None, None, None, None]
    axes = {"sigma": [1, 2], axis: WEIGHTS, "alpha": [1], "beta": [0], "T": [60], "lambda": [0], "n": [20]}
    return write_results(path, axes, {"d": 100, **scalars}, theory_test_error=theory)


def test_every_file_is_a_curve_named_by_what_tells_it_apart(protocols):
    figure, _ = draw("compare", protocols)
    names = ["replace, $T_0 = T$", "mix, $w = 0.5$", "mix long"]
    for t, axes in enumerate(panels(figure)):
        for path, name in zip(protocols, names):
            with h5py.File(path) as file:
                np.testing.assert_array_equal(artist(axes, f"simulation {name}").get_xdata(), file["n"][()])
                np.testing.assert_array_equal(artist(axes, f"simulation {name}").get_ydata(), file["sim_test_error"][0, 0, t, 0])
    assert [axes.get_title() for axes in panels(figure)] == ["$T = 60$", "$T = 200$"]
    heading = figure._suptitle.get_text()
    assert r"$\sigma = 0.5$" in heading and "$d = 100$" in heading and "w = " not in heading and "lambda_0" not in heading


def test_the_line_of_a_file_goes_through_its_own_places_alone(tmp_path):
    """Files whose places interleave; theory that is infinite at a place of the file still breaks its line."""
    first, second = [10, 30, 100, 300], [20, 30, 50, 200]
    errors = [np.array([4.0, 3, 2, 1]), np.array([8.0, 7, np.inf, 5])]
    paths = [write_results(tmp_path / f"{name}.h5", {**GRID, "T": T, "n": [1]}, {"d": 900}, theory_test_error=error.reshape(1, 1, 4, 1, 1))
             for name, T, error in zip(("one", "two"), (first, second), errors)]
    [axes] = panels(draw("compare", paths, "--x", "T")[0])
    for name, T, error in zip(("one", "two"), (first, second), errors):
        line = artist(axes, f"theory {name}")
        assert line.get_xdata().tolist() == T and artist(axes, f"simulation {name}").get_xdata().tolist() == T
        np.testing.assert_array_equal(line.get_ydata(), np.where(np.isfinite(error), error, np.nan))
    assert artist(axes, "theory dash one").get_xdata().tolist() == [] and artist(axes, "theory dash two").get_xdata().tolist() == [200]
    assert artist(axes, "theory infinite two").get_xdata().tolist() == [50]


def test_files_may_be_panels_of_the_share_of_real_labels_whatever_its_name(tmp_path):
    paths = [weights_file(tmp_path / "by-weight.h5"), weights_file(tmp_path / "by-rows.h5", axis="p")]
    figure, _ = draw("compare", paths, "--x", "share", "--curves", "sigma", "--panels", "file", "--names", "mixed labels, mixed rows")
    assert [axes.get_title() for axes in panels(figure)] == ["mixed labels", "mixed rows"]
    for axes in panels(figure):
        assert axes.get_xlabel() == "share of real labels $w, p$"
        assert artist(axes, "simulation 2").get_xdata().tolist() == WEIGHTS
        assert artist(axes, "least 1").get_xdata() == [0.618]


@pytest.mark.parametrize("arguments, reason", [
    (["--names", "a,b"], "2 names for 3 files"),
    (["--curves", "T"], "need a place"),
    (["--x", "gamma"], "no axis gamma"),
])
def test_a_comparison_that_cannot_be_drawn_is_an_error(protocols, arguments, reason):
    with pytest.raises(ResultsError, match=reason):
        draw("compare", protocols, *arguments)


def test_files_that_cannot_be_told_apart_are_refused(protocols):
    with pytest.raises(ResultsError, match="cannot be told apart"):
        draw("compare", [protocols[2], protocols[2]])


def test_short_names_leave_out_what_all_have_in_common(tmp_path):
    names = lambda *stems: short_names([tmp_path / f"{stem}.h5" for stem in stems])
    assert names("generations-mix", "generations-mimic") == ["mix", "mimic"]
    assert names("settings-fixed-labels", "settings-partial") == ["fixed labels", "partial"]
    assert names("one", "two") == ["one", "two"]


def test_the_best_weight_of_every_line_is_marked_and_the_users_value_too(tmp_path):
    figure, _ = draw("error-vs-w", [weights_file(tmp_path / "x.h5")], "--curves", "sigma", "--mark", "0.618")
    [axes] = panels(figure)
    for sigma, best, error in ((1, 0.618, 0.4), (2, 0.5, 0.8)):
        diamond = artist(axes, f"least {sigma}")
        assert (diamond.get_xdata(), diamond.get_ydata()) == ([best], [error])
    assert artist(axes, "mark").get_xdata() == [0.618, 0.618]
    assert "diamonds" in figure._suptitle.get_text()


def test_a_flat_line_has_no_best_weight(tmp_path):
    axes = {"w": WEIGHTS, "alpha": [1], "beta": [0], "T": [60], "lambda": [0], "n": [0]}
    figure, _ = draw("error-vs-w", [write_results(tmp_path / "x.h5", axes, theory_test_error=0.3)])
    assert not [line for line in panels(figure)[0].lines if str(line.get_gid()).startswith("least")]


@pytest.fixture
def best_weights(tmp_path):
    """As `collapse optimum --over w` writes it, over sigma x lambda, with sigma0 = sigma."""
    noise, ridges = [0.1, 1], [0, 1e-3, 1e-1]
    weight = np.arange(6).reshape(2, 1, 1, 1, 3, 1) / 24 + 0.5
    dimensions = {"sigma": noise, "alpha": [1], "beta": [0], "T": [100], "lambda": ridges, "n": [np.inf]}
    path = write_table(tmp_path / "best.h5", OPTIMUM, dimensions, {"d": 200},
                       {name: (tuple(dimensions), weight) for name in ("optimum_w", "optimum_w_clean", "optimum_test_error")},
                       {"sigma0": ("sigma", noise)})
    with h5py.File(path, "r+") as file:
        file.attrs["resolved_config"] = "model.teacher = random\nmodel.signal = 4\n"
    return path


def test_best_weights_are_shown_where_all_labels_are_equally_noisy(best_weights):
    figure, _ = draw("optimum-vs-lambda", [best_weights], "--mark", "0.618")
    [axes] = panels(figure)
    for snr, first in ((4, 3), (400, 0)):
        line, dash = artist(axes, f"theory {snr}"), artist(axes, f"theory dash {snr}")
        assert line.get_xdata().tolist() == [1e-3, 1e-1]
        np.testing.assert_allclose([*dash.get_ydata(), *line.get_ydata()], 0.5 + np.arange(first, first + 3) / 24)
    assert axes.get_ylabel() == "best weight of real labels $w^*$" and axes.get_ylim()[0] > 0.4
    assert artist(axes, "mark").get_ydata() == [0.618, 0.618]

    figure, _ = draw("optimum-vs-snr", [best_weights])
    line = artist(panels(figure)[0], "theory 0.1")
    np.testing.assert_allclose(line.get_xdata(), [4, 400])
    np.testing.assert_allclose(line.get_ydata(), [0.5 + 5 / 24, 0.5 + 2 / 24])


def test_a_raw_signal_has_no_signal_to_noise_ratio(best_weights):
    with h5py.File(best_weights, "r+") as file:
        file.attrs["resolved_config"] = "model.signal = raw\n"
    with pytest.raises(ResultsError, match="no axis snr"):
        draw("optimum-vs-snr", [best_weights])


@pytest.fixture
def onset(tmp_path):
    """As `collapse boundary --along T` writes it, over ell x n: one crossing, two, or none."""
    place = np.array([[[1e5, np.nan], [1e3, 1e6]], [[1e4, np.nan], [50, 2e6]], [[2e3, np.nan], [4e6, np.nan]]])
    path = write_table(tmp_path / "onset.h5", BOUNDARY, {"ell": [0.2, 0.4, 0.6], "n": [1, 10], "crossing": [1, 2]}, {"beta": 1.5, "d": 200},
                       {name: (("ell", "n", "crossing"), place) for name in ("boundary_T", "boundary_test_error", "boundary_beyond")})
    with h5py.File(path, "r+") as file:
        file["boundary_T"].attrs["long_name"] = "sample size where clean_bias,collapse_variance are equal"
    return path, place


def test_every_crossing_of_a_boundary_is_a_line_over_another_axis(onset):
    path, place = onset
    figure, _ = draw("boundary", [path])
    [axes] = panels(figure)
    # The first crossing of the last cell at n = 10 is the second of the others.
    for n, expected in ((1, [place[:, 0, 0]]), (10, [[1e3, 50, np.nan], [1e6, 2e6, 4e6]])):
        lines = [line.get_xydata() for line in axes.lines if line.get_gid() == f"theory {n}"]
        np.testing.assert_allclose(lines, [np.stack([[0.2, 0.4, 0.6], line], axis=1) for line in expected])
    assert r"\lambda = T^{-\ell}" in axes.get_xlabel() and axes.get_yscale() == "log"
    assert axes.get_ylabel() == "sample size $T$\nwhere clean bias and collapse\nvariance are equal"
    heading = figure._suptitle.get_text()
    assert "crossing" not in heading and r"$\beta = 1.5$" in heading

    figure, _ = draw("boundary", [path], "--x", "n")
    assert {line.get_gid() for line in panels(figure)[0].lines} >= {"theory 0.2", "theory 0.4", "theory 0.6"}


def test_a_boundary_without_any_crossing_is_an_error(onset, capsys):
    path, place = onset
    with h5py.File(path, "r+") as file:
        file["boundary_T"][...] = np.nan
    assert main(["boundary", str(path)]) == 2 and "no crossing anywhere" in capsys.readouterr().err
    with h5py.File(path, "r+") as file:
        file["boundary_T"][...] = place
    assert main(["boundary", str(path), "--format", "svg"]) == 0 and path.with_name("onset-boundary.svg").exists()


def test_the_commands_write_their_figures_and_refuse_other_files(protocols, best_weights, capsys):
    assert main(["compare", *map(str, protocols), "--format", "svg"]) == 0
    assert protocols[0].with_name("runs-replace-compare.svg").exists()
    assert main(["optimum-vs-lambda", str(best_weights), "--format", "svg"]) == 0
    assert main(["optimum-vs-lambda", str(protocols[0])]) == 2
    assert main(["compare", str(protocols[0]), str(best_weights)]) == 2
    assert all(line.endswith(".") for line in capsys.readouterr().err.splitlines() if "note" not in line)
