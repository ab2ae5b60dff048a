from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, strategies as st
from hypothesis.extra import numpy as arrays

from fashionkit.heads.probabilities import check_temperature, sigmoid, softmax

pytestmark = pytest.mark.light

LOGITS = arrays.arrays(
    np.float32, st.tuples(st.integers(0, 4), st.integers(1, 6)), elements=st.floats(-50, 50, width=32)
)
ANY_LOGITS = arrays.arrays(
    np.float32,
    st.tuples(st.integers(0, 3), st.integers(1, 4)),
    elements=st.floats(allow_nan=False, allow_infinity=False, width=32),
)
TEMPERATURES = st.floats(0.1, 10)


@given(LOGITS, TEMPERATURES)
def test_softmax_is_the_naive_one(logits, temperature):
    naive = [[math.exp(x / temperature) for x in row] for row in logits.tolist()]
    expected = [[power / sum(row) for power in row] for row in naive]
    np.testing.assert_allclose(softmax(logits, temperature), np.reshape(expected, logits.shape), rtol=1e-5, atol=1e-30)


@given(LOGITS, TEMPERATURES)
def test_sigmoid_is_the_naive_one(logits, temperature):
    expected = [[1 / (1 + math.exp(-x / temperature)) for x in row] for row in logits.tolist()]
    np.testing.assert_allclose(sigmoid(logits, temperature), np.reshape(expected, logits.shape), rtol=1e-5, atol=1e-7)


@pytest.mark.filterwarnings("error")
@given(ANY_LOGITS, st.floats(min_value=0, exclude_min=True, allow_infinity=False))
def test_any_finite_logits_and_temperature_give_probabilities(logits, temperature):
    probabilities = softmax(logits, temperature)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)
    assert probabilities.dtype == np.float32
    alone = sigmoid(logits, temperature)
    assert alone.dtype == np.float32
    for values in (probabilities, alone):
        assert ((values >= 0) & (values <= 1)).all()


@given(LOGITS)
def test_a_temperature_orders_nothing_anew(logits):
    for row, cold, hot in zip(logits, softmax(logits, 0.5), softmax(logits, 5.0), strict=True):
        best = row == row.max()
        assert (cold[best] == cold.max()).all()
        assert hot.max() <= cold.max() + 1e-6


@pytest.mark.parametrize("temperature", [0.0, -1.0, math.nan, math.inf, -math.inf])
def test_a_temperature_that_cannot_divide_is_refused(temperature):
    with pytest.raises(ValueError, match="above 0"):
        check_temperature(temperature)


def test_a_temperature_above_zero_is_taken():
    check_temperature(0.01)
    check_temperature(7)
