"""`Analyzer`: every answer for a photo, from one pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal, Self, overload

from fashionkit.errors import ImageError
from fashionkit.images import DEFAULT_LIMITS, Limits, Source
from fashionkit.runtime import EngineOptions, Model, ModelSource, OnError
from fashionkit.runtime.engine import RawOutputs
from fashionkit.tasks.analysis import Analysis
from fashionkit.tasks.asking import Question, Several


class Analyzer:
    """Asks all heads that read a photo, in one forward pass.

        analysis = Analyzer.load("models/mine").analyze("shirt.jpg")
        analysis.category.label, analysis.attributes.tags, analysis.embedding.vector

    Attributes:
        model: The model that answers.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self._question = Question(model, self._read)

    @classmethod
    def load(
        cls,
        source: ModelSource = "default",
        *,
        engine: str = "auto",
        device: str = "auto",
        precision: str = "auto",
        threads: int | None = None,
        limits: Limits = DEFAULT_LIMITS,
    ) -> Self:
        """Loads a model to ask; arguments and errors as for `Classifier.load`."""
        return cls(Model.load(source, EngineOptions(engine, device, precision, threads), limits))

    @overload
    def analyze(self, photos: Several, *, on_error: Literal["raise"] = "raise") -> list[Analysis]: ...
    @overload
    def analyze(self, photos: Several, *, on_error: Literal["return"]) -> list[Analysis | ImageError]: ...
    @overload
    def analyze(self, photos: Source, *, on_error: Literal["raise"] = "raise") -> Analysis: ...
    @overload
    def analyze(self, photos: Source, *, on_error: Literal["return"]) -> Analysis | ImageError: ...
    def analyze(self, photos: Source | Several, *, on_error: Literal["raise", "return"] = "raise") -> Any:
        """All answers for one photo, or a list of them for a list of photos; errors as for `Classifier.predict`."""
        return self._question.ask(photos, on_error)

    @overload
    def stream(
        self, photos: Iterable[Source], *, on_error: Literal["raise", "skip"] = "raise"
    ) -> Iterator[tuple[int, Analysis]]: ...
    @overload
    def stream(
        self, photos: Iterable[Source], *, on_error: Literal["return"]
    ) -> Iterator[tuple[int, Analysis | ImageError]]: ...
    def stream(self, photos: Iterable[Source], *, on_error: OnError = "raise") -> Iterator[tuple[int, Any]]:
        """Pairs of a photo's place and all its answers, in order and in bounded memory; as `Classifier.stream`."""
        return self._question.stream(photos, on_error)

    def _read(self, outputs: RawOutputs) -> list[Analysis]:
        names = self.model.photo_heads
        by_head = [self.model.read(name, outputs) for name in names]
        return [Analysis(dict(zip(names, answers, strict=True))) for answers in zip(*by_head, strict=True)]

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.model,)

    def __repr__(self) -> str:
        return f"Analyzer({self.model})"
