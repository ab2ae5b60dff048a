"""Exact nearest neighbours by dot product, within bounded memory.

Beside what is given and what is returned, a call holds a few blocks of 1,024 × 8,192 numbers: less than 0.2 GB.
Searching 100,000 vectors of 256 numbers (0.1 GB) among themselves for 100 neighbours each (0.12 GB) stays below 1 GB.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fashionkit.metrics.arrays import check_count
from fashionkit.metrics.similarity import blocks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Ints = NDArray[np.int64]

NOWHERE = -1
"""In place of a neighbour, where the gallery holds fewer than were asked for."""


@dataclass(frozen=True, eq=False)
class Neighbours:
    """The nearest of each query, nearest first.

    Attributes:
        places: (queries, k) int64: rows of the gallery, −1 where it holds no more.
        similarities: (queries, k) float32: dot products, −∞ where there is none.
    """

    places: Ints
    similarities: Floats


def nearest(queries: Floats, gallery: Floats, k: int, own: Ints | None = None) -> Neighbours:
    """The k most similar rows of the gallery for each query, exactly; of equal ones those that stand first.

    Args:
        queries: Q×D float32. Vectors of length 1 make the dot product a cosine.
        gallery: G×D float32; an array on disk (`numpy.memmap`) is read block by block.
        k: How many, at least 1; where the gallery holds fewer, the rest is −1.
        own: Q places in the gallery that the queries themselves stand at, left out; −1 for none.

    Raises:
        DataError: If they are empty, not finite, or do not fit each other.
        ConfigError: If k is no whole number of at least 1.

    >>> vectors = np.array([[1, 0], [0.8, 0.6], [0, 1]], np.float32)
    >>> nearest(vectors, vectors, 1, own=np.arange(3)).places.ravel()
    array([1, 0, 1])
    """
    wanted = check_count("k", k)
    places = np.full((len(queries), wanted), NOWHERE, np.int64)
    similarities = np.full((len(queries), wanted), -np.inf, np.float32)
    for rows, columns, block in blocks(queries, gallery, own):
        _merge(similarities[rows], places[rows], block, columns.start)
    return Neighbours(places, similarities)


def _merge(known: Floats, known_places: Ints, block: Floats, start: int) -> None:
    """Takes the best of what is known and of a block, in place; what stands first in the gallery wins a tie."""
    k = known.shape[1]
    if block.shape[1] > k:
        # A partition alone would take any of equal ones; so those below the k-th are dropped, and ties sorted by place.
        least = np.partition(block, -k, axis=1)[:, -k]
        for row, (values, bar) in enumerate(zip(block, least, strict=True)):
            kept = np.flatnonzero(values >= bar)
            _merge_row(known[row], known_places[row], values[kept], kept + start)
        return
    for row, values in enumerate(block):
        _merge_row(known[row], known_places[row], values, np.arange(start, start + len(values)))


def _merge_row(known: Floats, known_places: Ints, values: Floats, places: Ints) -> None:
    values = np.concatenate([known, values])
    places = np.concatenate([known_places, np.where(np.isneginf(values[len(known) :]), NOWHERE, places)])
    order = np.argsort(-values, kind="stable")[: len(known)]
    known[:], known_places[:] = values[order], places[order]
