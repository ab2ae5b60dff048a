"""A trained index of FAISS over rows that stay: quick, and it may miss a row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from fashionkit.catalogue.index.contract import Nearest
from fashionkit.catalogue.index.faiss_late import faiss_errors, imported_faiss
from fashionkit.catalogue.index.rows import are_among
from fashionkit.catalogue.index.scored import scored, scored_together

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from fashionkit.catalogue.index.gpu_copy import GpuCopy
    from fashionkit.catalogue.index.settings import Kind

# Where what is kept of a vector is not all of it, so much more than k is fetched: exact scores choose from that.
LOSSY_SPARE = 16
LOSSY_GROWTH = 4
# Where a filter leaves at most this share of the rows, all of these are compared: a graph would hardly meet them.
SELECTIVE = 0.05
# Results fetched at a time: bounds the memory of a search with many queries and a large k, whose vectors are scored.
RESULTS_AT_A_TIME = 2**14
# "All of them", for cells and for the breadth of a search through a graph.
MOST_EFFORT = 2**20


class ReadsVectors(Protocol):
    """Knows the stored vectors."""

    def __call__(self, keys: Sequence[int], /) -> NDArray[np.float32]:
        """The float32 vectors of keys, aligned, n×d."""


@dataclass(frozen=True)
class Trained:
    """What a build makes, and a snapshot keeps.

    Attributes:
        kind: Of the index.
        factory: The same in FAISS's words.
        index: FAISS's own.
        keys: Of its rows, int64, ascending.
        effort: How far it looks: the breadth of the search through a graph (efSearch), or cells (nprobe).
        recall: The share of the 10 nearest rows that this finds, as measured.
    """

    kind: Kind
    factory: str
    index: Any
    keys: NDArray[np.int64]
    effort: int
    recall: float


class ApproximateIndex:
    """Rows of a trained index; some may be removed, none added.

    Args:
        trained: The index.
        read: Where the exact vectors are, for scores.
        gpus: Searches where nothing is filtered or gone, if given; not "hnsw".
    """

    def __init__(self, trained: Trained, read: ReadsVectors, gpus: GpuCopy | None = None) -> None:
        self.trained = trained
        self._gpus = None if trained.kind == "hnsw" else gpus
        self._faiss = imported_faiss()
        self._index = self._faiss.downcast_index(trained.index)
        self._read = read
        # As a plain array: one that is mapped from a file is slower to ask.
        self._keys = np.asarray(trained.keys)
        self._alive = np.ones(len(trained.keys), bool)
        self._left = len(trained.keys)
        self._keeps_all = trained.factory.endswith("Flat")
        # An effort, and what FAISS is told for it.
        self._last: tuple[int, object] = (0, None)

    def __len__(self) -> int:
        return self._left

    @property
    def keys(self) -> NDArray[np.int64]:
        """The keys of the rows that are left, ascending."""
        return self._keys if self._left == len(self._alive) else self._keys[self._alive]

    @property
    def last_key(self) -> int:
        """The greatest key that there was, 0 where there was none."""
        return int(self._keys[-1]) if len(self._keys) else 0

    def remove(self, keys: NDArray[np.int64]) -> None:
        """Passes these rows over from now on."""
        if len(keys):
            self._alive &= ~are_among(self._keys, keys)
            self._left = int(np.count_nonzero(self._alive))

    def nearest(self, queries: NDArray[np.float32], k: int, among: NDArray[np.int64] | None = None) -> list[Nearest]:
        """As `Index.nearest`; where a filter leaves few rows, exactly."""
        allowed = self._alive if among is None else self._alive & are_among(self._keys, among)
        rows = self._left if among is None else int(np.count_nonzero(allowed))
        if not rows:
            return [Nearest(np.empty(0, np.int64), np.empty(0, np.float32)) for _ in queries]
        k = min(k, rows)
        selector = None if rows == len(allowed) else self._selector(allowed)
        fetch = k if self._keeps_all else min(k * LOSSY_GROWTH + LOSSY_SPARE, rows)
        effort = self._effort(fetch, rows / len(allowed))
        found: list[Nearest] = []
        step = max(1, RESULTS_AT_A_TIME // fetch)
        for start in range(0, len(queries), step):
            found += self._found(queries[start : start + step], k, fetch, effort, selector)
        return found

    def _effort(self, fetch: int, share: float) -> int:
        """How far to look for so many rows where a share of all may be found: the fewer may, the further."""
        if share <= SELECTIVE:
            return MOST_EFFORT
        # A graph finds no more rows than it keeps in sight.
        least = fetch if self.trained.kind == "hnsw" else 1
        return round(max(self.trained.effort, least) / share)

    def _found(self, queries: NDArray[np.float32], k: int, fetch: int, effort: int, selector: object) -> list[Nearest]:
        positions = self._positions(queries, fetch, effort, selector)
        if positions.min() >= 0:
            return scored_together(queries, self._keys[positions], self._vectors(positions), k)
        short = np.flatnonzero((positions >= 0).sum(axis=1) < k)
        if len(short):
            # Beside few rows that may be found, a graph ends in a corner, and a cell is empty.
            positions[short] = self._positions(queries[short], fetch, MOST_EFFORT, selector)
        return [self._scored(query, places[places >= 0], k) for query, places in zip(queries, positions, strict=True)]

    def _positions(self, queries: NDArray[np.float32], fetch: int, effort: int, selector: object) -> NDArray[np.int64]:
        unfiltered = self._gpus if selector is None else None
        cells = None if self.trained.kind == "flat" else effort
        found = None if unfiltered is None else unfiltered.search(self._index, queries, fetch, cells)
        if found is not None:
            return found[1]
        index, parameters = self._index, self._parameters(effort, selector)
        if self.trained.kind == "hnsw" and effort >= MOST_EFFORT:
            # What the graph leads through, read from one end to the other.
            index = self._faiss.downcast_index(index.storage)
        with faiss_errors():
            positions: NDArray[np.int64] = index.search(queries, fetch, params=parameters)[1]
        return positions

    def _parameters(self, effort: int, selector: object) -> object:
        """FAISS's own; the last ones without a selector are kept, as most searches ask for the same."""
        if selector is not None:
            return self._made(effort, sel=selector)
        if self._last[0] != effort:
            self._last = effort, self._made(effort)
        return self._last[1]

    def _made(self, effort: int, **asked: object) -> object:
        if self.trained.kind in ("ivf", "ivf-pq"):
            return self._faiss.SearchParametersIVF(nprobe=min(effort, self._index.nlist), **asked)
        if self.trained.kind == "hnsw" and effort < MOST_EFFORT:
            return self._faiss.SearchParametersHNSW(efSearch=effort, **asked)
        return self._faiss.SearchParameters(**asked)

    def _scored(self, query: NDArray[np.float32], positions: NDArray[np.int64], k: int) -> Nearest:
        return scored(query, self._keys[positions], self._vectors(positions), k)

    def _vectors(self, positions: NDArray[np.int64]) -> NDArray[np.float32]:
        """The exact vectors of rows: of the shape of the positions, and d."""
        flat = positions.ravel()
        vectors: NDArray[np.float32] = (
            self._index.reconstruct_batch(flat) if self._keeps_all else self._read(self._keys[flat].tolist())
        )
        return vectors.reshape(*positions.shape, -1)

    def _selector(self, chosen: NDArray[np.bool_]) -> object:
        return self._faiss.IDSelectorBitmap(np.packbits(chosen, bitorder="little"))
