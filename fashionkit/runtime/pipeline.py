"""The one way from photos to answers: decode ∥ batch ∥ forward ∥ read.

Photos are decoded in threads, fitted to the model's size, put into batches, and run by the engine while the next ones
are decoded and the last ones are read. Answers come in the order of the photos. However many photos there are, no more
than a few batches are in memory: a photo is taken from the caller only when there is room for it.
"""

from __future__ import annotations

import contextlib
import itertools
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, Literal, TypeAlias, TypeVar, get_args

import numpy as np
from numpy.typing import NDArray

from fashionkit.errors import ConfigError, EngineError, ImageError, did_you_mean
from fashionkit.images import DEFAULT_LIMITS, InputRule, Limits, Source, describe, fit, read
from fashionkit.images.source import is_file, is_tensor
from fashionkit.models.checkpoint import PHOTOS
from fashionkit.runtime.engine import Engine, RawOutputs

T = TypeVar("T")

Pixels: TypeAlias = NDArray[np.uint8]
Fitted: TypeAlias = Pixels | ImageError
OnError: TypeAlias = Literal["raise", "return", "skip"]
Reader: TypeAlias = Callable[[RawOutputs], Sequence[T]]

BATCH_SIZE = 32
# One batch runs, one waits for it: the engine never waits, and memory stays small.
BATCHES_AHEAD = 2
# What one photo may be that can be iterated over: text, bytes, or an array of so many axes (0: a lone value).
ENCODED = (str, bytes, bytearray, memoryview)
AXES_OF_ONE = (0, 2, 3)


@dataclass(frozen=True)
class Batch(Generic[T]):
    """Photos on their way through the engine: what each became, and the answers to those that could be read."""

    fitted: Sequence[Fitted]
    answers: Future[Sequence[T]]

    def results(self) -> Iterator[T | ImageError]:
        """One result a photo, in order; waits for the engine."""
        answers = iter(self.answers.result())
        for photo in self.fitted:
            yield photo if isinstance(photo, ImageError) else next(answers)


@dataclass(frozen=True)
class Pipeline:
    """From photos to raw outputs to answers.

    Attributes:
        engine: Runs the graph.
        rule: How photos are brought to the model's size.
        threads: How many photos are decoded at once.
        batch_size: How many photos the engine gets at once.
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
        """Pairs of a photo's place and its answer, in order; the first after about three batches of photos.

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
        decoders = ThreadPoolExecutor(self.threads, thread_name_prefix="fashionkit-decode")
        forward = ThreadPoolExecutor(1, thread_name_prefix="fashionkit-forward")
        running: deque[Batch[T]] = deque()
        try:
            for fitted in _in_batches(self._fitted(photos, decoders), self.batch_size):
                readable = [photo for photo in fitted if not isinstance(photo, ImageError)]
                running.append(Batch(fitted, forward.submit(self._answer, readable, reader)))
                while len(running) >= BATCHES_AHEAD:
                    yield from running.popleft().results()
            while running:
                yield from running.popleft().results()
        finally:
            # Also when the caller stops early: what has not begun never will.
            forward.shutdown(wait=False, cancel_futures=True)
            decoders.shutdown(wait=False, cancel_futures=True)

    def _fitted(self, photos: Iterable[Source], decoders: ThreadPoolExecutor) -> Iterator[Fitted]:
        ahead = max(self.batch_size, 2 * self.threads)
        waiting: deque[Future[Fitted]] = deque()
        for photo in photos:
            waiting.append(decoders.submit(self._fit, photo))
            if len(waiting) > ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

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


def _in_batches(photos: Iterator[Fitted], size: int) -> Iterator[list[Fitted]]:
    while batch := list(itertools.islice(photos, size)):
        yield batch
