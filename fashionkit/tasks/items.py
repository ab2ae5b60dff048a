"""What is given to be added to a catalogue: names, metadata and vectors, one for each item."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence, Set
from typing import TYPE_CHECKING, Any

import numpy as np

from fashionkit.catalogue.entries import checked_ids, distinct, metadata_texts
from fashionkit.errors import CatalogueError, first_line

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def described(
    given: Sequence[Any],
    ids: str | Sequence[str] | None,
    metadata: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None,
) -> tuple[list[str], list[Mapping[str, Any]] | None]:
    """The id of each item, which is the path of its photo where none is given, and what is known of each.

    Raises:
        CatalogueError: Lengths differ, there are neither ids nor paths, an id is given twice, or something is unfit.

    >>> described(["a.jpg"], None, {"price": 3})
    (['a.jpg'], [{'price': 3}])
    """
    names = _names(given, ids)
    known = None if metadata is None else _aligned(metadata, given, "metadata")
    if ids is not None:
        distinct(checked_ids(names))
    metadata_texts(known, names)
    return names, known


def rows_of(vectors: ArrayLike) -> list[NDArray[Any]]:
    """One vector, or the rows of several.

    Raises:
        CatalogueError: They are no array.

    >>> rows_of([3.0, 4.0])
    [array([3., 4.])]
    """
    array = as_array(vectors)
    return list(np.atleast_2d(array) if array.size else array)


def as_array(vectors: ArrayLike) -> NDArray[Any]:
    """The vectors as NumPy holds them.

    Raises:
        CatalogueError: They are no array, such as a ragged list.

    >>> as_array([[3.0, 4.0]]).shape
    (1, 2)
    """
    try:
        return np.asarray(vectors)
    except (ValueError, TypeError, RuntimeError) as error:  # what NumPy and torch say of ragged lists and odd tensors
        raise CatalogueError(f"the vectors are no array ({first_line(error)}); give floats") from error


def _names(given: Sequence[Any], ids: str | Sequence[str] | None) -> list[str]:
    if ids is not None:
        return _aligned(ids, given, "ids")
    if not all(isinstance(photo, str | os.PathLike) for photo in given):
        raise CatalogueError("photos that are no paths, and vectors, have no names of their own; give ids=")
    return [os.fspath(photo) for photo in given]


def _aligned(values: Any, given: Sequence[Any], what: str) -> list[Any]:
    # A set has no order to go by, and what has no length may have no end.
    if not isinstance(values, str | Mapping) and (isinstance(values, Set) or not hasattr(values, "__len__")):
        raise CatalogueError(f"{what} come as a {type(values).__name__}; give a list, one for each item")
    listed = [values] if isinstance(values, str | Mapping) else list(values)
    if len(listed) != len(given):
        raise CatalogueError(f"{len(listed)} {what} for {len(given)} items; give one for each")
    return listed
