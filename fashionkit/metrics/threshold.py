"""From which probability on a tag counts as present."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fashionkit.errors import DataError
from fashionkit.metrics.arrays import as_flags, as_quantities, check_same_shape

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def best_f1_threshold(probabilities: ArrayLike, present: ArrayLike) -> float:
    """The threshold with the best F1 among all there are; of equal ones the highest, which claims least.

    It lies halfway between the lowest probability that counts as present and the next one below, or 0, so that it does
    not hang on the last digit of either.

    Args:
        probabilities: N numbers in [0, 1].
        present: N of 0 or 1, at least one 1.

    Returns:
        From 0 to 1; what is equal to it counts as present.

    Raises:
        DataError: If they are empty, out of range, differ in shape, or nothing is present.

    >>> best_f1_threshold([0.9, 0.4, 0.3, 0.1], [1, 1, 0, 0])
    0.35
    """
    sure = as_quantities("probabilities", probabilities, ndim=1)
    true = as_flags("present", present, ndim=1)
    check_same_shape("probabilities", sure, "present", true)
    if sure.min() < 0 or sure.max() > 1:
        raise DataError(f"probabilities lie in {sure.min():g}..{sure.max():g}; give numbers from 0 to 1")
    if not true.any():
        raise DataError(f"none of {len(true)} is present; a threshold needs at least one")
    order = np.argsort(-sure, kind="stable")
    sure = sure[order]
    # A threshold parts different probabilities only: it stands behind the last of equal ones.
    last = np.flatnonzero(np.append(sure[1:] < sure[:-1], True))
    found = true[order].cumsum()[last]
    f1 = 2 * found / (last + 1 + true.sum())
    best = int(f1.argmax())
    lowest, below = sure[last[best]], sure[last[best] + 1] if last[best] + 1 < len(sure) else 0.0
    # Between neighbouring floats there is no halfway.
    return float((lowest + below) / 2) if (lowest + below) / 2 > below else float(lowest)
