"""The numpy half of the embedding head."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import ClassVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from fashionkit.errors import ConfigError, DataError, EngineError
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
            raise ConfigError(f"dimension must lie in 2..4096, got {self.dimension}")

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

    def encode(self, values: Sequence[str | int | None]) -> NDArray[np.int64]:
        """N names of what is in the photo (a product's id, say) → N int64, equal for equal names; None and "" are −1.

        A name gives the same number in every call and every process, so that batches may be encoded one by one.

        Raises:
            DataError: A name is neither text nor a whole number.

        >>> first, second, same, unknown = EmbeddingSpec(dimension=2).encode(["a", "b", "a", None])
        >>> bool(first == same), bool(first == second), int(unknown)
        (True, False, -1)
        """
        return np.array([_number_of(value) for value in values], dtype=np.int64)

    @classmethod
    def example(cls) -> EmbeddingSpec:
        """Eight dimensions."""
        return cls(dimension=8)

    def example_values(self, n: int, seed: int) -> list[str]:
        """Two photos of each of n/2 products."""
        return [f"product-{seed}-{place // 2}" for place in range(n)]


def _number_of(name: object) -> int:
    """A number of 63 bits for a name: among millions of names two share one with odds of about one in a million."""
    if name is None or name == "":
        return -1
    if isinstance(name, bool) or not isinstance(name, str | int | np.integer):
        raise DataError(f"the name of a product is text or a whole number, or None where unknown; got {name!r}")
    text = name if isinstance(name, str) else f"number {int(name)}"
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()) >> 1
