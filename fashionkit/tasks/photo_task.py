"""A task that reads one head's answer from every photo."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar, Generic, Literal, Self, TypeVar, overload

from fashionkit.errors import ImageError
from fashionkit.images import DEFAULT_LIMITS, Limits, Source
from fashionkit.runtime import EngineOptions, Model, ModelSource, OnError
from fashionkit.tasks.asking import Several, about_head

T = TypeVar("T")


class PhotoTask(Generic[T]):
    """What `Classifier` and `AttributePredictor` share: they differ in the kind of head that they ask.

    Attributes:
        model: The model that answers.
        head: The name of the head that is asked.
    """

    kind: ClassVar[str]

    def __init__(self, model: Model, head: str | None = None) -> None:
        self.model = model
        self.head = model.head(self.kind, head)
        self._question = about_head(model, self.head)

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
        """Loads a model to ask.

        Args:
            source: "default", the folder of a checkpoint, `hf://owner/name`, or a `FashionModel` in memory.
            head: Which head to ask, where the model has several of the kind.
            engine: "auto", "onnx", "openvino", "torch", or "inductor", which compiles when it first runs.
            device: "auto", "cpu", "cuda" or "cuda:1"; "tensorrt" for onnx, or a device of torch.
            precision: "auto" (fp32), "fp32", or "bf16": faster where the processor has units for it, and some answers
                change.
            threads: How many threads may compute; all cores where None.
            limits: What a photo may claim before memory is spent on it; raise them for photos above 89 megapixels.

        Raises:
            ModelError: There is no checkpoint, it is damaged, or it has no such head.
            ConfigError: Its `config.json` is not valid.
            EngineError: No engine can run it as asked.
        """
        return cls(Model.load(source, EngineOptions(engine, device, precision, threads), limits), head)

    @overload
    def predict(self, photos: Several, *, on_error: Literal["raise"] = "raise") -> list[T]: ...
    @overload
    def predict(self, photos: Several, *, on_error: Literal["return"]) -> list[T | ImageError]: ...
    @overload
    def predict(self, photos: Source, *, on_error: Literal["raise"] = "raise") -> T: ...
    @overload
    def predict(self, photos: Source, *, on_error: Literal["return"]) -> T | ImageError: ...
    def predict(self, photos: Source | Several, *, on_error: Literal["raise", "return"] = "raise") -> Any:
        """The answer for one photo, or a list of answers for a list (or tuple) of photos, in order.

        Args:
            photos: A path, bytes, a file object, a PIL image, an array or a tensor; or a list of these.
            on_error: What a photo that cannot be read does: "raise" its `ImageError`, or "return" it in its place.

        Raises:
            ConfigError: `on_error` is neither.
            ImageError: With "raise", for the first photo that cannot be read.
            EngineError: The engine failed.
        """
        return self._question.ask(photos, on_error)

    @overload
    def stream(
        self, photos: Iterable[Source], *, on_error: Literal["raise", "skip"] = "raise"
    ) -> Iterator[tuple[int, T]]: ...
    @overload
    def stream(
        self, photos: Iterable[Source], *, on_error: Literal["return"]
    ) -> Iterator[tuple[int, T | ImageError]]: ...
    def stream(self, photos: Iterable[Source], *, on_error: OnError = "raise") -> Iterator[tuple[int, Any]]:
        """Pairs of a photo's place and its answer, in order, for any number of photos in bounded memory.

        Args:
            photos: An iterable of photos; taken from as there is room for them.
            on_error: As for `predict`, or "skip" to leave out what cannot be read.

        Raises:
            ConfigError: `on_error` is none of the three.
            ImageError: With "raise", for the first photo that cannot be read.
            EngineError: The engine failed.
        """
        return self._question.stream(photos, on_error)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.model, self.head)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.model})"
