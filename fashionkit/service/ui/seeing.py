"""What the model says of one photo."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image

from fashionkit.demo.chips import chips_of
from fashionkit.errors import ModelError
from fashionkit.heads.attributes.result import Attributes
from fashionkit.heads.category.result import Category
from fashionkit.runtime import Model
from fashionkit.service.arriving import Upload
from fashionkit.service.offers import Offers
from fashionkit.service.ui.stock import Stock

CLOSEST = 8


@dataclass(frozen=True, slots=True)
class About:
    """An answer that can be explained.

    Attributes:
        words: As a visitor chooses it.
        name: Of the attribute; "" for the category.
        value: The label; "" for a tag, which is its own.
    """

    words: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Sight:
    """All that is shown of one photo.

    Attributes:
        category: What it is; None where the model has no such head.
        attributes: What it is like; None where the model has no such head.
        about: Answers that can be explained, the most telling first.
        closest: Pictures of the items most like it, with their names and scores.
    """

    category: Category | None
    attributes: Attributes | None
    about: tuple[About, ...]
    closest: tuple[tuple[Image.Image, str], ...]


def see(photo: Upload, offers: Offers, stock: Stock | None) -> Sight:
    """Looks at a photo, once, and finds what is most like it.

    Raises:
        ImageError: It cannot be read.
        CatalogueError, EngineError: The catalogue cannot be searched, or the engine failed.
    """
    model = offers.model
    analysis = offers.analyzer.analyze(photo)
    category_head, attributes_head = head_of(model, "category"), head_of(model, "attributes")
    category: Category | None = analysis[category_head] if category_head else None
    attributes: Attributes | None = analysis[attributes_head] if attributes_head else None
    closest: tuple[tuple[Image.Image, str], ...] = ()
    if stock is not None:
        hits = stock.retriever.search(vector=analysis[stock.retriever.head].vector, k=CLOSEST)
        tiles = [(stock.tile(hit.id, hit.metadata), hit.score) for hit in hits]
        closest = tuple((tile.picture, f"{score:.2f} · {tile.name}") for tile, score in tiles)
    return Sight(category, attributes, tuple(_about(category, attributes)), closest)


def head_of(model: Model, kind: str) -> str | None:
    """The name of the one head of a kind; None where there is none, or several that could be meant."""
    try:
        return model.head(kind)
    except ModelError:
        return None


def _about(category: Category | None, attributes: Attributes | None) -> list[About]:
    about = [About(f"it is: {category.label}", "", category.label)] if category else []
    chips = chips_of(attributes, said_already=category.label if category else "") if attributes else []
    for chip in chips:
        if chip.name:  # the words of a chip have no underscores, the names of groups do
            about += [
                About(f"{chip.name}: {chip.label}", name, chip.label)
                for name in (attributes.choices if attributes else ())
                if name.replace("_", " ") == chip.name
            ]
        else:
            about.append(About(chip.label, chip.label, ""))
    return about
