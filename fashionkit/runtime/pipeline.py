"""The one way from photos to answers: decode ∥ batch ∥ forward ∥ read.

Photos are decoded, fitted to the model's size, put into batches and run by the engine, in as many threads as were
allowed; `flow` says which does what. Answers come in the order of the photos. However many photos there are, no more
than a few batches are in memory: a photo is taken from the caller only when there is room for it.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, TypeVar, get_args

import numpy as np

from fashionkit.errors import ConfigError, EngineError, ImageError, did_you_mean
from fashionkit.images import DEFAULT_LIMITS, InputRule, Limits, Source, describe, fit, read
from fashionkit.images.source import is_file, is_tensor
from fashionkit.models.checkpoint import PHOTOS
from fashionkit.runtime.engine import Engine, RawOutputs
from fashionkit.runtime.flow import Fitted, Flow, Pixels

T = TypeVar("T")

OnError: TypeAlias = Literal["raise", "return", "skip"]
Reader: TypeAlias = Callable[[RawOutputs], Sequence[T]]

# A CPU computes larger batches hardly faster, and they take more memory.
BATCH_SIZE = 8
# What one photo may be that can be iterated over: text, bytes, or an array of so many axes (0: a lone value).
ENCODED = (str, bytes, bytearray, memoryview)
AXES_OF_ONE = (0, 2, 3)


@dataclass(frozen=True)
class Pipeline:
    """From photos to raw outputs to answers.

    Attributes:
        engine: Runs the graph.
        rule: How photos are brought to the model's size.
        threads: How many threads decode, and on a CPU compute.
        batch_size: How many photos the engine gets at once, at most.
        limits: What a photo may claim before memory is spent on it.
    """

    engine: Engine
    rule: InputRule
    threads: int
    batch_size: int = BATCH_SIZE
    limits: Limits = DEFAULT_LIMITS

    def one(self, photo: Source, reader: Reader[T]) -> T:
        """The answer for one photo, in the caller's thread: the least time to an answer.

        Raises:
            ImageError: The photo cannot be read.
            EngineError: The engine failed.
        """
        fitted = self._fit(photo)
        if isinstance(fitted, ImageError):
            raise fitted
        return self._answer([fitted], reader)[0]

    def stream(
        self, photos: Iterable[Source], reader: Reader[T], on_error: OnError = "raise"
    ) -> Iterator[tuple[int, T | ImageError]]:
        """Pairs of a photo's place and its answer, in order, each as soon as it is there.

        Args:
            photos: Any number of photos; taken one by one as there is room for them.
            reader: Raw outputs of a batch → its answers, one a row.
            on_error: What a photo that cannot be read does: "raise" ends the stream with its ImageError, "return"
                gives the error in its place, "skip" leaves it out.

        Raises:
            ConfigError: `on_error` is none of these.
            ImageError: `photos` is a single photo; or, with "raise", for the first photo that cannot be read, after
                the answers before it.
            EngineError: The engine failed; or the process forked, and the stream was begun before that.
        """
        check_on_error(on_error)
        return self._handle(enumerate(self._results(_several(photos), reader)), on_error)

    def _handle(
        self, results: Iterator[tuple[int, T | ImageError]], on_error: OnError
    ) -> Iterator[tuple[int, T | ImageError]]:
        for place, result in _at_home(results):
            if not isinstance(result, ImageError) or on_error == "return":
                yield place, result
            elif on_error == "raise":
                raise result

    def _results(self, photos: Iterable[Source], reader: Reader[T]) -> Iterator[T | ImageError]:
        flow = Flow(
            self._fit,
            lambda fitted: self._answer(fitted, reader),
            self.threads,
            self.batch_size,
            on_cpu=self.engine.device == "cpu",
        )
        return flow.results(photos)

    def _fit(self, photo: Source) -> Fitted:
        # A JPEG decoded at a fraction of its size loses nothing only where pixels are then averaged.
        at_least = self.rule.size if self.rule.interpolation == "area" else None
        try:
            return fit(read(photo, at_least=at_least, limits=self.limits), self.rule)
        except ImageError as error:
            # Not the error itself: through its traceback it would keep the photo's bytes for as long as it is kept.
            return ImageError(error.source, error.reason)

    def _answer(self, photos: Sequence[Pixels], reader: Reader[T]) -> Sequence[T]:
        if not photos:
            return []
        outputs = self.engine.run(PHOTOS, {PHOTOS: np.stack(photos)})
        answers = reader(outputs)
        if len(answers) != len(photos):
            raise EngineError(f"{len(photos)} photos gave {len(answers)} answers; the graph does not fit config.json")
        return answers


def check_on_error(on_error: str) -> None:
    """Refuses what `on_error` cannot be.

    Raises:
        ConfigError: It is none of "raise", "return" and "skip".
    """
    known = get_args(OnError)
    if on_error not in known:
        raise ConfigError(f"on_error cannot be {on_error!r}; {did_you_mean(str(on_error), known)}")


def _several(photos: Iterable[Source]) -> Iterator[Source]:
    """Refuses one photo: the letters of a path, or the rows of an array, would be taken for photos of their own."""
    axes = getattr(photos, "ndim", None) if isinstance(photos, np.ndarray) or is_tensor(photos) else None
    if not isinstance(photos, ENCODED) and not is_file(photos) and axes not in AXES_OF_ONE:
        with contextlib.suppress(TypeError):
            return iter(photos)
    raise ImageError(describe(photos), "a stream takes several photos; give a list or another iterable of them")


def _at_home(results: Iterator[T]) -> Iterator[T]:
    """Ends a stream that a forked process goes on with: its threads stayed in the parent, so it would wait for ever."""
    home = os.getpid()
    while True:
        if os.getpid() != home:
            raise EngineError("a stream cannot go on in a forked process; begin a new one there")
        try:
            result = next(results)
        except StopIteration:
            return
        yield result
