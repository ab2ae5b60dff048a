"""Which place in an outfit a garment can take."""

from __future__ import annotations

from typing import Literal, TypeAlias

from fashionkit.heads.category.result import Category
from fashionkit.taxonomy import Taxonomy

Slot: TypeAlias = Literal["one-piece", "top", "bottom", "shoes", "bag", "outer layer", "accessory"]

SLOT_OF_KIND: dict[str, Slot] = {
    "tops": "top",
    "bottoms": "bottom",
    "dresses": "one-piece",
    "jumpsuits": "one-piece",
    "outerwear": "outer layer",
    "footwear": "shoes",
    "shoes": "shoes",
    "bags": "bag",
    "accessories": "accessory",
    "jewellery": "accessory",
}
"""Kinds that are missing (underwear, nightwear, sets of garments) are in no outfit."""

SURE_ENOUGH = 0.5
"""What is less sure to be of its slot would put a shoe where a bag belongs."""


def slot_of(category: Category, taxonomy: Taxonomy) -> Slot | None:
    """The place that a garment most probably takes, or None where that is none, or not sure enough.

    Probabilities of all labels of a slot count together: a photo may be of a pump or of a ballerina, but of shoes. A
    label without a kind is looked up in the taxonomy.
    """
    chances: dict[Slot, float] = {}
    for label, kind, probability in zip(category.labels, category.kinds, category.probabilities.tolist(), strict=True):
        word = label.casefold()
        known = kind or (taxonomy.kind_of(word) if word in taxonomy.types else word)
        slot = SLOT_OF_KIND.get(known.casefold())
        if slot is not None:
            chances[slot] = chances.get(slot, 0.0) + probability
    best = max(chances, key=chances.__getitem__, default=None)
    return best if best is not None and chances[best] >= SURE_ENOUGH else None
