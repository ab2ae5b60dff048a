"""By what logits are to be divided, so that probabilities mean what they say."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from fashionkit.errors import DataError
from fashionkit.metrics.arrays import as_flags, as_quantities, check_same_shape

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

LOWEST, HIGHEST = 0.05, 20.0
"""Temperatures lie between these; logits that ask for others are broken, and no temperature would help them."""

TRIED = 25
CLOSE = 1e-4
_GOLDEN = (math.sqrt(5) - 1) / 2


def best_temperature(logits: ArrayLike, allowed: ArrayLike) -> float:
    """The temperature with the least cross-entropy (Guo et al. 2017, section 4.2), of the rows and of one doubt.

    A row costs -log of the softmax probability of its allowed classes. The doubt is one more row of average logits,
    whose answer may be any class with equal probability. Of many rows it changes nothing; without it, a few rows that
    are all right would ask for a temperature of 0 and be sure of everything (the rule of succession, as the targets of
    Platt 1999, "Probabilistic Outputs for Support Vector Machines", section 2.2).

    The logit of yes or no is that of two classes of which the first has a logit of 0.

    Args:
        logits: (N, K) finite numbers.
        allowed: (N, K) of 0 or 1: which classes each answer may be, at least one a row.

    Returns:
        From `LOWEST` to `HIGHEST`; 1 where no temperature is better than another.

    Raises:
        DataError: If they are empty, not finite, differ in shape, or a row allows no class.

    >>> logits, allowed = [[3, 0], [3, 0], [3, 0], [3, 0]], [[1, 0], [1, 0], [1, 0], [0, 1]]
    >>> round(best_temperature(logits, allowed), 2)
    3.54
    """
    cost = _cost(as_quantities("logits", logits, ndim=2), as_flags("allowed", allowed, ndim=2))
    if math.isclose(cost(LOWEST), cost(1.0), rel_tol=1e-12) and math.isclose(cost(HIGHEST), cost(1.0), rel_tol=1e-12):
        return 1.0
    # Where answers may be several classes the cost may have more than one valley: the deepest is looked for first.
    tried = np.geomspace(LOWEST, HIGHEST, TRIED)
    best = int(np.argmin([cost(temperature) for temperature in tried]))
    low, high = tried[max(best - 1, 0)], tried[min(best + 1, TRIED - 1)]
    return math.exp(_lowest(lambda log: cost(math.exp(log)), math.log(low), math.log(high)))


def _cost(logits: NDArray[np.float64], allowed: NDArray[np.bool_]) -> Callable[[float], float]:
    """The summed cross-entropy of the rows and of the doubt, by temperature."""
    check_same_shape("logits", logits, "allowed", allowed)
    if not allowed.any(axis=1).all():
        raise DataError("a row allows no class; leave out rows whose answer is not known")
    inside = np.where(allowed, logits, -np.inf)
    mean = logits.mean(axis=1)

    def cost(temperature: float) -> float:
        every = _log_sum_exp(logits, temperature)
        return float((every - _log_sum_exp(inside, temperature)).sum() + (every - mean / temperature).mean())

    return cost


def _log_sum_exp(logits: NDArray[np.float64], temperature: float) -> NDArray[np.float64]:
    largest = logits.max(axis=1, keepdims=True)
    summed: NDArray[np.float64] = largest[:, 0] / temperature
    summed += np.log(np.exp((logits - largest) / temperature).sum(axis=1))
    return summed


def _lowest(cost: Callable[[float], float], low: float, high: float) -> float:
    """Where a function with one valley is lowest, by golden section (Kiefer 1953)."""
    left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    of_left, of_right = cost(left), cost(right)
    while high - low > CLOSE:
        if of_left <= of_right:
            high, right, of_right = right, left, of_left
            left = high - _GOLDEN * (high - low)
            of_left = cost(left)
        else:
            low, left, of_left = left, right, of_right
            right = low + _GOLDEN * (high - low)
            of_right = cost(right)
    return (low + high) / 2
