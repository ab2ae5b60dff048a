"""`check_index`: tests of the contract, for our own kinds of index and for those of others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fashionkit.errors import CatalogueError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from fashionkit.catalogue.index.contract import Index, Nearest

    Keys = NDArray[np.int64]
    Vectors = NDArray[np.float32]

DIMENSION = 24
# Like the vectors of photos, they lie in clusters; and keys have gaps, as where items were removed.
ROWS, CLUSTERS, GAP = 1_500, 60, 3
MORE_ROWS, QUERIES, NEAREST = 40, 50, 10
# Of the rounding of a float32 score.
TOLERANCE = 1e-6


def check_index(made: Callable[[Keys, Vectors], Index], recall: float = 1.0) -> None:
    """Checks that an index keeps the contract of `fashionkit.catalogue.index.contract`.

    Args:
        made: Makes one that holds n×24 float32 rows of length 1 under ascending keys.
        recall: The share of the 10 nearest rows that it promises to find; of 1, ties are looked at too.

    Raises:
        CatalogueError: It breaks the contract; the message says how.

    >>> from fashionkit.catalogue.index import FlatIndex
    >>> def made(keys, vectors):
    ...     index = FlatIndex(vectors.shape[1])
    ...     index.add(keys, vectors)
    ...     return index
    >>> check_index(made)
    """
    rows = _Rows(np.random.default_rng(0))
    index = made(rows.keys, rows.vectors)
    _check_rows("made of rows", index, rows)
    _check_search("made of rows", index, rows, recall)
    index.reserve(2 * MORE_ROWS)
    _check_rows("after reserve", index, rows)
    new_keys, new = rows.grown()
    index.add(new_keys[:1], new[:1])
    index.add(new_keys[1:], new[1:])
    _check_rows("after add", index, rows)
    found = index.nearest(new, 1)
    _expect(all(key in nearest.keys for key, nearest in zip(new_keys, found, strict=True)), "misses a row just added")
    gone = rows.shrunk()
    index.remove(np.concatenate([gone, [int(rows.keys[-1]) + 99]]))
    _check_rows("after remove", index, rows)
    _check_search("after remove", index, rows, recall)
    index.remove(rows.keys)
    _expect(len(index) == len(index.keys) == 0, "holds rows after all were removed")
    _expect(not len(index.nearest(rows.queries[:1], 3)[0].keys), "finds rows after all were removed")


class _Rows:
    """What an index should hold."""

    def __init__(self, random: np.random.Generator) -> None:
        self._random = random
        self._centres = random.standard_normal((CLUSTERS, DIMENSION))
        self.keys: Keys = np.arange(1, ROWS + 1, dtype=np.int64) * GAP
        self.vectors: Vectors = self._drawn(ROWS)
        # Two rows of one photo: they tie wherever they are found.
        self.vectors[7] = self.vectors[70]
        self.queries: Vectors = self._drawn(QUERIES)

    def grown(self) -> tuple[Keys, Vectors]:
        keys = self.keys[-1] + GAP * np.arange(1, MORE_ROWS + 1, dtype=np.int64)
        vectors = self._drawn(MORE_ROWS)
        self.keys, self.vectors = np.concatenate([self.keys, keys]), np.concatenate([self.vectors, vectors])
        return keys, vectors

    def shrunk(self) -> Keys:
        gone = np.zeros(len(self.keys), bool)
        gone[self._random.permutation(len(gone))[: len(gone) // 4]] = True
        # The last ones too, so that the greatest key is of a row that is gone.
        gone[-2:] = True
        removed = self.keys[gone]
        self.keys, self.vectors = self.keys[~gone], self.vectors[~gone]
        return removed

    def likeness(self, query: Vectors) -> dict[int, float]:
        """The cosine of every row, by key."""
        exact = self.vectors.astype(np.float64) @ query.astype(np.float64)
        return dict(zip(self.keys.tolist(), exact.tolist(), strict=True))

    def _drawn(self, count: int) -> Vectors:
        centres = self._centres[self._random.integers(CLUSTERS, size=count)]
        drawn = centres + 0.7 * self._random.standard_normal((count, DIMENSION))
        found: Vectors = (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.float32)
        return found


def _check_rows(when: str, index: Index, rows: _Rows) -> None:
    _expect(len(index) == len(rows.keys), f"{when}: has {len(index)} rows, not {len(rows.keys)}")
    _expect(np.array_equal(index.keys, rows.keys), f"{when}: its keys are not those of its rows, ascending")
    _expect(index.last_key >= rows.keys[-1], f"{when}: its last key is not the last")


def _check_search(when: str, index: Index, rows: _Rows, recall: float) -> None:
    _expect(index.nearest(rows.queries[:0], 3) == [], f"{when}: no queries have no results")
    for share in (1.0, 0.5, 0.02):
        among = rows.keys[:: round(1 / share)]
        said = f"{when}, {share:.0%} of rows allowed"
        found = index.nearest(rows.queries, NEAREST, None if share == 1 else np.concatenate([among, [1]]))
        _expect(len(found) == QUERIES, f"{said}: {len(found)} results for {QUERIES} queries")
        hits = sum(
            _hits(said, rows.likeness(query), nearest, among, exact=recall == 1)
            for query, nearest in zip(rows.queries, found, strict=True)
        )
        reached = hits / (QUERIES * NEAREST)
        _expect(reached >= recall, f"{said}: finds {reached:.3f} of the {NEAREST} nearest, and promises {recall:.3f}")
    (whole,) = index.nearest(rows.queries[:1], 10 * len(rows.keys))
    _expect(sorted(whole.keys.tolist()) == rows.keys.tolist(), f"{when}: k above the rows is not all of them")
    (none,) = index.nearest(rows.queries[:1], 3, np.empty(0, np.int64))
    _expect(not len(none.keys), f"{when}: finds rows where none is allowed")


def _hits(said: str, scores: Mapping[int, float], found: Nearest, among: Keys, *, exact: bool) -> int:
    """How many of the true ones are among those found."""
    keys = found.keys.tolist()
    _expect(len({*keys}) == len(keys) >= NEAREST, f"{said}: finds {len({*keys})} rows of {NEAREST}, or one twice")
    _expect({*keys} <= {*among.tolist()}, f"{said}: finds a row that is gone or not allowed")
    _expect(
        all(abs(scores[key] - score) < TOLERANCE for key, score in zip(keys, found.scores.tolist(), strict=True)),
        f"{said}: a score is not the cosine",
    )
    last = sorted((scores[key] for key in among.tolist()), reverse=True)[NEAREST - 1]
    wanted = {key for key in among.tolist() if scores[key] >= last - TOLERANCE}
    _expect(not exact or wanted <= {*keys}, f"{said}: leaves out a row that is among the nearest, or ties with one")
    return min(NEAREST, len(wanted & {*keys}))


def _expect(holds: bool, what: str) -> None:
    if not holds:
        raise CatalogueError(f"the index {what}")
