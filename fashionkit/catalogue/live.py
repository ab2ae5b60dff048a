"""The index of an open catalogue: read from its snapshot, caught up with the rows, and rebuilt beside as they grow."""

from __future__ import annotations

import contextlib
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from fashionkit.catalogue.index.approximate import ApproximateIndex
from fashionkit.catalogue.index.flat import FlatIndex
from fashionkit.catalogue.index.gpu_copy import GpuCopy
from fashionkit.catalogue.index.layered import LayeredIndex
from fashionkit.catalogue.index.plan import FEWEST_ROWS, plan
from fashionkit.catalogue.index.settings import AUTO, EXACT_BELOW, IndexSettings
from fashionkit.catalogue.memory import check_memory, free_memory
from fashionkit.catalogue.snapshot import read_snapshot
from fashionkit.errors import CatalogueError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from fashionkit.catalogue.index.approximate import Trained
    from fashionkit.catalogue.index.contract import Index
    from fashionkit.catalogue.rebuild import Built
    from fashionkit.catalogue.snapshot import Manifest, Snapshot
    from fashionkit.catalogue.store import Change, Store

# That of no file.
NO_REVISION = -1
# The share of its rows that may have come or gone since an index was trained.
MOST_CHANGED = 0.2
# And since vectors were kept, which only opening gains from: keeping them often slows down a large import.
MOST_UNKEPT = 1.0


@dataclass(frozen=True)
class IndexInfo:
    """What searches a catalogue at the moment.

    Attributes:
        kind: "flat", "hnsw", "ivf" or "ivf-pq".
        rows: How many there are.
        recall: The share of the 10 nearest rows that it finds, as measured when it was built; 1 is exact.
        memory: Bytes that it takes, about.
        building: Whether another one is being built.
        problem: Why the last one was not; "" where it was.

    >>> IndexInfo("flat", 10, 1.0, 10_320, building=False, problem="").to_dict()["kind"]
    'flat'
    """

    kind: str
    rows: int
    recall: float
    memory: int
    building: bool
    problem: str

    def to_dict(self) -> dict[str, Any]:
        """All of it, as JSON can hold it."""
        return asdict(self)


class LiveIndex:
    """Not thread-safe; the store that is given stands inside `reading()`.

    Args:
        folder: Of the catalogue.
        dimension: How many numbers a vector has.
        fingerprint: Of the model.
        settings: Which index is wanted.
    """

    def __init__(self, folder: Path, dimension: int, fingerprint: str, settings: IndexSettings) -> None:
        self.settings = settings
        self.problem = ""
        self._folder, self._dimension, self._fingerprint = folder, dimension, fingerprint
        self._store: Store | None = None
        self._index: Index | None = None
        # Of the rows that the index holds; None where that is not known.
        self._revision: int | None = None
        # How many rows there were when an index was built or kept, and how many came or went since.
        self._kept, self._changed = 0, 0

    def caught_up(self, store: Store) -> Index:
        """The index with the rows of this moment: only what changed since it was last used is read."""
        self._store = store
        if self._revision is None or self._index is None:
            self._index, self._revision = self._opened(store)
        revision, index = store.revision(), self._index
        if revision == self._revision:
            return index
        # Where one of the steps fails or is interrupted, the next search begins anew.
        self._revision = None
        gone = np.setdiff1d(index.keys, store.keys(), assume_unique=True)
        index.remove(gone)
        keys, vectors = store.vectors_after(index.last_key)
        index.add(keys, vectors)
        self._changed += len(gone) + len(keys)
        self._revision = revision
        return index

    def follow(self, change: Change, vectors: NDArray[np.float32]) -> None:
        """Does to the index what was done to the store, unless it has to catch up with others anyway."""
        if self._revision != change.before or self._index is None:
            return
        self._revision = None
        # The store has changed: running out of memory here is no failure of what was asked for.
        with contextlib.suppress(CatalogueError, MemoryError):
            self._index.remove(change.removed)
            self._index.add(change.added, vectors)
            self._changed += len(change.removed) + len(change.added)
            self._revision = change.after

    @property
    def is_outgrown(self) -> bool:
        """Whether so much has changed that an index should be built, or the vectors be kept, anew."""
        rows = 0 if self._index is None else len(self._index)
        exact = plan(self.settings, rows, self._dimension).exact
        fewest, most = (EXACT_BELOW, MOST_UNKEPT) if exact else (FEWEST_ROWS, MOST_CHANGED)
        return rows >= fewest and self._changed > most * self._kept

    def adopt(self, built: Built) -> None:
        """Searches what was built from now on, once it has caught up."""
        self.problem = "" if built.plan.exact or built.trained else f"no {built.plan.kind} reaches the recall"
        self._kept, self._changed = built.rows, 0
        if built.trained is not None:
            self._index = self._layered(built.trained)
            # What changed meanwhile is caught up with.
            self._revision = NO_REVISION

    def give_up(self, problem: str) -> None:
        """What should have been built could not be; it is not tried again before more has changed."""
        self.problem = problem
        self._kept, self._changed = 0 if self._index is None else len(self._index), 0

    def info(self, building: bool) -> IndexInfo:
        """What searches at the moment."""
        index, rows = self._index, 0 if self._index is None else len(self._index)
        if not isinstance(index, LayeredIndex):
            memory = plan(IndexSettings("flat"), rows, self._dimension).memory
            return IndexInfo("flat", rows, 1.0, memory, building, self.problem)
        trained = index.base.trained
        # Of what is there: "auto" would choose anew.
        memory = plan(replace(self.settings, kind=trained.kind), rows, self._dimension).memory
        return IndexInfo(trained.kind, rows, trained.recall, memory, building, self.problem)

    def _opened(self, store: Store) -> tuple[Index, int]:
        """The index as its snapshot has it, and the revision of its rows; or an empty one."""
        self._kept, self._changed = 0, 0
        name = store.snapshot()
        kept = None if name is None else read_snapshot(self._folder, name, self._fingerprint, self._dimension)
        if kept is None or not self._suits(kept.manifest):
            check_memory(store.count() * self._dimension * 4, f"{self._folder}: the vectors of the catalogue")
            return self._flat(), NO_REVISION
        self._kept = len(kept.keys)
        return self._from(kept), kept.manifest.revision

    def _from(self, kept: Snapshot) -> Index:
        if kept.trained is not None:
            return self._layered(kept.trained)
        flat = self._flat()
        if kept.vectors is not None:
            flat.add(kept.keys, kept.vectors)
        return flat

    def _flat(self) -> FlatIndex:
        return FlatIndex(self._dimension, GpuCopy.wanted(self.settings.gpus))

    def _layered(self, trained: Trained) -> LayeredIndex:
        base = ApproximateIndex(trained, self._read, GpuCopy.wanted(self.settings.gpus))
        return LayeredIndex(base, self._dimension)

    def _suits(self, kept: Manifest) -> bool:
        """Whether a snapshot is of the kind that is wanted, or at least of the vectors that any kind is made of."""
        wanted = plan(self.settings, kept.rows, self._dimension, free_memory())
        if not kept.factory:
            return True
        return not wanted.exact and (
            (self.settings.kind in (AUTO, kept.kind))
            and self.settings.storage == kept.storage
            and kept.recall >= self.settings.recall
        )

    def _read(self, keys: Sequence[int], /) -> NDArray[np.float32]:
        if self._store is None:
            raise CatalogueError(f"{self._folder}: this catalogue is closed; open it again with Catalogue.open")
        return self._store.vectors(keys)
