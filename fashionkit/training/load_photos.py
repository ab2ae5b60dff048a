"""Photos from the disk to batches, ahead of the step that wants them."""

from __future__ import annotations

import warnings
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from fashionkit.errors import ImageError
from fashionkit.images import InputRule, Source, fit, read

WHITE = 255

Pixels: TypeAlias = NDArray[np.uint8]
Change: TypeAlias = Callable[[Pixels, int, int], Pixels]
"""Augmentation: size×3 uint8 pixels, the photo's number and the batch's → as many pixels."""

Wanted = TypeVar("Wanted")


@dataclass(frozen=True, slots=True, eq=False)
class PhotoBatch:
    """Photos at the model's size.

    Attributes:
        pixels: N×H×W×3 uint8.
        readable: N bool; what could not be read is white, and nothing is learned from it.
    """

    pixels: Pixels
    readable: NDArray[np.bool_]


def load_batch(photos: Sequence[Source], rule: InputRule, change: Callable[[Pixels, int], Pixels]) -> PhotoBatch:
    """Reads, fits and changes photos, one after the other; a warning for each that cannot be read."""
    pixels = np.full((len(photos), *rule.size, 3), WHITE, np.uint8)
    readable = np.ones(len(photos), bool)
    for place, photo in enumerate(photos):
        try:
            pixels[place] = change(fit(read(photo, at_least=rule.size), rule), place)
        except ImageError as error:
            warnings.warn(f"{error}; it is passed over", stacklevel=2)
            readable[place] = False
    return PhotoBatch(pixels, readable)


def ahead(
    wanted: Iterable[Wanted], make: Callable[[Wanted], PhotoBatch], threads: int
) -> Generator[PhotoBatch, None, None]:
    """Makes one batch after the other in threads, in order, never more than `threads` + 1 of them waiting.

    Closing the iterator ends the threads. What `make` raises is raised where its batch would have come.
    """
    with ThreadPoolExecutor(threads, thread_name_prefix="fashionkit-photos") as pool:
        waiting: deque[Future[PhotoBatch]] = deque()
        try:
            for each in wanted:
                waiting.append(pool.submit(make, each))
                if len(waiting) > threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
