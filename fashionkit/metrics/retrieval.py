"""How good ranked lists are, as a search returns them: without the scores of what was not returned."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fashionkit.errors import DataError
from fashionkit.metrics.arrays import as_flags, check_count

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Sequence

    from numpy.typing import ArrayLike, NDArray


def hits_of(ranked: Sequence[Sequence[Hashable]], relevant: Sequence[Collection[Hashable]]) -> NDArray[np.bool_]:
    """Marks, for each query, which of the ranked ids are relevant.

    Args:
        ranked: For each query the ids that were found, best first; lists may differ in length.
        relevant: For each query the ids that should be found.

    Returns:
        (queries, longest list) bool; a shorter list is filled up with False.

    Raises:
        DataError: If there are no queries, the two differ in length, or a list names an id twice.

    >>> hits_of([["a", "b"], ["c"]], [{"b"}, {"c", "d"}])
    array([[False,  True],
           [ True, False]])
    """
    if len(ranked) != len(relevant):
        raise DataError(f"there are {len(ranked)} ranked lists, but {len(relevant)} lists of what is relevant")
    hits = np.zeros((len(ranked), max(map(len, ranked), default=0)), dtype=np.bool_)
    if hits.size == 0:
        raise DataError(f"{len(ranked)} ranked lists hold no id; nothing can be measured on nothing")
    for row, (found, wanted) in enumerate(zip(ranked, relevant, strict=True)):
        if len(set(found)) != len(found):
            raise DataError(f"the ranked list of query {row} names an id twice; a hit would count double")
        wanted_set = set(wanted)
        hits[row, : len(found)] = [identifier in wanted_set for identifier in found]
    return hits


def hit_rate_at_k(hits: ArrayLike, k: int) -> float:
    """The share of queries with at least one hit among the first k.

    This is what papers on metric learning and street-to-shop search call "Recall@k" or "top-k accuracy".

    Args:
        hits: (queries, ranks) of 0 or 1, best first, such as from `hits_of`. A row without a hit counts as 0.
        k: At least 1, at most the number of ranks.

    Returns:
        From 0 to 1.

    Raises:
        DataError: If hits are empty, hold anything else, or list fewer than k ranks.
        ConfigError: If k is no whole number of at least 1.

    >>> hit_rate_at_k([[0, 1, 0], [0, 0, 0]], k=2)
    0.5
    """
    return float(np.mean(_first(hits, k).any(axis=1)))


def ranked_recall_at_k(hits: ArrayLike, n_relevant: ArrayLike, k: int) -> float:
    """The mean over queries of the share of a query's relevant items that is among the first k.

    The same as `recall_at_k`, from lists that may end before the last item.

    Args:
        hits: (queries, ranks) of 0 or 1, best first, such as from `hits_of`.
        n_relevant: For each query, how many items are relevant, found or not; at least 1.
        k: At least 1, at most the number of ranks.

    Returns:
        From 0 to 1.

    Raises:
        DataError: If the data are empty, do not fit each other, or list fewer than k ranks.
        ConfigError: If k is no whole number of at least 1.

    >>> ranked_recall_at_k([[1, 0, 1], [0, 1, 0]], n_relevant=[4, 1], k=3)
    0.75
    """
    first = _first(hits, k)
    wanted = _relevant_counts(n_relevant, first)
    return float(np.mean(first.sum(axis=1) / wanted))


def mean_reciprocal_rank(hits: ArrayLike) -> float:
    """The mean over queries of one over the rank of the first hit; 0 for a query without one.

    Args:
        hits: (queries, ranks) of 0 or 1, best first, such as from `hits_of`.

    Returns:
        From 0 to 1; of lists that end early, the least that it can be.

    Raises:
        DataError: If hits are empty or hold anything else.

    >>> mean_reciprocal_rank([[0, 1, 0], [1, 0, 1]])
    0.75
    """
    flags = as_flags("hits", hits, ndim=2)
    return float(np.mean(flags.any(axis=1) / (1 + flags.argmax(axis=1))))


def mean_average_precision_at_r(hits: ArrayLike, n_relevant: ArrayLike) -> float:
    """The mean over queries of the average precision among their first R, R being how many items are relevant.

    MAP@R = (1/R) · Σ over ranks i to R of precision at i where i is a hit (Musgrave et al. 2020, "A Metric Learning
    Reality Check", section 3.2). It is 1 only where all relevant items come first.

    Args:
        hits: (queries, ranks) of 0 or 1, best first, such as from `hits_of`; at least as many ranks as the largest R.
        n_relevant: For each query R, found or not; at least 1.

    Returns:
        From 0 to 1.

    Raises:
        DataError: If the data are empty, do not fit each other, or list fewer than R ranks.

    >>> mean_average_precision_at_r([[1, 0, 1]], n_relevant=[2])
    0.5
    """
    flags = as_flags("hits", hits, ndim=2)
    wanted = _relevant_counts(n_relevant, flags)
    if wanted.max() > flags.shape[1]:
        raise DataError(
            f"hits list {flags.shape[1]} ranks, but a query has {wanted.max()} relevant items; search deeper"
        )
    ranks = np.arange(1, flags.shape[1] + 1)
    counted = flags & (ranks <= wanted[:, None])
    return float(np.mean((np.cumsum(flags, axis=1) / ranks * counted).sum(axis=1) / wanted))


def _relevant_counts(n_relevant: ArrayLike, hits: NDArray[np.bool_]) -> NDArray[np.int64]:
    wanted = np.asarray(n_relevant)
    if wanted.shape != hits.shape[:1] or wanted.dtype.kind not in "iu":
        raise DataError(
            f"n_relevant have shape {wanted.shape} and dtype {wanted.dtype}; "
            f"give one whole number for each of {len(hits)} queries"
        )
    found = hits.sum(axis=1)
    wrong = np.flatnonzero((wanted < 1) | (wanted < found))
    if wrong.size:
        row = wrong[0]
        raise DataError(
            f"query {row} has {found[row]} hits of {wanted[row]} relevant items; give at least 1 and at least the hits"
        )
    return wanted.astype(np.int64)


def _first(hits: ArrayLike, k: int) -> NDArray[np.bool_]:
    places = check_count("k", k)
    flags = as_flags("hits", hits, ndim=2)
    if places > flags.shape[1]:
        raise DataError(
            f"hits list {flags.shape[1]} ranks, k is {places}; search deeper, "
            "or fill up with 0 where the catalogue holds no more"
        )
    return flags[:, :places]
