"""Scores that depend on two vectors alone, not on the place of a row or on what else is asked, as FAISS's own do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fashionkit.catalogue.index.contract import Nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

# Half the distance from 1 to the next float32: the largest relative error of one rounding.
FLOAT32_ROUNDING = 2.0**-24


def scored(query: NDArray[np.float32], keys: NDArray[np.int64], vectors: NDArray[np.float32], k: int) -> Nearest:
    """The k best of some rows and whatever ties with the last of them, by cosines computed in float64.

    Args:
        query: d float32 of length 1.
        keys: n int64; at least k.
        vectors: n×d float32 of length 1, aligned.
        k: At least 1.

    >>> scored(np.array([1, 0], np.float32), np.array([4, 9]), np.array([[0, 1], [0.6, 0.8]], np.float32), k=1)
    Nearest(keys=array([9]), scores=array([0.6], dtype=float32))
    """
    return best(Nearest(keys, _cosines(query, vectors)), k)


def scored_together(
    queries: NDArray[np.float32], keys: NDArray[np.int64], vectors: NDArray[np.float32], k: int
) -> list[Nearest]:
    """As `scored`, for m queries with n rows each: m×d queries, m×n keys, m×n×d vectors."""
    scores = _cosines(queries[:, None], vectors)
    found = [*map(Nearest, keys, scores)]
    return found if keys.shape[1] <= k else [best(each, k) for each in found]


def rounding_margin(dimension: int) -> float:
    """How far two float32 dot products of vectors of length 1 may lie apart whose exact ones are in the other order.

    The relative error of one is at most about d·2⁻²⁴ (Higham, Accuracy and Stability of Numerical Algorithms, section
    3.1).

    >>> rounding_margin(256) < 4e-5
    True
    """
    return 2 * (dimension + 4) * FLOAT32_ROUNDING


def together(parts: Sequence[Nearest], k: int) -> Nearest:
    """The k best of several results of one query, and whatever ties with the last of them."""
    keys, scores = ([getattr(part, name) for part in parts] for name in ("keys", "scores"))
    return best(Nearest(np.concatenate(keys), np.concatenate(scores)), k)


def best(found: Nearest, k: int) -> Nearest:
    """The k best rows and whatever ties with the last of them; all where there are fewer."""
    if len(found.keys) <= k:
        return found
    kept = found.scores >= np.partition(found.scores, -k)[-k]
    return Nearest(found.keys[kept], found.scores[kept])


def _cosines(queries: NDArray[np.float32], vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Along the last axis, in float64 and rounded once: one dot product after another, whatever else is beside it."""
    exact = np.vecdot(vectors.astype(np.float64), queries.astype(np.float64))
    # Quicker than `clip`, which counts where there is one query.
    rounded: NDArray[np.float32] = np.minimum(np.maximum(exact, -1.0), 1.0).astype(np.float32)
    return rounded
