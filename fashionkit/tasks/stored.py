"""What a catalogue keeps of a photo: its vector, and what the model says it is, from one pass."""

from __future__ import annotations

from typing import Any, NamedTuple

from fashionkit.errors import ModelError
from fashionkit.heads import Floats
from fashionkit.runtime.engine import RawOutputs
from fashionkit.tasks.asking import Question
from fashionkit.tasks.retriever import Retriever

# `complete(kind=…)` of OutfitScorer knows the first by this name.
KIND, CATEGORY = "kind", "category"


class Seen(NamedTuple):
    """What is kept of one photo.

    Attributes:
        vector: Its embedding.
        known: Its kind and category, where the model tells them.
    """

    vector: Floats
    known: dict[str, Any]


def to_store(retriever: Retriever) -> Question[Seen]:
    """Asks the model of a catalogue for what is kept of photos; the answers are `Seen`.

    A model without a category head, or with several that could be meant, tells none.
    """
    model = retriever.model
    try:
        category: str | None = model.head("category")
    except ModelError:
        category = None

    def read(outputs: RawOutputs) -> list[Seen]:
        vectors = model.vectors(retriever.head, outputs)
        if category is None:
            return [Seen(vector, {}) for vector in vectors]
        categories = model.read(category, outputs)
        return [Seen(vector, _known(each)) for vector, each in zip(vectors, categories, strict=True)]

    return Question(model, read)


def _known(category: Any) -> dict[str, Any]:
    kind = {} if category.kind is None else {KIND: category.kind}
    return {**kind, CATEGORY: category.label}
