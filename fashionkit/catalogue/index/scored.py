"""Scores that depend on two vectors alone, not on the place of a row or on what else is asked, as FAISS's own do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fashionkit.catalogue.index.contract import Nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


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
    exact = (vectors.astype(np.float64) * query).sum(axis=1)
    return best(Nearest(keys, np.clip(exact, -1.0, 1.0).astype(np.float32)), k)


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
