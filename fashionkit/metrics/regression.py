"""How far predicted quantities are from the expected ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fashionkit.metrics.arrays import as_known_quantities, as_quantities, check_same_shape

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def mean_absolute_error(predicted: ArrayLike, expected: ArrayLike) -> float:
    """The mean distance between predicted and expected, over the rows that are known.

    Args:
        predicted: N finite numbers.
        expected: N numbers in the same unit; NaN is unknown and takes no part.

    Returns:
        At least 0, in the unit of the data.

    Raises:
        DataError: If they are empty, all unknown, differ in shape, infinite, or a prediction is NaN.

    >>> mean_absolute_error([2001, 1990, 2010], [2003, 1990, float("nan")])
    1.0
    """
    return float(np.mean(np.abs(_known_differences(predicted, expected))))


def mean_squared_error(predicted: ArrayLike, expected: ArrayLike) -> float:
    """The mean squared distance between predicted and expected, over the rows that are known.

    Args:
        predicted: N finite numbers.
        expected: N numbers in the same unit; NaN is unknown and takes no part.

    Returns:
        At least 0, in the unit of the data, squared.

    Raises:
        DataError: If they are empty, all unknown, differ in shape, infinite, or a prediction is NaN.

    >>> mean_squared_error([2001, 1990, 2010], [2003, 1990, float("nan")])
    2.0
    """
    return float(np.mean(np.square(_known_differences(predicted, expected))))


def _known_differences(predicted: ArrayLike, expected: ArrayLike) -> NDArray[np.float64]:
    given = as_quantities("predicted", predicted, ndim=1)
    true = as_known_quantities("expected", expected, ndim=1)
    check_same_shape("predicted", given, "expected", true)
    known = ~np.isnan(true)
    return given[known] - true[known]
