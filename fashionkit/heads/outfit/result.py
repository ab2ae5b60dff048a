"""What the outfit head answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fashionkit.results import html_table


@dataclass(frozen=True, slots=True, repr=False)
class OutfitScore:
    """How well several garments go together.

    Attributes:
        score: In [0, 1]; above 0.5 the outfit is more like those that stylists made than like a random one.
        without: The score without each item, in the order given; None below three items, where too little is left.

    >>> outfit = OutfitScore(0.2, without=(0.3, 0.8, 0.1))
    >>> outfit, outfit.weakest
    (OutfitScore(0.200, weakest=1), 1)
    """

    score: float
    without: tuple[float, ...] | None = None

    @property
    def weakest(self) -> int | None:
        """The place of the item without which the outfit scores best; the first among equals; None as `without`."""
        if self.without is None:
            return None
        return max(range(len(self.without)), key=self.without.__getitem__)

    def to_dict(self) -> dict[str, Any]:
        """The score, the weakest item and the scores without each, as JSON can hold them."""
        without = None if self.without is None else list(self.without)
        return {"score": self.score, "weakest": self.weakest, "without": without}

    def __repr__(self) -> str:
        weakest = "" if self.weakest is None else f", weakest={self.weakest}"
        return f"OutfitScore({self.score:.3f}{weakest})"

    def _repr_html_(self) -> str:
        without = [(f"without item {place}", "", score) for place, score in enumerate(self.without or ())]
        return html_table("Outfit", [("score", "", self.score), *without])
