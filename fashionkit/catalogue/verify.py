"""Everything that a catalogue's file holds, compared with what can have been written.

Opening and searching check what they read, and stop at the first fault. This reads all of it, the index behind the ids
and the metadata that a filter looks at included, and goes on after a fault.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fashionkit.catalogue.database import MAX_COUNTED, open_database
from fashionkit.catalogue.entries import checked_ids, metadata_of, metadata_texts
from fashionkit.catalogue.store import ROWS_AT_A_TIME, Store, checksum_of_item, unpacked
from fashionkit.errors import CatalogueError, first_line

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

# What more there is wrong is only counted: nobody mends a thousand rows by hand.
MOST_TOLD = 100
# Both texts as bytes: what is no UTF-8 shall be told, not raised.
_ITEMS = (
    "SELECT key, typeof(id) = 'text' AND typeof(metadata) = 'text', CAST(ifnull(id, '') AS BLOB),"
    " CAST(ifnull(metadata, '') AS BLOB), checksum FROM items ORDER BY key"
)
_VECTORS = "SELECT key, vector, checksum FROM vectors ORDER BY key"
_WITHOUT_VECTOR = "SELECT key FROM items EXCEPT SELECT key FROM vectors"
_WITHOUT_ITEM = "SELECT key FROM vectors EXCEPT SELECT key FROM items"


@dataclass(frozen=True)
class Verification:
    """What was found.

    Attributes:
        items: How many there are.
        problems: What is wrong, a line each; empty where nothing is. Beyond a hundred they are counted in the last.

    >>> Verification(3, ()).sound
    True
    """

    items: int
    problems: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    def to_dict(self) -> dict[str, Any]:
        """All of it, as JSON can hold it."""
        return {"items": self.items, "sound": self.sound, "problems": list(self.problems)}


def verify_folder(folder: str | os.PathLike[str]) -> Verification:
    """Verifies the catalogue of a folder, also one that `Catalogue.open` refuses because vectors are damaged.

    Raises:
        CatalogueError: There is none, or the file cannot be opened as a catalogue at all.

    >>> verify_folder("/nowhere")
    Traceback (most recent call last):
    fashionkit.errors.CatalogueError: /nowhere: there is no catalogue; check the path, or make one with create=True
    """
    database = open_database(Path(folder).absolute(), dimension=None, fingerprint=None, create=False)
    store = Store(database)
    try:
        with store.reading():
            return verify_store(store)
    finally:
        store.close()


def verify_store(store: Store) -> Verification:
    """Verifies an open file; to be called inside `store.reading()`, so that all of it is of one moment."""
    told: list[str] = []
    more = 0
    for problem in _problems(store):
        if len(told) < MOST_TOLD:
            told.append(problem)
        else:
            more += 1
    if more:
        told.append(f"and {more:,} more")
    try:
        items = store.count()
    except (sqlite3.Error, CatalogueError):
        items = 0
    return Verification(items, tuple(told))


def _problems(store: Store) -> Iterator[str]:
    connection, dimension = store.database.connection, store.database.dimension
    looks = (
        _wrong_in_file(connection),
        _wrong_in_items(connection),
        _wrong_in_vectors(connection, dimension),
        _wrong_between(connection),
    )
    for look in looks:
        try:
            yield from look
        except (sqlite3.Error, UnicodeDecodeError) as error:
            yield f"it cannot be read any further ({first_line(error)})"


def _wrong_in_file(connection: sqlite3.Connection) -> Iterator[str]:
    for (said,) in connection.execute(f"PRAGMA integrity_check({MOST_TOLD})"):
        if said != "ok":
            yield f"SQLite finds: {first_line(ValueError(said))}"


def _wrong_in_items(connection: sqlite3.Connection) -> Iterator[str]:
    for key, is_text, name, metadata, checksum in connection.execute(_ITEMS):
        what = f"the item {name.decode(errors='replace')!r:.80} (key {key})"
        if not is_text:
            yield f"{what} is no text"
        elif checksum != checksum_of_item(key, name, metadata):
            yield f"{what} is not what was written"
        else:
            yield from _unfit(what, name, metadata)


def _unfit(what: str, name: bytes, metadata: bytes) -> Iterator[str]:
    """What was written with its checksum, and not by us."""
    try:
        names = checked_ids([name.decode()])
        metadata_texts([metadata_of(metadata.decode())], names)
    except (ValueError, CatalogueError) as error:
        yield f"{what} is nothing that can be added ({first_line(error)})"


def _wrong_in_vectors(connection: sqlite3.Connection, dimension: int) -> Iterator[str]:
    rows = connection.execute(_VECTORS)
    while chunk := rows.fetchmany(ROWS_AT_A_TIME):
        try:
            unpacked(chunk, dimension)
        except ValueError:
            for row in chunk:
                yield from _unfit_vector(row, dimension)


def _unfit_vector(row: Sequence[Any], dimension: int) -> Iterator[str]:
    key, blob, checksum = row
    try:
        unpacked([(key, blob, checksum)], dimension)
    except ValueError as error:
        yield f"key {key}: {error}"


def _wrong_between(connection: sqlite3.Connection) -> Iterator[str]:
    for (key,) in connection.execute(_WITHOUT_VECTOR):
        yield f"the item of key {key} has no vector"
    for (key,) in connection.execute(_WITHOUT_ITEM):
        yield f"the vector of key {key} has no item"
    ((least, greatest, next_key),) = connection.execute(
        "SELECT ifnull(min(key), 1), ifnull(max(key), 0), next_key FROM catalogue LEFT JOIN items ON TRUE"
    )
    if not 0 < least <= greatest + 1 <= next_key < MAX_COUNTED:
        yield "keys are counted wrongly"
