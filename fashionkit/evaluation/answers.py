"""The raw answers of a model to photos, each photo asked once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from fashionkit.datasets import LabelledPhoto
from fashionkit.errors import DataError, ImageError
from fashionkit.images import Source
from fashionkit.runtime import Model

Floats = NDArray[np.float32]
Progress: TypeAlias = Callable[[int, int], None]
"""Called as photos are answered: how many are done, of how many."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A photo that no figure counts.

    Attributes:
        id: Its name in the data set.
        reason: Why it could not be read.
    """

    id: str
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What a model answers to photos that could be read.

    Attributes:
        photos: N of them, in the order in which they were given.
        raw: By head, N×width float32: the raw output. It is all that is kept, 4 bytes a number: of 100,000 photos
            and 800 numbers each 0.3 GB.
        unreadable: The others.
    """

    photos: tuple[LabelledPhoto, ...]
    raw: Mapping[str, Floats]
    unreadable: tuple[Unreadable, ...]

    def only(self, keep: Callable[[LabelledPhoto], bool]) -> Answers:
        """The answers to some of the photos."""
        rows = [row for row, photo in enumerate(self.photos) if keep(photo)]
        return Answers(
            tuple(self.photos[row] for row in rows),
            {name: raw[rows] for name, raw in self.raw.items()},
            self.unreadable,
        )


def head_of(model: Model, kind: str) -> str | None:
    """The head of a kind: the one named like it, or else the first; None where there is none."""
    of_kind = [name for name, spec in model.specs.items() if spec.kind == kind]
    return kind if kind in of_kind else next(iter(of_kind), None)


def answers_of(
    model: Model,
    photos: Sequence[LabelledPhoto],
    progress: Progress | None = None,
    sources: Iterable[Source] | None = None,
) -> Answers:
    """Asks a model about photos.

    Args:
        model: The model.
        photos: What is asked about.
        progress: Called as it goes.
        sources: The pictures, one for each of the photos, where they are not the photos' own.

    Raises:
        DataError: There are no photos, or none can be read.
        EngineError: The engine failed.
    """
    if not photos:
        raise DataError("there are no photos to evaluate on")
    heads = model.photo_heads
    raw = {name: np.empty((len(photos), model.specs[name].width), np.float32) for name in heads}
    kept: list[LabelledPhoto] = []
    unreadable: list[Unreadable] = []
    given = (photo.photo for photo in photos) if sources is None else sources
    for place, answer in model.pipeline.stream(given, _rows, on_error="return"):
        if isinstance(answer, ImageError):
            unreadable.append(Unreadable(photos[place].id, answer.reason))
        else:
            for name in heads:
                raw[name][len(kept)] = answer[name]
            kept.append(photos[place])
        if progress is not None:
            progress(place + 1, len(photos))
    if not kept:
        first = unreadable[0]
        raise DataError(f"none of {len(photos)} photos can be read (the first, {first.id}: {first.reason})")
    return Answers(tuple(kept), {name: rows[: len(kept)] for name, rows in raw.items()}, tuple(unreadable))


def _rows(outputs: Mapping[str, Floats]) -> list[Mapping[str, Floats]]:
    n = len(next(iter(outputs.values())))
    return [{name: raw[row] for name, raw in outputs.items()} for row in range(n)]
