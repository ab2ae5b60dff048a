"""From a folder of photos into a catalogue."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from fashionkit.catalogue.entries import checked_ids
from fashionkit.errors import CatalogueError, ImageError, ModelError
from fashionkit.heads import Floats
from fashionkit.images import photos_in
from fashionkit.runtime.engine import RawOutputs
from fashionkit.tasks import Retriever
from fashionkit.tasks.asking import Question

# Each portion is durable before the next is begun; larger ones would lose more to an interruption.
PORTION = 256

# What is stored with a photo. `complete(kind=…)` of OutfitScorer knows the first by this name.
KIND, CATEGORY = "kind", "category"
MODIFIED = "modified_ns"


class Seen(NamedTuple):
    """What is kept of one photo."""

    vector: Floats
    known: dict[str, Any]


def find_photos(folder: str) -> list[Path]:
    """The photos of a folder and its folders, in the order of their paths.

    The paths are absolute and the same however the folder is given: `photos`, `../shop/photos` or a link to it.

    Raises:
        DataError: There is no such folder, or no photo is in it.
    """
    found = photos_in(folder)
    root = Path(folder).resolve()
    return [root / path for path in found]


def open_catalogue(folder: str, model: str) -> Retriever:
    """Opens a catalogue, or makes it; errors as for `Retriever.open`."""
    with warnings.catch_warnings():
        # To add is to ask for it, and what is in it in the end is said anyway.
        warnings.filterwarnings("ignore", message="made a new catalogue")
        return Retriever.open(folder, model=model, create=True)


class Adding:
    """Puts photos into a catalogue, portion by portion.

    Attributes:
        added: How many are in it for good by now.
    """

    def __init__(self, retriever: Retriever) -> None:
        self.added = 0
        self._retriever = retriever
        model = retriever.model
        # A model without one, or with several that could be meant: then photos go in without kind and category.
        self._category: str | None = None
        with contextlib.suppress(ModelError):
            self._category = model.head("category")
        self._question = Question(model, self._read)

    def not_in_yet(self, photos: Sequence[Path]) -> list[Path]:
        """Those of the photos that are not in the catalogue, or were changed since they went in."""
        return [photo for photo in photos if not self._is_in(photo)]

    def add(self, photos: Sequence[Path]) -> Iterator[tuple[Path, str | None]]:
        """Adds photos, in place of what has their paths as ids: all that can be read.

        Yields:
            Each photo as it is done with, in order, and why it could not be added, or None.

        Raises:
            CatalogueError: The catalogue cannot be written; what went in before stays in.
            EngineError: The engine failed.
        """
        portion: dict[str, Seen] = {}
        for place, seen in self._question.stream(photos, on_error="return"):
            photo = photos[place]
            refused = seen.reason if isinstance(seen, ImageError) else _unfit_name(photo)
            if refused is None and not isinstance(seen, ImageError):
                portion[str(photo)] = Seen(seen.vector, {**seen.known, **_modified(photo)})
            if len(portion) == PORTION:
                self._put(portion)
                portion = {}
            yield photo, refused
        self._put(portion)

    def _put(self, portion: dict[str, Seen]) -> None:
        if not portion:
            return
        vectors = np.stack([seen.vector for seen in portion.values()])
        self._retriever.add(ids=list(portion), vectors=vectors, metadata=[seen.known for seen in portion.values()])
        self.added += len(portion)

    def _read(self, outputs: RawOutputs) -> list[Seen]:
        model = self._retriever.model
        vectors = model.vectors(self._retriever.head, outputs)
        if self._category is None:
            return [Seen(vector, {}) for vector in vectors]
        categories = model.read(self._category, outputs)
        return [Seen(vector, _known(category)) for vector, category in zip(vectors, categories, strict=True)]

    def _is_in(self, photo: Path) -> bool:
        name = str(photo)
        if name not in self._retriever:
            return False
        (known,) = self._retriever.catalogue.metadata([name])
        return known.get(MODIFIED) == _modified(photo).get(MODIFIED)


def _known(category: Any) -> dict[str, Any]:
    kind = {} if category.kind is None else {KIND: category.kind}
    return {**kind, CATEGORY: category.label}


def _modified(photo: Path) -> dict[str, int]:
    try:
        return {MODIFIED: photo.stat().st_mtime_ns}
    except OSError:
        # Gone by now: the next run will see that it is.
        return {}


def _unfit_name(photo: Path) -> str | None:
    try:
        checked_ids([str(photo)])
    except CatalogueError as error:
        return str(error)
    return None
