"""Maps: regions, boundaries, formulae, the region without progress, cells that a refinement left out."""

import argparse

import h5py
import numpy as np
import pytest
from matplotlib.collections import QuadMesh
from planes import AXES as PLANE, BETA, R, components, slopes, write_plane
from result_file import write_results, write_table
from test_figures import panels

from collapse_analysis import ResultsError, style
from collapse_analysis.__main__ import main
from collapse_analysis.components import COMPONENTS
from collapse_analysis.figures import all_figures
from collapse_analysis.formulas import lines
from collapse_analysis.maps import QUANTITIES
from collapse_analysis.plane import Plane
from collapse_analysis.selection import parse_choice, select

pytestmark = pytest.mark.filterwarnings("error")
BEST = BETA / (1 + 2 * BETA * R)


def draw(path, *arguments, choices=(), name="map"):
    """The figure and what it told the user."""
    figure, told = all_figures()[name], []
    parser = argparse.ArgumentParser()
    figure.add_arguments(parser)
    with style.context():
        drawn = figure.draw(select(figure.open(path), map(parse_choice, choices)), parser.parse_args(arguments), told.append)
        drawn.draw_without_rendering()
    return drawn, told


def regime_at(axes, ell, b):
    """The regime whose colour is drawn at a place."""
    for mesh in (c for c in axes.collections if isinstance(c, QuadMesh)):
        corners = mesh.get_coordinates()
        column, row = np.searchsorted(corners[0, :, 0], ell) - 1, np.searchsorted(corners[:, 0, 1], b) - 1
        shape = (corners.shape[0] - 1, corners.shape[1] - 1)
        if 0 <= row < shape[0] and 0 <= column < shape[1]:
            return int(np.asarray(mesh.get_array()).reshape(shape)[row, column])
    return None


def hatchings(axes):
    return [c for c in axes.get_children() if getattr(c, "hatches", None) or getattr(c, "get_hatch", lambda: None)() == "////"]


def names_written(axes):
    return {str(text.get_gid()).removeprefix("region ") for text in axes.texts if str(text.get_gid()).startswith("region ")}


@pytest.fixture
def plane(tmp_path):
    return write_plane(tmp_path / "plane.h5")


def test_the_regime_between_the_cells_is_that_of_the_power_laws(plane):
    """Components are power laws in ell and b, which interpolation of their logarithms reproduces exactly."""
    figure, told = draw(plane)
    [axes] = panels(figure)
    places = np.random.default_rng(1).uniform([0.06, 0.21], [1.44, 1.19], (300, 2))
    wrong = 0
    for ell, b in places:
        sizes = np.log(list(components(1e8, ell, b).values()))
        if np.diff(np.sort(sizes))[-1] > 0.1:  # not on a boundary, where a pixel may lie on either side
            wrong += regime_at(axes, ell, b) != 1 + sizes.argmax()
    assert wrong == 0
    assert "showing T = 1e+08" in told[0]


def test_regions_are_named_where_they_are(plane):
    axes = panels(draw(plane)[0])[0]
    assert names_written(axes) == {"clean bias", "clean variance", "collapse variance"}
    for text in axes.texts:
        ell, b = text.get_position()
        assert COMPONENTS[regime_at(axes, ell, b) - 1].replace("_", " ") == str(text.get_gid()).removeprefix("region ")


def test_formulae_belong_to_their_planes_and_lie_where_they_say(plane):
    figure = all_figures()["map"]
    cells = select(figure.open(plane), [("T", 1e8)])
    drawn = dict((formula.name, field) for formula, field in lines(Plane(cells, "ell", "b")))
    assert set(drawn) == {"clean", "critical", "catastrophe", "equal"}
    zero = lambda field, row: Plane(cells, "ell", "b").x.fine[np.abs(field[row]).argmin()]
    row = np.abs(Plane(cells, "ell", "b").y.fine - 0.5).argmin()
    assert zero(drawn["clean"], row) == pytest.approx(BEST, abs=0.01)
    assert zero(drawn["critical"], row) == pytest.approx(0.5 * BEST, abs=0.01)
    assert zero(drawn["catastrophe"], row) == pytest.approx(0.5 * BETA, abs=0.01)


def test_formulae_can_be_chosen_and_left_out(plane):
    key = lambda figure: [text.get_text() for text in panels(figure)[0].get_legend().get_texts()]
    assert not [label for label in key(draw(plane, "--lines", "none")[0]) if r"\ell" in label]
    assert len([label for label in key(draw(plane, "--lines", "clean")[0]) if r"\ell" in label]) == 1
    with pytest.raises(ResultsError, match="none of clean, critical"):
        draw(plane, "--lines", "cleen")


def test_the_region_without_progress_is_hatched_where_the_rate_is_not_below_minus_one_per_cent(plane):
    axes = panels(draw(plane)[0])[0]
    [hatched] = hatchings(axes)
    inside = lambda ell, b: any(path.contains_point((ell, b)) for path in hatched.get_paths())
    for ell, b in np.random.default_rng(2).uniform([0.06, 0.21], [1.44, 1.19], (200, 2)):
        sizes = np.array(list(components(1e8, ell, b).values()))
        rate = float(sizes @ slopes(ell, b) / sizes.sum())
        if abs(rate + 0.01) > 0.03:
            assert inside(ell, b) == (rate > -0.01)


@pytest.mark.parametrize("quantity", [*[q for q in QUANTITIES if q not in ("rate_lambda", "rate_n", "asymptotic_rate_T", "clean_bias")],
                                      "status", "theory_regime"])
def test_every_quantity_can_be_mapped_without_a_warning(plane, quantity):
    figure, _ = draw(plane, "--of", quantity, "--panels", "T")
    assert [axes.get_title() for axes in panels(figure)][:3] == ["$T = 10^{4}$", "$T = 10^{6}$", "$T = 10^{8}$"]


def test_left_out_cells_show_the_nearest_computed_one_and_fields_go_on_between(tmp_path):
    coarse = np.zeros((21, 3, 29), bool)
    coarse[::4, :, ::4] = True
    T, shape = PLANE["T"], coarse.shape
    b, _, ell = np.meshgrid(PLANE["b"], T, PLANE["ell"], indexing="ij")
    masked = {f"theory_{name}": np.where(coarse, part, np.nan) for name, part in
              components(np.broadcast_to(np.array(T)[None, :, None], shape), ell, b).items()}
    whole = write_plane(tmp_path / "whole.h5")
    path = write_plane(tmp_path / "refined.h5", **masked, status=np.where(coarse, 1, 3), failure=np.zeros(shape),
                       theory_test_error=np.where(coarse, sum(masked.values()), np.nan),
                       theory_rate_T=np.where(coarse, np.where(ell > 1, 0.1, -0.1), np.nan),
                       theory_regime=np.where(coarse, 1, 0))
    (refined, told), (uniform, _) = (draw(p, choices=["T=1e8"]) for p in (path, whole))
    shown = [panels(figure)[0] for figure in (refined, uniform)]
    for ell, b in np.random.default_rng(3).uniform([0.06, 0.21], [1.44, 1.19], (200, 2)):
        sizes = np.log(list(components(1e8, ell, b).values()))
        if np.diff(np.sort(sizes))[-1] > 0.1:
            assert regime_at(shown[0], ell, b) == regime_at(shown[1], ell, b)
    assert hatchings(shown[1]) and not hatchings(shown[0]) and [sentence for sentence in told if "not hatched" in sentence]
    cells = select(all_figures()["map"].open(path), [("T", 1e8)])
    plane = Plane(cells, "ell", "b")
    assert plane.left_out.sum() == 21 * 29 - 6 * 8
    filled = plane.nearest(plane.values("theory_test_error"))
    assert np.isfinite(filled).all() and filled[1, 1] == filled[0, 0] and filled[3, 4] == filled[4, 4]


@pytest.mark.parametrize("refined, expected", [(False, ("lambda", "n")), (True, ("T", "n"))])
def test_a_map_of_a_refined_grid_shows_the_two_finest_axes(tmp_path, refined, expected):
    axes = {"T": np.arange(1, 10), "lambda": [0.1, 1, 10], "n": [0, 1, 2, 3, 4]}
    status = np.ones((9, 3, 5))
    status[1::2] = 3 if refined else 1
    path = write_results(tmp_path / "x.h5", axes, {"beta": 1}, status=status, theory_test_error=np.where(status == 1, 0.5, np.nan))
    figure, _ = draw(path, "--of", "test_error")
    shown = panels(figure)[0]
    named = {"T": "sample size", "lambda": "ridge", "n": "generations"}
    assert named[expected[0]] in shown.get_xlabel() and named[expected[1]] in shown.get_ylabel()


def test_cells_whose_error_is_infinite_or_unknown_stay_blank(tmp_path):
    error = np.full((4, 5), 2.0)
    error[1, 2], error[2, 3] = np.inf, np.nan
    path = write_results(tmp_path / "x.h5", {"beta": [1, 2, 3, 4], "T": [1, 2, 3, 4, 5]}, {"n": 1}, theory_test_error=error)
    figure, _ = draw(path, "--of", "test_error", "--x", "T", "--y", "beta")
    [mesh] = [c for c in panels(figure)[0].collections if isinstance(c, QuadMesh)]
    drawn = np.ma.masked_invalid(mesh.get_array())
    assert drawn.mask.any() and np.ma.allclose(drawn, 2.0)


def test_an_infinite_component_dominates(tmp_path):
    infinite = np.full((21, 3, 29), 1e-9)
    infinite[8:13, :, 8:13] = np.inf
    axes = panels(draw(write_plane(tmp_path / "x.h5", theory_collapse_bias=infinite), choices=["T=1e8"])[0])[0]
    assert regime_at(axes, PLANE["ell"][10], PLANE["b"][10]) == 3


def test_zero_and_infinity_have_tiles_of_their_own(sweep):
    figure, _ = draw(sweep, "--of", "test_error", "--x", "lambda", "--y", "n", choices=["T=200", "beta=0"])
    axes = panels(figure)[0]
    assert "$0$" in [label.get_text() for label in axes.get_xticklabels()]
    assert r"$\infty$" in [label.get_text() for label in axes.get_yticklabels()]
    assert len([c for c in axes.collections if isinstance(c, QuadMesh)]) == 4
    draw(sweep, "--x", "lambda", "--y", "T", choices=["n=5", "beta=0"])


def test_simulated_regimes_are_tiles_of_the_cells(tmp_path):
    regime = np.ones((21, 3, 29))
    regime[5:, :, 3:] = 4
    figure, _ = draw(write_plane(tmp_path / "x.h5", sim_regime=regime), "--by", "sim")
    axes = panels(figure)[0]
    for i, j in ((0, 0), (4, 20), (5, 3), (20, 28), (10, 2)):
        assert regime_at(axes, PLANE["ell"][j], PLANE["b"][i]) == regime[i, 0, j]


def test_no_simulated_regime_at_all_is_an_error(tmp_path):
    path = write_plane(tmp_path / "x.h5", sim_regime=np.zeros((21, 3, 29)))
    with pytest.raises(ResultsError, match="no sim_regime .* need cells with n = 0"):
        draw(path, "--by", "sim")


@pytest.mark.parametrize("by", ["theory", "sim"])
def test_a_map_ends_at_its_outermost_values_and_zero_keeps_the_tile_beyond(tmp_path, by):
    axes = {"beta": [1], "T": [100], "lambda": [0, 0.01, 0.1, 1], "n": [0, 10]}
    figure, _ = draw(write_results(tmp_path / "x.h5", axes), "--of", "test_error", "--by", by)
    shown = figure.axes[0]
    assert shown.get_ylim() == (0, 10) and shown.get_xlim()[1] == 1
    edges = [c.get_coordinates()[0, :, 0] for c in shown.collections if isinstance(c, QuadMesh)]
    [zero] = [pair for pair in edges if len(pair) == 2]
    assert shown.get_xlim()[0] == zero[0] < zero[1] < 0.01


def write_boundary(path, T=(1e4, 1e8)):
    """Crossings along lambda: the critical line at the last T, and a second crossing at ell = 1.3; along with the errors there."""
    b = PLANE["b"]
    ell = np.stack([[0.1 * b, np.full_like(b, np.nan)], [BEST * b, np.full_like(b, 1.3)]]).transpose(2, 0, 1)
    over = ("b", "T", "crossing")
    return write_table(path, "collapse-boundary", {"b": b, "T": T, "crossing": [1, 2]}, {"beta": BETA},
                       {"boundary_lambda": (over, np.array(T)[None, :, None] ** -ell), "boundary_test_error": (over, 0.1 + ell)})


def test_a_boundary_file_gives_the_curves(plane, tmp_path):
    file = write_boundary(tmp_path / "boundary.h5")
    axes = panels(draw(plane, "--boundary", str(file), choices=["T=1e8"])[0])[0]
    first, second = [line for line in axes.lines if str(line.get_gid()).startswith("boundary_")]
    np.testing.assert_allclose(first.get_xydata(), np.stack([BEST * PLANE["b"], PLANE["b"]], axis=1))
    np.testing.assert_allclose(second.get_xdata(), 1.3)
    with pytest.raises(ResultsError, match="collapse-boundary"):
        draw(plane, "--boundary", str(plane))


def test_an_exact_boundary_ends_where_a_third_component_is_larger_and_the_others_are_there_too(plane, tmp_path):
    """Clean bias and collapse variance are equal at every b, but above b = 1 clean variance is larger than both."""
    file = write_boundary(tmp_path / "boundary.h5")
    with h5py.File(file, "r+") as table:
        table["boundary_lambda"].attrs["long_name"] = "ridge where clean_bias,collapse_variance are equal"
    axes = panels(draw(plane, "--boundary", str(file), choices=["T=1e8"])[0])[0]
    first, second = [line for line in axes.lines if str(line.get_gid()).startswith("boundary_")]
    x, y = first.get_xydata()[np.isfinite(first.get_xdata())].T
    np.testing.assert_allclose(x, BEST * y, rtol=1e-6)
    assert y.min() == pytest.approx(0.2) and y.max() == pytest.approx(1, abs=0.02)
    vertices = np.concatenate([path.vertices for c in axes.collections for path in c.get_paths() if c.get_zorder() == 3])
    of_clean_data = vertices[vertices[:, 1] > 1.05]  # clean bias against clean variance, from the cells
    assert (np.abs(of_clean_data[:, 0] - BEST) < 0.02).any()


def test_panels_may_be_rows_and_columns_of_two_axes(plane):
    figure, _ = draw(plane, "--x", "ell", "--y", "b", "--panels", "T,n", choices=["T=1e4", "T=1e8"])
    assert [axes.get_title() for axes in figure.axes] == ["$T = 10^{4}$, $n = 10$", "$T = 10^{8}$, $n = 10$"]
    assert [bool(axes.get_xlabel()) for axes in figure.axes] == [False, True]
    with pytest.raises(ResultsError, match="rows and columns"):
        draw(plane, "--panels", "T,T")


def test_a_boundary_at_other_values_or_in_another_plane_is_not_drawn(plane, tmp_path):
    file = write_boundary(tmp_path / "boundary.h5", T=(1e4, 1e9))
    for arguments, reason in ((["--y", "b"], "not known at the T of this panel"), (["--x", "T", "--y", "b"], "no curves over T and b")):
        figure, told = draw(plane, "--boundary", str(file), *arguments)
        assert any(reason in sentence for sentence in told)
        assert not [line for line in panels(figure)[0].lines if str(line.get_gid()).startswith("boundary_")]


def test_an_optimum_file_is_mapped_as_it_is(tmp_path):
    sigma0, T = [0.01, 0.1, 1], [100, 1000]
    best = np.arange(6.0).reshape(3, 2, 1)
    path = write_table(tmp_path / "o.h5", "collapse-optimum", {"sigma0": sigma0, "T": T, "n": [10]}, {"b": 0.8},
                       {"optimum_ell": (("sigma0", "T", "n"), best), "optimum_test_error": (("sigma0", "T", "n"), best + 1)})
    figure, _ = draw(path, "--x", "sigma0", "--y", "T")
    assert "best ridge exponent" in figure._suptitle.get_text()
    [mesh] = [c for c in panels(figure)[0].collections if isinstance(c, QuadMesh)]
    assert (mesh.get_array().min(), mesh.get_array().max()) == (0, 5)


def test_a_plateau_has_no_contour_lines_of_rounding_noise(tmp_path):
    axes = {"T": [32, 100, 316, 1000, 3162], "n": [1, 2, 5, 10]}
    best = (("T", "n"), np.ones((5, 4)))
    path = write_table(tmp_path / "o.h5", "collapse-optimum", axes, {}, {"optimum_lambda": best, "optimum_test_error": best})
    assert not panels(draw(path, "--x", "T", "--y", "n")[0])[0].texts


def test_optima_at_an_end_of_the_range_searched_are_marked(tmp_path):
    axes, over = {"lambda": [0, 0.01, 1], "T": [100, 1000]}, ("lambda", "T")
    path = write_table(tmp_path / "o.h5", "collapse-optimum", axes, {"n": 10}, {
        "optimum_w": (over, [[0.5, 1], [0, 0.7], [np.nan, 1]]), "optimum_w_clean": (over, np.ones((3, 2))),
        "optimum_test_error": (over, np.ones((3, 2))), "optimum_place": (over, [[0, 2], [1, 0], [3, 2]])})
    border = lambda *arguments: [line for line in panels(draw(path, "--x", "lambda", "--y", "T", *arguments)[0])[0].lines
                                 if line.get_gid() == "border"]
    [marked] = border()
    x, y = marked.get_xydata().T
    assert 0 < x.min() < 0.01  # the place of 0
    assert sorted(zip(np.where(x < 0.01, 0, x), y)) == [(0, 1000), (0.01, 100), (1, 1000)]
    assert border("--of", "optimum_test_error") and not border("--of", "optimum_w_clean")


@pytest.mark.parametrize("arguments, reason", [
    (["--x", "ell", "--y", "ell"], "two different axes"), (["--of", "colour"], "no theory_colour"),
    (["--x", "ell", "--panels", "ell"], "different axes"),
    (["--of", "ratio_to_clean", "--by", "sim"], "no sim_ratio_to_clean"),
])
def test_what_cannot_be_mapped_is_an_error(plane, arguments, reason):
    with pytest.raises(ResultsError, match=reason):
        draw(plane, *arguments)


def test_components_are_curves_with_marks_at_their_crossings(plane):
    figure, _ = draw(plane, "--x", "ell", choices=["T=1e8", "b=0.8"], name="components")
    axes = panels(figure)[0]
    [mark] = [line for line in axes.lines if str(line.get_gid()).startswith("crossover")]
    assert mark.get_gid() == "crossover clean_bias collapse_variance"
    assert mark.get_xdata()[0] == pytest.approx(0.8 * BEST, abs=1e-9)
    assert "crossover" in [text.get_text() for text in axes.get_legend().get_texts()]
    total = [line for line in axes.lines if line.get_gid() == "theory_test_error"][0]
    np.testing.assert_allclose(total.get_ydata(), sum(components(1e8, PLANE["ell"], 0.8).values()))


def test_components_that_never_cross_have_no_mark_in_the_key(plane):
    axes = panels(draw(plane, "--x", "T", choices=["ell=0.05", "b=1.2"], name="components")[0])[0]
    assert not [line for line in axes.lines if str(line.get_gid()).startswith("crossover")]
    assert "crossover" not in [text.get_text() for text in axes.get_legend().get_texts()]


def test_the_command_writes_every_format_and_the_same_file_each_time(plane, capsys):
    for name in ("one", "two"):
        assert main(["map", str(plane), "--format", "pdf,svg,png", "--dpi", "80", "--output", str(plane.with_name(name))]) == 0
    for kind in ("pdf", "svg", "png"):
        assert plane.with_name(f"one.{kind}").read_bytes() == plane.with_name(f"two.{kind}").read_bytes()
    assert main(["map", str(plane), "--of", "ratio_to_clean", "--format", "png"]) == 0
    assert plane.with_name("plane-map-ratio-to-clean.png").exists()
