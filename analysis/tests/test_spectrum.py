"""The figure of a measured spectrum, from a file as `collapse spectrum` writes it."""
import h5py
import numpy as np
import pytest

from collapse_analysis.__main__ import main
from collapse_analysis.figures.spectrum import SpectrumFigure


@pytest.fixture
def spectrum(tmp_path):
    j = np.arange(1, 301.0)
    path = tmp_path / "spectrum.h5"
    with h5py.File(path, "w") as file:
        file.attrs.update(schema_name="collapse-spectrum", schema_version=np.int32(2))
        for name, value in [("beta", 1.5), ("r", 0.2)]:
            file.attrs.update({name: [value], f"{name}_stderr": [0.01], f"{name}_window": [10.0, 30.0]})
        file["pool_eigenvalues"], file["pool_squared_coefficients"] = j**-1.5, j**-0.1
        file["eigenvalues"], file["squared_coefficients"], file["weights"] = [1.0, 0.1, 0.01], [1.0, 1.0, 1.0], [1.0, 3.0, 30.0]
    return path


def artists(figure, gid):
    return [line for axes in figure.axes for line in axes.get_lines() if line.get_gid() == gid]


def test_the_figure_shows_the_pool_and_the_laws_in_their_window(spectrum):
    results = SpectrumFigure.open(spectrum)
    figure = SpectrumFigure().draw(results, None, print)
    eigenvalues, power = artists(figure, "pool")
    np.testing.assert_allclose(eigenvalues.get_ydata(), np.arange(1, 301) ** -1.5)
    np.testing.assert_allclose(power.get_ydata()[-1], 300**-1.6)
    for line, exponent in zip(artists(figure, "law"), (1.5, 2 * 1.5 * 0.2)):
        x, y = line.get_data()
        assert x[0] == pytest.approx(10) and x[-1] == pytest.approx(30)
        assert np.polyfit(np.log(x), np.log(y), 1)[0] == pytest.approx(-exponent)


def test_the_command_line_draws_it(spectrum):
    assert main(["spectrum", str(spectrum), "--format", "png", "--dpi", "50"]) == 0
    assert spectrum.with_name("spectrum-spectrum.png").exists() or list(spectrum.parent.glob("*.png"))


def test_another_kind_of_file_is_refused(tmp_path, capsys):
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file.attrs.update(schema_name="collapse-results", schema_version=np.int32(2))
    assert main(["spectrum", str(tmp_path / "other.h5")]) == 2
    assert "collapse-spectrum" in capsys.readouterr().err
