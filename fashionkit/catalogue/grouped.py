"""At most one hit of each group: the photos of one product do not fill the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Hashable

    from numpy.typing import NDArray

    from fashionkit.catalogue.ranking import Candidate, Ranking

# Rows fetched at first for every group that is wanted: about how many photos a product has.
ROWS_PER_GROUP = 4
# How much more to fetch each time that these were too few.
GROWTH = 4


def best_of_groups(ranking: Ranking, query: NDArray[np.float32], k: int, name: str) -> list[Candidate]:
    """The best row of each of the k best groups, best first: exactly what sorting all rows would give.

    Where the rows fetched hold fewer than k groups, the next ones are looked for outside of all groups that were seen:
    so there are at most as many rounds as groups, however many photos a product has.

    Args:
        ranking: The rows to choose from.
        query: d float32, of length 1.
        k: How many groups.
        name: The metadata key whose equal values make a group, as a filter compares them. A row without it, or with
            `None` there, is a group of its own.
    """
    picked: dict[Hashable, Candidate] = {}
    fetch = k * ROWS_PER_GROUP
    left: NDArray[np.int64] | None = None
    while True:
        (rows,) = ranking.best(query[None], fetch, left)
        keys = [item.key for _, _, item in rows]
        values = [metadata.get(name) for metadata in ranking.metadata(rows)]
        for row, key, value in zip(rows, keys, values, strict=True):
            picked.setdefault(("row", key) if value is None else _identity(value), row)
        if len(picked) >= k or len(rows) < fetch:
            return list(picked.values())[:k]
        # No filter finds a stored list, so its group is only known by what was fetched.
        scalars = {_identity(value): value for value in values if isinstance(value, (str, int, float))}
        seen = ranking.keys_with(name, [*scalars.values()])
        fetched = np.array(keys, np.int64)
        left = np.setdiff1d(ranking.keys if left is None else left, np.concatenate([seen, fetched]))
        fetch *= GROWTH


def _identity(value: Any) -> Hashable:
    """Equal for values that a filter takes for equal, and for lists of those."""
    if isinstance(value, list):
        return "list", tuple(_identity(each) for each in value)
    if value is None or isinstance(value, (str, bool)):
        return type(value), value
    return "number", value
