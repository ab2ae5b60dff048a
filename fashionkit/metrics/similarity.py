"""Dot products of many vectors with many, block by block, so that memory stays bounded whatever the sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fashionkit.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Ints = NDArray[np.int64]

QUERIES = 1024
GALLERY = 8192
"""A block is of so many rows and columns: 34 MB of float32."""


def blocks(queries: Floats, gallery: Floats, own: Ints | None = None) -> Iterator[tuple[slice, slice, Floats]]:
    """Rows of the queries, rows of the gallery, and the dot products of the ones with the others.

    Args:
        queries: Q×D float32.
        gallery: G×D float32; an array on disk (`numpy.memmap`) is read block by block.
        own: Q places in the gallery that the queries themselves stand at, −1 for none; their product is −∞.

    Raises:
        DataError: If they are empty, not finite, or do not fit each other.

    >>> vectors = np.eye(2, dtype=np.float32)
    >>> [block.tolist() for _, _, block in blocks(vectors, vectors, own=np.array([0, 1]))]
    [[[-inf, 0.0], [0.0, -inf]]]
    """
    _check(queries, gallery, own)
    for top in range(0, len(queries), QUERIES):
        rows = slice(top, min(top + QUERIES, len(queries)))
        part = np.asarray(queries[rows], np.float32)
        for left in range(0, len(gallery), GALLERY):
            columns = slice(left, min(left + GALLERY, len(gallery)))
            block = part @ np.asarray(gallery[columns], np.float32).T
            if own is not None:
                _leave_out(block, own[rows], columns)
            yield rows, columns, block


def _leave_out(block: Floats, own: Ints, columns: slice) -> None:
    inside = (own >= columns.start) & (own < columns.stop)
    block[np.flatnonzero(inside), own[inside] - columns.start] = -np.inf


def _check(queries: Floats, gallery: Floats, own: Ints | None) -> None:
    for name, vectors in (("queries", queries), ("gallery", gallery)):
        if vectors.ndim != 2 or vectors.size == 0:  # noqa: PLR2004  # rows and columns
            raise DataError(f"{name} have shape {vectors.shape}; give rows × numbers, at least one")
        if not all(np.isfinite(vectors[top : top + GALLERY]).all() for top in range(0, len(vectors), GALLERY)):
            raise DataError(f"{name} hold NaN or infinity; a vector must be finite")
    if queries.shape[1] != gallery.shape[1]:
        raise DataError(f"queries have {queries.shape[1]} numbers each, the gallery {gallery.shape[1]}; use one model")
    if own is not None and len(own) != len(queries):
        raise DataError(f"{len(queries)} queries have {len(own)} places of their own; give one each, −1 for none")
