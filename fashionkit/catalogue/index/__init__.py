"""What finds the stored vectors that lie nearest to a query, in memory.

`contract` says what every index does and `check_index` (in `check`) tests it. `flat` compares with every vector.
`settings` are what one may choose, `plan` what is made of them for so many rows and what memory that takes.
`approximate` holds a trained index of FAISS over rows that stay, `build` trains one and tunes it to a recall that it
measures, and `layered` lets rows come and go above it.
"""

from __future__ import annotations

from fashionkit.catalogue.index.contract import Index, Nearest
from fashionkit.catalogue.index.flat import FlatIndex
from fashionkit.catalogue.index.settings import IndexSettings

__all__ = ["FlatIndex", "Index", "IndexSettings", "Nearest"]
