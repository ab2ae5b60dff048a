"""Photos into the catalogue, with what the model says of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from fashionkit.catalogue.entries import checked_ids, metadata_texts
from fashionkit.errors import ModelError
from fashionkit.heads import Floats
from fashionkit.runtime.engine import RawOutputs
from fashionkit.service.problems import as_asked
from fashionkit.service.upload import Upload
from fashionkit.tasks import Retriever
from fashionkit.tasks.asking import Question

# As `fashionkit index add` stores them; `complete(kind=…)` of OutfitScorer knows the first by this name.
KIND, CATEGORY = "kind", "category"


class Seen(NamedTuple):
    """What is kept of one photo."""

    vector: Floats
    known: dict[str, Any]


class Adding:
    """Adds photos one by one; each is durable before it is confirmed.

    Args:
        retriever: Of the catalogue.
    """

    def __init__(self, retriever: Retriever) -> None:
        self._retriever = retriever
        model = retriever.model
        try:
            self._category: str | None = model.head("category")
        except ModelError:  # none, or several that could be meant
            self._category = None
        self._question = Question(model, self._read)

    def add(self, photo: Upload, name: str, metadata: Mapping[str, Any]) -> dict[str, Any]:
        """Adds a photo, in place of what has the same id.

        Args:
            photo: The photo.
            name: Its id.
            metadata: What is known of it; `kind` and `category` are what the model says, where they are not given.

        Returns:
            What is stored with it.

        Raises:
            Problem: 422, the id or the metadata are none that a catalogue can hold.
            ImageError: The photo cannot be read.
            CatalogueError: The catalogue cannot be written.
        """
        with as_asked():
            metadata_texts([metadata], checked_ids([name]))
        seen: Seen = self._question.ask(photo)
        stored = {**seen.known, **metadata}
        self._retriever.add(vectors=seen.vector, ids=name, metadata=stored)
        return stored

    def _read(self, outputs: RawOutputs) -> list[Seen]:
        model = self._retriever.model
        vectors = model.vectors(self._retriever.head, outputs)
        if self._category is None:
            return [Seen(vector, {}) for vector in vectors]
        categories = model.read(self._category, outputs)
        return [Seen(vector, _known(category)) for vector, category in zip(vectors, categories, strict=True)]


def _known(category: Any) -> dict[str, Any]:
    kind = {} if category.kind is None else {KIND: category.kind}
    return {**kind, CATEGORY: category.label}
