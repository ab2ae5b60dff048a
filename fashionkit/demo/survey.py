"""Looking at the photos: all answers of one pass, a picture of each for the page, and what looks alike."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from fashionkit.demo.pictures import Pictures, pictures_of
from fashionkit.demo.report import Progress, Unreadable
from fashionkit.errors import ImageError
from fashionkit.images import Limits, Source
from fashionkit.tasks import Analyzer
from fashionkit.tasks.analysis import Analysis

if TYPE_CHECKING:
    from fashionkit.heads import Floats

Neighbours: TypeAlias = tuple[tuple[int, float], ...]
"""Places of other photos and their cosine similarity, most similar first."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One photo that could be read.

    Attributes:
        name: What it is called on the page.
        analysis: All answers of the model.
        pictures: The photo, small enough for the page.
    """

    name: str
    analysis: Analysis
    pictures: Pictures


@dataclass(frozen=True, slots=True)
class Survey:
    """What was seen.

    Attributes:
        pieces: The photos that could be read, in the order given.
        unreadable: The others.
        seconds_a_photo: How long the pass through the model took, decoding included, per photo.
    """

    pieces: tuple[Piece, ...]
    unreadable: tuple[Unreadable, ...]
    seconds_a_photo: float


def survey(
    analyzer: Analyzer, photos: Sequence[Source], names: Sequence[str], progress: Progress | None = None
) -> Survey:
    """Analyses photos in one pass and makes their pictures for the page.

    Args:
        analyzer: Who is asked.
        photos: Any number of them.
        names: What each is called.
        progress: Called with how many photos are done, and of how many; first with none.

    Raises:
        EngineError: The engine failed.
    """
    tell = progress or (lambda _done, _total: None)
    tell(0, len(photos))
    began = time.perf_counter()
    answers: list[Analysis | ImageError] = []
    for place, answer in analyzer.stream(photos, on_error="return"):
        answers.append(answer)
        tell(place + 1, len(photos))
    seconds = time.perf_counter() - began
    with ThreadPoolExecutor(thread_name_prefix="fashionkit-demo") as threads:
        looks = threads.map(partial(_look, limits=analyzer.model.limits), photos, answers)
    pieces: list[Piece] = []
    unreadable: list[Unreadable] = []
    for name, look in zip(names, looks, strict=True):
        if isinstance(look, ImageError):
            unreadable.append(Unreadable(name, look.reason))
        else:
            pieces.append(Piece(name, *look))
    return Survey(tuple(pieces), tuple(unreadable), seconds / max(len(photos), 1))


def _look(photo: Source, answer: Analysis | ImageError, *, limits: Limits) -> tuple[Analysis, Pictures] | ImageError:
    """What goes on the page. The photo is read anew, so that the pixels of all photos are never in memory together."""
    if isinstance(answer, ImageError):
        return answer
    try:
        return answer, pictures_of(photo, limits)
    except ImageError as error:  # it was changed or removed meanwhile
        return error


def nearest(vectors: Floats, k: int) -> list[Neighbours]:
    """For each of n vectors of length 1, the k others most like it: exact, and never the vector itself.

    >>> nearest(np.array([[1, 0], [0.6, 0.8], [0, 1]], np.float32), k=1)
    [((1, 0.6...),), ((2, 0.8...),), ((1, 0.8...),)]
    """
    similarity = np.clip(vectors @ vectors.T, -1.0, 1.0)
    np.fill_diagonal(similarity, -np.inf)
    order = np.argsort(-similarity, axis=1, kind="stable")[:, : min(k, max(len(vectors) - 1, 0))]
    return [
        tuple((int(other), float(similarity[place, other])) for other in others) for place, others in enumerate(order)
    ]
