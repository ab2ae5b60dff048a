"""`OutfitScorer`: what goes with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Self, cast

import numpy as np
from numpy.typing import NDArray

from fashionkit.config import positive_int
from fashionkit.errors import DataError, ModelError
from fashionkit.heads import Floats, SetSpec
from fashionkit.heads.outfit.result import OutfitScore
from fashionkit.heads.outfit.spec import MAX_ITEMS, MIN_ITEMS
from fashionkit.images import DEFAULT_LIMITS, Limits, Source
from fashionkit.results import Suggestion
from fashionkit.runtime import EngineOptions, Model, ModelSource
from fashionkit.runtime.engine import RawOutputs
from fashionkit.tasks.asking import Question, Several, as_list
from fashionkit.tasks.retriever import Retriever

# Below three items, leaving one out leaves no outfit.
MIN_ITEMS_TO_LEAVE_ONE_OUT = 3
CANDIDATES_AT_ONCE = 4096


class OutfitScorer:
    """Scores how well garments go together, and finds what would complete an outfit.

        scorer = OutfitScorer.load("models/mine")
        outfit = scorer.score(["shirt.jpg", "jeans.jpg", "boots.jpg"])
        outfit.score, outfit.weakest, outfit.without
        scorer.complete(["shirt.jpg", "jeans.jpg"], candidates=["boots.jpg", "sandals.jpg"])

    Items are photos, or ids of a `Retriever` with the same model, whose photos are then not read again.

    Attributes:
        model: The model that answers.
        head: The name of the outfit head.
    """

    def __init__(self, model: Model, head: str | None = None) -> None:
        self.model = model
        self.head = model.head("outfit", head)
        (self._embedding,) = cast("SetSpec", model.specs[self.head]).reads
        self._question = Question(model, lambda outputs: model.vectors(self._embedding, outputs))

    @classmethod
    def load(
        cls,
        source: ModelSource = "default",
        *,
        head: str | None = None,
        engine: str = "auto",
        device: str = "auto",
        precision: str = "auto",
        threads: int | None = None,
        limits: Limits = DEFAULT_LIMITS,
    ) -> Self:
        """Loads a model to ask; arguments and errors as for `Classifier.load`."""
        return cls(Model.load(source, EngineOptions(engine, device, precision, threads), limits), head)

    def score(self, items: Several, *, catalogue: Retriever | None = None) -> OutfitScore:
        """How well 2 to 16 items go together, whatever their order, with the score without each of them.

        Args:
            items: Photos; or, with `catalogue`, ids of its items.
            catalogue: Where the items are stored.

        Raises:
            DataError: There are too few or too many items, or `catalogue` is no `Retriever`.
            ImageError: A photo cannot be read.
            CatalogueError: An id is unknown.
            ModelError: The catalogue's vectors are of another model.
        """
        if not isinstance(items, list | tuple) or not MIN_ITEMS <= len(items) <= MAX_ITEMS:
            given = f"{len(items)}" if isinstance(items, list | tuple) else f"a single {type(items).__name__}"
            raise DataError(f"an outfit is a list of {MIN_ITEMS} to {MAX_ITEMS} items, got {given}")
        vectors = self._vectors(items, catalogue)
        if len(vectors) < MIN_ITEMS_TO_LEAVE_ONE_OUT:
            return OutfitScore(self._scores([vectors])[0])
        left_out = [np.delete(vectors, place, axis=0) for place in range(len(vectors))]
        score, *without = self._scores([vectors, *left_out])
        return OutfitScore(score, tuple(without))

    def complete(
        self,
        items: Source | Several,
        candidates: Several | Retriever,
        k: int = 5,
        *,
        catalogue: Retriever | None = None,
        kind: str | None = None,
    ) -> list[Suggestion]:
        """The k candidates with which the outfit holds together best, best first.

        Args:
            items: What is there already, 1 to 15 items: photos; or, with `catalogue`, ids of its items.
            candidates: Photos, or a `Retriever`, all of whose items are tried, but for those whose ids are given in
                `items` with the same `catalogue`.
            k: How many to give.
            catalogue: Where the items of the outfit are stored.
            kind: Only candidates of this kind of garment: for photos as the category head says (its label or kind),
                for a `Retriever` by its metadata {"kind": kind}.

        Returns:
            Suggestions that name a photo by its place in the list, or an item by its id.

        Raises:
            ConfigError: k is no int above 0.
            DataError: As for `score`; or the candidates are neither a list nor a `Retriever`, or `kind` is no str.
            ImageError, CatalogueError, ModelError: As for `score`.
        """
        positive_int(k, "k, how many suggestions to give")
        if not isinstance(candidates, list | tuple | Retriever):
            raise DataError(f"candidates is a single {type(candidates).__name__}; give a list of photos or a Retriever")
        if not isinstance(kind, str | None):
            raise DataError(f"kind is {kind!r:.80}; give the name of a kind of garment, or leave it out")
        given = as_list(items)
        if not MIN_ITEMS - 1 <= len(given) < MAX_ITEMS:
            raise DataError(f"an outfit to complete has {MIN_ITEMS - 1} to {MAX_ITEMS - 1} items, got {len(given)}")
        outfit = self._vectors(given, catalogue)
        taken = given if _same_folder(candidates, catalogue) else []
        found: list[Suggestion] = []
        for names, vectors in self._candidates(candidates, kind, taken):
            scores = self._scores([np.vstack([outfit, vector]) for vector in vectors])
            found += [Suggestion(name, score) for name, score in zip(names, scores, strict=True)]
            found = sorted(found, key=lambda suggestion: -suggestion.score)[:k]
        return found

    def _scores(self, sets: Sequence[Floats]) -> list[float]:
        return [outfit.score for outfit in self.model.read_sets(self.head, sets)]

    def _vectors(self, items: Sequence[Any], catalogue: Retriever | None) -> NDArray[np.float32]:
        if catalogue is None:
            return np.stack(self._question.ask(list(items)))
        self._check_same_model(catalogue)
        return catalogue.catalogue.vectors(list(items))

    def _candidates(
        self, candidates: Several | Retriever, kind: str | None, taken: Sequence[str]
    ) -> Iterator[tuple[Sequence[Any], NDArray[np.float32]]]:
        """Portions of names and vectors, so that a whole catalogue is never in memory as outfits."""
        if isinstance(candidates, Retriever):
            self._check_same_model(candidates)
            ids = (
                name
                for name in candidates.catalogue.ids({"kind": kind} if kind is not None else None)
                if name not in taken
            )
            while portion := list(islice(ids, CANDIDATES_AT_ONCE)):
                yield portion, candidates.catalogue.vectors(portion)
            return
        wanted = self._of_kind(kind) if kind is not None else self._question
        found = [(place, vector) for place, vector in enumerate(wanted.ask(candidates)) if vector is not None]
        if found:
            places, vectors = zip(*found, strict=True)
            yield places, np.stack(vectors)

    def _of_kind(self, kind: str) -> Question[Floats | None]:
        """Asks for the vectors of photos of one kind, None for others; kind and vector come from the same pass."""
        name = self.model.head("category")

        def read(outputs: RawOutputs) -> list[Floats | None]:
            answers = zip(self.model.read(name, outputs), self.model.vectors(self._embedding, outputs), strict=True)
            return [vector if kind in (category.label, category.kind) else None for category, vector in answers]

        return Question(self.model, read)

    def _check_same_model(self, retriever: Retriever) -> None:
        if not isinstance(retriever, Retriever):
            raise DataError(f"catalogue is {retriever!r:.80}; give an open Retriever")
        if self.model.fingerprints.get(self._embedding) != retriever.catalogue.fingerprint:
            raise ModelError(
                f"{retriever!r} holds vectors of another model than this scorer's; open both with the same model"
            )

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.model, self.head)

    def __repr__(self) -> str:
        return f"OutfitScorer({self.model})"


def _same_folder(candidates: Several | Retriever, catalogue: Retriever | None) -> bool:
    """Whether the items of the outfit are among the candidates, however often their folder was opened."""
    if catalogue is None or not isinstance(candidates, Retriever):
        return False
    return candidates.catalogue.folder == catalogue.catalogue.folder
