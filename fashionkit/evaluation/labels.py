"""Questions with one label of several: accuracy, macro-F1, accuracy@5, calibration, beside what needs no photo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fashionkit.datasets import LabelledPhoto
from fashionkit.errors import DataError
from fashionkit.evaluation.fields import ATTRIBUTES, Field
from fashionkit.evaluation.figure import Figure, counted, resampled
from fashionkit.evaluation.part import LabelDetail, Part
from fashionkit.evaluation.reading import Floats, Reading, reading_of
from fashionkit.evaluation.scene import Scene
from fashionkit.evaluation.train_split import FAMILY, TrainSplit
from fashionkit.metrics import (
    commonest_answer,
    expected_calibration_error,
    has_collapsed,
    macro_f1,
    top_k_accuracy,
)

Classes = NDArray[np.int64]

AMONG_FIRST = 5
LEAST_FOR_FIRST = 10
"""With fewer classes, being among the first five says little."""


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A question put to photos that have an answer to it.

    Attributes:
        name: Set and field, such as "clothing/label".
        field: The question.
        reading: How the model answers it.
        rows: N int64: which of the given photos are asked.
        expected: N int64: places among the classes.
        counts: How many train photos each class has.
    """

    name: str
    field: Field
    reading: Reading
    rows: Classes
    expected: Classes
    counts: Mapping[str, int]

    def predicted(self, raw: Mapping[str, Floats]) -> Classes:
        """Raw outputs of all given photos → N int64: the answers to those that are asked."""
        answers: Classes = self.probabilities(raw).argmax(axis=1)
        return answers

    def probabilities(self, raw: Mapping[str, Floats]) -> Floats:
        """Raw outputs of all given photos → N×K float32, of those that are asked."""
        return self.reading.probabilities({name: rows[self.rows] for name, rows in raw.items()})


def ask(scene: Scene, field: Field, commonest: int = 0) -> Asked:
    """Prepares a question to the photos of a scene; those without a label that counts are left out.

    Args:
        scene: The photos and the model.
        field: The question.
        commonest: Only so many labels, the commonest of train; 0 for all.

    Raises:
        DataError: The model cannot answer it, or no photo has a label that counts; the message says so.
    """
    counts = dict(sorted(scene.train.counts(field).items(), key=lambda item: -item[1]))
    classes = tuple(sorted(list(counts)[: commonest or None]))
    place = {label: at for at, label in enumerate(classes)}
    shown = [field.label(photo) for photo in scene.photos]
    rows = np.array([row for row, label in enumerate(shown) if label in place], np.int64)
    if not len(rows):
        raise DataError("no photo of this split has a label that counts")
    reading = reading_of(field, classes, scene.specs)
    expected = np.array([place[shown[row]] for row in rows], np.int64)
    return Asked(f"{scene.name}/{field.name}", field, reading, rows, expected, counts)


def measure(scene: Scene, asked: Asked) -> Part:
    """The figures of one question."""
    photos = [scene.photos[row] for row in asked.rows]
    shares = asked.probabilities(scene.answers.raw)
    given, expected = shares.argmax(axis=1), asked.expected
    sure = np.clip(shares.max(axis=1).astype(np.float64), 0, 1)
    figures = _accuracy(asked, shares, _without_photo(asked, photos, scene.train))
    right = given == expected
    figures["ece"] = resampled(lambda rows: expected_calibration_error(sure[rows], right[rows]), len(photos))
    return Part(
        figures=scene.named(asked.field.name, figures),
        notes=tuple(_notes(scene, asked)),
        warnings=tuple(_collapse(asked, given)),
        labels=(LabelDetail(asked.name, asked.reading.classes, expected, given, sure, photos),),
    )


def _accuracy(asked: Asked, shares: Floats, blind: Mapping[str, Classes]) -> dict[str, Figure]:
    """The figures of answers, each beside those of answers that look at no photo."""
    given, expected, n = shares.argmax(axis=1), asked.expected, len(shares)
    k = len(asked.reading.classes)
    exact = {name: float(np.mean(answer == expected)) for name, answer in blind.items()}
    figures = {
        "accuracy": counted(given == expected).against(chance=1 / k, **exact),
        "macro_f1": resampled(lambda rows: macro_f1(given[rows], expected[rows]), n).against(
            **{name: macro_f1(answer, expected) for name, answer in blind.items()}
        ),
    }
    if k >= LEAST_FOR_FIRST:
        first = _commonest(asked)[:AMONG_FIRST]
        among = resampled(lambda rows: top_k_accuracy(shares[rows], expected[rows], AMONG_FIRST), n)
        prior = float(np.isin(expected, first).mean())
        figures[f"accuracy@{AMONG_FIRST}"] = among.against(chance=AMONG_FIRST / k, prior=prior)
    return figures


def _commonest(asked: Asked) -> list[int]:
    place = {label: at for at, label in enumerate(asked.reading.classes)}
    return [place[label] for label in asked.counts if label in place]


def _without_photo(asked: Asked, photos: Sequence[LabelledPhoto], train: TrainSplit) -> dict[str, Classes]:
    """What is answered without looking: always the commonest label, or the commonest of the family."""
    prior = _commonest(asked)[0]
    answers = {"prior": np.full(len(photos), prior, np.int64)}
    families = train.by_family(asked.field) if asked.field.head == ATTRIBUTES else None
    if families:
        place = {label: at for at, label in enumerate(asked.reading.classes)}
        told = [place.get(families.get(photo.fields.get(FAMILY, ""), ""), prior) for photo in photos]
        answers["family_only"] = np.array(told, np.int64)
    return answers


def _notes(scene: Scene, asked: Asked) -> list[str]:
    photos, field, classes = scene.photos, asked.field, set(asked.reading.classes)
    rare = [label for photo in photos if (label := field.label(photo)) and label not in asked.counts]
    other = [label for photo in photos if (label := field.label(photo)) in asked.counts and label not in classes]
    notes = [f"priors, and which labels count, are from {scene.train.source(field.name)}"]
    if rare:
        notes.append(f"{asked.name}: left out for a label with fewer than {field.fewest} train photos: {len(rare)}")
    if other:
        notes.append(f"{asked.name}: left out for another label: {len(other)}")
    if asked.reading.unknown:
        missed = int(np.isin(asked.expected, [asked.reading.classes.index(c) for c in asked.reading.unknown]).sum())
        named = ", ".join(asked.reading.unknown)
        notes.append(f"{asked.name}: the model does not know {named}, which counts as wrong: {missed}")
    return notes


def _collapse(asked: Asked, given: Classes) -> list[str]:
    if not has_collapsed(given, asked.expected):
        return []
    answer, share = commonest_answer(given)
    true = float(np.mean(asked.expected == answer))
    said = f"the same answer, {asked.reading.classes[answer]!r}, for {share:.0%} of the photos; {true:.0%} show it"
    return [f"{asked.name}: {said}: the model has collapsed on this question"]
