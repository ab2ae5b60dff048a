"""What the metrics accept: anything NumPy reads as an array of the right kind and shape; the rest is refused by name.

Each function returns a checked array or raises one `DataError`, so that the metrics themselves are arithmetic only.
"""

from __future__ import annotations

import math
import operator
from typing import TYPE_CHECKING

import numpy as np

from fashionkit.errors import ConfigError, DataError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

_AXES = {1: "one number per row", 2: "rows x columns"}


def as_labels(name: str, values: ArrayLike, n_classes: int | None = None) -> NDArray[np.int64]:
    """Reads class indices.

    Args:
        name: What the caller calls them.
        values: N whole numbers of at least 0, N of at least 1.
        n_classes: What they must stay below, where given.

    Returns:
        N int64.

    Raises:
        DataError: If they are empty, not whole numbers, not one per row or out of range.

    >>> as_labels("predicted", [2, 0])
    array([2, 0])
    """
    array = _array(name, values, ndim=1)
    if array.dtype.kind not in "iu":
        raise DataError(f"{name} have dtype {array.dtype}; give class indices as whole numbers")
    least, most = int(array.min()), int(array.max())
    if least < 0:
        raise DataError(f"{name} hold {least}; class indices start at 0, leave out rows whose class is unknown")
    if n_classes is not None and most >= n_classes:
        raise DataError(f"{name} hold {most}, but there are {n_classes} classes; give 0 to {n_classes - 1}")
    return array.astype(np.int64)


def as_scores(name: str, values: ArrayLike, ndim: int) -> NDArray[np.float64]:
    """Reads scores: any sign, infinities allowed (an order is all that is read from them), NaN refused.

    Args:
        name: What the caller calls them.
        values: Real numbers in `ndim` axes, none of length 0.
        ndim: 1 or 2.

    Returns:
        The same as float64.

    Raises:
        DataError: If they are empty, not numbers, NaN or of other axes.

    >>> as_scores("scores", [-1, 2], ndim=1)
    array([-1.,  2.])
    """
    array = _numbers(name, values, ndim)
    if np.isnan(array).any():
        raise DataError(f"{name} hold NaN in {np.isnan(array).sum()} of {array.size} places; a score must be a number")
    return array


def as_quantities(name: str, values: ArrayLike, ndim: int) -> NDArray[np.float64]:
    """Reads finite numbers.

    Args:
        name: What the caller calls them.
        values: Real numbers in `ndim` axes, none of length 0.
        ndim: 1 or 2.

    Returns:
        The same as float64.

    Raises:
        DataError: If they are empty, not numbers, NaN, infinite or of other axes.

    >>> as_quantities("predicted", [1999, 2004.5], ndim=1)
    array([1999. , 2004.5])
    """
    array = _numbers(name, values, ndim)
    if not np.isfinite(array).all():
        count = np.count_nonzero(~np.isfinite(array))
        raise DataError(f"{name} hold NaN or infinity in {count} of {array.size} places; give finite numbers")
    return array


def as_known_quantities(name: str, values: ArrayLike, ndim: int) -> NDArray[np.float64]:
    """Reads numbers of which some are unknown: NaN stays, infinity is refused.

    Args:
        name: What the caller calls them.
        values: Real numbers or NaN in `ndim` axes, none of length 0; at least one is known.
        ndim: 1 or 2.

    Returns:
        The same as float64.

    Raises:
        DataError: If they are empty, not numbers, infinite, all unknown or of other axes.

    >>> as_known_quantities("expected", [1999, float("nan")], ndim=1)
    array([1999.,   nan])
    """
    array = _numbers(name, values, ndim)
    if np.isinf(array).any():
        raise DataError(f"{name} hold infinity in {np.isinf(array).sum()} of {array.size} places; give NaN for unknown")
    if np.isnan(array).all():
        raise DataError(f"{name} are all NaN, that is unknown; a metric needs at least one known value")
    return array


def as_flags(name: str, values: ArrayLike, ndim: int) -> NDArray[np.bool_]:
    """Reads yes or no.

    Args:
        name: What the caller calls them.
        values: bool, or numbers that are 0 or 1, in `ndim` axes, none of length 0.
        ndim: 1 or 2.

    Returns:
        The same as bool.

    Raises:
        DataError: If they are empty, hold anything else than 0 and 1, or are of other axes.

    >>> as_flags("relevant", [1, 0], ndim=1)
    array([ True, False])
    """
    array = _numbers(name, values, ndim)
    _check_zero_or_one(name, array)
    flags: NDArray[np.bool_] = array == 1
    return flags


def as_known_flags(name: str, values: ArrayLike, ndim: int) -> NDArray[np.float64]:
    """Reads yes, no or unknown.

    Args:
        name: What the caller calls them.
        values: 0, 1 or NaN for unknown, in `ndim` axes, none of length 0; at least one is known.
        ndim: 1 or 2.

    Returns:
        The same as float64.

    Raises:
        DataError: If they are empty, all unknown, hold anything else, or are of other axes.

    >>> as_known_flags("relevant", [1, float("nan")], ndim=1)
    array([ 1., nan])
    """
    array = as_known_quantities(name, values, ndim)
    _check_zero_or_one(name, array[~np.isnan(array)])
    return array


def check_same_shape(name: str, array: NDArray[np.generic], other_name: str, other: NDArray[np.generic]) -> None:
    """Refuses arrays that do not lie beside each other.

    Args:
        name: What the caller calls the first.
        array: The first.
        other_name: What the caller calls the second.
        other: The second.

    Raises:
        DataError: If the shapes differ; it names both.

    >>> check_same_shape("predicted", np.zeros(2), "expected", np.zeros(2))
    """
    if array.shape != other.shape:
        raise DataError(f"{name} have shape {array.shape}, {other_name} {other.shape}; give one for one")


def check_count(name: str, value: int) -> int:
    """Reads a whole number of at least 1.

    Args:
        name: What the caller calls it.
        value: An int, or what stands for one, such as a NumPy integer.

    Returns:
        The same as int.

    Raises:
        ConfigError: If it is anything else.

    >>> check_count("k", 5)
    5
    """
    try:
        count = operator.index(value)
    except TypeError as error:
        raise ConfigError(f"{name} is {value!r}; give a whole number of at least 1") from error
    if isinstance(value, bool) or count < 1:
        raise ConfigError(f"{name} is {value!r}; give a whole number of at least 1")
    return count


def check_level(level: float) -> None:
    """Refuses a confidence level that is no share between 0 and 1.

    Args:
        level: Such as 0.95.

    Raises:
        ConfigError: If it is not above 0 and below 1.

    >>> check_level(0.95)
    """
    if not (isinstance(level, int | float) and math.isfinite(level) and 0 < level < 1):
        raise ConfigError(f"level is {level!r}; give a share above 0 and below 1, such as 0.95")


def _numbers(name: str, values: ArrayLike, ndim: int) -> NDArray[np.float64]:
    array = _array(name, values, ndim)
    if array.dtype.kind not in "biuf":
        raise DataError(f"{name} have dtype {array.dtype}; give real numbers")
    return array.astype(np.float64)


def _array(name: str, values: ArrayLike, ndim: int) -> NDArray[np.generic]:
    try:
        array = np.asarray(values)
    except (ValueError, TypeError, RuntimeError) as error:
        raise DataError(f"{name} cannot be read as an array: {error}; give rows of one length") from error
    if array.ndim != ndim:
        raise DataError(f"{name} have shape {array.shape}; give {_AXES[ndim]}")
    if array.size == 0:
        raise DataError(f"{name} have shape {array.shape}: they are empty, and nothing can be measured on nothing")
    return array


def _check_zero_or_one(name: str, array: NDArray[np.float64]) -> None:
    other = array[(array != 0) & (array != 1)]
    if other.size:
        raise DataError(f"{name} hold {other[0]:g}; give 1 for yes and 0 for no")
