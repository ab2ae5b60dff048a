"""Opening the SQLite file of a catalogue: making it, telling it from other files, and its errors in plain words.

The file is in WAL mode with `synchronous=FULL`: a commit is on the disk when it returns (one fsync), readers and the
one writer do not wait for each other, and what a killed process left half-written is passed over by whoever opens the
file next. The price: the folder must be writable even to read, and must not lie on a network file system. The files
`catalogue.sqlite-wal` and `-shm`, there while it is open or after a kill, belong to it when it is copied.

SQLite keeps no checksums of its pages, so every row carries one of its own (CRC-32, as zlib's), and the schema must be
the very text that is written here: nothing that was turned over on the disk, and no trigger of a stranger, is taken for
what was stored.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fashionkit.errors import CatalogueError, first_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILE_NAME = "catalogue.sqlite"
# Ids are ordered by the bytes of their encoding; another one would order them otherwise.
ENCODING = "UTF-8"
# Stored in the file's header, so that no other SQLite file is taken for a catalogue: "fkit".
APPLICATION_ID = 0x666B6974
FORMAT_VERSION = 2
# How long a writer waits for another one; a large add by another process takes seconds.
BUSY_SECONDS = 30.0
# A page holds several vectors, where SQLite's default of 4,096 bytes would hold one of 512 numbers and waste half.
PAGE_BYTES = 16384

_SCHEMA = {
    "catalogue": "(dimension INTEGER NOT NULL, fingerprint TEXT NOT NULL, revision INTEGER NOT NULL,"
    " next_key INTEGER NOT NULL, checksum INTEGER NOT NULL)",
    "items": "(key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, metadata TEXT NOT NULL, checksum INTEGER NOT NULL)",
    # Apart from the metadata, so that a filter does not read through the vectors.
    "vectors": "(key INTEGER PRIMARY KEY, vector BLOB NOT NULL, checksum INTEGER NOT NULL)",
    # At most one row: which snapshot of the index is of these rows, by the SHA-256 of its manifest.
    "snapshot": "(manifest TEXT NOT NULL)",
}
# Format 1 had no snapshots.
_SINCE_FORMAT_2 = "snapshot"
# What SQLite adds by itself: the index behind UNIQUE, which has no text.
_MADE_BY_SQLITE = {("sqlite_autoindex_items_1", None)}
# Far more than any model gives; a file that claims more would only take memory.
MAX_DIMENSION = 65_536
# Keys and revisions beyond this were not counted by us: SQLite's integers would soon run over.
MAX_COUNTED = 2**62
_LOCKED = "another process or catalogue kept it locked for {seconds:g} s; try again when that one is done"
_READ_ONLY = "it cannot be written; give this user write permission for the folder and its files"
_DAMAGED = "it is damaged or no catalogue; restore a copy of it, or build a new one in another folder"
_ADVICE = {
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_FULL: "there is no room left; nothing was changed: free space and try again",
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
    # No such table or column, no JSON, text that is no UTF-8: our statements are right, so the file is not.
    sqlite3.SQLITE_ERROR: _DAMAGED,
    # A key is there that should not be: the statements never give one twice.
    sqlite3.SQLITE_CONSTRAINT: _DAMAGED,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_PERM: _READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened; check that it is a file and that its folder may be written",
    sqlite3.SQLITE_IOERR: "the disk failed or is full; nothing was changed: check it and try again",
}
# SQLite's extended codes hold the primary one in their lowest byte.
_PRIMARY_CODE = 0xFF


@dataclass(frozen=True)
class Database:
    """An open file and what it says about itself.

    Attributes:
        path: The SQLite file.
        connection: In autocommit mode, usable from any thread, by one at a time.
        dimension: How many numbers a vector has.
        fingerprint: Of the model that made the vectors.
        created: Whether this opening made the file.
    """

    path: Path
    connection: sqlite3.Connection
    dimension: int
    fingerprint: str
    created: bool


def open_database(folder: Path, *, dimension: int | None, fingerprint: str | None, create: bool) -> Database:
    """Opens the catalogue file of a folder, or makes it where there is none and `create` is true.

    Raises:
        CatalogueError: There is none to open; it is damaged, foreign, newer, or of another model; or the folder cannot
            be made, read or written.
    """
    path = folder / FILE_NAME
    if dimension is not None and dimension > MAX_DIMENSION:
        raise CatalogueError(f"dimension is {dimension!r:.80}; give at most {MAX_DIMENSION:,}")
    if fingerprint is not None and not fingerprint.isprintable():
        raise CatalogueError(f"fingerprint is {fingerprint!r:.80}; give printable text")
    exists = _exists(path)
    if not exists and not create:
        raise _nothing_here(folder)
    if not exists and (dimension is None or fingerprint is None):
        raise _needs_model(folder)
    if create:
        _make_folder(folder)
    with sqlite_errors(path):
        uri = f"{path.as_uri()}?mode={'rwc' if create else 'rw'}"
        connection = sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        with sqlite_errors(path):
            created = _prepare(connection, folder, dimension, fingerprint, create)
            stored = _read_model(connection, path)
        _check_model(folder, stored, dimension, fingerprint)
    except BaseException:
        connection.close()
        raise
    return Database(path, connection, *stored, created)


@contextmanager
def sqlite_errors(path: Path) -> Iterator[None]:
    """Turns SQLite's errors into one that names the file and says what to do.

    >>> from pathlib import Path
    >>> connection = sqlite3.connect(":memory:")
    >>> connection.close()
    >>> with sqlite_errors(Path("catalogue.sqlite")):
    ...     connection.execute("SELECT * FROM items")
    Traceback (most recent call last):
    fashionkit.errors.CatalogueError: catalogue.sqlite: SQLite refuses (Cannot operate on a closed database.)
    """
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", None)
        advice = None if code is None else _ADVICE.get(code & _PRIMARY_CODE)
        if code is None and isinstance(error, sqlite3.OperationalError):
            # Not SQLite but Python says so: text that is no UTF-8.
            advice = _DAMAGED
        said = "SQLite refuses" if advice is None else advice.format(seconds=BUSY_SECONDS)
        raise CatalogueError(f"{path}: {said} ({first_line(error)})") from error
    except UnicodeDecodeError as error:
        # SQLite's own message quotes what is in the file, and that is no text.
        raise damaged(path, "it holds what is no text") from error
    except MemoryError as error:
        raise CatalogueError(f"{path}: there is not enough memory; nothing was changed: free some") from error


def damaged(path: Path, what: str) -> CatalogueError:
    """The error for a file whose content was never written like this."""
    return CatalogueError(f"{path}: {_DAMAGED} ({what})")


def bytes_of(folder: Path) -> int:
    """How many bytes the files of a catalogue take on the disk, those beside the file itself included."""
    sizes = 0
    for file in folder.glob(f"{FILE_NAME}*"):
        # SQLite removes the files beside it when the last reader closes.
        with contextlib.suppress(FileNotFoundError):
            sizes += file.stat().st_size
    return sizes


def _nothing_here(folder: Path) -> CatalogueError:
    return CatalogueError(f"{folder}: there is no catalogue; check the path, or make one with create=True")


def _needs_model(folder: Path) -> CatalogueError:
    return CatalogueError(f"{folder}: there is no catalogue; to make one, give its dimension and fingerprint")


def _exists(path: Path) -> bool:
    try:
        # Not Path.exists: it takes a missing permission, a loop of links or a file on the way for "no".
        path.stat()
    except FileNotFoundError:
        return False
    except (OSError, ValueError) as error:
        raise CatalogueError(f"{path.parent}: it cannot be used as a folder ({error}); choose another one") from error
    return True


def _make_folder(folder: Path) -> None:
    try:
        missing = [each for each in (folder, *folder.parents) if not each.exists()]
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CatalogueError(f"{folder}: the folder cannot be made ({error}); choose another one") from error
    for each in missing:
        _sync_entry(each.parent)


def _sync_entry(folder: Path) -> None:
    # SQLite makes its files durable, but not the folders above them. Systems that cannot do this for a folder refuse.
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _prepare(
    connection: sqlite3.Connection, folder: Path, dimension: int | None, fingerprint: str | None, create: bool
) -> bool:
    connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
    connection.execute(f"PRAGMA encoding = '{ENCODING}'")
    connection.execute("PRAGMA synchronous = FULL")
    # For files of strangers: no function runs because a schema says so, and cells are checked before they are read.
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    empty = _is_empty(connection)
    if empty and not create:
        raise _nothing_here(folder)
    created = empty and _make_schema(connection, folder, dimension, fingerprint)
    _upgrade(connection)
    _check_format(connection, folder / FILE_NAME)
    _prefer_wal(connection)
    return created


def _read_model(connection: sqlite3.Connection, path: Path) -> tuple[int, str]:
    rows = connection.execute("SELECT dimension, fingerprint, revision, next_key, checksum FROM catalogue").fetchall()
    if len(rows) != 1:
        raise damaged(path, "its description is missing")
    dimension, fingerprint, *counted, checksum = rows[0]
    if not (isinstance(dimension, int) and 0 < dimension <= MAX_DIMENSION and isinstance(fingerprint, str)):
        raise damaged(path, "its description is of nothing that can be")
    if not all(isinstance(each, int) and 0 <= each < MAX_COUNTED for each in counted):
        raise damaged(path, "its description counts wrongly")
    if checksum != _checksum_of_model(dimension, fingerprint):
        raise damaged(path, "its description is not what was written")
    return dimension, fingerprint


def _checksum_of_model(dimension: int, fingerprint: str) -> int:
    return zlib.crc32(f"{dimension} {fingerprint}".encode())


def _number(connection: sqlite3.Connection, sql: str) -> int:
    return int(connection.execute(sql).fetchone()[0])


def _is_empty(connection: sqlite3.Connection) -> bool:
    # Also what a process leaves that is killed while it makes the file.
    tables = _number(connection, "SELECT count(*) FROM sqlite_master")
    return tables == 0 and _number(connection, "PRAGMA application_id") == 0


def _make_schema(connection: sqlite3.Connection, folder: Path, dimension: int | None, fingerprint: str | None) -> bool:
    if dimension is None or fingerprint is None:
        raise _needs_model(folder)
    connection.execute("BEGIN IMMEDIATE")
    # Another process may have made it since we looked.
    made = _is_empty(connection)
    if made:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {FORMAT_VERSION}")
        for table, columns in _SCHEMA.items():
            connection.execute(_create(table, columns))
        described = (dimension, fingerprint, _checksum_of_model(dimension, fingerprint))
        connection.execute("INSERT INTO catalogue VALUES (?, ?, 0, 1, ?)", described)
    connection.execute("COMMIT")
    return made


def _upgrade(connection: sqlite3.Connection) -> None:
    """Brings format 1 to format 2; whatever else it is, `_check_format` says so."""
    if not _is_format_1(connection):
        return
    connection.execute("BEGIN IMMEDIATE")
    # Another process may have done it since we looked.
    if _is_format_1(connection):
        connection.execute(_create(_SINCE_FORMAT_2, _SCHEMA[_SINCE_FORMAT_2]))
        connection.execute(f"PRAGMA user_version = {FORMAT_VERSION}")
    connection.execute("COMMIT")


def _is_format_1(connection: sqlite3.Connection) -> bool:
    ours = _number(connection, "PRAGMA application_id") == APPLICATION_ID
    first = {(table, _create(table, columns)) for table, columns in _SCHEMA.items() if table != _SINCE_FORMAT_2}
    there = set(connection.execute("SELECT name, sql FROM sqlite_master"))
    return ours and _number(connection, "PRAGMA user_version") == 1 and there == first | _MADE_BY_SQLITE


def _check_format(connection: sqlite3.Connection, path: Path) -> None:
    if _number(connection, "PRAGMA application_id") != APPLICATION_ID:
        raise CatalogueError(f"{path}: this SQLite file is no catalogue; choose another folder")
    version = _number(connection, "PRAGMA user_version")
    if version > FORMAT_VERSION:
        raise CatalogueError(
            f"{path}: a newer fashionkit wrote it (format {version}; this one reads {FORMAT_VERSION}); upgrade it"
        )
    if connection.execute("PRAGMA encoding").fetchone() != (ENCODING,):
        raise damaged(path, f"its text is not {ENCODING}")
    there = set(connection.execute("SELECT name, sql FROM sqlite_master"))
    ours = {(table, _create(table, columns)) for table, columns in _SCHEMA.items()} | _MADE_BY_SQLITE
    if version != FORMAT_VERSION or ours - there:
        raise damaged(path, "tables are missing")
    if there - ours:
        raise damaged(path, "it holds more than a catalogue does")


def _create(table: str, columns: str) -> str:
    return f"CREATE TABLE {table} {columns}"


def _prefer_wal(connection: sqlite3.Connection) -> None:
    # The mode stays in the file. Where it cannot be set now, SQLite's older journal is as durable, only slower.
    try:
        connection.execute("PRAGMA journal_mode = WAL").fetchone()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & _PRIMARY_CODE != sqlite3.SQLITE_BUSY:
            raise


def _check_model(folder: Path, stored: tuple[int, str], dimension: int | None, fingerprint: str | None) -> None:
    said = [
        f"{name} {there!r}, not {given!r}"
        for name, there, given in zip(("dimension", "fingerprint"), stored, (dimension, fingerprint), strict=True)
        if given not in (None, there)
    ]
    if said:
        raise CatalogueError(
            f"{folder}: it holds vectors of another model: {' and '.join(said)}; "
            "open it with that model, or build a new catalogue"
        )
