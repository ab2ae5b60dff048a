"""Builds the index of a catalogue from its rows, and keeps it as a snapshot; others search and write meanwhile."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from fashionkit.catalogue import snapshot as files
from fashionkit.catalogue.database import open_database
from fashionkit.catalogue.index.build import AbandonedError, build
from fashionkit.catalogue.index.faiss_late import faiss_errors, imported_faiss
from fashionkit.catalogue.index.plan import plan
from fashionkit.catalogue.memory import check_memory, free_memory
from fashionkit.catalogue.store import ROWS_AT_A_TIME, Store
from fashionkit.errors import CatalogueError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from fashionkit.catalogue.index.approximate import Trained
    from fashionkit.catalogue.index.plan import Plan
    from fashionkit.catalogue.index.settings import IndexSettings

Stopped: TypeAlias = "Callable[[], bool]"


@dataclass(frozen=True)
class Built:
    """What was built.

    Attributes:
        plan: What was asked for.
        trained: The index; None where every vector is compared.
        rows: How many there were.
    """

    plan: Plan
    trained: Trained | None
    rows: int


class StoredRows:
    """The rows of a file up to the key that was the last when this was made; `fashionkit.catalogue.index.build.Rows`.

    Every read is of its own moment, so that no reader stands in the way for long: a row that is removed meanwhile may
    be there or not, and whoever uses the index looks that up.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        with store.reading():
            self._keys = store.keys()
            self._revision = store.revision()

    def revision(self) -> int:
        """Of all that was read, where nobody has written since; -1 otherwise."""
        with self._store.reading():
            return self._revision if self._store.revision() == self._revision else -1

    def __len__(self) -> int:
        return len(self._keys)

    def sample(self, count: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """As `Rows.sample`; of the same rows always the same, and fewer where some were removed."""
        chosen = np.sort(np.random.default_rng(0).permutation(len(self._keys))[:count])
        with self._store.reading():
            return self._store.vectors_there(self._keys[chosen].tolist())

    def chunks(self) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
        """As `Rows.chunks`."""
        after, last = 0, int(self._keys[-1]) if len(self._keys) else 0
        while after < last:
            with self._store.reading():
                keys, vectors = self._store.vectors_between(after, last, ROWS_AT_A_TIME)
            if not len(keys):
                return
            yield keys, vectors
            after = int(keys[-1])

    def read(self, keys: Any, /) -> NDArray[np.float32]:
        """As `Rows.read`; of a row that is gone, zeros."""
        with self._store.reading():
            there, vectors = self._store.vectors_there(keys)
        found = np.zeros((len(keys), vectors.shape[1]), np.float32)
        found[np.isin(keys, there)] = vectors
        return found


def rebuild(folder: Path, settings: IndexSettings, stopped: Stopped = lambda: False) -> Built:
    """Builds what the settings ask for, writes it as the snapshot, and gives it.

    Where an index does not reach the recall that was asked for, the snapshot is of the vectors, and `trained` is None.

    Args:
        folder: Of the catalogue, absolute.
        settings: What to build.
        stopped: Asked between thousands of rows; true ends it, with the snapshot that was there before.

    Raises:
        AbandonedError: `stopped` said so.
        CatalogueError: There is no such catalogue, it is damaged, memory or room on the disk are missing.
    """
    database = open_database(folder, dimension=None, fingerprint=None, create=False)
    store = Store(database)
    try:
        rows = StoredRows(store)
        planned = plan(settings, len(rows), database.dimension, free_memory())
        if not planned.exact:
            check_memory(planned.memory, f"the index {planned.factory} of {len(rows):,} vectors")
        trained = None if planned.exact else build(planned, rows, settings.recall, stopped)
        try:
            count = _keep_vectors(store, rows, stopped) if trained is None else _keep(store, rows, trained, settings)
        except OSError as error:
            raise CatalogueError(f"{folder}: the index cannot be kept ({error}); free room on the disk") from error
        return Built(planned, trained, count)
    finally:
        store.close()


def _keep(store: Store, rows: StoredRows, trained: Trained, settings: IndexSettings) -> int:
    def write_index(path: Path) -> None:
        with faiss_errors():
            imported_faiss().write_index(trained.index, str(path))

    def described(written: files.Files) -> files.Manifest:
        return files.Manifest(
            fingerprint=store.database.fingerprint,
            dimension=store.database.dimension,
            rows=len(trained.keys),
            kind=trained.kind,
            storage=settings.storage,
            factory=trained.factory,
            effort=trained.effort,
            recall=trained.recall,
            files=written,
            made=uuid.uuid4().hex,
            revision=rows.revision(),
        )

    _commit(store, {files.INDEX: write_index, files.KEYS: lambda path: _write_keys(path, [trained.keys])}, described)
    return len(trained.keys)


def _keep_vectors(store: Store, rows: StoredRows, stopped: Stopped) -> int:
    keys: list[NDArray[np.int64]] = []

    def write_vectors(path: Path) -> None:
        with path.open("wb") as file:
            for some, vectors in rows.chunks():
                if stopped():
                    raise AbandonedError
                keys.append(some)
                file.write(vectors.astype("<f4", copy=False).data)

    def described(written: files.Files) -> files.Manifest:
        return files.Manifest(
            fingerprint=store.database.fingerprint,
            dimension=store.database.dimension,
            rows=sum(map(len, keys)),
            files=written,
            made=uuid.uuid4().hex,
            revision=rows.revision(),
        )

    _commit(store, {files.VECTORS: write_vectors, files.KEYS: lambda path: _write_keys(path, keys)}, described)
    return sum(map(len, keys))


def _commit(
    store: Store,
    write: Mapping[str, Callable[[Path], None]],
    described: Callable[[files.Files], files.Manifest],
) -> None:
    """First the files, then the word that they are of these rows."""
    folder = store.database.path.parent
    name = files.write_snapshot(folder, write, described)
    with store.writing():
        store.set_snapshot(name)
    files.clear_others(folder, name)


def _write_keys(path: Path, keys: Sequence[NDArray[np.int64]]) -> None:
    path.write_bytes(np.concatenate([np.empty(0, np.int64), *keys]).astype("<i8").data)
