"""Remedies at equal numbers of real labels: how labels are counted, who wins, what cannot be compared."""


import h5py
import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from result_file import write_table

from collapse_analysis import ResultsError
from collapse_analysis.__main__ import main
from collapse_analysis.remedies import open_remedy, together

BETA, NOISE = [0, 1], [0.2, 1]


def write(folder, protocol, T, error, config="", **scalars):
    """Errors [sigma x beta x T] as one number, or as a number for each noise; sigma0 = sigma."""
    values = np.broadcast_to(np.reshape(np.broadcast_to(error, 2), (2, 1, 1, 1, 1)), (2, 1, 2, len(T), 1))
    dimensions = {"sigma": NOISE, "alpha": [1], "beta": BETA, "T": T, "n": [5]}
    path = write_table(folder / f"{protocol}.h5", "collapse-optimum", dimensions, {"d": 30, **scalars},
                       {"optimum_lambda": (tuple(dimensions), values), "optimum_test_error": (tuple(dimensions), values)},
                       {"sigma0": ("sigma", NOISE)})
    with h5py.File(path, "a") as file:
        resolved = f"model.protocol = {protocol}\n{config}grid.n = 5\n"
        file.attrs["resolved_config"] = resolved
        file.require_group("provenance").attrs["resolved_config"] = resolved
    return path


@pytest.fixture
def files(tmp_path):
    return [write(tmp_path, "replace", [60, 600], [4, 1], b=1), write(tmp_path, "mix", [10, 100], [2, 3], w=0.5),
            write(tmp_path, "partial", [20, 200], [8, 0.5], p=0.4), write(tmp_path, "mixture", [40, 400], [3, 2], b=1, p=0.5),
            write(tmp_path, "accumulate", [60, 600], [5, 5])]


def test_real_labels_of_all_generations_are_counted_by_the_rule_of_each_protocol(files):
    for path in files:
        remedy = open_remedy(path)
        np.testing.assert_allclose(remedy["labels"], [60, 600])
        assert set(remedy.dims) == {"sigma", "beta", "labels"}
    kept = write(files[0].parent / "..", "mix", [60, 600], 1, "model.real_labels = fixed\n", w=0.5)
    np.testing.assert_allclose(open_remedy(kept)["labels"], [60, 600])


def test_the_map_shows_the_winner_of_each_noise_and_its_gain_over_replacing(files, tmp_path, monkeypatch):
    drawn = []
    monkeypatch.setattr(Figure, "savefig", lambda figure, *_, **__: drawn.append(figure))
    assert main(["remedies", *map(str, files), "--format", "png"]) == 0
    low, high = drawn[0].axes
    assert {text.get_text() for text in low.texts} == {"2.0"} and {text.get_text() for text in high.texts} == {"2.0"}
    colours = {text.get_text(): to_hex(patch.get_facecolor())
               for text, patch in zip(drawn[0].legends[0].get_texts(), drawn[0].legends[0].get_patches())}
    hue = lambda panel: to_hex(panel.collections[0].get_facecolor()[0, :3])
    assert hue(low) == colours["mix"] and hue(high) == colours["partial"]


def test_files_that_cannot_be_compared_are_refused_by_name(files, tmp_path):
    other = write(tmp_path / "..", "accumulate", [60, 500], 1)
    with pytest.raises(ResultsError, match="real labels.*60, 500 instead of 60, 600"):
        together([open_remedy(files[0]), open_remedy(other)], [files[0], other])
    with pytest.raises(ResultsError, match="Two files are about the protocol mix"):
        together([open_remedy(files[1])] * 2, [files[1]] * 2)
    with pytest.raises(ResultsError, match="weighted, whose real labels are not counted"):
        open_remedy(write(tmp_path, "weighted", [60, 600], 1))
