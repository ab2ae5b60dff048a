"""Building the index of a catalogue, and saying before what it takes."""

from __future__ import annotations

from pathlib import Path

from fashionkit.catalogue import Catalogue, IndexSettings
from fashionkit.catalogue.database import open_database
from fashionkit.catalogue.index.plan import plan
from fashionkit.catalogue.live import IndexInfo
from fashionkit.catalogue.memory import free_memory
from fashionkit.catalogue.store import Store


def planned(folder: str, settings: IndexSettings) -> str:
    """What would be built of a catalogue, and the memory that it takes."""
    database = open_database(Path(folder).absolute(), dimension=None, fingerprint=None, create=False)
    store = Store(database)
    try:
        with store.reading():
            rows = store.count()
    finally:
        store.close()
    wanted = plan(settings, rows, database.dimension, free_memory())
    return f"{wanted.kind} of {rows:,} vectors: about {wanted.memory / 1e6:,.1f} MB of memory"


def build_index(folder: str, settings: IndexSettings) -> IndexInfo:
    """Builds and keeps it.

    Raises:
        CatalogueError: As for `Catalogue.build_index`.
    """
    with Catalogue.open(folder, index=settings) as catalogue:
        return catalogue.build_index()
