"""The rows of a catalogue: ids, metadata and vectors in SQLite, which is the truth.

A row never changes: what is added again gets a new, greater key, and no key is used twice. So an index that knows its
own keys can catch up with the file by comparing keys. `revision` grows with every commit that changes rows. Why the
file is durable, and at what price, stands in `database`.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fashionkit.catalogue.database import Database, damaged, sqlite_errors

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from fashionkit.catalogue.where import Condition
    from fashionkit.errors import CatalogueError

ROWS_AT_A_TIME = 4096
# Stored rows have length 1; what differs by more than float32 can explain was not written by us.
LENGTH_TOLERANCE = 1e-3


@dataclass(frozen=True)
class Item:
    """A row without its vector.

    >>> Item(key=1, id="shirt-1", metadata="{}").id
    'shirt-1'
    """

    key: int
    id: str
    metadata: str


@dataclass(frozen=True)
class Change:
    """What a write did to the rows.

    Attributes:
        before: The revision that it started from.
        after: The revision that it made.
        removed: The keys that are gone, int64, ascending.
        added: The new keys, int64, ascending, in the order of what was given.

    >>> Change(3, 4, np.array([1]), np.array([9])).after
    4
    """

    before: int
    after: int
    removed: NDArray[np.int64]
    added: NDArray[np.int64]


class Store:
    """The rows of an open file. Not thread-safe; what reads and writes stands inside `reading()` and `writing()`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection = database.connection
        self._dimension = database.dimension

    def close(self) -> None:
        """Closes the file; closing twice is fine.

        Raises:
            CatalogueError: SQLite cannot close it.
        """
        with sqlite_errors(self._database.path):
            self._connection.close()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Everything read inside is of one moment, whatever others commit meanwhile."""
        with self._transaction("BEGIN"):
            yield

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Everything written inside is durable at the end, or nothing of it where anything is raised."""
        with self._transaction("BEGIN IMMEDIATE"):
            yield

    def revision(self) -> int:
        """A number that grows with every change of rows, by whatever process."""
        return self._one("SELECT revision FROM catalogue")

    def count(self) -> int:
        """How many rows there are."""
        return self._one("SELECT count(*) FROM items")

    def put(self, ids: Sequence[str], vectors: NDArray[np.float32], metadata: Sequence[str]) -> Change:
        """Writes rows under new keys, in place of rows of the same ids."""
        replaced = self.keys_of(ids)
        self._delete(replaced)
        first = self._one("SELECT next_key FROM catalogue")
        keys = range(first, first + len(ids))
        blobs = (row.tobytes() for row in vectors.astype("<f4", copy=False))
        self._connection.executemany("INSERT INTO items VALUES (?, ?, ?)", zip(keys, ids, metadata, strict=True))
        self._connection.executemany("INSERT INTO vectors VALUES (?, ?)", zip(keys, blobs, strict=True))
        return self._changed(replaced, np.arange(keys.start, keys.stop, dtype=np.int64))

    def remove(self, ids: Sequence[str]) -> Change:
        """Removes the rows of these ids; unknown ids are passed over."""
        keys = self.keys_of(ids)
        self._delete(keys)
        return self._changed(keys, np.empty(0, np.int64))

    def keys_of(self, ids: Sequence[str]) -> NDArray[np.int64]:
        """The keys of those of the ids that are there, int64, each once."""
        found = (self._connection.execute("SELECT key FROM items WHERE id = ?", (each,)).fetchone() for each in ids)
        return np.unique(np.fromiter((row[0] for row in found if row), np.int64))

    def keys(self, condition: Condition | None = None) -> NDArray[np.int64]:
        """All keys, or those for which the condition holds; int64, ascending."""
        sql, values = ("TRUE", ()) if condition is None else (condition.sql, condition.values)
        rows = self._connection.execute(f"SELECT key FROM items WHERE {sql}", values)  # noqa: S608 - our own text
        return np.sort(np.fromiter((row[0] for row in rows), np.int64))

    def vectors_after(self, key: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The keys and vectors of all rows whose key is greater, ascending.

        Raises:
            CatalogueError: A vector has another size or length than was ever written: the file is damaged.
        """
        count = self._one("SELECT count(*) FROM items WHERE key > ?", (key,))
        keys = np.empty(count, np.int64)
        vectors = np.empty((count, self._dimension), np.float32)
        rows = self._connection.execute(
            "SELECT key, vector FROM items JOIN vectors USING (key) WHERE key > ? ORDER BY key", (key,)
        )
        filled = 0
        while chunk := rows.fetchmany(ROWS_AT_A_TIME):
            end = filled + len(chunk)
            if end > count:
                break
            keys[filled:end] = [row[0] for row in chunk]
            vectors[filled:end] = self._decoded([row[1] for row in chunk])
            filled = end
        if filled != count:
            raise self._damaged("the tables do not agree")
        return keys, vectors

    def vectors(self, keys: Sequence[int]) -> NDArray[np.float32]:
        """The vectors of these keys, aligned; every key must be there.

        Raises:
            CatalogueError: A vector is missing or has another size or length than was ever written.
        """
        rows = [self._connection.execute("SELECT vector FROM vectors WHERE key = ?", (key,)).fetchone() for key in keys]
        if None in rows:
            raise self._damaged("a vector is missing")
        return self._decoded([row[0] for row in rows])

    def item(self, name: str) -> Item | None:
        """The row of this id, if there is one."""
        row = self._connection.execute("SELECT key, id, metadata FROM items WHERE id = ?", (name,)).fetchone()
        return None if row is None else self._checked(row)

    def item_at(self, key: int) -> Item:
        """The row of this key.

        Raises:
            CatalogueError: There is none: the file is damaged, as keys come from it.
        """
        row = self._connection.execute("SELECT key, id, metadata FROM items WHERE key = ?", (key,)).fetchone()
        if row is None:
            raise self._damaged("a row is missing")
        return self._checked(row)

    def ids_after(self, name: str, count: int, condition: Condition | None = None) -> list[str]:
        """The next ids in order of code points, at most `count`, of those for which the condition holds."""
        sql, values = ("TRUE", ()) if condition is None else (condition.sql, condition.values)
        return self._ids(f"id > ? AND {sql} ORDER BY id", (name, *values, count))

    def ids_before(self, name: str, count: int) -> list[str]:
        """The ids before this one, nearest first, at most `count`."""
        return self._ids("id < ? ORDER BY id DESC", (name, count))

    def _ids(self, which: str, values: Sequence[str | int]) -> list[str]:
        sql = f"SELECT id FROM items WHERE {which} LIMIT ?"  # noqa: S608 - our own text
        ids = [row[0] for row in self._connection.execute(sql, values)]
        if not all(isinstance(each, str) for each in ids):
            raise self._damaged("an id is no text")
        return ids

    def _checked(self, row: tuple[int, object, object]) -> Item:
        key, name, metadata = row
        if not isinstance(name, str) or not isinstance(metadata, str):
            raise self._damaged("a row holds no text")
        return Item(key, name, metadata)

    def _decoded(self, blobs: list[object]) -> NDArray[np.float32]:
        sound = [blob for blob in blobs if isinstance(blob, bytes) and len(blob) == 4 * self._dimension]
        if len(sound) != len(blobs):
            raise self._damaged("a vector has another size")
        rows = np.frombuffer(b"".join(sound), "<f4").reshape(-1, self._dimension).astype(np.float32)
        lengths = np.einsum("ij,ij->i", rows, rows)
        # Written so that NaN counts as wrong.
        if not (np.abs(lengths - 1) < LENGTH_TOLERANCE).all():
            raise self._damaged("a vector is not of length 1")
        return rows

    def _delete(self, keys: NDArray[np.int64]) -> None:
        rows = [(int(key),) for key in keys]
        self._connection.executemany("DELETE FROM items WHERE key = ?", rows)
        self._connection.executemany("DELETE FROM vectors WHERE key = ?", rows)

    def _changed(self, removed: NDArray[np.int64], added: NDArray[np.int64]) -> Change:
        before = self.revision()
        if not len(removed) and not len(added):
            return Change(before, before, removed, added)
        self._connection.execute("UPDATE catalogue SET revision = revision + 1, next_key = next_key + ?", (len(added),))
        return Change(before, before + 1, removed, added)

    def _one(self, sql: str, values: tuple[int, ...] = ()) -> int:
        row = self._connection.execute(sql, values).fetchone()
        if row is None or not isinstance(row[0], int):
            raise self._damaged("its description is missing")
        return row[0]

    def _damaged(self, what: str) -> CatalogueError:
        return damaged(self._database.path, what)

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[None]:
        with sqlite_errors(self._database.path):
            self._connection.execute(begin)
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                # Some errors, such as a full disk, have already ended it.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
