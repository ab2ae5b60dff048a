"""The rows of one moment, in order of likeness to a query: what grouping and diversity choose from."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from fashionkit.catalogue.where import equals_any
from fashionkit.results import Hit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from fashionkit.catalogue.index import Index, Nearest
    from fashionkit.catalogue.store import Item, Store
    from fashionkit.catalogue.where import Condition, Scalar


Candidate: TypeAlias = "tuple[float, str, Item]"
"""A row that may become a hit: its cosine with the query, negated, its id and itself.

Plain, as every search makes many. Sorted, they stand as hits do: the best first, equal ones by id.
"""


_ID = attrgetter("id")


class Ranking:
    """Rows by their likeness to a query, equal ones by id. Valid inside `store.reading()` with an index caught up.

    Args:
        store: Where the rows are.
        index: What finds them.
        parsed: Reads the metadata of a row.
        wanted: What must hold of a row, where something must.
        without: Keys of rows that are left out.
    """

    def __init__(
        self,
        store: Store,
        index: Index,
        parsed: Callable[[Item], dict[str, Any]],
        wanted: Condition | None = None,
        without: Sequence[int] = (),
    ) -> None:
        self._store = store
        self._index = index
        self._parsed = parsed
        self._among = None if wanted is None else store.filtered(wanted)
        self._without = frozenset(without)

    @property
    def keys(self) -> NDArray[np.int64]:
        """The keys of all rows that are ranked, and of those left out; ascending."""
        return self._index.keys if self._among is None else self._among

    def best(
        self, queries: NDArray[np.float32], k: int, among: NDArray[np.int64] | None = None
    ) -> list[list[Candidate]]:
        """The k best rows for each query, best first; fewer only where there are no more.

        Args:
            queries: m x d float32 of length 1.
            k: At least 1.
            among: Only rows of these keys; all that are ranked where not given.
        """
        # More by as many as may have to be dropped: what is left of the best k + n without n is the best k.
        found = self._index.nearest(queries, k + len(self._without), self._among if among is None else among)
        # Of all queries at once: fewer questions to the file.
        items = self._store.items_at(np.concatenate([each.keys for each in found]).tolist() if found else [])
        return [self._candidates(nearest, k, items) for nearest in found]

    def hits(self, found: Sequence[Sequence[Candidate]]) -> list[list[Hit]]:
        """What a search answers with, for candidates in the order in which they shall stand."""
        parsed = self._parsed
        return [[Hit(name, -distance, parsed(item)) for distance, name, item in candidates] for candidates in found]

    def metadata(self, candidates: Sequence[Candidate]) -> list[dict[str, Any]]:
        """The stored metadata of the candidates, aligned."""
        return [self._parsed(item) for _, _, item in candidates]

    def keys_with(self, name: str, values: Sequence[Scalar]) -> NDArray[np.int64]:
        """The keys of all stored rows whose metadata have one of these values under a name."""
        return self._store.keys(equals_any(name, values))

    def vectors(self, candidates: Sequence[Candidate]) -> NDArray[np.float32]:
        """The stored vectors of the candidates, aligned."""
        return self._store.vectors([item.key for _, _, item in candidates])

    def _candidates(self, nearest: Nearest, k: int, stored: Mapping[int, Item]) -> list[Candidate]:
        items = [*map(stored.__getitem__, nearest.keys.tolist())]
        candidates = sorted(zip((-nearest.scores).tolist(), map(_ID, items), items, strict=True))
        if self._without:
            candidates = [each for each in candidates if each[2].key not in self._without]
        return candidates[:k]
