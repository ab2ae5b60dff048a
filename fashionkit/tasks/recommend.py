"""One query from several vectors: their mean, or what is liked without what is disliked."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from fashionkit.catalogue.entries import checked_ids, unit_vectors
from fashionkit.errors import CatalogueError
from fashionkit.tasks.items import as_array

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from fashionkit.catalogue import Catalogue

    Items: TypeAlias = str | Sequence[str] | Set[str] | ArrayLike

DISLIKED_WEIGHT = 0.2
"""How much the disliked mean counts against the liked one: 0.15 to 0.75, the usual weights of Rocchio's formula."""
# Below it the sum of unit vectors in float32 is rounding error and points nowhere.
LEAST_LENGTH = 1e-5


def mean_direction(vectors: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    """The mean of unit vectors, brought to length 1 again.

    Args:
        vectors: n×d, each of length 1.

    Returns:
        d float32.

    Raises:
        CatalogueError: There are none, or they cancel each other out.

    >>> mean_direction(np.array([[1.0, 0.0], [0.28, 0.96]]))
    array([0.8, 0.6], dtype=float32)
    """
    if not len(vectors):
        raise CatalogueError("there is nothing to take the mean of; give at least one")
    return _direction(vectors.astype(np.float64).mean(axis=0), "the vectors cancel each other out; give fewer")


def taste(catalogue: Catalogue, liked: Items, disliked: Items) -> tuple[NDArray[np.float32], list[str]]:
    """What somebody likes, as a query: mean(liked) − 0.2·mean(disliked), both of vectors of length 1.

    This is the formula of Rocchio (Relevance feedback in information retrieval, 1971) without a first query, with the
    weights 0.75 and 0.15 that Manning, Raghavan and Schütze give (Introduction to Information Retrieval, 9.1.1).

    Args:
        catalogue: Where ids are looked up.
        liked: Ids of items, at least one, or n×d vectors.
        disliked: The same; may be empty.

    Returns:
        The query, d float32 of length 1, and the ids that were given, which are no news.

    Raises:
        CatalogueError: Nothing is liked, an id is unknown or is liked and disliked, a vector is unfit, or what is
            liked and what is disliked cancel each other out.
    """
    wanted, liked_ids = _vectors(catalogue, liked)
    unwanted, disliked_ids = _vectors(catalogue, disliked)
    if not len(wanted):
        raise CatalogueError("nothing is liked; give at least one id or vector")
    both = sorted(set(liked_ids) & set(disliked_ids))
    if both:
        raise CatalogueError(f"{both[0]!r:.80} is liked and disliked; give it once")
    query = wanted.astype(np.float64).mean(axis=0)
    if len(unwanted):
        query -= DISLIKED_WEIGHT * unwanted.astype(np.float64).mean(axis=0)
    return _direction(query, "what is liked and disliked cancels out; give fewer"), liked_ids + disliked_ids


def _vectors(catalogue: Catalogue, given: Items) -> tuple[NDArray[np.float32], list[str]]:
    listed: Any = [given] if isinstance(given, str) else given
    if isinstance(listed, np.ndarray) and listed.dtype.kind in "UO":
        listed = listed.tolist()
    if isinstance(listed, Set):
        # In an order of its own, so that sums are rounded alike in every process.
        listed = sorted(checked_ids(list(listed)))
    if isinstance(listed, list | tuple) and all(isinstance(each, str) for each in listed):
        ids = checked_ids(listed)
        return catalogue.vectors(ids), ids
    return unit_vectors(np.atleast_2d(as_array(listed)), catalogue.dimension), []


def _direction(vector: NDArray[np.float64], otherwise: str) -> NDArray[np.float32]:
    length = float(np.linalg.norm(vector))
    if not length > LEAST_LENGTH:
        raise CatalogueError(f"there is no direction to search in: {otherwise}")
    return (vector / length).astype(np.float32)
