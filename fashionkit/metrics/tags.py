"""How many of the attributes that a photo shows are found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fashionkit.errors import DataError
from fashionkit.metrics.arrays import as_flags, as_scores, check_count, check_same_shape
from fashionkit.metrics.ranking import share_in_first

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def attribute_recall_at_k(scores: ArrayLike, present: ArrayLike, k: int) -> float:
    """DeepFashion's top-k recall: of all attributes that the photos show, the share among a photo's k highest.

    Liu et al. 2016, "DeepFashion: Powering Robust Clothes Recognition and Retrieval with Rich Annotations", section
    4.2: k attributes are assigned to each photo, and those that are right are counted over all photos together, so a
    photo with many attributes weighs more, and one without any nothing. Ties for the last places count as their
    expected value under a random order.

    Args:
        scores: (photos, attributes) numbers of any sign; NaN is refused.
        present: (photos, attributes) of 0 or 1, at least one 1 in all.
        k: At least 1; may exceed the number of attributes.

    Returns:
        From 0 to 1.

    Raises:
        DataError: If they are empty, NaN, differ in shape, or no photo has an attribute.
        ConfigError: If k is no whole number of at least 1.

    >>> attribute_recall_at_k([[0.9, 0.5, 0.1], [0.2, 0.1, 0.3]], [[1, 1, 1], [0, 0, 1]], k=2)
    0.75
    """
    places = check_count("k", k)
    values = as_scores("scores", scores, ndim=2)
    shown = as_flags("present", present, ndim=2)
    check_same_shape("scores", values, "present", shown)
    if not shown.any():
        raise DataError(f"none of {len(shown)} photos has an attribute; recall needs at least one")
    found = sum((share_in_first(row, places) * flags).sum() for row, flags in zip(values, shown, strict=True))
    return float(found / shown.sum())
