from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from fashionkit.errors import ConfigError, DataError
from fashionkit.metrics import expected_calibration_error, reliability

pytestmark = pytest.mark.light
answers = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=40)


def naive(rows, bins):
    """Bin by bin, as the paper writes it."""
    total = 0.0
    for place in range(bins):
        low, high = place / bins, (place + 1) / bins
        inside = [(p, r) for p, r in rows if low < p <= high or (place == 0 and p == 0)]
        if inside:
            gap = abs(sum(p for p, _ in inside) - sum(r for _, r in inside))
            total += gap / len(rows)
    return total


@given(answers, st.sampled_from([1, 2, 4, 8]))
def test_it_is_the_naive_one(rows, bins):
    sure, right = zip(*rows, strict=True)
    assert expected_calibration_error(sure, right, bins) == pytest.approx(naive(rows, bins), abs=1e-9)


@given(answers)
def test_every_answer_is_in_one_bin(rows):
    sure, right = zip(*rows, strict=True)
    bins = reliability(sure, right)
    assert bins.count.sum() == len(rows)
    assert bins.accuracy @ bins.count == pytest.approx(sum(right))


def test_answers_that_are_right_as_often_as_they_say_have_none():
    random = np.random.default_rng(0)
    sure = random.uniform(size=200_000)
    assert expected_calibration_error(sure, random.uniform(size=len(sure)) < sure) < 0.01


@pytest.mark.parametrize("sure", [[], [1.5], [-0.1], [float("nan")]])
def test_no_probabilities_are_refused(sure):
    with pytest.raises(DataError):
        expected_calibration_error(sure, [1] * len(sure))


def test_bins_are_counted():
    with pytest.raises(ConfigError, match="bins"):
        reliability([0.5], [1], bins=0)
