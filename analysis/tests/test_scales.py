"""Axes with zero and infinity."""

import numpy as np
import pytest

from collapse_analysis.scales import logarithmic_ticks, scale_for


def test_values_over_decades_are_logarithmic_with_a_place_for_zero_at_the_left():
    scale = scale_for([0, 1e-4, 1e-2, 1], decades=1)
    placed = scale.place([0, 1e-4, 1])
    assert scale.logarithmic and 0 < placed[0] < 1e-4
    assert placed[1:].tolist() == [1e-4, 1]
    assert scale.limits()[0] < placed[0]


def test_evenly_spaced_values_are_linear_with_a_place_for_infinity_at_the_right():
    scale = scale_for([*range(101), np.inf], decades=1)
    assert not scale.logarithmic and scale.zero is None
    assert scale.place([0, 100]).tolist() == [0, 100] and 100 < scale.place([np.inf])[0] < scale.limits()[1]


def test_the_user_may_force_the_scale():
    assert scale_for([1, 2, 3], decades=1, forced="log").logarithmic
    assert not scale_for([1, 10, 1000], decades=1, forced="linear").logarithmic
    assert not scale_for([-1, 1, 1000], decades=1, forced="log").logarithmic


@pytest.mark.parametrize("values", [[5], [0], [np.inf], [0, np.inf], [0, 7], [3, np.inf]])
def test_few_values_still_make_an_axis(values):
    scale = scale_for(values, decades=1)
    low, high = scale.limits()
    assert low < high and np.isfinite(scale.place(values)).all()


@pytest.mark.parametrize("low, high", [(100, 1000), (30, 1000), (1e-4, 10), (1e-12, 1e3), (4e-3, 5)])
def test_there_are_between_two_and_nine_labelled_ticks_and_all_are_inside(low, high):
    major, minor = logarithmic_ticks(low, high)
    assert 2 <= len(major) <= 9
    assert all(low * 0.999 <= t <= high * 1.001 for t in [*major, *minor])
