"""Whether probabilities mean what they say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fashionkit.errors import DataError
from fashionkit.metrics.arrays import as_flags, as_quantities, check_count, check_same_shape

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

BINS = 15
"""How many bins Guo et al. use."""


@dataclass(frozen=True, eq=False)
class Reliability:
    """Answers sorted into bins of equal width by how sure they were; a bin without answers is left out.

    Attributes:
        confidence: The mean probability of each bin, float64 in [0, 1].
        accuracy: The share of its answers that are right, float64 in [0, 1].
        count: How many answers it holds, int64, at least 1.

    >>> reliability([0.9, 0.95, 0.2], [1, 0, 0], bins=2).accuracy
    array([0. , 0.5])
    """

    confidence: NDArray[np.float64]
    accuracy: NDArray[np.float64]
    count: NDArray[np.int64]

    @property
    def expected_calibration_error(self) -> float:
        """The mean distance of confidence and accuracy, weighted by how many answers a bin holds; from 0 to 1."""
        return float(np.abs(self.confidence - self.accuracy) @ self.count / self.count.sum())


def reliability(probabilities: ArrayLike, right: ArrayLike, bins: int = BINS) -> Reliability:
    """Sorts answers by how sure they were.

    Args:
        probabilities: N numbers in [0, 1]: that of each answer.
        right: N of 0 or 1: whether the answer was right.
        bins: How many bins of equal width part [0, 1]. A probability on an edge belongs to the bin below it, so that
            1 has a bin; 0 belongs to the first.

    Raises:
        DataError: If they are empty, differ in shape, or are out of range.
        ConfigError: If bins is no whole number of at least 1.
    """
    parts = check_count("bins", bins)
    sure = as_quantities("probabilities", probabilities, ndim=1)
    hit = as_flags("right", right, ndim=1)
    check_same_shape("probabilities", sure, "right", hit)
    if sure.min() < 0 or sure.max() > 1:
        raise DataError(f"probabilities lie in {sure.min():g}..{sure.max():g}; give numbers from 0 to 1")
    place = np.clip(np.ceil(sure * parts).astype(np.int64) - 1, 0, parts - 1)
    count = np.bincount(place, minlength=parts)
    filled = count > 0
    mean = np.bincount(place, weights=sure, minlength=parts)[filled] / count[filled]
    share = np.bincount(place, weights=hit, minlength=parts)[filled] / count[filled]
    return Reliability(mean, share, count[filled])


def expected_calibration_error(probabilities: ArrayLike, right: ArrayLike, bins: int = BINS) -> float:
    """How far, on average, an answer's probability is from the share of such answers that are right.

    The expected calibration error of Guo et al. 2017, "On Calibration of Modern Neural Networks", section 2, over bins
    of equal width. It depends on the bins, and of few answers it is too high: compare it for equal n only.

    Args:
        probabilities: N numbers in [0, 1]: that of each answer.
        right: N of 0 or 1: whether the answer was right.
        bins: How many bins part [0, 1].

    Returns:
        From 0 to 1.

    Raises:
        DataError: If they are empty, differ in shape, or are out of range.
        ConfigError: If bins is no whole number of at least 1.

    >>> round(expected_calibration_error([0.75, 0.75, 0.75, 0.75], [1, 1, 1, 0]), 3)
    0.0
    """
    return reliability(probabilities, right, bins).expected_calibration_error
