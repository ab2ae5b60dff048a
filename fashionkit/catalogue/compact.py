"""Giving back the room that removed items took.

SQLite keeps the pages of what was removed for what comes next, and `-wal` as large as it once was. Here the file is
written anew (VACUUM), as one transaction: who kills it, or pulls the plug, finds the catalogue as it was or as it shall
be. Keys stay, so whoever has it open need not read anything again.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fashionkit.catalogue.database import Database, bytes_of, open_database, sqlite_errors

if TYPE_CHECKING:
    import os


@dataclass(frozen=True)
class Compaction:
    """What was given back.

    Attributes:
        before: Bytes of all files of the catalogue before.
        after: Bytes of them now.

    >>> Compaction(before=50_000, after=20_000).to_dict()
    {'before': 50000, 'after': 20000}
    """

    before: int
    after: int

    def to_dict(self) -> dict[str, int]:
        """All of it, as JSON can hold it."""
        return asdict(self)


def compact_folder(folder: str | os.PathLike[str]) -> Compaction:
    """Compacts the catalogue of a folder, without reading its vectors into memory; errors as for `Catalogue.compact`.

    >>> compact_folder("/nowhere")
    Traceback (most recent call last):
    fashionkit.errors.CatalogueError: /nowhere: there is no catalogue; check the path, or make one with create=True
    """
    database = open_database(Path(folder).absolute(), dimension=None, fingerprint=None, create=False)
    try:
        return compact_database(database)
    finally:
        database.connection.close()


def compact_database(database: Database) -> Compaction:
    """Compacts an open file; no transaction may be open.

    Raises:
        CatalogueError: The disk is full, the file is damaged, or another process kept it locked for too long.
    """
    folder = database.path.parent
    before = bytes_of(folder)
    with sqlite_errors(database.path):
        database.connection.execute("VACUUM")
        # Where others read it just now, `-wal` is emptied by the last of them that closes.
        database.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return Compaction(before, bytes_of(folder))
