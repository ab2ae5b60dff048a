"""The exact index: every stored vector, compared with every query."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fashionkit.catalogue.index.contract import Nearest
from fashionkit.catalogue.index.faiss_late import faiss_errors, imported_faiss
from fashionkit.catalogue.index.rows import are_among
from fashionkit.catalogue.index.scored import rounding_margin, scored

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fashionkit.catalogue.index.gpu_copy import GpuCopy

# Fetched beyond k, so that most searches see in one go that nothing else ties with the k-th.
SPARE = 16
# How much more to fetch when too many rows are nearly as good as the k-th.
GROWTH = 4
# Results fetched at a time (12 bytes each): bounds the memory of a search with many queries and a large k.
RESULTS_AT_A_TIME = 2**22


class FlatIndex:
    """Every vector, compared with every query.

    Keys must grow from one `add` to the next, as those of the store do; a row keeps its key for life.

    Args:
        dimension: How many numbers a vector has.
        gpus: Searches where nothing is filtered, if given.

    >>> index = FlatIndex(2)
    >>> index.add(np.array([7, 9]), np.array([[1, 0], [0, 1]], np.float32))
    >>> index.nearest(np.array([[0.6, 0.8]], np.float32), k=1)[0]
    Nearest(keys=array([9]), scores=array([0.8], dtype=float32))
    """

    def __init__(self, dimension: int, gpus: GpuCopy | None = None) -> None:
        self._gpus = gpus
        self._faiss = imported_faiss()
        self._flat: Any = self._faiss.IndexFlatIP(dimension)
        self._dimension = dimension
        # The keys, and room behind them.
        self._room = self._keys = np.empty(0, np.int64)

    def __len__(self) -> int:
        return len(self._keys)

    @property
    def keys(self) -> NDArray[np.int64]:
        """The keys of all rows, ascending."""
        return self._keys

    @property
    def last_key(self) -> int:
        """The greatest key, 0 where there is none."""
        return int(self._keys[-1]) if len(self._keys) else 0

    def reserve(self, rows: int) -> None:
        """Takes the memory of so many rows that are about to be added, at once; they may be fewer.

        Raises:
            CatalogueError: There is not enough memory.
        """
        codes, used = self._flat.codes, self._flat.codes.size()
        with faiss_errors():
            # FAISS keeps the room of what was there.
            codes.resize(used + rows * self._flat.code_size)
            codes.resize(used)
            self._make_room(rows)

    def add(self, keys: NDArray[np.int64], vectors: NDArray[np.float32]) -> None:
        """Appends n x d float32 rows of length 1 under keys that are greater than all before.

        Raises:
            CatalogueError: There is not enough memory.
        """
        before, after = len(self), len(self) + len(keys)
        if before == after:
            return
        with faiss_errors():
            # As much again as there is, so that adding bit by bit does not copy all keys each time.
            if after > len(self._room):
                self._make_room(max(len(keys), before))
            self._flat.add(np.ascontiguousarray(vectors, np.float32))
        self._outdate()
        # Whoever holds the keys of before sees none of these: they lie behind.
        self._room[before:after] = keys
        self._keys = self._room[:after]

    def remove(self, keys: NDArray[np.int64]) -> None:
        """Removes the rows of these keys; a key that is not there is passed over. The others keep their order."""
        gone = are_among(self._keys, keys)
        if not gone.any():
            return
        with faiss_errors():
            self._flat.remove_ids(self._selector(gone))
        self._outdate()
        self._room = self._keys = self._keys[~gone]

    def nearest(self, queries: NDArray[np.float32], k: int, among: NDArray[np.int64] | None = None) -> list[Nearest]:
        """Finds the k nearest rows of every query, and every row that ties with the last of them.

        Scores depend on the two vectors alone, not on the place of a row or on the other queries, as FAISS's own do:
        what FAISS finds is scored again in float64 and rounded to float32. More is fetched until no row that was left
        out can reach the k-th score, given the rounding error of a float32 dot product (`rounding_margin`).

        Args:
            queries: m x d float32 of length 1.
            k: At least 1; more than there are rows means all of them.
            among: Only rows of these keys, where given.

        Returns:
            m results, each with at least min(k, rows) keys.

        Raises:
            CatalogueError: There is not enough memory.
        """
        allowed = None if among is None else are_among(self._keys, among)
        rows = len(self) if allowed is None else int(allowed.sum())
        if not rows:
            return [Nearest(np.empty(0, np.int64), np.empty(0, np.float32)) for _ in queries]
        # The selector borrows the bits of `allowed`; it lives as long as the parameters that hold it.
        parameters = None if allowed is None else self._faiss.SearchParameters(sel=self._selector(allowed))
        found: dict[int, Nearest] = {}
        pending = np.arange(len(queries))
        k = min(k, rows)
        fetch = min(k + SPARE, rows)
        while len(pending):
            settled = self._fetched(queries, pending, k=k, fetch=fetch, rows=rows, parameters=parameters)
            found.update(settled)
            pending = np.array([query for query in pending.tolist() if query not in settled], np.int64)
            fetch = min(fetch * GROWTH, rows)
        return [found[query] for query in range(len(queries))]

    def _fetched(
        self,
        queries: NDArray[np.float32],
        pending: NDArray[np.int64],
        *,
        k: int,
        fetch: int,
        rows: int,
        parameters: object,
    ) -> dict[int, Nearest]:
        """The results of those pending queries for which fetching so many rows was enough."""
        margin = rounding_margin(self._dimension)
        settled: dict[int, Nearest] = {}
        step = max(1, RESULTS_AT_A_TIME // fetch)
        for start in range(0, len(pending), step):
            asked = pending[start : start + step]
            scores, positions = self._search(queries[asked], fetch, parameters)
            enough = (scores[:, k - 1] - scores[:, -1] > margin) | (fetch == rows)
            for place in np.flatnonzero(enough).tolist():
                query = int(asked[place])
                vectors = self._flat.reconstruct_batch(positions[place])
                settled[query] = scored(queries[query], self._keys[positions[place]], vectors, k)
        return settled

    def _search(
        self, queries: NDArray[np.float32], fetch: int, parameters: object
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        unfiltered = self._gpus if parameters is None else None
        found = None if unfiltered is None else unfiltered.search(self._flat, queries, fetch)
        if found is not None:
            return found
        with faiss_errors():
            scores, positions = self._flat.search(queries, fetch, params=parameters)
        return scores, positions

    def _make_room(self, rows: int) -> None:
        """For the keys of so many more rows, where there is not."""
        if len(self) + rows <= len(self._room):
            return
        room = np.empty(len(self) + rows, np.int64)
        room[: len(self)] = self._keys
        self._room, self._keys = room, room[: len(self)]

    def _outdate(self) -> None:
        if self._gpus is not None:
            self._gpus.outdate()

    def _selector(self, chosen: NDArray[np.bool_]) -> object:
        return self._faiss.IDSelectorBitmap(np.packbits(chosen, bitorder="little"))
