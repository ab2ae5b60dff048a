from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from fashionkit.errors import DataError
from fashionkit.metrics import mean_absolute_error, mean_squared_error

pytestmark = pytest.mark.light
NAN = float("nan")
METRICS = [mean_absolute_error, mean_squared_error]
numbers = st.floats(-1e6, 1e6)
cells = st.lists(st.tuples(numbers, numbers | st.just(NAN)), min_size=1, max_size=12).filter(
    lambda rows: any(not math.isnan(expected) for _, expected in rows)
)


@given(cells)
def test_they_are_the_means_over_known_rows(rows):
    differences = [p - e for p, e in rows if not math.isnan(e)]
    predicted, expected = zip(*rows, strict=True)
    assert mean_absolute_error(predicted, expected) == pytest.approx(np.mean([abs(d) for d in differences]))
    assert mean_squared_error(predicted, expected) == pytest.approx(np.mean([d * d for d in differences]))


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(numbers, numbers), min_size=1))
def test_they_are_those_of_scikit_learn(rows):
    sklearn = pytest.importorskip("sklearn.metrics")
    predicted, expected = zip(*rows, strict=True)
    assert mean_absolute_error(predicted, expected) == pytest.approx(sklearn.mean_absolute_error(expected, predicted))
    assert mean_squared_error(predicted, expected) == pytest.approx(sklearn.mean_squared_error(expected, predicted))


def test_small_whole_dtypes_do_not_wrap_around():
    low, high = np.array([0], dtype=np.uint8), np.array([255], dtype=np.uint8)
    assert mean_absolute_error(low, high) == 255
    assert mean_squared_error(low, high) == 255**2


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize(
    ("predicted", "expected", "message"),
    [
        ([], [], "predicted have shape .* empty"),
        ([1.0, 2.0], [1.0], r"predicted have shape \(2,\), expected \(1,\)"),
        ([1.0], [[1.0]], "one number per row"),
        ([NAN], [1.0], "predicted hold NaN or infinity"),
        ([NAN, 1.0], [NAN, 1.0], "predicted hold NaN or infinity"),
        ([float("inf")], [1.0], "predicted hold NaN or infinity"),
        ([1.0], [NAN], "expected are all NaN"),
        ([1.0], [float("-inf")], "expected hold infinity"),
        (["1999"], [1999], "real numbers"),
    ],
)
def test_what_does_not_fit_is_refused(metric, predicted, expected, message):
    with pytest.raises(DataError, match=message):
        metric(predicted, expected)
