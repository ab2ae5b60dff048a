"""Groups of vectors that are nearly the same, of all vectors of a catalogue, in bounded memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Cosines of so many rows with so many rows are computed at a time: 4 MB of them.
ROWS_AT_A_TIME = 1024
# Pairs computed again in float64 at a time.
PAIRS_AT_A_TIME = 4096
# Half the distance from 1 to the next float32: the largest relative error of one rounding.
FLOAT32_ROUNDING = 2.0**-24


def near_groups(vectors: NDArray[np.float32], threshold: float) -> list[NDArray[np.int64]]:
    """Finds the connected groups of rows, where two rows are connected whose cosine is at least the threshold.

    Exact: every pair is compared. What reaches the threshold in float32, or misses it by less than the rounding error
    (Higham, Accuracy and Stability of Numerical Algorithms, section 3.1), is computed again in float64.

    Args:
        vectors: n×d float32 of length 1.
        threshold: In (0, 1]; compared with the cosine rounded to float32, so that 1 finds equal directions.

    Returns:
        The places of each group of two or more rows, ascending; groups by their first row.

    >>> near_groups(np.array([[1, 0], [0, 1], [0.8, 0.6]], np.float32), 0.75)
    [array([0, 2])]
    """
    # Of each row a smaller row that it was joined with, or itself: a forest whose roots are the groups.
    parents = np.arange(len(vectors))
    for start in range(0, len(vectors), ROWS_AT_A_TIME):
        for other in range(start, len(vectors), ROWS_AT_A_TIME):
            first, second = _near_pairs(vectors, start, other, threshold)
            for chunk in range(0, len(first), PAIRS_AT_A_TIME):
                pairs = slice(chunk, chunk + PAIRS_AT_A_TIME)
                _join_near(parents, vectors, first[pairs], second[pairs], threshold)
    return _groups(_roots(parents, np.arange(len(vectors))))


def _near_pairs(
    rows: NDArray[np.float32], start: int, other: int, threshold: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The places of all pairs of two blocks that may reach the threshold, each pair once."""
    margin = 2 * (rows.shape[1] + 4) * FLOAT32_ROUNDING
    cosines = rows[start : start + ROWS_AT_A_TIME] @ rows[other : other + ROWS_AT_A_TIME].T
    first, second = np.nonzero(cosines >= np.float32(threshold - margin))
    first, second = first + start, second + other
    once = first < second
    return first[once], second[once]


def _join_near(
    parents: NDArray[np.int64],
    rows: NDArray[np.float32],
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    threshold: float,
) -> None:
    """Joins those of the pairs that reach the threshold; most pairs of a large group are joined already."""
    apart = _roots(parents, first) != _roots(parents, second)
    first, second = first[apart], second[apart]
    left, right = rows[first].astype(np.float64), rows[second].astype(np.float64)
    lengths = np.sqrt((left * left).sum(axis=1) * (right * right).sum(axis=1))
    near = ((left * right).sum(axis=1) / lengths).astype(np.float32) >= np.float32(threshold)
    _join(parents, first[near], second[near])


def _join(parents: NDArray[np.int64], first: NDArray[np.int64], second: NDArray[np.int64]) -> None:
    while True:
        first, second = _roots(parents, first), _roots(parents, second)
        apart = first != second
        if not apart.any():
            return
        first, second = first[apart], second[apart]
        np.minimum.at(parents, np.maximum(first, second), np.minimum(first, second))


def _roots(parents: NDArray[np.int64], rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """The roots of the rows, whose ways there become shorter meanwhile."""
    while True:
        above = parents[parents[rows]]
        if (above == parents[rows]).all():
            return above
        parents[rows] = above


def _groups(roots: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    order = np.argsort(roots, kind="stable")
    _, starts = np.unique(roots[order], return_index=True)
    return [group for group in np.split(order, starts[1:]) if len(group) > 1]
