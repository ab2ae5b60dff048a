"""An index that is trained, below rows that came since."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fashionkit.catalogue.index.flat import FlatIndex
from fashionkit.catalogue.index.scored import together

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fashionkit.catalogue.index.approximate import ApproximateIndex
    from fashionkit.catalogue.index.contract import Nearest


class LayeredIndex:
    """New rows go into an exact index, so that they are found at once, and old ones are removed from either.

    Args:
        base: The rows up to some key.
        dimension: How many numbers a vector has.
    """

    def __init__(self, base: ApproximateIndex, dimension: int) -> None:
        self.base = base
        self.tail = FlatIndex(dimension)

    def __len__(self) -> int:
        return len(self.base) + len(self.tail)

    @property
    def keys(self) -> NDArray[np.int64]:
        """The keys of all rows, ascending."""
        return np.concatenate([self.base.keys, self.tail.keys])

    @property
    def last_key(self) -> int:
        """Not below the key of any row that is or was there."""
        return max(self.base.last_key, self.tail.last_key)

    def reserve(self, rows: int) -> None:
        """As `Index.reserve`."""
        self.tail.reserve(rows)

    def add(self, keys: NDArray[np.int64], vectors: NDArray[np.float32]) -> None:
        """As `Index.add`."""
        self.tail.add(keys, vectors)

    def remove(self, keys: NDArray[np.int64]) -> None:
        """As `Index.remove`."""
        self.base.remove(keys)
        self.tail.remove(keys)

    def nearest(self, queries: NDArray[np.float32], k: int, among: NDArray[np.int64] | None = None) -> list[Nearest]:
        """As `Index.nearest`: exact among what came since."""
        if not len(self.tail):
            return self.base.nearest(queries, k, among)
        layers = [layer.nearest(queries, k, among) for layer in (self.base, self.tail)]
        return [together(parts, k) for parts in zip(*layers, strict=True)]
