"""Slopes of simulated errors: the number, its interval, what is printed."""

import json

import numpy as np
import pytest
from result_file import write_results

from collapse_analysis import ResultsError, open_results
from collapse_analysis.__main__ import main
from collapse_analysis.exponents import exponents, fit, table

T = np.geomspace(100, 1e4, 7)
CURVES = 400
NOISE = 0.05


def noisy(path, true_slope, predicted_slope, seed=1):
    """CURVES curves (an axis of w) of errors T^true_slope with NOISE, beside a theory T^predicted_slope."""
    true = np.broadcast_to(T ** true_slope, (CURVES, len(T)))
    noise = NOISE * np.random.default_rng(seed).standard_normal(true.shape)
    return open_results(write_results(path, {"w": range(CURVES), "T": T}, sim_test_error=true * np.exp(noise),
                                      sim_test_error_stderr=NOISE * true, theory_test_error=T ** predicted_slope,
                                      theory_rate_T=predicted_slope, asymptotic_rate_T=-0.5))


def share_holding(records):
    return np.mean([r["low"] <= r["theory"] <= r["high"] for r in records])


def test_a_power_law_without_noise_is_found_exactly():
    slope, half, misfit = fit(np.log(T), np.log(3 * T ** -0.6), np.full(len(T), 0.01))
    assert slope == pytest.approx(-0.6, abs=1e-12) and misfit == pytest.approx(0, abs=1e-12)
    assert half == pytest.approx(1.959964 * 0.01 / np.sqrt(np.sum((np.log(T) - np.log(T).mean()) ** 2)))


def test_points_count_by_their_standard_errors():
    y = np.log(T ** -0.6)
    y[-1] += 5
    error = np.full(len(T), 0.01)
    error[-1] = 1e6
    assert fit(np.log(T), y, error)[0] == pytest.approx(-0.6, abs=1e-9)


@pytest.mark.parametrize("window", [0, 3])
def test_95_per_cent_of_the_intervals_hold_the_truth(tmp_path, window):
    """Within 4 standard deviations of a binomial count (windows overlap: of the count of curves alone)."""
    records = exponents(noisy(tmp_path / "x.h5", -0.6, -0.6), window)
    assert abs(share_holding(records) - 0.95) < 4 * np.sqrt(0.95 * 0.05 / CURVES)
    assert np.mean([r["misfit"] for r in records]) == pytest.approx(1, abs=0.2)


def test_a_theory_that_is_wrong_by_a_few_per_cent_is_rejected(tmp_path):
    assert share_holding(exponents(noisy(tmp_path / "x.h5", -0.6, -0.64), 0)) < 0.8


def test_the_theory_of_a_bent_curve_is_bent_alike(tmp_path):
    bent = 1 / T + 1e-3
    path = write_results(tmp_path / "x.h5", {"T": T}, sim_test_error=bent, sim_test_error_stderr=np.linspace(0.01, 0.3, len(T)) * bent,
                         theory_test_error=bent)
    [record] = exponents(open_results(path), 0)
    assert record["slope"] == pytest.approx(record["theory"], abs=1e-12) and -1 < record["slope"] < -0.3


def test_unusable_cells_are_left_out_and_windows_slide_over_the_rest(tmp_path):
    error = T ** -1.0
    error[2] = np.nan
    path = write_results(tmp_path / "x.h5", {"T": T}, sim_test_error=error, sim_test_error_stderr=0.1 * error)
    records = exponents(open_results(path), 3)
    expected = [(T[a], T[b]) for a, b in ((0, 3), (1, 4), (3, 5), (4, 6))]
    np.testing.assert_allclose([(r["T_low"], r["T_high"]) for r in records], expected)


def test_the_table_and_the_json_say_the_same(tmp_path, capsys):
    noisy(tmp_path / "x.h5", -0.6, -0.6)
    assert main(["exponents", str(tmp_path / "x.h5"), "--select", "w=3"]) == 0
    heads, row, verdict, meaning = (line.split() for line in capsys.readouterr().out.splitlines())
    assert main(["exponents", str(tmp_path / "x.h5"), "--select", "w=3", "--json"]) == 0
    [record] = json.loads(capsys.readouterr().out)
    assert heads == list(record) and record["asymptotic"] == -0.5
    assert verdict[:3] == [str(int(record["low"] < -0.6 < record["high"])), "of", "1"]
    assert meaning[:2] == ["misfit:", "chi^2"]
    assert [float(text) for text in row] == pytest.approx(list(record.values()), abs=6e-4, rel=1e-4)


def test_a_bent_curve_is_said_to_be_no_power_law_and_others_are_not(tmp_path):
    """By chance one straight curve of a thousand is called bent: of 400, hardly ever more than four."""
    straight = table(exponents(noisy(tmp_path / "x.h5", -0.6, -0.6), 0)).splitlines()[-1]
    assert straight.startswith("misfit") or int(straight.split()[0]) <= 4
    error = np.stack([1 / T, 1 / T + 1e-3])
    path = write_results(tmp_path / "y.h5", {"w": [0, 1], "T": T}, sim_test_error=error, sim_test_error_stderr=0.01 * error)
    assert "1 of 2 do not" in table(exponents(open_results(path), 0))
    assert "do not" not in table(exponents(open_results(path), 2))  # any two points lie on a line


def test_without_simulation_there_is_nothing_to_fit(tmp_path):
    with pytest.raises(ResultsError, match="no 2 simulated points"):
        exponents(open_results(write_results(tmp_path / "x.h5", {"T": T}, status=3)), 0)
    with pytest.raises(ResultsError, match="more than one value of T"):
        exponents(open_results(write_results(tmp_path / "y.h5", {"T": [5]})), 0)
