"""Outfits, and the questions that are asked about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fashionkit.datasets.photos import DataSet, LabelledPhoto


@dataclass(frozen=True, slots=True)
class Outfit:
    """Items that somebody put together.

    Attributes:
        id: Its name.
        era: When it was made, where a set keeps the items of two eras apart; "" where it does not.
        items: Ids of its items.
    """

    id: str
    era: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """Fill in the blank: which item completes an outfit.

    Attributes:
        outfit: The name of the outfit that it was made from.
        era: As for `Outfit`.
        context: Ids of the items that are there.
        answer: The item that was taken out.
        wrong: Items to choose from beside the answer.
    """

    outfit: str
    era: str
    context: tuple[str, ...]
    answer: str
    wrong: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """Items, and whether they are an outfit or were thrown together.

    Attributes:
        outfit: The name of the outfit that it was made from.
        era: As for `Outfit`.
        items: Ids of the items.
        compatible: Whether somebody put them together.
    """

    outfit: str
    era: str
    items: tuple[str, ...]
    compatible: bool


@dataclass(frozen=True, slots=True, repr=False)
class OutfitSet:
    """Outfits with the photos of their items.

    Attributes:
        name: That of a set which fashionkit knows, such as "outfits" or "polyvore".
        split: The one that was asked for; "" for everything. It chooses outfits and questions: items are always all.
        root: The folder that it came from.
        items: By id.
        outfits: What was put together.
        questions: Fill in the blank.
        judged: Compatible or not.
        pool_of: The family and era of each item that is used: what may replace it in a fair question.
    """

    name: str
    split: str
    root: Path
    items: Mapping[str, LabelledPhoto]
    outfits: tuple[Outfit, ...]
    questions: tuple[Question, ...]
    judged: tuple[Judged, ...]
    pool_of: Mapping[str, tuple[str, str]]

    def __len__(self) -> int:
        return len(self.outfits)

    def as_photos(self) -> DataSet:
        """The items that the outfits hold, once each, in the order of `items`, as a set of photos."""
        used = {item for outfit in self.outfits for item in outfit.items}
        photos = tuple(photo for item, photo in self.items.items() if item in used)
        return DataSet(self.name, self.split, photos, self.root)

    def __repr__(self) -> str:
        split = f" split={self.split!r}," if self.split else ""
        return f"OutfitSet({self.name!r},{split} {len(self.items):,} items, {len(self.outfits):,} outfits)"
