from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, strategies as st

from fashionkit.errors import ConfigError, DataError
from fashionkit.metrics import bootstrap_interval, roc_auc, wilson_interval

pytestmark = pytest.mark.light
Z95 = 1.959963984540054
counts = st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts, st.sampled_from([0.5, 0.9, 0.95, 0.999]))
def test_wilson_holds_the_share_and_stays_within_0_and_1(count, level):
    successes, n = count
    low, high = wilson_interval(successes, n, level)
    assert 0 <= low <= successes / n <= high <= 1
    assert low < high


@given(counts)
def test_wilson_bounds_are_where_the_score_test_just_accepts(count):
    # The definition: the bounds are the shares p whose distance from the observed one is z standard errors *of p*.
    successes, n = count
    for bound in wilson_interval(successes, n):
        if 0 < bound < 1:
            distance = abs(successes / n - bound) / math.sqrt(bound * (1 - bound) / n)
            assert distance == pytest.approx(Z95, rel=1e-5)


@given(counts)
def test_wilson_is_symmetric_and_widens_with_the_level(count):
    successes, n = count
    low, high = wilson_interval(successes, n)
    assert wilson_interval(n - successes, n) == pytest.approx((1 - high, 1 - low), abs=1e-12)
    wider_low, wider_high = wilson_interval(successes, n, level=0.99)
    assert wider_low <= low <= high <= wider_high


@pytest.mark.parametrize(
    ("successes", "n", "expected"),
    [
        (0, 10, (0.0, 0.2775)),  # Brown, Cai & DasGupta 2001 print Wilson's bounds to four places
        (10, 10, (0.7225, 1.0)),
        (0, 1, (0.0, 0.7935)),
        (np.int64(5), np.int32(10), (0.2366, 0.7634)),
    ],
)
def test_wilson_known_values(successes, n, expected):
    assert wilson_interval(successes, n) == pytest.approx(expected, abs=5e-5)


def test_wilson_agrees_with_scipy():
    stats = pytest.importorskip("scipy.stats")
    for successes, n, level in [(3, 7, 0.95), (0, 5, 0.8), (999, 1000, 0.99)]:
        reference = stats.binomtest(successes, n).proportion_ci(level, method="wilson")
        assert wilson_interval(successes, n, level) == pytest.approx((reference.low, reference.high))


@pytest.mark.parametrize(
    ("successes", "n", "options", "error", "message"),
    [
        (1, 0, {}, DataError, "1 successes of 0 rows"),
        (0, 0, {}, DataError, "0 successes of 0 rows"),
        (-1, 5, {}, DataError, "-1 successes"),
        (6, 5, {}, DataError, "6 successes of 5"),
        (0.5, 5, {}, DataError, "give whole numbers"),
        (1, "5", {}, DataError, "give whole numbers"),
        (1, 5, {"level": 1.0}, ConfigError, "level is 1.0"),
    ],
)
def test_what_wilson_refuses(successes, n, options, error, message):
    with pytest.raises(error, match=message):
        wilson_interval(successes, n, **options)


VALUES = np.random.default_rng(7).normal(size=200)


def mean_of(rows):
    return VALUES[rows].mean()


def test_bootstrap_of_a_mean_is_close_to_the_normal_interval():
    low, high = bootstrap_interval(mean_of, len(VALUES), resamples=2000)
    half = Z95 * VALUES.std() / math.sqrt(len(VALUES))
    assert (low, high) == pytest.approx((VALUES.mean() - half, VALUES.mean() + half), abs=0.1 * half)


def test_bootstrap_is_the_naive_quantiles_of_the_seeded_draws():
    random = np.random.default_rng(3)
    draws = [mean_of(random.integers(len(VALUES), size=len(VALUES))) for _ in range(50)]
    expected = np.quantile(draws, [0.05, 0.95])
    assert bootstrap_interval(mean_of, len(VALUES), level=0.9, resamples=50, seed=3) == pytest.approx(tuple(expected))


def test_bootstrap_depends_on_the_seed_and_on_nothing_else():
    first = bootstrap_interval(mean_of, len(VALUES), resamples=50)
    np.random.seed(1)  # noqa: NPY002 - the global state must not matter
    assert bootstrap_interval(mean_of, len(VALUES), resamples=50, seed=0) == first
    assert bootstrap_interval(mean_of, len(VALUES), resamples=50, seed=1) != first


def test_bootstrap_leaves_out_draws_without_a_value():
    scores, positive = np.array([0.9, 0.2, 0.4, 0.1]), np.array([1, 1, 0, 0])
    low, high = bootstrap_interval(lambda rows: roc_auc(scores[rows], positive[rows]), 4, resamples=200)
    assert 0 <= low < 0.75 < high <= 1


def test_bootstrap_refuses_where_most_draws_have_no_value():
    def rarely(rows):
        if rows[0] > 0:
            raise DataError("undefined")
        return 1.0

    with pytest.raises(DataError, match=r"has a value on \d+ of 100 draws; there are too few rows"):
        bootstrap_interval(rarely, 10, resamples=100)


def test_bootstrap_lets_other_errors_through():
    with pytest.raises(ZeroDivisionError):
        bootstrap_interval(lambda rows: 1 / 0, 5)


@pytest.mark.parametrize(
    ("n", "options", "error", "message"),
    [
        (1, {}, DataError, "1 rows; an interval needs at least 2"),
        (0, {}, ConfigError, "n is 0"),
        (2.0, {}, ConfigError, "n is 2.0"),
        (5, {"resamples": 0}, ConfigError, "resamples is 0"),
        (5, {"level": 95}, ConfigError, "level is 95"),
        (5, {"seed": -1}, ConfigError, "seed is -1"),
        (5, {"seed": None}, ConfigError, "seed is None"),
    ],
)
def test_what_bootstrap_refuses(n, options, error, message):
    with pytest.raises(error, match=message):
        bootstrap_interval(mean_of, n, **options)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_statistic_that_is_not_finite_is_refused(value):
    with pytest.raises(DataError, match="the statistic gave"):
        bootstrap_interval(lambda rows: value, 5)
