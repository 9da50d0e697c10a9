"""Selecting cells by value, and the choices made for what the user leaves open."""

import numpy as np
import pytest
from result_file import write_results

from collapse_analysis import ResultsError, open_results
from collapse_analysis.selection import axis_for, parse_choice, select, thin


def test_a_value_within_the_tolerance_is_found_and_the_axis_stays(sweep):
    chosen = select(open_results(sweep), [("lambda", 0.01 * (1 + 5e-7)), ("n", np.inf), ("T", 200)])
    assert chosen["lambda"].values.tolist() == [0.01] and chosen["n"].values.tolist() == [np.inf] and chosen.sizes["beta"] == 2


def test_several_values_of_one_axis_are_kept_in_the_order_of_the_file(sweep):
    assert select(open_results(sweep), [("n", 5), ("n", 0)])["n"].values.tolist() == [0, 5]


def test_a_value_that_is_not_there_is_an_error_that_names_those_that_are(sweep):
    with pytest.raises(ResultsError, match="lambda = 0.02 is not in the file; it has lambda = 0, 0.0001, 0.01, 1"):
        select(open_results(sweep), [("lambda", 0.02)])


def test_zero_is_matched_by_zero_alone(sweep):
    with pytest.raises(ResultsError, match="lambda = 1e-09"):
        select(open_results(sweep), [("lambda", 1e-9)])


def test_an_unknown_axis_is_an_error_that_names_the_axes(sweep):
    with pytest.raises(ResultsError, match="no axis gamma.*alpha, beta, T, lambda, n"):
        select(open_results(sweep), [("gamma", 1)])


def test_a_parameter_of_one_value_can_be_named_if_the_value_is_right(sweep):
    results = open_results(sweep)
    assert select(results, [("d", 300)]).sizes == results.sizes
    with pytest.raises(ResultsError, match="it has d = 300"):
        select(results, [("d", 200)])


def test_what_stands_for_a_parameter_is_found_but_not_selected_by_its_values(tmp_path):
    axes = {"r": [0.5], "beta": [1], "T": [10, 100], "ell": [0, 1], "a": [0, 0.5]}
    results = open_results(write_results(tmp_path / "x.h5", axes, derived={"lambda": (("T", "ell"), [[1, 0.1], [1, 0.01]])}))
    assert [axis_for(results, name) for name in ("alpha", "lambda", "n", "ell")] == ["r", "ell", "a", "ell"]
    with pytest.raises(ResultsError, match="no axis lambda to select on"):
        select(results, [("lambda", 0.1)])


@pytest.mark.parametrize("text", ["lambda", "=1", "lambda=x", ""])
def test_a_choice_of_another_form_is_an_error(text):
    with pytest.raises(ResultsError, match="name=value"):
        parse_choice(text)


@pytest.mark.parametrize("values, kept", [
    (range(7), range(7)), (range(11), [0, 2, 4, 6, 8, 10]), (range(101), [0, 20, 40, 60, 80, 100]),
    ([*range(11), np.inf], [0, 2, 4, 6, 8, 10, 11]),
])
def test_thinning_keeps_the_ends_and_even_steps(values, kept):
    assert thin(list(values), 7) == list(kept)


def test_thinning_never_keeps_more_than_asked_for_nor_loses_the_ends():
    for count in range(1, 200):
        kept = thin(range(count), 7)
        assert min(count, 4) <= len(kept) <= 7 and kept[0] == 0 and kept[-1] == count - 1
