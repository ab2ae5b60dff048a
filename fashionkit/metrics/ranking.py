"""How well scores put what is relevant first.

Everything here reads the order of the scores only: any sign, any scale, infinities too. Each function says what ties
mean; none of them depends on the order in which the items were given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fashionkit.errors import DataError
from fashionkit.metrics.arrays import (
    as_flags,
    as_known_flags,
    as_quantities,
    as_scores,
    check_count,
    check_same_shape,
)

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

# 2^1024 is the first power of two beyond float64.
_LARGEST_EXPONENT = 1000


def average_precision(scores: ArrayLike, relevant: ArrayLike) -> float:
    """The mean precision at the rank of each relevant item.

    Σ over thresholds of (recall gained) · (precision there), without interpolation; tied items share one threshold,
    so each of them counts at the rank of the last (scikit-learn's `average_precision_score`).

    Args:
        scores: N numbers of any sign; NaN is refused.
        relevant: N of 0 or 1, at least one of them 1.

    Returns:
        Above 0, to 1.

    Raises:
        DataError: If they are empty, NaN, differ in shape, or nothing is relevant.

    >>> round(average_precision([-0.1, -0.2, -0.3], [1, 0, 1]), 4)
    0.8333
    """
    values = as_scores("scores", scores, ndim=1)
    wanted = as_flags("relevant", relevant, ndim=1)
    check_same_shape("scores", values, "relevant", wanted)
    if not wanted.any():
        raise DataError(f"none of {len(wanted)} items is relevant; average precision needs at least one")
    return _average_precision(values, wanted)


def mean_average_precision(scores: ArrayLike, relevant: ArrayLike) -> float:
    """The mean over columns, such as attributes, of the average precision of the rows known there.

    A column in which no known row is relevant has no average precision and is left out of the mean.

    Args:
        scores: (N, C) numbers of any sign; NaN is refused.
        relevant: (N, C) of 0, 1 or NaN for unknown. An unknown cell takes no part, whatever its score.

    Returns:
        Above 0, to 1.

    Raises:
        DataError: If they are empty, NaN, differ in shape, or no column has a relevant row.

    >>> mean_average_precision([[0.9, 0.1], [0.1, 0.8], [0.5, 0.2]], [[1, 0], [0, 1], [float("nan"), 0]])
    1.0
    """
    values = as_scores("scores", scores, ndim=2)
    wanted = as_known_flags("relevant", relevant, ndim=2)
    check_same_shape("scores", values, "relevant", wanted)
    columns = [
        _average_precision(column[~np.isnan(flags)], flags[~np.isnan(flags)] == 1)
        for column, flags in zip(values.T, wanted.T, strict=True)
        if (flags == 1).any()
    ]
    if not columns:
        raise DataError(f"none of {wanted.shape[1]} columns has a relevant row; average precision needs at least one")
    return float(np.mean(columns))


def roc_auc(scores: ArrayLike, positive: ArrayLike) -> float:
    """The chance that a random positive scores above a random negative; a tie counts as half.

    The area under the ROC curve, computed as the Mann-Whitney statistic over n₊ · n₋ (Hanley & McNeil 1982, "The
    Meaning and Use of the Area under a Receiver Operating Characteristic (ROC) Curve").

    Args:
        scores: N numbers of any sign; NaN is refused.
        positive: N of 0 or 1, both of them present.

    Returns:
        From 0 to 1; 0.5 is what chance gives.

    Raises:
        DataError: If they are empty, NaN, differ in shape, or all rows are of one class.

    >>> roc_auc([-1.0, -2.0, -2.0], [1, 1, 0])
    0.75
    """
    values = as_scores("scores", scores, ndim=1)
    wanted = as_flags("positive", positive, ndim=1)
    check_same_shape("scores", values, "positive", wanted)
    n_positive = int(wanted.sum())
    n_negative = len(wanted) - n_positive
    if n_positive == 0 or n_negative == 0:
        raise DataError(f"there are {n_positive} positives and {n_negative} negatives; ROC AUC needs at least one each")
    _, group, sizes = np.unique(values, return_inverse=True, return_counts=True)
    mean_rank = np.cumsum(sizes) - (sizes - 1) / 2
    wins = mean_rank[group[wanted]].sum() - n_positive * (n_positive + 1) / 2
    return float(wins / (n_positive * n_negative))


def recall_at_k(scores: ArrayLike, relevant: ArrayLike, k: int) -> float:
    """The mean over queries of the share of a query's relevant items that is among its k highest scores.

    Ties for the last places count as their expected value under a random order. This is recall proper; the "R@k" of
    papers on metric learning, at least one hit, is `hit_rate_at_k`.

    Args:
        scores: (queries, items) numbers of any sign; NaN is refused.
        relevant: (queries, items) of 0 or 1, at least one 1 in each row.
        k: At least 1; may exceed the number of items.

    Returns:
        From 0 to 1.

    Raises:
        DataError: If they are empty, NaN, differ in shape, or a query has nothing relevant.
        ConfigError: If k is no whole number of at least 1.

    >>> recall_at_k([[-0.1, -0.9, -0.5]], [[1, 1, 0]], k=2)
    0.5
    """
    places = check_count("k", k)
    values = as_scores("scores", scores, ndim=2)
    wanted = as_flags("relevant", relevant, ndim=2)
    check_same_shape("scores", values, "relevant", wanted)
    _check_every_query(wanted)
    recalls = [
        (share_in_first(row, places) * flags).sum() / flags.sum() for row, flags in zip(values, wanted, strict=True)
    ]
    return float(np.mean(recalls))


def ndcg_linear_at_k(scores: ArrayLike, relevance: ArrayLike, k: int) -> float:
    """The mean over queries of the normalised discounted cumulative gain of the first k, with gain = relevance.

    DCG@k = Σ over ranks r to k of gain / log₂(r + 1), divided by that of the best order (Järvelin & Kekäläinen 2002,
    "Cumulated Gain-Based Evaluation of IR Techniques"). Tied items share the mean gain of their group, which is the
    expected value under a random order (McSherry & Najork 2008, "Computing Information Retrieval Performance Measures
    Efficiently in the Presence of Tied Scores"). It equals scikit-learn's `ndcg_score`.

    Args:
        scores: (queries, items) numbers of any sign; NaN is refused.
        relevance: (queries, items) finite numbers of at least 0, at least one above 0 in each row.
        k: At least 1; may exceed the number of items.

    Returns:
        From 0 to 1.

    Raises:
        DataError: If they are empty, NaN, negative, differ in shape, or a query has nothing relevant.
        ConfigError: If k is no whole number of at least 1.

    >>> round(ndcg_linear_at_k([[-1.0, -2.0, -3.0]], [[2, 0, 3]], k=3), 4)
    0.8212
    """
    return _ndcg(scores, _relevance(relevance), k)


def ndcg_exponential_at_k(scores: ArrayLike, relevance: ArrayLike, k: int) -> float:
    """The same as `ndcg_linear_at_k` with gain = 2^relevance - 1, which favours the most relevant.

    The gain is that of Burges et al. 2005, "Learning to Rank Using Gradient Descent". For relevances of 0 and 1 both
    are the same number.

    Args:
        scores: (queries, items) numbers of any sign; NaN is refused.
        relevance: (queries, items) numbers from 0 to 1,000, at least one above 0 in each row.
        k: At least 1; may exceed the number of items.

    Returns:
        From 0 to 1.

    Raises:
        DataError: If they are empty, NaN, out of range, differ in shape, or a query has nothing relevant.
        ConfigError: If k is no whole number of at least 1.

    >>> round(ndcg_exponential_at_k([[-1.0, -2.0, -3.0]], [[2, 0, 3]], k=3), 4)
    0.7309
    """
    grades = _relevance(relevance)
    if grades.max() > _LARGEST_EXPONENT:
        raise DataError(f"relevance reaches {grades.max():g}, whose 2^relevance overflows; give at most 1,000")
    return _ndcg(scores, np.expm1(grades * np.log(2)), k)


def _average_precision(scores: NDArray[np.float64], relevant: NDArray[np.bool_]) -> float:
    levels, group = np.unique(-scores, return_inverse=True)
    n_items = np.cumsum(np.bincount(group, minlength=len(levels)))
    n_found = np.bincount(group[relevant], minlength=len(levels))
    precision = np.cumsum(n_found) / n_items
    return float((precision * n_found).sum() / n_found.sum())


def share_in_first(scores: NDArray[np.float64], places: int) -> NDArray[np.float64]:
    """The chance of each of N items to be among the first, where ties are broken at random; N float64 in [0, 1].

    >>> share_in_first(np.array([0.5, 0.9, 0.5]), 2)
    array([0.5, 1. , 0.5])
    """
    _, group, sizes = np.unique(-scores, return_inverse=True, return_counts=True)
    ahead = np.cumsum(sizes) - sizes
    share: NDArray[np.float64] = np.clip((places - ahead) / sizes, 0, 1)[group]
    return share


def _relevance(relevance: ArrayLike) -> NDArray[np.float64]:
    grades = as_quantities("relevance", relevance, ndim=2)
    if grades.min() < 0:
        raise DataError(f"relevance holds {grades.min():g}; give numbers of at least 0")
    return grades


def _ndcg(scores: ArrayLike, gains: NDArray[np.float64], k: int) -> float:
    places = check_count("k", k)
    values = as_scores("scores", scores, ndim=2)
    check_same_shape("scores", values, "relevance", gains)
    _check_every_query(gains > 0)
    discount = 1 / np.log2(np.arange(2, values.shape[1] + 2))
    discount[places:] = 0
    # Only ratios of gains count: scaled to at most 1, no sum overflows.
    scaled = gains / gains.max(axis=1, keepdims=True)
    best = -np.sort(-scaled, axis=1) @ discount
    reached = [_tied_dcg(row, gain, discount) for row, gain in zip(values, scaled, strict=True)]
    return float(np.mean(reached / best))


def _tied_dcg(scores: NDArray[np.float64], gain: NDArray[np.float64], discount: NDArray[np.float64]) -> float:
    _, group, sizes = np.unique(-scores, return_inverse=True, return_counts=True)
    mean_gain = np.bincount(group, weights=gain) / sizes
    return float((np.add.reduceat(discount, np.cumsum(sizes) - sizes) * mean_gain).sum())


def _check_every_query(relevant: NDArray[np.bool_]) -> None:
    without = np.flatnonzero(~relevant.any(axis=1))
    if without.size:
        raise DataError(
            f"{without.size} of {len(relevant)} queries have nothing relevant, the first is row {without[0]}; "
            "leave them out and say so beside the score"
        )
