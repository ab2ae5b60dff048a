"""The numpy half of the outfit head: a second stage over stored embeddings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from fashionkit.errors import ConfigError, DataError
from fashionkit.heads.contract import Floats, Outputs, checked_raw
from fashionkit.heads.outfit.result import OutfitScore
from fashionkit.heads.probabilities import check_temperature, sigmoid

MIN_ITEMS = 2
MAX_ITEMS = 16

# No outfit needs more, and without bounds a damaged configuration would ask for all the memory there is.
WIDEST = 4096
DEEPEST = 32


class OutfitSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How well a set of 2 to 16 items goes together, whatever their order.

    Attributes:
        item_width: How many numbers an item's embedding has, up to 4,096, as has `hidden`.
        embedding: The head whose vectors the items are.
        hidden: Width of the set transformer, a multiple of `heads`.
        layers: How many layers it has, up to 32.
        heads: How many attention heads a layer has.
        temperature: The logit is divided by it before the sigmoid.

    >>> OutfitSpec(item_width=4).read(np.array([[0.0]], np.float32), {})
    [OutfitScore(0.500)]
    """

    item_width: int
    embedding: str = "embedding"
    hidden: int = 64
    layers: int = 2
    heads: int = 4
    temperature: float = 1.0

    kind: ClassVar[str] = "outfit"
    metrics: ClassVar[tuple[str, ...]] = ("roc_auc", "fill_in_the_blank_accuracy")

    def __post_init__(self) -> None:
        if min(self.item_width, self.hidden, self.layers, self.heads) < 1 or self.hidden % self.heads:
            raise ConfigError(
                "item_width, hidden, layers and heads must be above 0 and hidden a multiple of heads, "
                f"got {self.item_width}, {self.hidden}, {self.layers}, {self.heads}"
            )
        if max(self.item_width, self.hidden) > WIDEST or self.layers > DEEPEST:
            raise ConfigError(
                f"item_width and hidden must not be above {WIDEST}, nor layers above {DEEPEST}, "
                f"got {self.item_width}, {self.hidden} and {self.layers}"
            )
        check_temperature(self.temperature)

    @property
    def width(self) -> int:
        """One logit an outfit."""
        return 1

    @property
    def reads(self) -> tuple[str, ...]:
        """The output that the items come from."""
        return (self.embedding,)

    def pack(self, sets: Sequence[Floats]) -> dict[str, NDArray[Any]]:
        """N outfits, each n×item_width with n from 2 to 16 → `items` N×16×item_width float32, `present` N×16 bool.

        Raises:
            DataError: An outfit has too few or too many items, vectors of another width, or NaN in them.
        """
        items = np.zeros((len(sets), MAX_ITEMS, self.item_width), np.float32)
        present = np.zeros((len(sets), MAX_ITEMS), bool)
        for place, given in enumerate(sets):
            vectors = self._vectors(given)
            items[place, : len(vectors)] = vectors
            present[place, : len(vectors)] = True
        return {"items": items, "present": present}

    def _vectors(self, given: Floats) -> Floats:
        try:
            with np.errstate(over="ignore"):
                vectors = np.asarray(given, np.float32)
        except (TypeError, ValueError) as error:
            raise DataError(f"the items of an outfit are vectors of numbers, got {given!r:.60}") from error
        if vectors.ndim != 2 or vectors.shape[1] != self.item_width or not np.isfinite(vectors).all():  # noqa: PLR2004
            raise DataError(
                f"the items of an outfit are finite vectors n×{self.item_width} of the {self.embedding!r} head, "
                f"got {'×'.join(map(str, vectors.shape))}"
            )
        if not MIN_ITEMS <= len(vectors) <= MAX_ITEMS:
            raise DataError(f"an outfit has {MIN_ITEMS} to {MAX_ITEMS} items, got {len(vectors)}")
        return vectors

    def read(self, raw: Floats, outputs: Outputs) -> list[OutfitScore]:  # noqa: ARG002  # the contract's signature
        """N×1 logits → N scores, without the scores that leave an item out: those are outfits of their own.

        Raises:
            EngineError: The shape is not N×1, or a logit is NaN or infinite.
        """
        logits = checked_raw(raw, self.width, self.kind)[:, 0]
        return [OutfitScore(score) for score in sigmoid(logits, self.temperature).tolist()]

    def encode(self, values: Sequence[bool | int | None]) -> NDArray[np.float32]:
        """N times whether the outfit was made by a stylist → N×1 float32: 1, 0, or NaN for None.

        Raises:
            DataError: A value is neither True, False, 1, 0 nor None.

        >>> OutfitSpec(item_width=4).encode([True, 0, None]).tolist()
        [[1.0], [0.0], [nan]]
        """
        for value in values:
            if not (value is None or (np.isscalar(value) and value in (0, 1))):
                raise DataError(f"an outfit is compatible (True, 1), not (False, 0) or unknown (None), got {value!r}")
        return np.array([[np.nan if value is None else float(value)] for value in values], np.float32).reshape(-1, 1)

    @classmethod
    def example(cls) -> OutfitSpec:
        """One small layer over items of eight numbers."""
        return cls(item_width=8, hidden=16, layers=1, heads=2)

    def example_values(self, n: int, seed: int) -> list[bool]:
        """Compatible and not, in turn."""
        return [(seed + place) % 2 == 0 for place in range(n)]
