"""What the embedding head answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fashionkit.errors import DataError
from fashionkit.results import html_table


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Embedding:
    """Where a garment lies among its look-alikes.

    Attributes:
        vector: D float32 of length 1; read-only. The dot product of two is their cosine similarity.

    >>> Embedding(np.array([0.6, 0.8], np.float32))
    Embedding(2 dimensions)
    """

    vector: NDArray[np.float32]

    @property
    def dimension(self) -> int:
        """How many numbers the vector has."""
        return int(self.vector.shape[0])

    def similarity(self, other: Embedding) -> float:
        """Cosine similarity, in [-1, 1].

        Raises:
            DataError: The other one is of another model: its dimension differs.
        """
        if self.dimension != other.dimension:
            raise DataError(f"embeddings of {self.dimension} and {other.dimension} dimensions cannot be compared")
        return float(np.clip(self.vector @ other.vector, -1.0, 1.0))

    def to_dict(self) -> dict[str, Any]:
        """The vector as a list."""
        return {"vector": self.vector.tolist()}

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Embedding):
            return NotImplemented
        return np.array_equal(self.vector, other.vector)

    def __hash__(self) -> int:
        # Plus zero: 0 and -0 are equal, so they must hash alike.
        return hash((self.vector + 0.0).tobytes())

    def __repr__(self) -> str:
        return f"Embedding({self.dimension} dimensions)"

    def _repr_html_(self) -> str:
        first = ", ".join(f"{value:.2f}" for value in self.vector[:4])
        return html_table("Embedding", [(f"{self.dimension} dimensions", f"{first}, …", None)])
