"""Whether answers depend on the photos at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fashionkit.metrics.arrays import as_labels

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

COLLAPSED = 0.97
"""From this share of equal answers on a model is taken to have collapsed, unless the truth is as uniform."""


def commonest_answer(predicted: ArrayLike) -> tuple[int, float]:
    """The class that is predicted most often, the smallest of several, and its share of the rows.

    Args:
        predicted: N class indices.

    Returns:
        The class and a share above 0, up to 1.

    Raises:
        DataError: If they are empty or no class indices.

    >>> commonest_answer([2, 2, 2, 0])
    (2, 0.75)
    """
    given = as_labels("predicted", predicted)
    counts = np.bincount(given)
    answer = int(counts.argmax())
    return answer, float(counts[answer] / len(given))


def has_collapsed(predicted: ArrayLike, expected: ArrayLike, share: float = COLLAPSED) -> bool:
    """Whether nearly all rows get one answer, though not nearly all rows should have it.

    Args:
        predicted: N class indices.
        expected: M class indices: of the same rows, or others of the same kind.
        share: From which share of the rows on; in (0, 1].

    Raises:
        DataError: If they are empty or no class indices.

    >>> has_collapsed([1] * 100, [0, 1] * 50), has_collapsed([1] * 100, [1] * 99 + [0])
    (True, False)
    """
    answer, most = commonest_answer(predicted)
    true = as_labels("expected", expected)
    return most >= share > float(np.mean(true == answer))
