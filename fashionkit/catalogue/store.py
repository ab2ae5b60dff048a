"""The rows of a catalogue: ids, metadata and vectors in SQLite, which is the truth.

A row never changes: what is added again gets a new, greater key, and no key is used twice. So an index that knows its
own keys can catch up with the file by comparing keys. `revision` grows with every commit that changes rows. Every row
carries a checksum that is compared when the row is read. Why the file is durable, and at what price, stands in
`database`.
"""

from __future__ import annotations

import zlib
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from fashionkit.catalogue.database import MAX_COUNTED, Database, damaged, sqlite_errors

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Generator, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from fashionkit.catalogue.where import Condition
    from fashionkit.errors import CatalogueError

ROWS_AT_A_TIME = 4096
# Answers to filters, of 8 bytes a row that passes.
FILTERS_KEPT = 16
# Bytes of rows that were read and are kept, as a row never changes; about, with what Python needs to hold one.
BYTES_KEPT = 2**24
BYTES_OF_AN_ITEM = 300
# Older SQLite binds 999 values.
KEYS_AT_A_TIME = 500
# CRC-32 begins with a number of 32 bits, which the key is: so a row cannot be taken for that of another key.
_32_BITS = 0xFFFFFFFF
# Stored rows have length 1; what differs by more than float32 can explain was not written by us.
LENGTH_TOLERANCE = 1e-3


class Item(msgspec.Struct, frozen=True, order=True):
    """A row without its vector; in order of keys.

    A struct, as many are kept, and the garbage collector has nothing to look through.

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


def checksum_of_item(key: int, name: bytes, metadata: bytes) -> int:
    """CRC-32 of a row of `items`, both texts in UTF-8; ids hold no NUL, so that stands between them.

    >>> checksum_of_item(1, b"shirt-1", b"{}") == checksum_of_item(2, b"shirt-1", b"{}")
    False
    """
    return zlib.crc32(b"%b\0%b" % (name, metadata), key & _32_BITS)


def checksum_of_vector(key: int, vector: bytes) -> int:
    """CRC-32 of a row of `vectors`.

    >>> checksum_of_vector(1, b"1234") == checksum_of_vector(1, b"1235")
    False
    """
    return zlib.crc32(vector, key & _32_BITS)


def unpacked(rows: Sequence[tuple[int, object, object]], dimension: int) -> NDArray[np.float32]:
    """The vectors of rows of key, blob and checksum.

    Returns:
        n x dimension float32, in order.

    Raises:
        ValueError: A vector is not what was written; the message says in which way.

    >>> blob = np.array([0.6, 0.8], "<f4").tobytes()
    >>> unpacked([(7, blob, checksum_of_vector(7, blob))], 2)
    array([[0.6, 0.8]], dtype=float32)
    """
    blobs = [row[1] for row in rows]
    sound = [blob for blob in blobs if isinstance(blob, bytes) and len(blob) == 4 * dimension]
    if len(sound) != len(blobs):
        raise ValueError("a vector has another size")
    vectors = np.frombuffer(b"".join(sound), "<f4").reshape(-1, dimension).astype(np.float32)
    lengths = np.einsum("ij,ij->i", vectors, vectors)
    # Written so that NaN counts as wrong.
    if not (np.abs(lengths - 1) < LENGTH_TOLERANCE).all():
        raise ValueError("a vector is not of length 1")
    if any(checksum_of_vector(row[0], blob) != row[2] for row, blob in zip(rows, sound, strict=True)):
        raise ValueError("a vector is not what was written")
    return vectors


class Store:
    """The rows of an open file. Not thread-safe; what reads and writes stands inside `reading()` and `writing()`.

    Attributes:
        database: The file.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self._connection = database.connection
        self._dimension = database.dimension
        self._filtered: dict[tuple[str, tuple[Any, ...]], tuple[int, NDArray[np.int64]]] = {}
        self._kept: dict[int, Item] = {}
        self._kept_bytes = 0

    def close(self) -> None:
        """Closes the file; closing twice is fine.

        Raises:
            CatalogueError: SQLite cannot close it.
        """
        with sqlite_errors(self.database.path):
            self._connection.close()

    def reading(self) -> AbstractContextManager[None]:
        """Everything read inside is of one moment, whatever others commit meanwhile."""
        return self._transaction("BEGIN")

    def writing(self) -> AbstractContextManager[None]:
        """Everything written inside is durable at the end, or nothing of it where anything is raised."""
        return self._transaction("BEGIN IMMEDIATE")

    def revision(self) -> int:
        """A number that grows with every change of rows, by whatever process."""
        return self._one("SELECT revision FROM catalogue")

    def count(self) -> int:
        """How many rows there are."""
        return self._one("SELECT count(*) FROM items")

    def put(self, ids: Sequence[str], vectors: NDArray[np.float32], metadata: Sequence[str]) -> Change:
        """Writes rows under new keys, in place of rows of the same ids."""
        keys = self._new_keys(len(ids))
        replaced = self.keys_of(ids)
        self._delete(replaced)
        blobs = (row.tobytes() for row in vectors.astype("<f4", copy=False))
        self._connection.executemany(
            "INSERT INTO items VALUES (?, ?, ?, ?)",
            (
                (key, name, text, checksum_of_item(key, name.encode(), text.encode()))
                for key, name, text in zip(keys, ids, metadata, strict=True)
            ),
        )
        self._connection.executemany(
            "INSERT INTO vectors VALUES (?, ?, ?)",
            ((key, blob, checksum_of_vector(key, blob)) for key, blob in zip(keys, blobs, strict=True)),
        )
        return self._changed(replaced, np.arange(keys.start, keys.stop, dtype=np.int64))

    def remove(self, ids: Sequence[str]) -> Change:
        """Removes the rows of these ids; unknown ids are passed over."""
        keys = self.keys_of(ids)
        self._delete(keys)
        return self._changed(keys, np.empty(0, np.int64))

    def keys_of(self, ids: Sequence[str]) -> NDArray[np.int64]:
        """The keys of those of the ids that are there, int64, each once."""
        if not ids:
            return np.empty(0, np.int64)
        # One question for all of them, not one for each.
        asked = msgspec.json.encode(ids).decode()
        return np.unique(self._column("SELECT key FROM items WHERE id IN (SELECT value FROM json_each(?))", (asked,)))

    def keys(self, condition: Condition | None = None) -> NDArray[np.int64]:
        """All keys, or those for which the condition holds; int64, ascending."""
        sql, values = ("TRUE", ()) if condition is None else (condition.sql, condition.values)
        return np.sort(self._column(f"SELECT key FROM items WHERE {sql}", values))  # noqa: S608 - our own text

    def filtered(self, condition: Condition) -> NDArray[np.int64]:
        """As `keys`, inside `reading()` alone; the last few answers are kept until rows change.

        A filter reads the metadata of every row, and the same filters come again and again.
        """
        asked, revision = (condition.sql, condition.values), self.revision()
        known = self._filtered.pop(asked, None)
        keys = known[1] if known is not None and known[0] == revision else self.keys(condition)
        self._filtered[asked] = revision, keys
        while len(self._filtered) > FILTERS_KEPT:
            del self._filtered[next(iter(self._filtered))]
        return keys

    def count_after(self, key: int) -> int:
        """How many rows have a greater key.

        Raises:
            CatalogueError: More than the file can hold: it is damaged.
        """
        count = self._one("SELECT count(*) FROM items WHERE key > ?", (key,))
        if count * 4 * self._dimension > self._one("PRAGMA page_count") * self._one("PRAGMA page_size"):
            # Before memory is taken for what cannot be there.
            raise self._damaged("there are fewer vectors than ids")
        return count

    def chunks_after(
        self, key: int, count: int
    ) -> Generator[tuple[NDArray[np.int64], NDArray[np.float32]], None, None]:
        """The keys and vectors of all rows whose key is greater, ascending, thousands at a time; close it.

        Args:
            key: After which.
            count: How many there are, as `count_after` says.

        Raises:
            CatalogueError: A vector is not what was written, or some are missing: the file is damaged.
        """
        sql = "SELECT key, vector, vectors.checksum FROM items JOIN vectors USING (key) WHERE key > ? ORDER BY key"
        with self._asked(sql, (key,)) as rows:
            while chunk := rows.fetchmany(ROWS_AT_A_TIME):
                count -= len(chunk)
                if count < 0:
                    break
                yield np.array([row[0] for row in chunk], np.int64), self._unpacked(chunk)
        if count:
            raise self._damaged("the tables do not agree")

    def vectors_after(self, key: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """As `count_after` and `chunks_after`, all at once.

        Raises:
            CatalogueError: As these.
        """
        count = self.count_after(key)
        keys, vectors = np.empty(count, np.int64), np.empty((count, self._dimension), np.float32)
        filled = 0
        with closing(self.chunks_after(key, count)) as chunks:
            for some_keys, some in chunks:
                end = filled + len(some)
                keys[filled:end], vectors[filled:end] = some_keys, some
                filled = end
        return keys, vectors

    def vectors_between(self, after: int, last: int, most: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The keys and vectors of the next rows after a key, up to the last, ascending; at most so many.

        Raises:
            CatalogueError: A vector is not what was written: the file is damaged.
        """
        rows = self._connection.execute(
            "SELECT key, vector, vectors.checksum FROM items JOIN vectors USING (key)"
            " WHERE key > ? AND key <= ? ORDER BY key LIMIT ?",
            (after, last, most),
        ).fetchall()
        return np.array([row[0] for row in rows], np.int64), self._unpacked(rows)

    def snapshot(self) -> str | None:
        """Which snapshot of the index is of these rows; None where there is none."""
        row = self._connection.execute("SELECT manifest FROM snapshot").fetchone()
        return row[0] if row is not None and isinstance(row[0], str) else None

    def set_snapshot(self, manifest: str) -> None:
        """Says which snapshot is of these rows, in place of the one before."""
        self._connection.execute("DELETE FROM snapshot")
        self._connection.execute("INSERT INTO snapshot VALUES (?)", (manifest,))

    def vectors(self, keys: Sequence[int]) -> NDArray[np.float32]:
        """The vectors of these keys, aligned; every key must be there.

        Raises:
            CatalogueError: A vector is missing or is not what was written.
        """
        there, vectors = self.vectors_there(keys)
        if len(there) != len(keys):
            raise self._damaged("a vector is missing")
        return vectors

    def vectors_there(self, keys: Sequence[int]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Those of the keys that are there, in their order, and the vectors.

        Raises:
            CatalogueError: A vector is not what was written.
        """
        one = "SELECT key, vector, checksum FROM vectors WHERE key = ?"
        found = (self._connection.execute(one, (key,)).fetchone() for key in keys)
        rows = [row for row in found if row is not None]
        return np.array([row[0] for row in rows], np.int64), self._unpacked(rows)

    def item(self, name: str) -> Item | None:
        """The row of this id, if there is one."""
        row = self._connection.execute("SELECT key, id, metadata, checksum FROM items WHERE id = ?", (name,)).fetchone()
        return None if row is None else self._checked(row)

    def items_at(self, keys: Sequence[int]) -> Mapping[int, Item]:
        """The rows of these keys, by key; they are read once, and kept while there is room.

        Raises:
            CatalogueError: One is missing: the file is damaged, as keys come from it.
        """
        unread = [*{*keys}.difference(self._kept)]
        if not unread:
            return self._kept
        if self._kept_bytes > BYTES_KEPT:
            self._kept, self._kept_bytes = {}, 0
            unread = sorted({*keys})
        for start in range(0, len(unread), KEYS_AT_A_TIME):
            some = unread[start : start + KEYS_AT_A_TIME]
            places = ", ".join("?" * len(some))
            sql = f"SELECT key, id, metadata, checksum FROM items WHERE key IN ({places})"  # noqa: S608 - our own text
            items = [*map(self._checked, self._connection.execute(sql, some))]
            if len(items) != len(some):
                raise self._damaged("a row is missing")
            self._kept.update((item.key, item) for item in items)
            self._kept_bytes += sum(BYTES_OF_AN_ITEM + len(item.id) + len(item.metadata) for item in items)
        return self._kept

    def ids_after(self, name: str, count: int, condition: Condition | None = None) -> list[str]:
        """The next ids in order of code points, at most `count`, of those for which the condition holds.

        Raises:
            CatalogueError: They are out of order: the file is damaged, and who goes on from the last would never end.
        """
        sql, values = ("TRUE", ()) if condition is None else (condition.sql, condition.values)
        ids = self._ids(f"id > ? AND {sql} ORDER BY id", (name, *values, count))
        if any(before >= after for before, after in pairwise([name, *ids])):
            raise self._damaged("its ids are out of order")
        return ids

    def ids_before(self, name: str, count: int) -> list[str]:
        """The ids before this one, nearest first, at most `count`."""
        return self._ids("id < ? ORDER BY id DESC", (name, count))

    def _ids(self, which: str, values: Sequence[str | int]) -> list[str]:
        sql = f"SELECT id FROM items WHERE {which} LIMIT ?"  # noqa: S608 - our own text
        ids = [row[0] for row in self._connection.execute(sql, values)]
        if not all(isinstance(each, str) for each in ids):
            raise self._damaged("an id is no text")
        return ids

    def _checked(self, row: tuple[int, object, object, object]) -> Item:
        key, name, metadata, checksum = row
        if not isinstance(name, str) or not isinstance(metadata, str):
            raise self._damaged("a row holds no text")
        if checksum != checksum_of_item(key, name.encode(), metadata.encode()):
            raise self._damaged(f"the row of {name!r:.80} is not what was written")
        return Item(key, name, metadata)

    def _unpacked(self, rows: Sequence[tuple[int, object, object]]) -> NDArray[np.float32]:
        try:
            return unpacked(rows, self._dimension)
        except ValueError as error:
            raise self._damaged(str(error)) from error

    def _new_keys(self, count: int) -> range:
        first = self._one("SELECT next_key FROM catalogue")
        greatest = self._one("SELECT ifnull(max(key), 0) FROM items")
        if not greatest < first < MAX_COUNTED:
            raise self._damaged("its next key was given already")
        return range(first, first + count)

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

    def _column(self, sql: str, values: Sequence[Any]) -> NDArray[np.int64]:
        with self._asked(sql, values) as rows:
            return np.fromiter((row[0] for row in rows), np.int64)

    def _asked(self, sql: str, values: Sequence[Any]) -> AbstractContextManager[sqlite3.Cursor]:
        """Rows that are read one after the other; where an error ends that, nothing stays open, whoever keeps it."""
        return closing(self._connection.execute(sql, values))

    def _one(self, sql: str, values: tuple[int, ...] = ()) -> int:
        row = self._connection.execute(sql, values).fetchone()
        if row is None or not isinstance(row[0], int):
            raise self._damaged("its description is missing")
        return row[0]

    def _damaged(self, what: str) -> CatalogueError:
        return damaged(self.database.path, what)

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[None]:
        with sqlite_errors(self.database.path):
            self._connection.execute(begin)
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                # Some errors, such as a full disk, have already ended it.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
