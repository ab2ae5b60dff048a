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
from fashionkit.catalogue.waiting import Waiting
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
        self._waiting = Waiting(NO_REVISION, 0)
        # How many rows there were when an index was built or kept, and how many came or went since, but for what waits.
        self._kept, self._changed = 0, 0
        # Whether vectors were kept since that the index may lack.
        self._kept_more = False

    def caught_up(self, store: Store) -> Index:
        """The index with the rows of this moment: it takes in only what changed since it was last asked."""
        self._store = store
        if self._revision is None or self._is_overtaken:
            self._index = None
        index = self._index
        if index is None:
            index, known = self._opened(store)
            self._hold(index, known)
        revision = store.revision()
        if revision == self._revision:
            return index
        # Where one of the steps fails or is interrupted, the next search begins anew.
        self._revision = None
        waited, come = self._waiting.changed, self._waiting.until(revision)
        if come is None:
            # What others wrote counts too, and what came and went again meanwhile.
            self._changed += max(waited, self._read_into(index, store))
        else:
            self._changed += waited
            index.remove(come.gone)
            index.add(come.keys, come.vectors)
        self._hold(index, revision)
        return index

    def follow(self, change: Change, vectors: NDArray[np.float32]) -> None:
        """Takes down what was done to the store; the index does the same when it is next asked."""
        self._waiting.put(change, vectors)

    @property
    def is_outgrown(self) -> bool:
        """Whether so much has changed that an index should be built, or the vectors be kept, anew."""
        rows, changed = self._waiting.rows, self._changed + self._waiting.changed
        exact = plan(self.settings, rows, self._dimension).exact
        fewest, most = (EXACT_BELOW, MOST_UNKEPT) if exact else (FEWEST_ROWS, MOST_CHANGED)
        return rows >= fewest and changed > most * self._kept

    def adopt(self, built: Built, store: Store) -> None:
        """Searches what was built from now on."""
        self.problem = "" if built.plan.exact or built.trained else f"no {built.plan.kind} reaches the recall"
        if built.trained is None:
            self._begin_counting(built.rows)
            self._kept_more = True
            return
        self._hold(self._layered(built.trained), NO_REVISION)
        self._begin_counting(built.rows)
        # With what changed meanwhile, so that no search has to wait for that.
        self.caught_up(store)

    def give_up(self, problem: str) -> None:
        """What should have been built could not be; it is not tried again before more has changed."""
        self.problem = problem
        self._begin_counting(self._waiting.rows)

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

    @property
    def _is_overtaken(self) -> bool:
        """Whether the vectors that were kept are read faster than what the index has yet to read of the rows."""
        return self._kept_more and self._waiting.too_many

    def _hold(self, index: Index, revision: int) -> None:
        """Searches an index that holds the rows of a revision."""
        # Set last: an interrupt before that has the next search begin anew.
        self._revision = None
        self._index, self._waiting, self._kept_more = index, Waiting(revision, len(index)), False
        self._revision = revision

    def _begin_counting(self, rows: int) -> None:
        """Nothing has changed since there were so many rows, and what waits is no news."""
        self._kept, self._changed = rows, -self._waiting.changed

    def _read_into(self, index: Index, store: Store) -> int:
        """Brings an index to what the file holds, and says how many rows came or went."""
        gone = np.setdiff1d(index.keys, store.keys(), assume_unique=True)
        last = index.last_key
        come = store.count_after(last)
        check_memory(come * self._dimension * 4, f"{self._folder}: the vectors of the catalogue")
        index.remove(gone)
        index.reserve(come)
        with contextlib.closing(store.chunks_after(last, come)) as chunks:
            for keys, vectors in chunks:
                index.add(keys, vectors)
        return len(gone) + come

    def _opened(self, store: Store) -> tuple[Index, int]:
        """The index as its snapshot has it, and the revision of its rows; or an empty one."""
        self._kept, self._changed = 0, 0
        name = store.snapshot()
        kept = None if name is None else read_snapshot(self._folder, name, self._fingerprint, self._dimension)
        if kept is None or not self._suits(kept.manifest):
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
