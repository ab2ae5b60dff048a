"""A catalogue with its pictures."""

from __future__ import annotations

import contextlib
import itertools
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from PIL import Image

from fashionkit.catalogue import Catalogue
from fashionkit.demo.collect import collect
from fashionkit.demo.garments import draw_wardrobe
from fashionkit.errors import DataError, ImageError
from fashionkit.images import Source
from fashionkit.images.source import one_line
from fashionkit.service.batching import ServedModel
from fashionkit.service.ui.pictures import SMALL, missing, small
from fashionkit.tasks import Retriever

MOST_SHOWN = 240
"""Of a wardrobe: more are a page that nobody scrolls to the end of."""
LONGEST_NAME = 48

PhotoOf: TypeAlias = Callable[[str, Mapping[str, Any]], Path | None]
"""The photo that an item of a catalogue was made from, by its id and metadata; None where it is not known for sure."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One item as a gallery shows it."""

    id: str
    name: str
    picture: Image.Image


@dataclass(frozen=True)
class Stock:
    """Items to search and to put together.

    Attributes:
        model: Decodes their photos.
        retriever: Where their vectors are.
        title: What they are called together.
        tiles: Those that are shown to choose from, by id, in order.
        photo_of: Finds the photos of the others.
    """

    model: ServedModel
    retriever: Retriever
    title: str
    tiles: Mapping[str, Tile]
    photo_of: PhotoOf

    def tile(self, name: str, known: Mapping[str, Any]) -> Tile:
        """An item as a gallery shows it; a grey one where its photo is not at hand."""
        return self.tiles.get(name) or _tile(self.model, name, known, self.photo_of)


def drawn_stock(model: ServedModel, place: Path) -> Stock:
    """The garments that fashionkit draws.

    Args:
        model: The model that looks at them.
        place: A folder to keep them in for a while, which is there already.

    Raises:
        ModelError: The model has no embedding head.
    """
    garments = draw_wardrobe(SMALL)
    return _made(model, place, "Drawn garments", [(each.name, each.name, each.pixels) for each in garments])[0]


def wardrobe_stock(model: ServedModel, place: Path, folder: str) -> tuple[Stock, list[ImageError]]:
    """The photos of a folder, at most 240 of them, evenly spread; and what is wrong with those that cannot be read.

    Args:
        model: The model that looks at them.
        place: A folder to keep them in for a while, which is there already.
        folder: Where they are.

    Raises:
        DataError: There is no such folder, or no photo in it that can be read.
        ModelError: The model has no embedding head.
    """
    found = collect(folder, MOST_SHOWN)
    named = [(name, _short(name), path) for name, path in zip(found.names, found.paths, strict=True)]
    title = one_line(Path(folder).resolve().name or "Wardrobe", LONGEST_NAME)
    stock, errors = _made(model, place, title, named)
    if not stock.tiles:
        raise DataError(f"{one_line(folder)}: none of its photos can be read (the first: {errors[0]}); give another")
    return stock, errors


def catalogue_stock(model: ServedModel, retriever: Retriever, photo_of: PhotoOf) -> Stock:
    """What a catalogue holds; its first 240 items to choose from.

    Raises:
        CatalogueError: It cannot be read.
    """
    names = list(itertools.islice(retriever.catalogue.ids(), MOST_SHOWN))
    known = retriever.catalogue.known(names)
    tiles = {name: _tile(model, name, known[name], photo_of) for name in names if name in known}
    return Stock(model, retriever, one_line(retriever.catalogue.folder.name, LONGEST_NAME), tiles, photo_of)


def _made(
    model: ServedModel, place: Path, title: str, named: Sequence[tuple[str, str, Source]]
) -> tuple[Stock, list[ImageError]]:
    head = model.head("embedding")
    catalogue = Catalogue.open(
        place, dimension=model.specs[head].width, fingerprint=model.fingerprints[head], create=True
    )
    retriever = Retriever(catalogue, model, head)
    errors: list[ImageError] = []
    tiles: dict[str, Tile] = {}
    for name, shown, photo in named:  # one by one: large photos are in memory by themselves
        try:
            tile = Tile(name, shown, small(photo, model, SMALL))
            retriever.add(photo, ids=name)
        except ImageError as error:
            errors.append(error)
        else:
            tiles[name] = tile
    return Stock(model, retriever, title, tiles, lambda _name, _known: None), errors


def _tile(model: ServedModel, name: str, known: Mapping[str, Any], photo_of: PhotoOf) -> Tile:
    picture = None
    photo = photo_of(name, known)
    if photo is not None:
        with contextlib.suppress(ImageError):  # it was changed or removed meanwhile
            picture = small(photo, model, SMALL)
    return Tile(name, _short(name), picture or missing())


def _short(name: str) -> str:
    """An id, which is often a path, as it fits below a picture.

    >>> _short("/shop/photos/shirt.jpg")
    'shirt.jpg'
    """
    return one_line(os.path.basename(name) or name, LONGEST_NAME)  # noqa: PTH119  # ids need not be paths
