"""Photos on their way: decoded and computed by a bounded number of threads, in batches, and answered in order.

On a CPU the same threads decode and compute, a batch each, so no more of them are busy than were allowed, and no core
waits for another. A batch goes when it is full, or when nothing else is left to decode: a slow source is answered
photo by photo, a fast one in full batches. Elsewhere, such as on a graphics card, one more thread feeds the device,
which takes whatever was decoded while it was busy.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from fashionkit.errors import ImageError
from fashionkit.images import Source

T = TypeVar("T")

Pixels: TypeAlias = NDArray[np.uint8]
Fitted: TypeAlias = Pixels | ImageError


@dataclass(slots=True, eq=False)
class Place(Generic[T]):
    """A photo's place in the stream, and what became of it.

    Attributes:
        done: Whether there is a result, or a failure.
        result: The answer, or why the photo cannot be read.
        failure: What ends the stream here.
    """

    done: bool = False
    result: T | ImageError | None = None
    failure: BaseException | None = None

    def outcome(self) -> T | ImageError:
        """The result; raises the failure where there is one."""
        if self.failure is not None:
            raise self.failure
        return cast("T | ImageError", self.result)


class Flow(Generic[T]):
    """One stream of photos.

    Args:
        fit: A photo → its pixels at the model's size, or the error that says why not.
        answer: Pixels of a batch → its answers, one each.
        threads: How many threads decode, and on a CPU compute.
        batch_size: How many photos are computed at once, at most.
        on_cpu: Whether `answer` computes in the thread that calls it; otherwise one more thread calls it.
    """

    def __init__(
        self,
        fit: Callable[[Source], Fitted],
        answer: Callable[[Sequence[Pixels]], Sequence[T]],
        threads: int,
        batch_size: int,
        *,
        on_cpu: bool,
    ) -> None:
        self._fit = fit
        self._answer = answer
        self._threads = threads
        self._batch_size = batch_size
        # Enough that every thread has a batch and the next one fills. Photos that wait as they were given can be large.
        self._most_open = (threads + 1) * batch_size + 2 * threads
        self._most_waiting = batch_size + threads
        self._workers = ThreadPoolExecutor(threads, thread_name_prefix="fashionkit-photos")
        self._feeder = None if on_cpu else ThreadPoolExecutor(1, thread_name_prefix="fashionkit-device")
        # Guards all below, and tells the caller's thread of any change.
        self._changed = threading.Condition()
        self._waiting = 0
        self._decoding = 0
        self._fitted: deque[tuple[Place[T], Pixels]] = deque()
        self._feeding = False
        self._closed = False

    def results(self, photos: Iterable[Source]) -> Iterator[T | ImageError]:
        """One result a photo, in order; a photo is taken only when there is room for it.

        Whoever stops early leaves no thread behind, once what each is at has ended.
        """
        opened: deque[Place[T]] = deque()
        try:
            for photo in photos:
                opened.append(self._put(photo))
                while opened and (opened[0].done or not self._has_room(opened)):
                    yield opened.popleft().outcome()
            while opened:
                self._wait_for(lambda: opened[0].done)
                yield opened.popleft().outcome()
        finally:
            self._close()

    def _put(self, photo: Source) -> Place[T]:
        place: Place[T] = Place()
        with self._changed:
            self._waiting += 1
        self._workers.submit(self._work, place, photo)
        return place

    def _has_room(self, opened: deque[Place[T]]) -> bool:
        """Waits until there is room for a photo (True) or the first place is done (which False tells)."""

        def room() -> bool:
            return len(opened) < self._most_open and self._waiting < self._most_waiting

        self._wait_for(lambda: opened[0].done or room())
        return not opened[0].done

    def _wait_for(self, what: Callable[[], bool]) -> None:
        with self._changed:
            self._changed.wait_for(what)

    def _work(self, place: Place[T], photo: Source) -> None:
        with self._changed:
            self._waiting -= 1
            self._decoding += 1
            self._changed.notify()
        try:
            fitted = self._fit(photo)
        except BaseException as failure:  # such as a lack of memory: the caller's thread raises it
            self._settle([place], failure)
        else:
            if isinstance(fitted, ImageError):
                self._settle([place], [fitted])
            else:
                self._fitted.append((place, fitted))
            del fitted
        del photo
        with self._changed:
            self._decoding -= 1
        if self._feeder is None:
            self._compute()
        else:
            self._feed(self._feeder)

    def _feed(self, feeder: ThreadPoolExecutor) -> None:
        with self._changed:
            if self._feeding or not self._fitted:
                return
            self._feeding = True
            feeder.submit(self._compute)

    def _compute(self) -> None:
        """Batches, for as long as one is due."""
        while batch := self._due():
            places = [place for place, _ in batch]
            try:
                answers = self._answer([pixels for _, pixels in batch])
            except BaseException as failure:  # the caller's thread raises it
                self._settle(places, failure)
            else:
                self._settle(places, answers)

    def _due(self) -> list[tuple[Place[T], Pixels]]:
        with self._changed:
            size = 0 if self._closed else min(self._batch_size, len(self._fitted))
            if self._feeder is None and size < self._batch_size:
                # A thread that can decode does that first. Where nothing waits, the threads share what is left.
                share = -(-(len(self._fitted) + self._decoding) // self._threads)
                size = 0 if self._waiting else min(size, share)
            self._feeding = self._feeder is not None and size > 0
            return [self._fitted.popleft() for _ in range(size)]

    def _settle(self, places: Sequence[Place[T]], outcome: Sequence[T | ImageError] | BaseException) -> None:
        with self._changed:
            for number, place in enumerate(places):
                if isinstance(outcome, BaseException):
                    place.failure = outcome
                else:
                    place.result = outcome[number]
                place.done = True
            self._changed.notify()

    def _close(self) -> None:
        # What has not begun never will. No lock is taken: in a forked process, a thread of the parent's may have it.
        self._closed = True
        self._workers.shutdown(wait=False, cancel_futures=True)
        if self._feeder is not None:
            self._feeder.shutdown(wait=False, cancel_futures=True)
