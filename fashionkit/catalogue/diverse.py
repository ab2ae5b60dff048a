"""Hits that are like the query and unlike each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Chosen from so many of the best, or from so many for each that is wanted, whichever is more.
LEAST_POOL = 50
POOL_PER_HIT = 5


def pool_size(k: int) -> int:
    """How many of the best rows k diverse ones are chosen from.

    >>> pool_size(3), pool_size(100)
    (50, 500)
    """
    return max(LEAST_POOL, POOL_PER_HIT * k)


def diverse(scores: NDArray[np.float32], vectors: NDArray[np.float32], k: int, diversity: float) -> list[int]:
    """Picks rows one after another by maximal marginal relevance.

    The next one is the row d that maximises (1 − λ)·cos(q, d) − λ·max cos(d, s) over the rows s that are picked, where
    λ is the diversity (Carbonell and Goldstein, The use of MMR, SIGIR 1998, whose λ is one minus ours).

    Args:
        scores: n float32, cosines of the rows with the query, best first.
        vectors: n×d float32 of length 1.
        k: How many to pick; n where that is fewer.
        diversity: λ in [0, 1); 0 picks the first k.

    Returns:
        The places of the rows in the order of picking; of rows that are equally good the one that came first.

    >>> vectors = np.array([[1, 0], [1, 0], [0.6, 0.8]], np.float32)
    >>> diverse(np.array([0.9, 0.9, 0.8], np.float32), vectors, k=2, diversity=0.5)
    [0, 2]
    """
    rows = vectors.astype(np.float64)
    relevance = (1 - diversity) * scores.astype(np.float64)
    redundancy = np.zeros(len(rows))
    free = np.ones(len(rows), bool)
    picked: list[int] = []
    while len(picked) < min(k, len(rows)):
        worth = np.where(free, relevance - diversity * redundancy, -np.inf)
        pick = int(worth.argmax())
        # Not a matrix product: its rounding depends on the place of a row, and equal rows would not tie.
        likeness = (rows * rows[pick]).sum(axis=1)
        redundancy = np.maximum(redundancy, likeness) if picked else likeness
        free[pick] = False
        picked.append(pick)
    return picked
