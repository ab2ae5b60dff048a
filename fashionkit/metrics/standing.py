"""Where in a whole gallery what is searched for stands, without keeping the order of the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fashionkit.errors import DataError
from fashionkit.metrics.arrays import as_labels, check_count
from fashionkit.metrics.similarity import blocks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Standing:
    """Where the best relevant item of each query stands.

    Attributes:
        ahead: N int64: how many items that are not relevant are more similar than it.
        tied: N int64: how many items that are not relevant are exactly as similar.
    """

    ahead: Ints
    tied: Ints

    def hit_rate_at_k(self, k: int) -> float:
        """The share of queries with a relevant item among the first k, in the expected value over orders of ties.

        Raises:
            ConfigError: If k is no whole number of at least 1.
        """
        return float(self.chances(k).mean())

    def chances(self, k: int) -> NDArray[np.float64]:
        """The same query by query, N float64 in [0, 1]."""
        places = check_count("k", k)
        chances: NDArray[np.float64] = np.clip((places - self.ahead) / (self.tied + 1), 0, 1)
        return chances

    @property
    def reciprocal_ranks(self) -> NDArray[np.float64]:
        """One over the rank of the best relevant item, which stands in the middle of those that tie with it."""
        ranks: NDArray[np.float64] = 1 / (1 + self.ahead + self.tied / 2)
        return ranks


def standing(queries: Floats, gallery: Floats, query_ids: Ints, gallery_ids: Ints, own: Ints | None = None) -> Standing:
    """Where the best relevant item of each query stands in the whole gallery: what R@k and MRR are made of.

    Args:
        queries: Q×D float32.
        gallery: G×D float32.
        query_ids: Q numbers from 0; what has the same number is relevant.
        gallery_ids: G numbers from 0.
        own: Q places in the gallery that the queries themselves stand at, left out; −1 for none.

    Raises:
        DataError: If they are empty, not finite, do not fit each other, or a query has nothing relevant.

    >>> vectors = np.array([[1, 0], [0.8, 0.6], [0, 1]], np.float32)
    >>> found = standing(vectors[:1], vectors, np.array([7]), np.array([7, 5, 7]), own=np.array([0]))
    >>> found.ahead, found.hit_rate_at_k(1)
    (array([1]), 0.0)
    """
    wanted, offered = as_labels("query_ids", query_ids), as_labels("gallery_ids", gallery_ids)
    if len(wanted) != len(queries) or len(offered) != len(gallery):
        raise DataError(
            f"{len(queries)} queries have {len(wanted)} ids, {len(gallery)} vectors of the gallery {len(offered)}; "
            "give one each"
        )
    best = np.full(len(queries), -np.inf, np.float32)
    for rows, columns, block in blocks(queries, gallery, own):
        relevant = wanted[rows, None] == offered[None, columns]
        np.maximum(best[rows], np.where(relevant, block, -np.inf).max(axis=1), out=best[rows])
    without = np.flatnonzero(np.isneginf(best))
    if without.size:
        raise DataError(f"{without.size} of {len(best)} queries have nothing relevant; leave them out and say so")
    ahead, tied = np.zeros(len(best), np.int64), np.zeros(len(best), np.int64)
    for rows, columns, block in blocks(queries, gallery, own):
        other = (wanted[rows, None] != offered[None, columns]) & ~np.isneginf(block)
        ahead[rows] += (other & (block > best[rows, None])).sum(axis=1)
        tied[rows] += (other & (block == best[rows, None])).sum(axis=1)
    return Standing(ahead, tied)
