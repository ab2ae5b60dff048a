"""Photos of many requests, through the one pipeline, in batches.

Each request asks its task in a thread of its own, as any caller of the library does; what it asks is a model whose
pipeline decodes no more photos at once than there are cores, and gives what was decoded to lanes that all share. A lane
that is idle takes all that waits, up to a batch: nobody waits for others to come, and the more there are, the more go
together.
"""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from fashionkit.errors import EngineError, ImageError
from fashionkit.heads import Floats
from fashionkit.images import Source
from fashionkit.models.checkpoint import PHOTOS
from fashionkit.runtime import Engine, Model, Pipeline, Reader
from fashionkit.service.arriving import Upload
from fashionkit.service.claims import TooManyPixels, too_many_pixels
from fashionkit.service.ticket import GoneError, Ticket, current

T = TypeVar("T")

Pixels: TypeAlias = NDArray[np.uint8]
Fitted: TypeAlias = Pixels | ImageError

# Larger batches are hardly faster on a CPU, and the first photo of one waits for the last.
MOST_AT_ONCE = 8


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """A photo that waits for the engine.

    Attributes:
        photo: Its pixels, at the model's size.
        reader: What reads the answer; photos that are asked the same are read together.
        ticket: Of the request that it belongs to.
        answer: Set by the lane that takes it.
    """

    photo: Pixels
    reader: Reader[Any]
    ticket: Ticket
    answer: Future[Any] = field(default_factory=Future)


class Lanes:
    """Takes photos from all threads, and runs them in batches, so many at once as there are lanes.

    Args:
        engine: Runs the graph.
        count: How many batches at once.
        observe: Told the size of every batch.
    """

    def __init__(self, engine: Engine, count: int, observe: Callable[[int], None]) -> None:
        self._engine = engine
        self._observe = observe
        self._waiting: deque[Job] = deque()
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="fashionkit-lane")

    def put(self, photo: Pixels, reader: Reader[T]) -> Future[T]:
        """Queues a photo for the current request.

        Raises:
            GoneError: Later, from the future: nobody waits for the answer any more.
            EngineError: Later, from the future: the engine failed.
        """
        job = Job(photo, reader, current.get())
        self._waiting.append(job)
        # One call a photo: the first takes all that wait by then, and the others find nothing left.
        self._threads.submit(self._run)
        return job.answer

    def close(self) -> None:
        """Ends when all that was put is answered."""
        self._threads.shutdown()

    def _run(self) -> None:
        batch = self._taken()
        if not batch:
            return
        self._observe(len(batch))
        try:
            answers = self._answers(batch)
        except Exception as error:  # every request of the batch hears of it, whatever it is
            for job in batch:
                job.answer.set_exception(error)
            return
        for job, answer in zip(batch, answers, strict=True):
            job.answer.set_result(answer)

    def _taken(self) -> list[Job]:
        batch: list[Job] = []
        while len(batch) < MOST_AT_ONCE:
            try:
                job = self._waiting.popleft()
            except IndexError:  # another lane was quicker
                break
            if job.ticket.gone:
                job.answer.set_exception(GoneError())
            else:
                batch.append(job)
        return batch

    def _answers(self, batch: Sequence[Job]) -> list[Any]:
        outputs = self._engine.run(PHOTOS, {PHOTOS: np.stack([job.photo for job in batch])})
        asked: dict[Reader[Any], list[int]] = defaultdict(list)
        for place, job in enumerate(batch):
            asked[job.reader].append(place)
        answers: list[Any] = [None] * len(batch)
        for reader, places in asked.items():
            read = reader({name: rows[places] for name, rows in outputs.items()})
            if len(read) != len(places):
                raise EngineError(f"{len(places)} photos gave {len(read)} answers; the graph does not fit config.json")
            for place, answer in zip(places, read, strict=True):
                answers[place] = answer
        return answers


@dataclass(frozen=True)
class SharedPipeline(Pipeline):
    """The pipeline of a model that many threads ask at once.

    Attributes:
        lanes: Run what was decoded.
        working: Bounds what computes in the threads of requests.
    """

    lanes: Lanes = field(kw_only=True)
    working: threading.BoundedSemaphore = field(kw_only=True)

    def _fit(self, photo: Source) -> Fitted:
        ticket = current.get()
        with self.working:
            ticket.check()
            fitted = super()._fit(photo)
        ticket.check()
        if isinstance(fitted, ImageError) and isinstance(photo, Upload):
            claimed = too_many_pixels(photo, self.limits, len(photo))
            return ImageError(photo.name, fitted.reason) if claimed is None else TooManyPixels(photo.name, claimed)
        return fitted

    def _answer(self, photos: Sequence[Pixels], reader: Reader[T]) -> Sequence[T]:
        return [answer.result() for answer in [self.lanes.put(photo, reader) for photo in photos]]

    def _results(self, photos: Iterable[Source], reader: Reader[T]) -> Iterator[T | ImageError]:
        fitted = [self._fit(photo) for photo in photos]
        asked = [each if isinstance(each, ImageError) else self.lanes.put(each, reader) for each in fitted]
        for each in asked:
            yield each if isinstance(each, ImageError) else each.result()


@dataclass(frozen=True, eq=False, repr=False)
class ServedModel(Model):
    """A model that many threads ask at once.

    Attributes:
        count: How many photos are decoded, and how many batches computed, at once.
        observe: Told the size of every batch.
    """

    count: int = 1
    observe: Callable[[int], None] = lambda _: None

    @cached_property
    def pipeline(self) -> SharedPipeline:
        """The way for photos of all requests."""
        return SharedPipeline(
            self.engine,
            self.rule,
            self.count,
            limits=self.limits,
            lanes=Lanes(self.engine, self.count, self.observe),
            working=threading.BoundedSemaphore(self.count),
        )

    def read_sets(self, name: str, sets: Sequence[Floats]) -> list[Any]:
        """As `Model.read_sets`; stops between portions of a catalogue where nobody waits any more."""
        with self.pipeline.working:
            current.get().check()
            return super().read_sets(name, sets)

    def close(self) -> None:
        """Ends the lanes when all is answered."""
        self.pipeline.lanes.close()
