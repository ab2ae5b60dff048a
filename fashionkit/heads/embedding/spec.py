"""The numpy half of the embedding head."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import ClassVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from fashionkit.errors import DataError, EngineError
from fashionkit.heads.contract import Floats, Outputs, checked_raw
from fashionkit.heads.embedding.result import Embedding

# Half precision keeps unit length to about three digits; what is further off was not normalised at all.
LENGTH_TOLERANCE = 0.01


class EmbeddingSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A vector of length 1.

    Attributes:
        dimension: D, how many numbers the vector has, from 2 to 4,096.

    >>> EmbeddingSpec(dimension=2).read(np.array([[0.6, 0.8]], np.float32), {})
    [Embedding(2 dimensions)]
    """

    dimension: int = 128

    kind: ClassVar[str] = "embedding"
    metrics: ClassVar[tuple[str, ...]] = ("hit_rate_at_k",)

    def __post_init__(self) -> None:
        if not 2 <= self.dimension <= 4096:  # noqa: PLR2004  # the bounds that the docstring gives
            raise ValueError(f"dimension must lie in 2..4096, got {self.dimension}")

    @property
    def width(self) -> int:
        """One column a dimension."""
        return self.dimension

    @property
    def reads(self) -> tuple[str, ...]:
        """It needs no other output."""
        return ()

    def read(self, raw: Floats, outputs: Outputs) -> list[Embedding]:  # noqa: ARG002  # the contract's signature
        """N×D vectors of length 1 → N embeddings, brought to length 1 exactly.

        Raises:
            EngineError: The shape is not N×D, or a vector is not finite or not of length 1.
        """
        # Before the length is taken: in half precision it is off in the third digit.
        vectors = checked_raw(raw, self.width, self.kind).astype(np.float32)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        if (np.abs(lengths - 1) > LENGTH_TOLERANCE).any():
            raise EngineError("the model gave an embedding whose length is not 1; the graph does not fit config.json")
        vectors /= lengths
        vectors.flags.writeable = False
        return [Embedding(row) for row in vectors]

    def encode(self, values: Sequence[Hashable]) -> NDArray[np.int64]:
        """N names of what is in the photo (a product's id, say) → N int64, equal for equal names; None and "" are −1.

        Raises:
            DataError: A name cannot be compared, such as a list or NaN.

        >>> EmbeddingSpec(dimension=2).encode(["a", "b", "a", None]).tolist()
        [0, 1, 0, -1]
        """
        places: dict[Hashable, int] = {}
        for value in values:
            if not isinstance(value, Hashable) or value != value:  # noqa: PLR0124  # only NaN differs from itself
                raise DataError(f"the name of a product is a text or a number, or None where unknown; got {value!r}")
        return np.array(
            [-1 if value is None or value == "" else places.setdefault(value, len(places)) for value in values],
            dtype=np.int64,
        )

    @classmethod
    def example(cls) -> EmbeddingSpec:
        """Eight dimensions."""
        return cls(dimension=8)

    def example_values(self, n: int, seed: int) -> list[str]:
        """Two photos of each of n/2 products."""
        return [f"product-{seed}-{place // 2}" for place in range(n)]
