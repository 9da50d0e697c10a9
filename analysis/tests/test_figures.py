"""The figures show what is in the file: artists are found by their gid, "simulation <curve>" and "theory <curve>"."""

import argparse

import h5py
import numpy as np
import pytest
from conftest import AXES, SCALARS
from matplotlib.backends.backend_agg import FigureCanvasAgg
from result_file import write_results

from collapse_analysis import ResultsError, open_results, style
from collapse_analysis.figures import all_figures
from collapse_analysis.selection import parse_choice, select
from collapse_analysis.summary import summary

pytestmark = pytest.mark.filterwarnings("error")


def draw(name, path, *arguments, choices=()):
    """The figure and what it told the user."""
    figure, told = all_figures()[name], []
    parser = argparse.ArgumentParser()
    figure.add_arguments(parser)
    results = select(open_results(path), map(parse_choice, choices))
    with style.context():
        drawn = figure.draw(results, parser.parse_args(arguments, argparse.Namespace(file=path, select=list(choices))), told.append)
        drawn.draw_without_rendering()
    return drawn, told


def artist(axes, gid):
    [found] = [line for line in axes.lines if line.get_gid() == gid]
    return found


def panels(figure):
    return [axes for axes in figure.axes if axes.get_xlabel()]


def stored(path, name, **where):
    """Values on the grid, straight from the file, as an array over the axes not in `where` (positions)."""
    with h5py.File(path) as file:
        return file[name][tuple(where.get(axis, slice(None)) for axis in AXES)]


def test_points_are_the_simulated_values_of_the_file_with_their_standard_errors(sweep):
    figure, _ = draw("error-vs-T", sweep, choices=["lambda=0.01"])
    for b, axes in enumerate(panels(figure)):
        for k, n in enumerate([0, 1, 5]):
            points = artist(axes, f"simulation {n}")
            expected = stored(sweep, "sim_test_error", alpha=0, beta=b, n=k, **{"lambda": 2})
            stderr = stored(sweep, "sim_test_error_stderr", alpha=0, beta=b, n=k, **{"lambda": 2})
            np.testing.assert_array_equal(points.get_xdata(), AXES["T"])
            np.testing.assert_array_equal(points.get_ydata(), expected)
            [bars] = [c.lines[2][0] for c in axes.containers if c.lines[0] is points]
            np.testing.assert_allclose([s[:, 1] for s in bars.get_segments()], np.stack([expected - stderr, expected + stderr], 1))


def test_lines_are_the_theory_of_the_file_and_break_where_it_is_infinite(sweep):
    figure, _ = draw("error-vs-T", sweep, choices=["lambda=0"])
    line = artist(panels(figure)[0], "theory 1")
    np.testing.assert_array_equal(line.get_xdata(), AXES["T"])
    expected = stored(sweep, "theory_test_error", alpha=0, beta=0, n=1, **{"lambda": 0})
    np.testing.assert_array_equal(line.get_ydata(), np.where(np.isfinite(expected), expected, np.nan))
    assert artist(panels(figure)[0], "theory infinite 1").get_xdata().tolist() == [300]
    assert artist(panels(figure)[0], "theory dash 1").get_xdata().tolist() == [1000]


def test_lines_may_come_from_another_file_with_more_places(sweep, tmp_path):
    dense = {**AXES, "T": [20, 100, 250, 400, 1000, 5000], "n": AXES["n"][::-1]}
    shape = tuple(len(values) for values in dense.values())
    theory = 1.0 + np.arange(np.prod(shape)).reshape(shape)
    theory[0, 0, 2, 0, :] = np.inf
    lines = write_results(tmp_path / "lines.h5", dense, SCALARS, theory_test_error=theory, status=3)
    figure, _ = draw("error-vs-T", sweep, "--theory", str(lines), choices=["lambda=0"])
    axes = panels(figure)[0]
    assert artist(axes, "theory 5").get_xdata().tolist() == dense["T"]
    expected = theory[0, 0, :, 0, 1]
    np.testing.assert_array_equal(artist(axes, "theory 5").get_ydata(), np.where(np.isinf(expected), np.nan, expected))
    assert artist(axes, "theory infinite 5").get_xdata().tolist() == [250] and "theory infinite" in figure._suptitle.get_text()
    assert artist(axes, "simulation 5").get_xdata().tolist() == AXES["T"]
    assert axes.get_xlim() == panels(draw("error-vs-T", sweep, choices=["lambda=0"])[0])[0].get_xlim()


@pytest.mark.parametrize("axes, scalars, reason", [
    (AXES, {**SCALARS, "sigma0": 0.7}, "sigma0 = 0.5 is not in the file; it has sigma0 = 0.7"),
    ({**AXES, "lambda": [0.5, 1]}, SCALARS, "lambda = 0.01 is not in the file"),
    ({"w": [0.1, 0.2], **AXES}, SCALARS, "it has several values of w"),
])
def test_lines_from_a_file_of_other_parameters_are_refused(sweep, tmp_path, axes, scalars, reason):
    lines = write_results(tmp_path / "lines.h5", axes, scalars)
    with pytest.raises(ResultsError, match=f"lines.h5 does not match: .*{reason}"):
        draw("error-vs-T", sweep, "--theory", str(lines), choices=["lambda=0.01"])


def test_an_error_of_zero_has_a_mark_at_the_lower_edge_of_a_logarithmic_axis(tmp_path):
    error = np.array([0.5, 0.1, 1e-31, 0.0])  # rounding noise is zero, too
    grid = {"alpha": [1], "beta": [0], "T": [50, 100, 200, 400], "lambda": [0], "n": [0]}
    on_grid = error.reshape(1, 1, 4, 1, 1)
    path = write_results(tmp_path / "x.h5", grid, {"d": 150}, theory_test_error=on_grid, sim_test_error=on_grid)
    figure, _ = draw("error-vs-T", path, "--y-scale", "log")
    axes = figure.axes[0]
    np.testing.assert_array_equal(artist(axes, "theory all").get_ydata(), [0.5, 0.1, np.nan, np.nan])
    assert artist(axes, "simulation all").get_xdata().tolist() == [50, 100]
    for kind in ("theory", "simulation"):
        mark = artist(axes, f"{kind} zero all")
        assert mark.get_xdata().tolist() == [200, 400] and mark.get_marker() == "v"
        assert all(0 < height < 0.05 for height in mark.get_ydata())
    assert "below the axis" in figure._suptitle.get_text() and axes.get_ylim()[0] > 0.01

    figure, _ = draw("error-vs-T", path, "--y-scale", "linear")
    assert artist(figure.axes[0], "theory all").get_ydata().tolist() == error.tolist()
    assert "below the axis" not in figure._suptitle.get_text()


def test_lines_go_on_over_cells_that_a_refinement_left_out(tmp_path):
    theory = np.array([0.5, np.nan, 0.1, 0.05]).reshape(1, 1, 4, 1, 1)
    grid = {"alpha": [1], "beta": [0], "T": [50, 100, 200, 400], "lambda": [0], "n": [0]}
    path = write_results(tmp_path / "x.h5", grid, {"d": 30}, theory_test_error=theory, status=np.where(np.isnan(theory), 3, 1))
    line = artist(draw("error-vs-T", path)[0].axes[0], "theory all")
    assert line.get_xdata().tolist() == [50, 200, 400] and line.get_ydata().tolist() == [0.5, 0.1, 0.05]


def test_cells_that_are_not_done_have_no_point(sweep):
    figure, _ = draw("error-vs-T", sweep, choices=["lambda=0"])
    assert artist(panels(figure)[0], "simulation 0").get_xdata().tolist() == [200, 300, 1000]
    assert not [line for line in panels(figure)[0].lines if line.get_gid() == "simulation inf"]


def test_the_axes_zero_and_infinity_have_places_of_their_own(sweep):
    figure, _ = draw("error-vs-lambda", sweep, choices=["T=200", "n=0"])
    axes = panels(figure)[0]
    x = artist(axes, "simulation 0").get_xdata()
    assert 0 < x[0] < 1e-4 and x[1:].tolist() == AXES["lambda"][1:]
    assert "$0$" in [label.get_text() for label in axes.get_xticklabels()]
    np.testing.assert_array_equal(artist(axes, "theory dash 0").get_xdata(), x[:1])

    figure, _ = draw("error-vs-n", sweep, choices=["T=200", "lambda=1"])
    axes = panels(figure)[0]
    assert artist(axes, "simulation 1.5").get_xdata().tolist() == [0, 1, 5]
    assert artist(axes, "theory dash 0").get_xdata()[0] > 5
    assert r"$\infty$" in [label.get_text() for label in axes.get_xticklabels()]


@pytest.mark.parametrize("name", ["error-vs-T", "error-vs-lambda", "error-vs-n"])
@pytest.mark.parametrize("quantity", ["test_error", "bias", "variance"])
def test_every_figure_of_every_quantity_can_be_drawn_without_a_warning(sweep, name, quantity):
    figure, _ = draw(name, sweep, "--quantity", quantity)
    assert all(axes.get_ylabel() in ("", quantity.replace("_", " ")) for axes in panels(figure))


def test_panels_share_the_vertical_axis_and_state_their_value(sweep):
    figure, _ = draw("error-vs-T", sweep, choices=["lambda=1"])
    left, right = panels(figure)
    assert left.get_ylim() == right.get_ylim()
    assert [axes.get_title() for axes in (left, right)] == [r"$\beta = 0$", r"$\beta = 1.5$"]


def test_panels_may_be_rows_and_columns_of_two_axes(sweep):
    figure, told = draw("error-vs-T", sweep, "--panels", "beta,lambda", choices=["lambda=0.01", "lambda=1"])
    titles = [f"$\\beta = {beta}$, $\\lambda = {ridge}$" for beta in (0, 1.5) for ridge in (0.01, 1)]
    assert [axes.get_title() for axes in figure.axes] == titles and not told
    assert [bool(axes.get_xlabel()) for axes in figure.axes] == [False, False, True, True]
    expected = stored(sweep, "sim_test_error", alpha=0, beta=1, n=1, **{"lambda": 3})
    assert artist(figure.axes[3], "simulation 1").get_ydata().tolist() == expected.tolist()
    for names in ("beta,lambda,n", "beta,beta"):
        with pytest.raises(ResultsError, match="rows and columns"):
            draw("error-vs-T", sweep, "--panels", names)


def test_parameters_that_the_sweep_does_not_use_appear_nowhere_and_the_model_does(tmp_path):
    settings = {"model.protocol": "mix", "model.spectrum": "spiked", "model.spikes": "10, 5", "model.teacher": "aligned",
                "model.alignment": "0.7", "model.design": "fixed", "model.signal": "1", "grid.alpha": "0"}
    path = write_results(tmp_path / "x.h5", {**AXES, "alpha": [0], "beta": [0]}, SCALARS, unused=("alpha", "beta"), settings=settings)
    heading = draw("error-vs-T", path, choices=["lambda=1"])[0]._suptitle.get_text()
    assert "alpha" not in heading and "beta" not in heading and "signal" not in heading
    for told in ("mix", "spiked spectrum", "spikes = 10, 5", "aligned teacher", "alignment = 0.7", "fixed design"):
        assert told in heading.replace("\n", ", ")
    results = open_results(path)
    assert results["status"].dims == ("T", "lambda", "n") and "alpha" not in results.coords and "alpha" not in summary(results)

    path = write_results(tmp_path / "y.h5", AXES, SCALARS, config="[model]\nspectrum_file = data/measured.csv\n",
                         settings={"model.protocol": "replace", "model.spectrum": "file", "model.eigenvalues": "1, " * 300})
    heading = draw("error-vs-T", path, choices=["lambda=1"])[0]._suptitle.get_text()
    assert "measured.csv" in heading and "1, 1" not in heading


def test_no_heading_is_wider_than_its_figure(tmp_path):
    settings = {"model.protocol": "mix", "model.design": "fixed", "model.real_labels": "fixed", "model.teacher": "random"}
    grid = {"alpha": [1.25], "beta": [0.5], "w": [0.25, 0.5, 1], "T": [100], "lambda": [1e-3], "n": [0]}
    path = write_results(tmp_path / "x.h5", grid, {"d": 200, "sigma": 0.3, "sigma0": 0.3, "T0": 12345}, settings=settings)
    with style.context():
        figure, _ = draw("error-vs-w", path)
        box = figure._suptitle.get_window_extent(FigureCanvasAgg(figure).get_renderer())
    assert box.x0 >= 0 and box.x1 <= figure.bbox.width and figure._suptitle.get_text().count("\n") >= 2


def test_an_unfinished_file_says_how_many_of_the_cells_shown_are_pending(tmp_path):
    status = np.ones((1, 1, 4, 1, 3))
    status[..., 2:, :, 1:] = 0
    grid = {"alpha": [1], "beta": [0], "T": [50, 100, 200, 400], "lambda": [0], "n": [0, 1, 2]}
    path = write_results(tmp_path / "x.h5", grid, {"d": 30}, status=status)
    assert "unfinished: 4 of 12 cells shown are pending" in draw("error-vs-T", path)[0]._suptitle.get_text()
    assert "unfinished: 2 of 4 cells" in draw("error-vs-T", path, choices=["n=1"])[0]._suptitle.get_text()
    assert "unfinished" not in draw("error-vs-T", path, choices=["n=0"])[0]._suptitle.get_text()


def test_values_of_the_curves_that_only_the_file_of_theory_has_are_lines_without_points(sweep, tmp_path):
    lines = write_results(tmp_path / "lines.h5", {**AXES, "n": [0, 1, 2, 5, np.inf]}, SCALARS, status=3)
    figure, _ = draw("error-vs-T", sweep, "--theory", str(lines), choices=["lambda=1"])
    axes = panels(figure)[0]
    assert artist(axes, "theory 2").get_xdata().tolist() == AXES["T"] and artist(axes, "theory inf").get_xdata().tolist() == AXES["T"]
    gids = {line.get_gid() for line in axes.lines}
    assert "simulation 1" in gids and not {"simulation 2", "simulation inf"} & gids
    markers = {handle.get_label(): handle.get_marker() for handle in figure.axes[1].get_legend().get_lines()}
    assert markers == {"$0$": "o", "$1$": "o", "$2$": "", "$5$": "o", r"$\infty$": ""}
    figure, _ = draw("error-vs-n", sweep, "--theory", str(lines), choices=["lambda=1", "T=200", "n=0", "n=1"])
    assert artist(panels(figure)[0], "theory dash 1.5").get_xdata()[0] > 1  # the place of n = infinity


def test_theory_of_other_files_stands_beside_the_curves_with_its_name(sweep, tmp_path):
    other = write_results(tmp_path / "other.h5", {"w": [0.5], **AXES, "beta": [0], "n": [5], "T": [100, 400]}, {"d": 300}, theory_test_error=7.0)
    figure, _ = draw("error-vs-T", sweep, "--beside", f"half real={other}", choices=["lambda=1"])
    left, right = panels(figure)
    for axes in (left, right):  # the file has one beta alone, which holds for all panels
        line = artist(axes, "beside half real")
        assert line.get_xdata().tolist() == [100, 400] and line.get_ydata().tolist() == [7, 7] and line.get_linestyle() == "--"
    assert [text.get_text() for text in right.get_legend().get_texts()] == ["$0$", "$1$", "$5$", r"$\infty$", "half real"]
    several = write_results(tmp_path / "several.h5", {"w": [0.5, 1], **AXES}, SCALARS)
    with pytest.raises(ResultsError, match="several values of w"):
        draw("error-vs-T", sweep, "--beside", str(several), choices=["lambda=1"])


def test_another_quantity_of_the_file_is_dashed_in_the_colours_of_the_curves(sweep):
    figure, _ = draw("error-vs-T", sweep, "--also", "without noise=bias", choices=["lambda=1"])
    axes = panels(figure)[0]
    for k, n in enumerate([0, 1, 5]):
        line = artist(axes, f"beside without noise {n}")
        bias = stored(sweep, "theory_bias", alpha=0, beta=0, n=k, **{"lambda": list(AXES["lambda"]).index(1)})
        np.testing.assert_array_equal(line.get_ydata(), np.where(np.isfinite(bias), bias, np.nan))
        np.testing.assert_array_equal(line.get_color(), artist(axes, f"theory {n}").get_color())
        assert line.get_linestyle() == "--"
    assert "without noise" in [text.get_text() for text in figure.axes[1].get_legend().get_texts()]
    with pytest.raises(ResultsError, match="no theory of tiredness for --also; it has .*test_error"):
        draw("error-vs-T", sweep, "--also", "tiredness", choices=["lambda=1"])


def test_the_exact_value_at_finite_size_is_dotted_where_it_is_off_the_line(tmp_path):
    grid = {"alpha": [1], "beta": [0], "T": [50, 100, 200, 400], "lambda": [0], "n": [0, 1]}
    theory = np.arange(1.0, 9).reshape(1, 1, 4, 1, 2)
    exact = theory * np.array([1.001, 1.1])
    exact[0, 0, 2, 0, 1] = np.inf
    figure, _ = draw("error-vs-T", write_results(tmp_path / "x.h5", grid, {"d": 30}, theory_test_error=theory, exact_test_error=exact))
    [axes] = panels(figure)
    dotted = artist(axes, "exact 1")
    assert dotted.get_xdata().tolist() == [50, 100, 400] and dotted.get_ydata().tolist() == exact[0, 0, [0, 1, 3], 0, 1].tolist()
    assert not [line for line in axes.lines if line.get_gid() == "exact 0"]
    assert "dotted: exact at finite size" in figure._suptitle.get_text()


def test_the_threshold_is_marked_in_every_panel_if_theory_peaks_there_in_one_and_in_none_otherwise(sweep, tmp_path):
    lines = lambda figure: [[line.get_xdata() for line in axes.lines if line.get_gid() == "threshold"]
                            for axes in figure.axes if axes.get_title()]
    assert lines(draw("error-vs-T", sweep, "--panels", "lambda", choices=["beta=0"])[0]) == [[[300, 300]]] * 4  # infinite at lambda = 0
    assert lines(draw("error-vs-T", sweep, "--panels", "lambda", choices=["beta=0", "lambda=0.01", "lambda=1"])[0]) == [[], []]
    grid = {"alpha": [1], "beta": [0], "T": [100, 290, 1000], "lambda": [0.01], "n": [0]}
    for error, shown in (([1, 3, 2], 1), ([3, 2, 1], 0)):
        path = write_results(tmp_path / "x.h5", grid, {"d": 300}, theory_test_error=np.reshape(error, (1, 1, 3, 1, 1)))
        [axes] = panels(draw("error-vs-T", path)[0])
        assert sum(line.get_gid() == "threshold" for line in axes.lines) == shown


def test_a_mark_out_of_sight_is_said_and_not_drawn(sweep):
    figure, told = draw("error-vs-n", sweep, "--mark", "50", choices=["T=200", "lambda=1"])
    assert [t for t in told if "--mark 50 is not drawn: it lies outside of the x axis" in t]
    assert not [line for axes in panels(figure) for line in axes.lines if line.get_gid() == "mark"]


def test_any_quantity_of_the_file_can_be_drawn_and_one_that_it_has_not_is_named(tmp_path):
    grid = {"alpha": [1], "beta": [0], "T": [50, 100], "lambda": [0], "n": [0, 1]}
    path = write_results(tmp_path / "x.h5", grid, {"d": 30}, theory_generator_error=2.0)
    [axes] = panels(draw("error-vs-T", path, "--quantity", "generator_error")[0])
    assert artist(axes, "theory 1").get_ydata().tolist() == [2, 2] and axes.get_ylabel() == "error of the last generator"
    with pytest.raises(ResultsError, match="no quantity gain; it has bias, clean_bias, clean_variance, collapse_bias"):
        draw("error-vs-T", path, "--quantity", "gain")


def test_every_panel_that_shows_places_on_x_says_what_they_are(tmp_path):
    path = write_results(tmp_path / "x.h5", {"w": [1, 2, 3, 4, 5], "beta": [0], "T": [10, 100], "lambda": [1], "n": [0]}, {"d": 5})
    grid = draw("error-vs-T", path, "--panels", "w")[0].axes
    assert [bool(axes.get_xlabel()) for axes in grid] == [False, False, True, True, True]
    assert [axes.xaxis.get_major_ticks()[0].label1.get_visible() for axes in grid] == [False, False, True, True, True]


def test_the_heading_says_what_follows_what(tmp_path):
    path = write_results(tmp_path / "x.h5", {"sigma": [0.1, 1], "alpha": [1], "beta": [0], "T": [50, 100], "lambda": [0.1], "n": [0, 1]}, {"d": 30},
                         derived={"sigma0": (("sigma",), [0.1, 1]), "T0": (("T",), [100, 200])}, follows={"sigma0": "sigma", "T0": "2 T"})
    heading = draw("error-vs-T", path, choices=["sigma=1"])[0]._suptitle.get_text()
    assert r"$\sigma_0 = \sigma$" in heading and r"$T_0 = 2\,T$" in heading and r"\sigma_0 = 1" not in heading


def test_the_heading_states_every_fixed_parameter_and_no_shown_one(sweep):
    figure, _ = draw("error-vs-T", sweep, choices=["lambda=0.01"])
    heading = figure._suptitle.get_text()
    for stated in (r"$\alpha = 1.2$", r"$\lambda = 0.01$", "$d = 300$", "$T_0 = 600$", r"$\sigma_0 = 0.5$"):
        assert stated in heading
    assert r"\beta" not in heading


def test_axes_left_over_take_their_first_value_and_the_user_is_told(sweep):
    _, told = draw("error-vs-T", sweep)
    assert [t for t in told if "showing lambda = 0" in t]


def test_the_threshold_is_marked_where_the_ridge_is_small_alone(sweep):
    threshold = lambda figure: [line.get_xdata()[0] for line in panels(figure)[0].lines if line.get_gid() == "threshold"]
    assert threshold(draw("error-vs-T", sweep, choices=["lambda=0"])[0]) == [300]
    assert threshold(draw("error-vs-T", sweep, choices=["lambda=1"])[0]) == []
    assert threshold(draw("error-vs-lambda", sweep)[0]) == []


def test_curves_and_panels_are_the_users_choice(sweep):
    figure, _ = draw("error-vs-T", sweep, "--curves", "lambda", "--panels", "n")
    assert [axes.get_title() for axes in figure.axes[:4]] == ["$n = 0$", "$n = 1$", "$n = 5$", r"$n = \infty$"]
    assert {line.get_gid() for line in figure.axes[1].lines} >= {"simulation 0.0001", "simulation 0.01", "simulation 1"}


@pytest.mark.parametrize("name, arguments, choices, reason", [
    ("error-vs-T", ["--curves", "T"], [], "different axes"),
    ("error-vs-T", ["--curves", "gamma"], [], "no axis gamma"),
    ("error-vs-n", [], ["n=1"], "needs more than one value of n"),
])
def test_what_cannot_be_drawn_is_an_error(sweep, name, arguments, choices, reason):
    with pytest.raises(ResultsError, match=reason):
        draw(name, sweep, *arguments, choices=choices)


def test_a_single_curve_needs_no_key(sweep):
    figure, told = draw("error-vs-T", sweep, choices=["n=1", "beta=0", "lambda=1"])
    [axes] = figure.axes
    assert axes.get_legend() is None and artist(axes, "theory all").get_xdata().tolist() == AXES["T"] and not told


def test_a_sweep_with_nothing_to_show_is_an_error(tmp_path):
    path = write_results(tmp_path / "x.h5", AXES, SCALARS, status=0, theory_test_error=np.nan)
    with pytest.raises(ResultsError, match="no finite test_error"):
        draw("error-vs-T", path)


def test_simulation_alone_and_theory_alone_can_be_shown(tmp_path):
    draw("error-vs-T", write_results(tmp_path / "s.h5", AXES, SCALARS, theory_test_error=np.nan))
    draw("error-vs-T", write_results(tmp_path / "t.h5", AXES, SCALARS, status=3))


def test_many_curves_are_thinned_unless_all_are_wanted(tmp_path):
    path = write_results(tmp_path / "x.h5", {"alpha": [1], "beta": [0], "T": [10, 100], "lambda": [1], "n": range(21)}, {"d": 5})
    curves = lambda figure: sum(str(line.get_gid()).startswith("simulation") for line in figure.axes[0].lines)
    figure, told = draw("error-vs-T", path)
    assert curves(figure) == 6 and figure.axes[0].get_legend() and "--all-curves" in told[0]
    figure, told = draw("error-vs-T", path, "--all-curves")
    assert curves(figure) == 21 and len(figure.axes) == 2 and not told  # the second is the colour bar


def test_the_curves_of_a_refined_grid_are_those_that_refinement_started_from(tmp_path):
    sigma0, T = np.arange(21) / 10 + 0.1, [10, 20, 30, 40, 50, 60, 70, 80, 90]
    computed = np.zeros((21, 9), bool)
    computed[::5, ::4] = True             # five coarse curves of three cells
    computed[3:9, 2:7] = True             # boxes around a boundary: more cells on finer curves than on coarse ones
    error = np.where(computed, np.add.outer(sigma0, np.array(T)), np.nan)
    path = write_results(tmp_path / "x.h5", {"sigma0": sigma0, "T": T}, theory_test_error=error, status=np.where(computed, 1, 3))
    figure, told = draw("error-vs-T", path)
    drawn = [line.get_gid() for line in figure.axes[0].lines if str(line.get_gid()).startswith("theory ") and "dash" not in line.get_gid()]
    assert drawn == [f"theory {value:g}" for value in sigma0[::5]]
    assert len(told) == 1 and "showing 5 of them" in told[0]
    figure, _ = draw("error-vs-T", path, choices=[f"sigma0={value:g}" for value in sigma0[3:7]])
    assert artist(figure.axes[0], "theory 0.5").get_xdata().tolist() == T[2:7]  # what the user selects is drawn


def test_exponents_stand_for_the_parameters_they_are_exponents_of(tmp_path):
    T, ell, a, b = [100, 1000], [0, 0.5, 1], [0, 0.25, 0.5], [0.8, 1]
    powers = lambda exponents: np.power.outer(T, exponents).astype(float)
    path = write_results(tmp_path / "x.h5", {"b": b, "r": [0.5], "beta": [1.5], "T": T, "ell": ell, "a": a}, {"d": 50},
                         derived={"lambda": (("T", "ell"), 1 / powers(ell)), "n": (("T", "a"), powers(a)),
                                  "T0": (("b", "T"), powers(b).T), "alpha": (("r", "beta"), [[1.0]])})
    figure, _ = draw("error-vs-lambda", path, choices=["T=1000"])
    assert r"\lambda = T^{-\ell}" in figure.axes[0].get_xlabel()
    assert artist(figure.axes[0], "simulation 0.25").get_xdata().tolist() == ell
    assert figure.axes[0].get_title() == "$T_0 = T^{0.8}$"
    for name in ("error-vs-T", "error-vs-n"):
        draw(name, path, "--panels", "ell", choices=["b=1"])


def test_every_figure_describes_itself():
    assert {"error-vs-T", "error-vs-lambda", "error-vs-n"} <= set(all_figures())
    assert all(figure.help for figure in all_figures().values())
