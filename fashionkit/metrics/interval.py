"""How sure a score is: intervals to print beside it."""

from __future__ import annotations

import math
import operator
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from fashionkit.errors import ConfigError, DataError
from fashionkit.metrics.arrays import check_count, check_level

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

# With fewer the resamples that have a value are no longer a picture of the data.
_LEAST_DEFINED_SHARE = 0.5
_LEAST_ROWS = 2


def wilson_interval(successes: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """The interval of a share that was counted, such as an accuracy: honest near 0 and 1 and for few rows.

    (p + z²/2n ± z·√(p(1 - p)/n + z²/4n²)) / (1 + z²/n) with p = successes / n and z the normal quantile of the level
    (Wilson 1927, "Probable Inference, the Law of Succession, and Statistical Inference").

    Args:
        successes: How many rows were right, 0 to n.
        n: How many rows there were, at least 1.
        level: The confidence, above 0 and below 1.

    Returns:
        (low, high) with 0 ≤ low ≤ successes / n ≤ high ≤ 1.

    Raises:
        DataError: If successes and n are no counts, or do not fit.
        ConfigError: If the level is out of range.

    >>> [round(bound, 4) for bound in wilson_interval(90, 100)]
    [0.8256, 0.9448]
    """
    check_level(level)
    try:
        right, rows = operator.index(successes), operator.index(n)
    except TypeError as error:
        raise DataError(f"{successes!r} successes of {n!r} are no counts; give whole numbers") from error
    if rows < 1 or not 0 <= right <= rows:
        raise DataError(f"{right} successes of {rows} rows cannot be; give 0 to n successes and n of at least 1")
    z2 = NormalDist().inv_cdf((1 + level) / 2) ** 2
    p = right / rows
    middle = p + z2 / (2 * rows)
    half = math.sqrt(z2 * (p * (1 - p) / rows + z2 / (4 * rows * rows)))
    scale = 1 + z2 / rows
    # The bounds are 0 and p, p and 1 by algebra; rounding may step over them in the last digit.
    return max(0.0, min(p, (middle - half) / scale)), min(1.0, max(p, (middle + half) / scale))


def bootstrap_interval(
    statistic: Callable[[NDArray[np.int64]], float],
    n: int,
    *,
    level: float = 0.95,
    resamples: int = 1000,
    seed: int = 0,
) -> tuple[float, float]:
    """The percentile bootstrap interval of any statistic of n rows.

    The rows are drawn n at a time with replacement, the statistic is computed on each draw, and the interval is its
    central quantiles (Efron & Tibshirani 1993, "An Introduction to the Bootstrap", chapter 13). A draw on which the
    statistic raises `DataError`, such as ROC AUC on rows of one class, has no value and is left out.

    Args:
        statistic: Takes n row numbers (int64, with repeats) and returns a finite number.
        n: How many rows there are, at least 2: draw what is independent (photos of one product together are one row).
        level: The confidence, above 0 and below 1.
        resamples: How many draws, at least 1; 1,000 settle about two digits.
        seed: The same seed gives the same interval; at least 0.

    Returns:
        (low, high).

    Raises:
        DataError: If n is below 2, the statistic is not finite, or it has no value on more than half of the draws.
        ConfigError: If level, resamples or seed is out of range.

    >>> right = np.array([1, 1, 1, 0, 1, 1, 0, 1, 1, 1])
    >>> low, high = bootstrap_interval(lambda rows: right[rows].mean(), len(right))
    >>> low < 0.8 < high
    True
    """
    check_level(level)
    draws = check_count("resamples", resamples)
    rows = check_count("n", n)
    if rows < _LEAST_ROWS:
        raise DataError(f"there are {rows} rows; an interval needs at least {_LEAST_ROWS}")
    random = _generator(seed)
    values = [
        value for _ in range(draws) if (value := _defined(statistic, random.integers(rows, size=rows))) is not None
    ]
    if not values or len(values) < _LEAST_DEFINED_SHARE * draws:
        raise DataError(f"the statistic has a value on {len(values)} of {draws} draws; there are too few rows for it")
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def _generator(seed: int) -> np.random.Generator:
    try:
        return np.random.default_rng(operator.index(seed))
    except (TypeError, ValueError) as error:
        raise ConfigError(f"seed is {seed!r}; give a whole number of at least 0") from error


def _defined(statistic: Callable[[NDArray[np.int64]], float], rows: NDArray[np.int64]) -> float | None:
    try:
        value = float(statistic(rows))
    except DataError:
        return None
    if not math.isfinite(value):
        raise DataError(f"the statistic gave {value} on a draw of {len(rows)} rows; it must give a finite number")
    return value
