"""Vectors and what is known about them, kept on disk and searched by likeness; knows no model and no photo.

A catalogue is a folder whose SQLite file is the truth; the FAISS index is its cache in memory and can always be built
again. `catalogue` is the front, `entries` decides what may go in, `store` holds it, `index` finds it, `where` reads
filters, `verify` looks for damage, `compact` gives back room. The room imports numpy, faiss, sqlite3 and
what lies below: `fashionkit.results` and `fashionkit.errors`.
"""

from __future__ import annotations

from fashionkit.catalogue.catalogue import Catalogue
from fashionkit.catalogue.index.settings import IndexSettings

__all__ = ["Catalogue", "IndexSettings"]
