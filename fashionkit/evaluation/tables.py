"""What the page shows of a question with one label, as numbers: confusions, scores of classes, calibration."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fashionkit.evaluation.part import LabelDetail
from fashionkit.metrics import Reliability, precision_recall_f1, reliability

MOST_CLASSES = 24
"""A larger matrix cannot be read: of more classes, those with the most mistakes are shown."""


@dataclass(frozen=True, slots=True)
class Cell:
    """So many photos of the class of a row were given the class of a column; `share` is of the row's photos."""

    row: int
    column: int
    count: int
    share: float


@dataclass(frozen=True, slots=True)
class Confusion:
    """Which classes are taken for which.

    Attributes:
        classes: Those that are shown, rows and columns alike.
        cells: All that are not 0.
        left_out: How many classes are not shown.
    """

    classes: tuple[str, ...]
    cells: tuple[Cell, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class ClassScore:
    """Precision, recall and F1 of one class, and how many photos show it."""

    name: str
    precision: float
    recall: float
    f1: float
    support: int


def confusion_of(detail: LabelDetail) -> Confusion:
    """Counts of expected against predicted classes."""
    k = len(detail.classes)
    counts = np.zeros((k, k), np.int64)
    np.add.at(counts, (detail.expected, detail.predicted), 1)
    wrong = counts.sum(axis=0) + counts.sum(axis=1) - 2 * counts.diagonal()
    shown = np.sort(np.argsort(-wrong, kind="stable")[:MOST_CLASSES])
    totals = counts.sum(axis=1)
    cells = [
        Cell(row, column, int(counts[own, other]), float(counts[own, other] / totals[own]))
        for row, own in enumerate(shown)
        for column, other in enumerate(shown)
        if counts[own, other]
    ]
    return Confusion(tuple(detail.classes[place] for place in shown), tuple(cells), k - len(shown))


def class_scores(detail: LabelDetail) -> list[ClassScore]:
    """Of the classes that occur, the commonest first."""
    scores = precision_recall_f1(detail.predicted, detail.expected, len(detail.classes))
    order = [int(place) for place in np.argsort(-scores.support, kind="stable") if scores.occurs[place]]
    return [
        ClassScore(
            detail.classes[place],
            float(scores.precision[place]),
            float(scores.recall[place]),
            float(scores.f1[place]),
            int(scores.support[place]),
        )
        for place in order
    ]


def calibration_of(detail: LabelDetail) -> Reliability:
    """How often answers of each probability are right, in ten bins."""
    return reliability(detail.probabilities, detail.expected == detail.predicted, bins=10)


def surest_mistakes(detail: LabelDetail, most: int) -> list[int]:
    """The rows of wrong answers, the most probable first."""
    wrong = np.flatnonzero(detail.expected != detail.predicted)
    return [int(row) for row in wrong[np.argsort(-detail.probabilities[wrong], kind="stable")][:most]]
