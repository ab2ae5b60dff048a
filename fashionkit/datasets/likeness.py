"""Which photos of two splits are nearly the same: one picture in another compression or size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from fashionkit.datasets.look import Look

MOST_BITS = 24
"""Of 256 cells so many may differ: JPEG quality 30 changes fewer. It sorts out most pairs, and quickly."""
MOST_APART = 0.08
"""How far the colours of 8×8 cells may be apart, as a share of the weaker picture's contrast: JPEG quality 30 and half
of the size move them by a quarter to three quarters of this; two ties on white, or shoes of another colour, by more."""

# Rows that are compared at a time with all others: 256 × 100,000 need some 250 MB.
_AT_A_TIME = 256


def nearly_equal(first: Sequence[Look], second: Sequence[Look]) -> Iterator[tuple[int, int]]:
    """Pairs of places, one in each, of photos that are nearly the same; equal bytes are left out.

    Every photo is compared with every other: 12,000 with 3,000 take about a second.
    """
    if not first or not second:
        return
    shapes, colours = np.stack([one.shape for one in second]), np.stack([one.colours for one in second])
    for start in range(0, len(first), _AT_A_TIME):
        block = first[start : start + _AT_A_TIME]
        close = _differing_bits(np.stack([one.shape for one in block]), shapes) <= MOST_BITS
        for row in np.flatnonzero(close.any(axis=1)).tolist():
            columns = np.flatnonzero(close[row])
            apart = _apart(block[row].colours, colours[columns])
            for column in columns[apart <= MOST_APART].tolist():
                if block[row].contents != second[column].contents:
                    yield start + row, column


def _differing_bits(first: NDArray[np.uint64], second: NDArray[np.uint64]) -> NDArray[np.uint16]:
    """N×W and M×W words → N×M, in how many bits they differ."""
    differing = np.zeros((len(first), len(second)), np.uint16)
    for word in range(first.shape[1]):
        differing += np.bitwise_count(first[:, word, None] ^ second[:, word])
    return differing


def _apart(one: NDArray[np.uint8], others: NDArray[np.uint8]) -> NDArray[np.float32]:
    """How far one picture is apart from each of N others, as a share of the contrast of the weaker one."""
    given, them = one.astype(np.float32), others.astype(np.float32)
    contrast = np.minimum(
        np.linalg.norm(given - given.mean()), np.linalg.norm(them - them.mean(1, keepdims=True), axis=1)
    )
    apart: NDArray[np.float32] = np.linalg.norm(them - given, axis=1) / np.maximum(contrast, 1)
    return apart
