"""How every task takes photos: one for one answer, a list for a list, any iterable for a stream."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeAlias, TypeVar, overload

from fashionkit.errors import ConfigError, ImageError
from fashionkit.images import Source
from fashionkit.runtime import Model, OnError, Reader, check_on_error

T = TypeVar("T")

Several: TypeAlias = list[Any] | tuple[Any, ...]
"""What counts as a list of photos rather than one: lists and tuples do, an array is one photo."""


@dataclass(frozen=True)
class Question(Generic[T]):
    """Something to ask of photos: a model, and what reads the answers from its raw outputs."""

    model: Model
    reader: Reader[T]

    @overload
    def ask(self, photos: Several, on_error: Literal["raise"] = "raise") -> list[T]: ...
    @overload
    def ask(self, photos: Several, on_error: Literal["return"]) -> list[T | ImageError]: ...
    @overload
    def ask(self, photos: Source, on_error: Literal["raise"] = "raise") -> T: ...
    @overload
    def ask(self, photos: Source, on_error: Literal["return"]) -> T | ImageError: ...
    def ask(self, photos: Source | Several, on_error: Literal["raise", "return"] = "raise") -> Any:
        """The answer for one photo, or the answers for a list of them, one each and in order.

        Raises:
            ConfigError: `on_error` is neither "raise" nor "return".
            ImageError: With "raise", for the first photo that cannot be read.
            EngineError: The engine failed.
        """
        check_on_error(on_error)
        if on_error not in ("raise", "return"):
            raise ConfigError(f"a list of answers has one for each photo; {on_error!r} is for streams, use 'return'")
        if isinstance(photos, list | tuple):
            return [answer for _, answer in self.stream(photos, on_error)]
        try:
            return self.model.pipeline.one(photos, self.reader)
        except ImageError as error:
            if on_error == "return":
                return error
            raise

    def stream(self, photos: Iterable[Source], on_error: OnError = "raise") -> Iterator[tuple[int, T | ImageError]]:
        """Pairs of a photo's place and its answer, in order and bounded in memory; see `Pipeline.stream`."""
        return self.model.pipeline.stream(photos, self.reader, on_error)


def about_head(model: Model, name: str) -> Question[Any]:
    """What one head of the model says of a photo."""
    return Question(model, lambda outputs: model.read(name, outputs))


def as_list(items: Any) -> list[Any]:
    """One thing or several, as a list.

    >>> as_list("a.jpg"), as_list(("a.jpg", "b.jpg"))
    (['a.jpg'], ['a.jpg', 'b.jpg'])
    """
    return list(items) if isinstance(items, list | tuple) else [items]
