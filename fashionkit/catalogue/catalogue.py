"""`Catalogue`, the front of the room: add, remove, search."""

from __future__ import annotations

import contextlib
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from fashionkit import forks
from fashionkit.catalogue.background import Background
from fashionkit.catalogue.compact import Compaction, compact_database
from fashionkit.catalogue.database import FILE_NAME, damaged, open_database
from fashionkit.catalogue.duplicates import near_groups
from fashionkit.catalogue.entries import checked_ids, distinct, metadata_of, metadata_texts, unit_vectors
from fashionkit.catalogue.index.build import AbandonedError
from fashionkit.catalogue.index.settings import IndexSettings
from fashionkit.catalogue.live import IndexInfo, LiveIndex
from fashionkit.catalogue.rebuild import rebuild
from fashionkit.catalogue.search import Search, is_number
from fashionkit.catalogue.store import Item, Store
from fashionkit.catalogue.verify import Verification, verify_store
from fashionkit.catalogue.where import condition
from fashionkit.errors import CatalogueError, did_you_mean, first_line

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from types import TracebackType

    from numpy.typing import ArrayLike, NDArray

    from fashionkit.catalogue.rebuild import Built
    from fashionkit.results import Hit

# Ids read at a time while one iterates over them, so that others may write meanwhile.
IDS_AT_A_TIME = 1000
# Suggested for an unknown id: so many from before and after its place in the order.
NEIGHBOURS = 5


class Catalogue:
    """A folder with vectors and metadata: durable, searchable, shared between threads and processes.

    Open one with `Catalogue.open`; it is a context manager. All methods may be called from many threads at once, and
    other processes may write to the same folder: every call sees all that was committed before it. A catalogue
    pickles to its folder and opens again on the other side; a forked child opens the file for itself.

    Attributes:
        folder: Where it is, absolute.
        dimension: How many numbers a vector has.
        fingerprint: Of the model that made the vectors.
        created: Whether this opening made it.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with Catalogue.open(folder, dimension=2, fingerprint="demo", create=True) as catalogue:
    ...         catalogue.add(["a", "b"], np.array([[1.0, 0.0], [3.0, 4.0]]), [{"year": 2020}, {"year": 2021}])
    ...         catalogue.search(np.array([[1.0, 0.0]]), k=1, where={"year": 2021})
    [[Hit('b', score=0.600)]]
    """

    folder: Path
    dimension: int
    fingerprint: str
    created: bool

    def __init__(
        self, folder: Path, *, dimension: int | None, fingerprint: str | None, create: bool, index: IndexSettings
    ) -> None:
        database = open_database(folder, dimension=dimension, fingerprint=fingerprint, create=create)
        self.folder = folder
        self.dimension = database.dimension
        self.fingerprint = database.fingerprint
        self.created = database.created
        self._lock = threading.RLock()
        self._closed = False
        self._store: Store | None = Store(database)
        self._index = LiveIndex(self.folder, self.dimension, self.fingerprint, index)
        self._background = Background()
        forks.watch(self)
        try:
            with self._using() as store, store.reading():
                self._index.caught_up(store)
        except BaseException:
            self.close()
            raise

    @classmethod
    def open(
        cls,
        folder: str | os.PathLike[str],
        *,
        dimension: int | None = None,
        fingerprint: str | None = None,
        create: bool = False,
        index: IndexSettings | str = "auto",
    ) -> Self:
        """Opens the catalogue of a folder, and reads its vectors into memory, or the index that was kept of them.

        Args:
            folder: Where it is, or shall be.
            dimension: How many numbers a vector has; needed to make one, otherwise checked where given.
            fingerprint: Names the model that makes the vectors; needed to make one, otherwise checked where given.
            create: Make it where there is none. `created` says whether that happened.
            index: What searches it: `IndexSettings`, or the name of a kind. By itself, every row is compared below
                50,000 rows; above, a graph that finds 98 of 100 of the nearest is built in the background of `add`.

        Raises:
            CatalogueError: There is none and `create` is false; the file is damaged, foreign, or of a newer version; it
                holds vectors of another dimension or model; the folder cannot be made, read or written; another
                process kept it locked for too long.

        >>> Catalogue.open("/nowhere")
        Traceback (most recent call last):
        fashionkit.errors.CatalogueError: /nowhere: there is no catalogue; check the path, or make one with create=True
        """
        try:
            path = Path(folder).absolute()
        except TypeError as error:
            raise CatalogueError(f"folder is of type {type(folder).__name__}; give a path") from error
        if dimension is not None and not _is_count(dimension):
            raise CatalogueError(f"dimension is {dimension!r:.80}; give an int of at least 1")
        if fingerprint is not None and (not isinstance(fingerprint, str) or not fingerprint):
            raise CatalogueError(f"fingerprint is {fingerprint!r:.80}; give a str that is not empty")
        return cls(
            path,
            dimension=None if dimension is None else int(dimension),
            fingerprint=fingerprint,
            create=create,
            index=IndexSettings.of(index),
        )

    def add(self, ids: Sequence[str], vectors: ArrayLike, metadata: Sequence[Mapping[str, Any]] | None = None) -> None:
        """Adds items, in place of those that have the same ids: all of them or, where anything is wrong, none.

        Durable when it returns: a crash or a loss of power afterwards does not undo it. The index takes in what was
        added when it is next searched, which after a large import takes seconds; `index_info` does it in advance.

        Args:
            ids: n different texts, not empty, of at most 4,096 characters, without NUL.
            vectors: n x dimension of any float type, finite, none all zero; kept as float32 of length 1.
            metadata: n flat mappings with `str` keys; values are `str`, `int` (64 bits), finite `float`, `bool`,
                `None`, or a list of those. None given means empty ones, also for items that had some.

        Raises:
            CatalogueError: Something that was given is none of this (the message names the item), the disk is full, or
                another process kept the catalogue locked for too long.
        """
        names = distinct(checked_ids(ids))
        rows = unit_vectors(vectors, self.dimension, names)
        texts = metadata_texts(metadata, names)
        with self._using() as store:
            if not names:
                return
            with store.writing():
                change = store.put(names, rows, texts)
            self._index.follow(change, rows)
            self._keep_up()

    def remove(self, ids: Sequence[str]) -> int:
        """Removes items and says how many were there; ids that are not there are passed over. Durable as `add` is.

        Raises:
            CatalogueError: An id is no text that a catalogue can hold, the disk is full, or another process kept the
                catalogue locked for too long.
        """
        names = checked_ids(ids)
        with self._using() as store:
            with store.writing():
                change = store.remove(names)
            self._index.follow(change, np.empty((0, self.dimension), np.float32))
        return len(change.removed)

    def known(self, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Gives the stored metadata of those of the ids that are there, each once; the others are passed over.

        Raises:
            CatalogueError: An id is no text that a catalogue can hold.
        """
        names = checked_ids(ids)
        with self._using() as store, store.reading():
            items = [item for item in map(store.item, dict.fromkeys(names)) if item is not None]
        return {item.id: self._parsed(item) for item in items}

    def verify(self) -> Verification:
        """Reads through all of the file and says what in it is not what was written; other threads wait meanwhile.

        A file so damaged that it cannot be opened is for `fashionkit.catalogue.verify.verify_folder`.

        Raises:
            CatalogueError: The disk fails.
        """
        with self._using() as store, store.reading():
            return verify_store(store)

    def compact(self) -> Compaction:
        """Gives back the room that removed and replaced items took; a kill on the way loses nothing.

        The file is written anew. For that long writers wait, and there must be room for it twice: in the folder, and
        where the system keeps temporary files (`SQLITE_TMPDIR` names another place).

        Raises:
            CatalogueError: The disk is full, or another process kept the catalogue locked for too long.
        """
        with self._using() as store:
            return compact_database(store.database)

    def build_index(self) -> IndexInfo:
        """Builds the index that `index` asked for and keeps it beside the file, so that opening is quick.

        That happens by itself in the background of `add`; this waits for it, as after a large import. Others may search
        and write meanwhile.

        Raises:
            CatalogueError: It needs more memory than is free, the disk is full, or the catalogue is damaged.
        """
        with self._using():
            settings = self._index.settings
        self._background.stop()
        self._adopt(rebuild(self.folder, settings))
        return self.index_info()

    def index_info(self) -> IndexInfo:
        """What searches at the moment, how well, and what memory that takes."""
        with self._using() as store, store.reading():
            self._index.caught_up(store)
            return self._index.info(self._background.running)

    def search(
        self,
        vectors: ArrayLike,
        k: int,
        where: Mapping[str, Any] | None = None,
        *,
        group_by: str | None = None,
        diversity: float = 0.0,
        without: Sequence[str] = (),
    ) -> list[list[Hit]]:
        """Finds, for every query, the k items whose vectors point most nearly the same way.

        Exact where every row is compared (`index`), also with a filter and by groups: equal scores are ordered by id,
        so that an answer depends on what is stored alone. Another index may miss rows, of those that it finds the
        scores are the same, and what a filter leaves few of is compared one by one.

        Args:
            vectors: m x dimension queries of any float type, finite, none all zero; of any length.
            k: At least 1; more than there are items means all of them.
            where: What must hold of the metadata: `{"gender": ["women", "girls"], "price": {"<": 50}}`, with `and`,
                `or` and `not` to combine filters; `fashionkit.catalogue.where` has all of it.
            group_by: A metadata key: of all items with the same value there, only the best is found. An item without
                the key, or with `None` there, is a group of its own.
            diversity: In [0, 1): how much likeness to the hits before counts against likeness to the query. The k hits
                are then chosen from the best 5 k (at least 50) by maximal marginal relevance, and stand in the order
                of choosing; 0 is the k best.
            without: Ids to leave out; unknown ones are passed over.

        Returns:
            m lists of at most k hits, best first; empty ones where nothing is stored or passes the filter.

        Raises:
            CatalogueError: A query, `k`, `where`, `group_by`, `diversity` or an id is none of this.
        """
        queries = unit_vectors(vectors, self.dimension)
        search = Search.asked(k, where, group_by, diversity, without)
        with self._using() as store, store.reading():
            return search.hits(store, self._index.caught_up(store), self._parsed, queries)

    def duplicates(self, threshold: float = 0.97, where: Mapping[str, Any] | None = None) -> list[list[str]]:
        """Finds groups of items that are nearly the same, comparing all with all.

        Exact, of the moment when it begins, but for what is removed meanwhile. It takes a copy of the vectors, and time
        that grows with the square of their number; others may search and write while it compares.

        Args:
            threshold: In (0, 1]: the cosine from which on two items belong together. Whatever is connected by a chain
                of those is one group.
            where: As for `search`: which items are compared.

        Returns:
            Groups of two ids or more, in order of code points, and the groups in that of their first ids.

        Raises:
            CatalogueError: `threshold` or `where` is none of this.
        """
        if not is_number(threshold, float) or not 0 < threshold <= 1:
            raise CatalogueError(f"threshold is {threshold!r:.80}; give a cosine above 0 and at most 1, such as 0.97")
        wanted = condition(where)
        with self._using() as store, store.reading():
            keys, vectors = store.vectors_after(0)
            if wanted is not None:
                chosen = np.isin(keys, store.keys(wanted))
                keys, vectors = keys[chosen], vectors[chosen]
        groups = [keys[places] for places in near_groups(vectors, float(threshold))]
        with self._using() as store, store.reading():
            there = store.keys()
            left = [group[np.isin(group, there)].tolist() for group in groups]
            items = store.items_at([key for group in left for key in group])
            names = [sorted(items[key].id for key in group) for group in left if len(group) > 1]
        return sorted(names)

    def vectors(self, ids: Sequence[str]) -> NDArray[np.float32]:
        """Gives the stored vectors, n x dimension float32 of length 1, in the order of the ids.

        Raises:
            CatalogueError: An id is not there; the message suggests ones that are near it.
        """
        names = checked_ids(ids)
        with self._using() as store, store.reading():
            return store.vectors([self._item(store, name).key for name in names])

    def metadata(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        """Gives the stored metadata, in the order of the ids.

        Raises:
            CatalogueError: An id is not there; the message suggests ones that are near it.
        """
        names = checked_ids(ids)
        with self._using() as store, store.reading():
            items = [self._item(store, name) for name in names]
        return [self._parsed(item) for item in items]

    def ids(self, where: Mapping[str, Any] | None = None) -> Iterator[str]:
        """Iterates over the ids, all or those that pass a filter, in order of code points; others may write meanwhile.

        An id that is there from beginning to end comes once; one that is added or removed meanwhile may or may not.

        Args:
            where: As for `search`.

        Raises:
            CatalogueError: The catalogue is closed, or `where` is no filter; when the iteration begins.
        """
        wanted = condition(where)
        last = ""
        while True:
            with self._using() as store, store.reading():
                page = store.ids_after(last, IDS_AT_A_TIME, wanted)
            if not page:
                return
            yield from page
            last = page[-1]

    def close(self) -> None:
        """Lets go of the file and the memory; closing twice is fine, anything else afterwards raises.

        An index that is being built is given up, which may take seconds; what was added is safe all the same.
        """
        # Before the lock is taken: what is being built takes it in the end.
        self._background.stop()
        with self._lock:
            self._closed = True
            if self._store is not None:
                self._store.close()
                self._store = None
            self._index = LiveIndex(self.folder, self.dimension, self.fingerprint, self._index.settings)

    def suspend(self) -> None:
        """Lets go of the file until `resume`, and keeps other threads waiting; for `forks`."""
        self._lock.acquire()
        store, self._store = self._store, None
        # Whatever SQLite says, the fork must go on, and `resume` must be called.
        with contextlib.suppress(CatalogueError):
            if store is not None:
                store.close()

    def resume(self) -> None:
        """Lets work go on after `suspend`; the file is opened again when it is next needed."""
        self._lock.release()

    def __len__(self) -> int:
        with self._using() as store, store.reading():
            return store.count()

    def __contains__(self, name: object) -> bool:
        if not isinstance(name, str):
            return False
        try:
            checked_ids([name])
        except CatalogueError:
            return False
        with self._using() as store, store.reading():
            return store.item(name) is not None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Catalogue({str(self.folder)!r}, dimension={self.dimension}, fingerprint={self.fingerprint!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        with self._using():
            return _opened_again, (type(self), self.folder, self.dimension, self.fingerprint, self._index.settings)

    @contextmanager
    def _using(self) -> Iterator[Store]:
        with self._lock:
            if self._closed:
                raise CatalogueError(f"{self.folder}: this catalogue is closed; open it again with Catalogue.open")
            if self._store is None:
                database = open_database(
                    self.folder, dimension=self.dimension, fingerprint=self.fingerprint, create=False
                )
                self._store = Store(database)
            yield self._store

    def _keep_up(self) -> None:
        """Builds another index beside, where the one there is outgrown."""
        if self._index.is_outgrown:
            self._background.start(self._built_beside)

    def _built_beside(self, stopped: Callable[[], bool]) -> None:
        try:
            self._adopt(rebuild(self.folder, self._index.settings, stopped))
        except AbandonedError:
            pass
        except Exception as error:  # nobody waits for this thread: `index_info` says it
            with self._lock:
                self._index.give_up(first_line(error))

    def _adopt(self, built: Built) -> None:
        """Searches what was built from now on."""
        with self._using() as store, store.reading():
            self._index.adopt(built, store)

    def _item(self, store: Store, name: str) -> Item:
        item = store.item(name)
        if item is None:
            near = store.ids_before(name, NEIGHBOURS) + store.ids_after(name, NEIGHBOURS)
            raise CatalogueError(f"{self.folder}: no id {name!r:.80}; of those near it, {did_you_mean(name, near)}")
        return item

    def _parsed(self, item: Item) -> dict[str, Any]:
        try:
            return metadata_of(item.metadata)
        except ValueError as error:
            raise damaged(self.folder / FILE_NAME, f"the metadata of {item.id!r:.80} is no JSON object") from error


def _is_count(value: object) -> bool:
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool) and bool(value >= 1)


def _opened_again(
    kind: type[Catalogue], folder: Path, dimension: int, fingerprint: str, index: IndexSettings
) -> Catalogue:
    return kind.open(folder, dimension=dimension, fingerprint=fingerprint, index=index)
