"""What one protocol finds: its figures, what to say beside them, and what the page draws of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fashionkit.datasets import LabelledPhoto
from fashionkit.evaluation.figure import Figure


@dataclass(frozen=True, slots=True, eq=False)
class LabelDetail:
    """The answers to one question, photo by photo.

    Attributes:
        name: Set and field, such as "clothing/label".
        classes: K labels.
        expected: N int64, places among the classes.
        predicted: N int64.
        probabilities: N float64: of the predicted class, among the classes.
        photos: N.
    """

    name: str
    classes: tuple[str, ...]
    expected: NDArray[np.int64]
    predicted: NDArray[np.int64]
    probabilities: NDArray[np.float64]
    photos: Sequence[LabelledPhoto]


@dataclass(frozen=True, slots=True, eq=False)
class TagDetail:
    """How well each tag is found.

    Attributes:
        name: Set and field, such as "street/tags".
        tags: C of them.
        average_precision: C float64; NaN for a tag that no photo has.
        prevalence: C float64: which share of the photos has it.
    """

    name: str
    tags: tuple[str, ...]
    average_precision: NDArray[np.float64]
    prevalence: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class WrongNeighbour:
    """A photo whose nearest neighbour is something else.

    Attributes:
        photo: The photo.
        label: What it shows.
        neighbour: The nearest other photo.
        neighbour_label: What that shows.
        similarity: Their cosine.
    """

    photo: LabelledPhoto
    label: str
    neighbour: LabelledPhoto
    neighbour_label: str
    similarity: float


@dataclass(frozen=True, slots=True, eq=False)
class NeighbourDetail:
    """The nearest wrong neighbours of a set, the most similar first.

    Attributes:
        name: Set and field by which they are wrong.
        pairs: The most similar of them.
    """

    name: str
    pairs: tuple[WrongNeighbour, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """What one protocol finds.

    Attributes:
        figures: By name, set/field/metric.
        notes: How the figures came about: what was left out, where a control is from.
        warnings: What should worry whoever reads the figures.
        not_answered: Set/field: why, for what the model cannot answer.
        labels: Of questions with one label.
        tags: Of questions with tags.
        neighbours: Of searches.
    """

    figures: Mapping[str, Figure] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    not_answered: Mapping[str, str] = field(default_factory=dict)
    labels: tuple[LabelDetail, ...] = ()
    tags: tuple[TagDetail, ...] = ()
    neighbours: tuple[NeighbourDetail, ...] = ()


def together(parts: Iterable[Part]) -> Part:
    """Several parts as one, in their order; what is said twice is kept once.

    >>> together([Part(notes=("a",)), Part(notes=("b", "a"))]).notes
    ('a', 'b')
    """
    every = list(parts)
    return Part(
        figures={name: figure for part in every for name, figure in part.figures.items()},
        notes=tuple(dict.fromkeys(note for part in every for note in part.notes)),
        warnings=tuple(dict.fromkeys(warning for part in every for warning in part.warnings)),
        not_answered={name: why for part in every for name, why in part.not_answered.items()},
        labels=tuple(detail for part in every for detail in part.labels),
        tags=tuple(detail for part in every for detail in part.tags),
        neighbours=tuple(detail for part in every for detail in part.neighbours),
    )
