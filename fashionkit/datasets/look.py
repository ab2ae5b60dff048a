"""A look at each photo of a set: can it be read, how large is it, and what would be a copy of it."""

from __future__ import annotations

import hashlib
import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from fashionkit.errors import ImageError
from fashionkit.images import DEFAULT_LIMITS, Source, describe, read
from fashionkit.images.contents import from_path

Progress: TypeAlias = Callable[[int, int], None]

AT_LEAST = 64
"""Photos are decoded no larger than twice this where their format allows: smaller sides are told exactly."""

# Cells of the grids that a photo is compared by: brighter than its neighbour or not, and its colour.
_SHAPE = 16
_COLOUR = 8


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What a photo looks like.

    Attributes:
        contents: A hash of its bytes: equal for copies.
        side: Pixels of its shorter side, exact below 2 × `AT_LEAST`.
        shape: 4 uint64, a bit for each of 16×16 cells: whether it is brighter than the one to its right.
        colours: 192 uint8, the RGB of 8×8 cells.
    """

    contents: bytes
    side: int
    shape: NDArray[np.uint64]
    colours: NDArray[np.uint8]


def look_at(photos: Sequence[Source], *, threads: int, progress: Progress) -> list[Look | ImageError]:
    """Looks at every photo, several at a time.

    Args:
        photos: Paths or arrays.
        threads: How many at a time.
        progress: Called after each with how many are done, and of how many.

    Returns:
        One for each photo, in order; an error for one that cannot be read.
    """
    looks = []
    for done, one in enumerate(_ahead(photos, threads), 1):
        looks.append(one)
        progress(done, len(photos))
    return looks


def look(photo: Source) -> Look | ImageError:
    """Looks at one photo.

    >>> look(np.zeros((90, 60, 3), np.uint8)).side
    60
    >>> look("missing.jpg").reason
    'there is no such file in ...'
    """
    label = describe(photo)
    try:
        if isinstance(photo, str | os.PathLike):
            data = from_path(photo, label=label, limits=DEFAULT_LIMITS)
            pixels = read(data, at_least=(AT_LEAST, AT_LEAST))
        else:
            pixels = read(photo)
            data = pixels.tobytes()
    except ImageError as error:
        return ImageError(label, error.reason)
    grey = cv2.resize(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), (_SHAPE + 1, _SHAPE), interpolation=cv2.INTER_AREA)
    bits = np.packbits(grey[:, :-1] > grey[:, 1:]).view(np.uint64)
    colours = cv2.resize(pixels, (_COLOUR, _COLOUR), interpolation=cv2.INTER_AREA).reshape(-1).astype(np.uint8)
    return Look(hashlib.blake2b(data, digest_size=16).digest(), min(pixels.shape[:2]), bits, colours)


def _ahead(photos: Sequence[Source], threads: int) -> Iterator[Look | ImageError]:
    """In order, with a few photos begun ahead: never all of them in memory."""
    with ThreadPoolExecutor(threads) as pool:
        begun: deque[Future[Look | ImageError]] = deque()
        for photo in photos:
            begun.append(pool.submit(look, photo))
            if len(begun) > 4 * threads:
                yield begun.popleft().result()
        while begun:
            yield begun.popleft().result()
