from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from fashionkit.errors import DataError
from fashionkit.metrics import fill_in_the_blank_accuracy

pytestmark = pytest.mark.light
rows_of_four = st.lists(st.lists(st.sampled_from([-2.0, -1.0, 0.0, 1.0]), min_size=4, max_size=4), min_size=1)


@given(rows_of_four)
def test_it_is_the_chance_of_a_random_pick_among_the_highest(rows):
    picks = [[i for i, score in enumerate(row) if score == max(row)] for row in rows]
    expected = np.mean([(0 in best) / len(best) for best in picks])
    assert fill_in_the_blank_accuracy(rows) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ([[-1.0, -2.0, -3.0, -4.0]], 1.0),
        ([[0.5, 0.5, 0.5, 0.5]], 0.25),
        ([[0.0, 1.0]], 0.0),
        ([[float("-inf"), float("-inf")]], 0.5),
    ],
)
def test_corner_cases(scores, expected):
    assert fill_in_the_blank_accuracy(scores) == expected


@pytest.mark.parametrize(
    ("scores", "message"),
    [
        ([], "rows x columns"),
        (np.zeros((0, 4)), "empty"),
        ([[1.0]], "at least two choices"),
        ([1.0, 2.0], "rows x columns"),
        ([[0.0, float("nan")]], "NaN"),
    ],
)
def test_what_does_not_fit_is_refused(scores, message):
    with pytest.raises(DataError, match=message):
        fill_in_the_blank_accuracy(scores)
