from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra import numpy as arrays

from fashionkit.errors import DataError
from fashionkit.metrics import best_temperature, expected_calibration_error
from fashionkit.metrics.temperature import HIGHEST, LOWEST

pytestmark = pytest.mark.light
special = pytest.importorskip("scipy.special", reason="the reference is scipy's")
GRID = np.geomspace(LOWEST, HIGHEST, 201)


def naive(logits, allowed, temperature):
    """Row by row, as the docstring says."""
    logs = [special.log_softmax(row / temperature) for row in logits]
    rows = sum(-special.logsumexp(log[mask]) for log, mask in zip(logs, allowed, strict=True))
    return rows + np.mean([-log.mean() for log in logs])


def drawn(seed, rows=25, classes=5, factor=1.0, several=0.0):
    """Logits that are `factor` times those that the answers were drawn from; some answers may be several classes."""
    random = np.random.default_rng(seed)
    true = random.normal(size=(rows, classes)) * 2
    allowed = np.eye(classes, dtype=bool)[(true + random.gumbel(size=true.shape)).argmax(axis=1)]
    return true * factor, allowed | (random.random((rows, classes)) < several)


@pytest.mark.parametrize("factor", [0.1, 1.0, 10.0])
@pytest.mark.parametrize("several", [0.0, 0.3])
def test_it_is_the_best_of_a_fine_grid(factor, several):
    logits, allowed = drawn(0, factor=factor, several=several)
    best = GRID[np.argmin([naive(logits, allowed, temperature) for temperature in GRID])]
    assert best_temperature(logits, allowed) == pytest.approx(best, rel=0.016)


@settings(max_examples=25, deadline=None)
@given(
    logits=arrays.arrays(float, st.tuples(st.integers(1, 6), st.integers(2, 4)), elements=st.floats(-1e4, 1e4)),
    seed=st.integers(0, 100),
)
def test_no_other_temperature_is_better_however_odd_the_logits(logits, seed):
    random = np.random.default_rng(seed)
    allowed = random.random(logits.shape) < 0.4
    allowed[np.arange(len(logits)), random.integers(logits.shape[1], size=len(logits))] = True
    temperature = best_temperature(logits, allowed)
    assert LOWEST * 0.999 <= temperature <= HIGHEST * 1.001
    least = min(naive(logits, allowed, other) for other in (LOWEST, 0.3, 1.0, 3.0, HIGHEST))
    assert naive(logits, allowed, temperature) <= least * 1.001 + 1e-6


def test_many_answers_give_back_what_they_were_multiplied_with():
    logits, allowed = drawn(1, rows=20_000, factor=4.0)
    assert best_temperature(logits, allowed) == pytest.approx(4.0, rel=0.03)


def test_probabilities_of_other_photos_mean_what_they_say_too():
    logits, allowed = drawn(2, rows=4000, factor=3.0)
    temperature = best_temperature(logits[:2000], allowed[:2000])
    right = allowed[np.arange(4000), logits.argmax(axis=1)][2000:]
    before, after = (
        expected_calibration_error(special.softmax(logits[2000:] / each, axis=1).max(axis=1), right)
        for each in (1.0, temperature)
    )
    assert before > 0.15
    assert after < 0.04


@pytest.mark.parametrize("rows", [1, 20, 500])
def test_answers_that_are_all_right_are_not_believed_beyond_the_rule_of_succession(rows):
    logits, allowed = np.tile([5.0, 0.0], (rows, 1)), np.tile([True, False], (rows, 1))
    sure = special.softmax(logits[0] / best_temperature(logits, allowed))[0]
    assert sure == pytest.approx((rows + 0.5) / (rows + 1), abs=1e-4)


def test_where_no_temperature_is_better_it_is_1():
    assert best_temperature(np.zeros((30, 3)), np.eye(3, dtype=bool)[[0] * 30]) == 1.0


@pytest.mark.parametrize(
    ("logits", "allowed", "said"),
    [
        ([[0.0, 1.0]], [[0, 0]], "a row allows no class"),
        ([[0.0, np.nan]], [[0, 1]], "NaN"),
        ([[0.0, 1.0]], [[0, 1, 0]], "give one for one"),
        (np.zeros((0, 2)), np.zeros((0, 2)), "empty"),
    ],
)
def test_what_has_no_temperature_is_refused(logits, allowed, said):
    with pytest.raises(DataError, match=said):
        best_temperature(logits, allowed)
