"""One search: what is asked of a catalogue, checked before anything is read, and how it is answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from fashionkit.catalogue.diverse import diverse, pool_size
from fashionkit.catalogue.entries import checked_ids, checked_key
from fashionkit.catalogue.grouped import best_of_groups
from fashionkit.catalogue.ranking import Candidate, Ranking
from fashionkit.catalogue.where import Condition, condition
from fashionkit.errors import CatalogueError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from fashionkit.catalogue.index import Index
    from fashionkit.catalogue.store import Item, Store
    from fashionkit.results import Hit


@dataclass(frozen=True)
class Search:
    """What is asked beside the queries; `asked` makes one.

    Attributes:
        k: How many hits, at least 1.
        wanted: What must hold of a row, where something must.
        group_by: The metadata key whose equal values make a group, where there shall be one hit a group.
        diversity: In [0, 1).
        without: Ids to leave out.
    """

    k: int
    wanted: Condition | None
    group_by: str | None
    diversity: float
    without: tuple[str, ...]

    @classmethod
    def asked(
        cls,
        k: int,
        where: Mapping[str, Any] | None,
        group_by: str | None,
        diversity: float,
        without: Sequence[str],
    ) -> Self:
        """Checks what was asked; `Catalogue.search` says what each means.

        Raises:
            CatalogueError: One is not what it must be.

        >>> Search.asked(10, None, None, 1.5, ())
        Traceback (most recent call last):
        fashionkit.errors.CatalogueError: diversity is 1.5; give a number of at least 0 and below 1
        """
        if not is_number(k, int) or k < 1:
            raise CatalogueError(f"k is {k!r:.80}; give an int of at least 1")
        if not is_number(diversity, float) or not 0 <= diversity < 1:
            raise CatalogueError(f"diversity is {diversity!r:.80}; give a number of at least 0 and below 1")
        group = None if group_by is None else checked_key(group_by, "group_by")
        return cls(int(k), condition(where), group, float(diversity), tuple(checked_ids(without)))

    def hits(
        self, store: Store, index: Index, parsed: Callable[[Item], dict[str, Any]], queries: NDArray[np.float32]
    ) -> list[list[Hit]]:
        """The answer for each of m×d float32 queries of length 1, from the rows of one moment.

        Args:
            store: Where the rows are, inside `reading()`.
            index: Caught up with them.
            parsed: Reads the metadata of a row.
            queries: What to be like.
        """
        ranking = Ranking(store, index, parsed, self.wanted, store.keys_of(self.without).tolist())
        count = pool_size(self.k) if self.diversity else self.k
        if self.group_by is None:
            found = ranking.best(queries, count)
        else:
            found = [best_of_groups(ranking, query, count, self.group_by) for query in queries]
        if self.diversity:
            found = [self._spread(ranking, candidates) for candidates in found]
        return ranking.hits(found)

    def _spread(self, ranking: Ranking, candidates: list[Candidate]) -> list[Candidate]:
        if not candidates:
            return []
        scores = np.array([-distance for distance, _, _ in candidates], np.float32)
        places = diverse(scores, ranking.vectors(candidates), self.k, self.diversity)
        return [candidates[place] for place in places]


def is_number(value: object, kind: type[int] | type[float]) -> bool:
    """Whether it is an int, or for `float` any number; NumPy's count, `True` does not.

    >>> is_number(np.int64(3), int), is_number(3.0, int), is_number(True, float)
    (True, False, False)
    """
    kinds = (int, np.integer) if kind is int else (int, np.integer, float, np.floating)
    return isinstance(value, kinds) and not isinstance(value, bool)
