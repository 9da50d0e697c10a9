"""The explorer in a browser: what it shows is what is in the file."""

import io
import re

import h5py
import numpy as np
import pytest
from browser import Keys, browser
from conftest import AXES, SCALARS
from matplotlib.image import imread
from planes import AXES as PLANE, write_plane
from result_file import write_results

from collapse_analysis.__main__ import main

ORDER = tuple(AXES)


@pytest.fixture(scope="module")
def chromium():
    with browser() as page:
        yield page


@pytest.fixture
def page(chromium, sweep):
    assert main(["explore", str(sweep)]) == 0
    yield chromium.load(sweep.with_suffix(".html"))
    assert chromium.complaints() == []


def number(text):
    return {"–": np.nan, "∞": np.inf}.get(text) or float(text.replace("−", "-"))


def assert_shown(path, cell, shown):
    """Every number of the tooltip is that of the file at this cell, to the five digits shown."""
    compared = 0
    with h5py.File(path) as file:
        for name, text in shown.items():
            if name not in file or text == "":
                continue
            stored, flags = file[name][...].ravel()[cell], file[name].attrs.get("flag_meanings")
            if flags is not None:
                flags = flags.decode() if isinstance(flags, bytes) else flags  # of a file of the program, or of the tests
                assert text == flags.split()[stored].replace("_", " ")
            elif np.isnan(stored) or (name.startswith("sim_") and file["status"][...].ravel()[cell] != 1):
                assert text == "–"
            else:
                assert number(text) == pytest.approx(stored, rel=5.1e-5)
                compared += 1
    return compared


def position(cell, shape):
    return np.unravel_index(cell, shape)


SHAPE = tuple(len(v) for v in AXES.values())


def test_one_file_and_no_address_in_it(sweep):
    main(["explore", str(sweep)])
    text = sweep.with_suffix(".html").read_text()
    assert not re.search(r"""(src|href)\s*=\s*["']?(?!data:)[^"'>]|@import|fetch\(|XMLHttp""", text)
    assert set(re.findall(r"https?://[^\s\"')]+", text)) <= {"http://www.w3.org/2000/svg"}


def test_hovering_a_point_tells_the_numbers_of_its_cell(page, sweep):
    page.slide("beta", 1)
    points = page.find(".point")
    assert points
    for point in points[:: max(1, len(points) // 5)]:
        page.hover(point)
        cell, shown, parameters = page.tip()
        assert assert_shown(sweep, cell, shown) >= 5
        at = position(cell, SHAPE)
        assert at[1] == 1 and f"T = {AXES['T'][at[2]]:g}," in parameters and "β = 1.5" in parameters


def test_there_is_a_point_with_its_error_bar_for_every_simulated_cell_shown(page, sweep):
    page.choose("second", str(ORDER.index("n")))
    with h5py.File(sweep) as file:
        status = file["status"][0, 0, :, 0, :]
    assert len(page.find(".point")) == len(page.find(".bar")) == (status == 1).sum()


def test_sliders_choose_the_cells_of_the_other_axes(page, sweep):
    assert page.texts("#sliders output") == ["0", "0"]
    page.slide("lambda", 2)
    page.slide("beta", 1)
    assert page.texts("#sliders output") == ["1.5", "0.01"]
    page.hover(page.find(".point")[0])
    cell, shown, _ = page.tip()
    assert position(cell, SHAPE)[1] == 1 and position(cell, SHAPE)[3] == 2 and assert_shown(sweep, cell, shown)
    page.slide("lambda", -1)
    assert page.texts("#sliders output") == ["1.5", "1e-4"]


def test_points_lie_where_their_numbers_say_and_infinity_lies_at_the_edge(page, sweep):
    page.slide("lambda", 3)
    places = [[float(point.get_attribute(name)) for name in ("cx", "cy")] for point in page.find(".point")]
    with h5py.File(sweep) as file:
        values = file["sim_test_error"][0, 0, :, 3, :3]
    x, y = np.array(places).T
    expected = np.log(values.T.ravel())
    assert len(y) == values.size
    np.testing.assert_allclose(np.corrcoef(expected, y)[0, 1], -1, atol=1e-9)
    np.testing.assert_allclose(np.corrcoef(np.tile(np.log(AXES["T"]), 3), x)[0, 1], 1, atol=1e-9)
    page.choose("x", str(ORDER.index("n")))
    assert "∞" in page.texts("svg text")


def test_every_control_has_a_label_and_is_reached_by_the_keyboard(page):
    for control in page.find("select, input"):
        name = control.get_attribute("id")
        assert page.find(f"label[for='{name}']") or control.find_elements("xpath", "ancestor::label")
    reached = set()
    for _ in range(20):
        page.press(page.driver.switch_to.active_element, Keys.TAB)
        reached.add(page.driver.switch_to.active_element.get_attribute("id"))
    assert {"quantity", "x", "second", "xscale", "yscale", "slider-beta", "slider-lambda", "drawing"} <= reached


def test_arrow_keys_walk_along_a_curve(page, sweep):
    page.slide("lambda", 3)
    drawing = page.find("#drawing")[0]
    page.press(drawing, Keys.ARROW_RIGHT)
    first = position(page.tip()[0], SHAPE)
    page.press(drawing, Keys.ARROW_RIGHT)
    second = position(page.tip()[0], SHAPE)
    assert (second[2], second[4]) == (first[2] + 1, first[4])
    page.press(drawing, Keys.ARROW_UP)
    assert position(page.tip()[0], SHAPE)[4] == first[4] + 1
    page.press(drawing, Keys.ESCAPE)
    assert not page.find("#tip")[0].is_displayed()


def test_every_quantity_can_be_drawn_with_every_axis_as_curves_and_as_a_map(page):
    for mode in ("curves", "map"):
        page.driver.find_element("css selector", f"[value={mode}]").click()
        for select in ("quantity", "x", "second", "yscale"):
            for option in [o.get_attribute("value") for o in page.find(f"#{select} option")]:
                page.choose(select, option)
    assert page.complaints() == []


def test_zero_has_a_place_of_its_own_on_a_logarithmic_axis(chromium, tmp_path):
    error = np.array([0.5, 0.01, 1e-31, 0.0]).reshape(1, 1, 4, 1, 1)  # rounding noise is zero, too
    path = write_results(tmp_path / "x.h5", {"alpha": [1], "beta": [0], "T": [50, 100, 200, 400], "lambda": [0], "n": [0]}, {"d": 150},
                         theory_test_error=error, sim_test_error=error, sim_test_error_stderr=0)
    assert main(["explore", str(path)]) == 0
    page = chromium.load(tmp_path / "x.html")
    heights = [float(point.get_attribute("cy")) for point in page.find("circle.point")]
    frame = page.find("rect.axis")[0]
    bottom = float(frame.get_attribute("y")) + float(frame.get_attribute("height"))
    assert heights[0] < heights[1] < heights[2] == heights[3] < bottom
    assert page.find("g[data-curve] path")[0].get_attribute("d").count("L") == 1 and "0" in page.texts("svg text")


def test_a_failed_cell_says_why(page, sweep):
    page.driver.find_element("css selector", "[value=map]").click()
    page.choose("quantity", "status")
    page.choose("x", str(ORDER.index("n")))
    page.choose("second", str(ORDER.index("T")))
    assert {"pending", "failed", "done", "skipped"} == set(page.texts("#key span"))
    drawing = page.find("#drawing")[0]
    for _ in range(2):  # the failed cell is the second from the left at the bottom
        page.press(drawing, Keys.ARROW_RIGHT)
    cell, shown, _ = page.tip()
    assert position(cell, SHAPE) == (0, 0, 0, 0, 1)
    assert shown["status"] == "failed" and shown["failure"] == "singular" and shown["sim_test_error"] == "–"


def test_a_map_of_regimes_tells_each_cell_under_the_pointer(chromium, tmp_path):
    path = write_plane(tmp_path / "plane.h5")
    main(["explore", str(path)])
    page = chromium.load(path.with_suffix(".html"))
    page.driver.find_element("css selector", "[value=map]").click()
    assert set(page.texts("#key span")) == {"clean bias", "clean variance", "collapse variance"}
    seen = set()
    for dx, dy in ((-200, -100), (-50, 100), (200, 150), (250, -150), (100, 0)):
        page.hover_at(dx, dy)
        cell, shown, _ = page.tip()
        assert assert_shown(path, cell, shown) >= 5
        seen.add(shown["theory_regime"])
    assert len(seen) >= 2 and page.complaints() == []


def test_cells_that_a_refinement_left_out_show_the_nearest_computed_one(chromium, tmp_path):
    error = np.full((5, 5), np.nan)
    error[::4, ::4] = [[1, 2], [3, 4]]
    path = write_results(tmp_path / "x.h5", {"beta": range(5), "T": [1, 2, 3, 4, 5]}, theory_test_error=error,
                         status=np.where(np.isnan(error), 3, 1))
    main(["explore", str(path)])
    page = chromium.load(path.with_suffix(".html"))
    lines = [path.get_attribute("d") for path in page.find("path")]
    assert sorted(line.count("L") for line in lines) == [0, 0, 0, 1, 1]  # two curves of computed cells, through those between them
    page.driver.find_element("css selector", "[value=map]").click()
    page.choose("quantity", "theory_test_error")
    page.choose("x", "1")
    page.choose("second", "0")
    width, height = page.find("#drawing")[0].size.values()
    page.hover_at(0.22 * max(width, height), -0.22 * min(width, height))
    cell, shown, _ = page.tip()
    assert cell == 24 and shown["theory_test_error"] == "4"


def ticks_of_the_page(page):
    """Texts below and left of the frame."""
    y = [text.text for text in page.find("svg text[text-anchor=end]")]
    return [text.text for text in page.find("svg text[text-anchor=middle]")][:-2], y


def test_ticks_of_an_axis_have_one_notation_and_there_are_several(chromium, tmp_path):
    error = np.array([0.95, 0.3, 0.1, 0.05, 0.02])  # one power of ten within 1.7 decades
    path = write_results(tmp_path / "x.h5", {"T": [1e4, 1e5, 1e7, 1e9, 1e10]}, theory_test_error=error, sim_test_error=error,
                         sim_test_error_stderr=0)
    main(["explore", str(path)])
    x, y = ticks_of_the_page(chromium.load(path.with_suffix(".html")))
    assert x == ["10⁴", "10⁵", "10⁶", "10⁷", "10⁸", "10⁹", "10¹⁰"] and y == ["0.02", "0.05", "0.1", "0.2", "0.5"]
    assert not chromium.driver.find_element("id", "sliders").is_displayed()


def test_no_name_of_an_axis_is_cut_and_the_key_names_every_curve(chromium, tmp_path):
    axes = {name: [0.5, 1] for name in ("b", "r", "beta", "sigma0", "lambda0")} | {"T": [10, 100], "ell": np.arange(30) / 20, "n": [1, 2]}
    path = write_results(tmp_path / "x.h5", axes)
    main(["explore", str(path)])
    page = chromium.load(path.with_suffix(".html"))
    page.choose("second", str(list(axes).index("ell")))
    shown = page.texts("#key span:not(.meaning)")
    assert len(shown) == 9 and (shown[0], shown[-1]) == ("0", "1.45") and "9 of the 30 values" in page.texts("#note")[0]
    page.find("#every")[0].click()
    assert page.texts("#key span:not(.meaning)") == [f"{value:g}" for value in axes["ell"]]
    room = page.driver.execute_script("""
        const select = document.getElementById("x"), pen = document.createElement("canvas").getContext("2d");
        pen.font = getComputedStyle(select).font;
        return [...select.options].map((option) => [option.text, select.clientWidth - 32 - pen.measureText(option.text).width]);""")
    assert len(room) == len(axes) and all(width > 0 for _, width in room), room


def test_curves_of_a_refined_grid_are_those_that_refinement_started_from(chromium, tmp_path):
    computed = np.zeros((21, 9), bool)
    computed[::5, ::4] = computed[3:9, 2:7] = True
    path = write_results(tmp_path / "x.h5", {"n": range(21), "T": range(10, 100, 10)}, theory_test_error=np.where(computed, 0.5, np.nan),
                         status=np.where(computed, 1, 3))
    main(["explore", str(path)])
    page = chromium.load(path.with_suffix(".html"))
    assert page.texts("#key span:not(.meaning)") == ["0", "5", "10", "15", "20"] and "5 of the 21 values" in page.texts("#note")[0]


def test_an_axis_of_few_values_has_the_curves_rather_than_one_of_many(chromium, tmp_path):
    path = write_results(tmp_path / "x.h5", {"T": [10, 100], "lambda": [0.1, 1], "n": range(65)})
    main(["explore", str(path)])
    page = chromium.load(path.with_suffix(".html"))
    assert page.texts("#key span:not(.meaning)") == ["0.1", "1"] and page.find("#slider-n")


def test_points_lines_and_infinite_theory_are_explained_and_marked(page):
    assert page.texts("#key .meaning") == ["points: simulation, lines: theory, △ theory infinite"]  # at T = d without ridge
    assert len(page.find("path.infinite")) == 4  # one a curve
    page.slide("lambda", 1)
    assert page.texts("#key .meaning") == ["points: simulation, lines: theory"] and not page.find("path.infinite")


def test_on_a_telephone_plot_and_sliders_are_in_sight_together(page):
    page.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True})
    try:
        page.driver.refresh()
        box = lambda selector: page.driver.execute_script("const b = document.querySelector(arguments[0]).getBoundingClientRect();"
                                                          "return [b.left, b.top, b.right, b.bottom];", selector)
        for selector in ("#plot", "#sliders"):
            left, top, right, bottom = box(selector)
            assert 0 <= left and right <= 390 and 0 <= top and bottom <= 844, selector
        assert box("#plot")[3] <= box("#sliders")[1]
        assert page.driver.execute_script("return document.documentElement.scrollWidth") <= 390
    finally:
        page.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_dark_mode_is_dark(page):
    brightness = lambda: imread(io.BytesIO(page.pixels()))[..., :3].mean()
    light = brightness()
    page.emulate_dark()
    try:
        assert light > 0.85 and brightness() < 0.25
    finally:
        page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_text_of_the_file_cannot_break_out_of_the_page(chromium, tmp_path):
    path = write_results(tmp_path / "x.h5", {"T": [1, 2, 3]}, attributes={"title": "</script><script>document.title='no'</script>"})
    main(["explore", str(path)])
    page = chromium.load(path.with_suffix(".html"))
    assert page.texts("h1") == ["</script><script>document.title='no'</script>"] and page.complaints() == []


def test_a_sweep_of_one_cell_and_a_sweep_too_large(chromium, tmp_path, capsys):
    path = write_results(tmp_path / "x.h5", {"T": [5]}, SCALARS)
    main(["explore", str(path), "-o", str(tmp_path / "page.html")])
    assert "one cell" in chromium.load(tmp_path / "page.html").texts("#note")[0]
    large = write_results(tmp_path / "large.h5", {"T": np.arange(1, 502), "n": np.arange(401)})
    assert main(["explore", str(large)]) == 2 and "--select" in capsys.readouterr().err
    assert main(["explore", str(large), "--select", "n=3"]) == 0
    assert chromium.complaints() == []
