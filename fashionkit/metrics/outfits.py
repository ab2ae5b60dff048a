"""How well an outfit is completed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fashionkit.errors import DataError
from fashionkit.metrics.arrays import as_scores

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

_LEAST_CHOICES = 2


def fill_in_the_blank_accuracy(scores: ArrayLike) -> float:
    """The share of questions whose right answer scores highest.

    The "fill in the blank" protocol of Han et al. 2017, "Learning Fashion Compatibility with Bidirectional LSTMs",
    section 4: an outfit lacks one item, and several are offered. An answer that ties with others for the highest
    score counts as one over their number, itself included: what a random pick among them gets.

    Args:
        scores: (questions, choices) numbers of any sign, the right answer in column 0, at least two choices; NaN is
            refused.

    Returns:
        From 0 to 1; one over the number of choices is what chance gives.

    Raises:
        DataError: If they are empty, NaN, not rows x columns, or offer no choice.

    >>> fill_in_the_blank_accuracy([[-0.1, -0.5, -0.7, -0.9], [0.5, 0.5, 0.1, 0.2], [0.0, 0.1, 0.2, 0.3]])
    0.5
    """
    values = as_scores("scores", scores, ndim=2)
    if values.shape[1] < _LEAST_CHOICES:
        raise DataError(f"scores have shape {values.shape}; give at least two choices, the right answer in column 0")
    highest = values.max(axis=1)
    n_tied = (values == highest[:, None]).sum(axis=1)
    return float(np.mean((values[:, 0] == highest) / n_tied))
