"""What int8 costs: figures on labelled photos, compared photo by photo, or how often the answers stay the same."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from fashionkit.datasets import DataSet, open_data, splits_of
from fashionkit.errors import DataError
from fashionkit.evaluation.ablation.difference import Difference, Outcomes, paired
from fashionkit.evaluation.ablation.outcomes import of_labels, of_search
from fashionkit.evaluation.answers import Answers, head_of
from fashionkit.evaluation.fields import columns_of
from fashionkit.evaluation.known import known_set
from fashionkit.evaluation.photo_set import evaluate_photos
from fashionkit.evaluation.train_split import TrainSplit
from fashionkit.evaluation.unseen import unseen_photos
from fashionkit.heads.attributes.spec import AttributesSpec
from fashionkit.heads.category.spec import CategorySpec
from fashionkit.heads.embedding.spec import EmbeddingSpec
from fashionkit.runtime import Model

MOST_LOST = 0.005
"""A loss of half a point: the mean of all figures must not lose more, and none may surely lose more."""

LEAST_ALIKE = 0.9
"""Without labels it is not known which of two answers is right; where so few stay the same, something is broken."""

TRAIN = "train"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a comparison.

    Attributes:
        name: Set, question and metric of a figure, such as "clothing/label/accuracy".
        before: The figure in float32.
        after: The figure in int8.
        low: Where the interval of 95 % of the difference begins; None where there are too few photos for one.
        high: Where it ends.
        n: Over how many photos.
    """

    name: str
    before: float
    after: float
    low: float | None
    high: float | None
    n: int

    @property
    def surely_lost(self) -> bool:
        """Whether the whole interval lies below a loss of half a point."""
        return self.high is not None and self.high < -MOST_LOST


@dataclass(frozen=True, slots=True)
class Comparison:
    """What int8 costs.

    Attributes:
        photos: How many photos both models were asked about.
        figures: Where there are labels, one row a figure.
        alike: By question, the share of photos to which both models give the same answer; for an embedding, the mean
            cosine of its two vectors.
    """

    photos: int
    figures: tuple[Row, ...]
    alike: Mapping[str, float]

    @property
    def mean_difference(self) -> float | None:
        """The mean over figures of int8 less float32; None without labels."""
        return float(np.mean([row.after - row.before for row in self.figures])) if self.figures else None

    @property
    def objection(self) -> str:
        """Why the int8 model is not good enough; "" where it is."""
        mean = self.mean_difference
        if mean is None:
            least = min(self.alike, key=lambda name: self.alike[name])
            few = self.alike[least] < LEAST_ALIKE
            return f"{least}: only {self.alike[least]:.3f} of the answers stay as they were" if few else ""
        if mean < -MOST_LOST:
            return f"the figures lose {-100 * mean:.2f} points on average, and may lose {100 * MOST_LOST:g}"
        lost = [row.name for row in self.figures if row.surely_lost]
        return f"{', '.join(lost)}: surely more than {100 * MOST_LOST:g} points are lost" if lost else ""

    def to_dict(self) -> dict[str, Any]:
        """The comparison as JSON can hold it."""
        return {
            "photos": self.photos,
            "figures": [asdict(row) for row in self.figures],
            "mean_difference": self.mean_difference,
            "alike": dict(self.alike),
        }


def compare_on(before: Model, after: Model, folder: str | os.PathLike[str], split: str) -> Comparison:
    """Compares two models on labelled photos that neither learned from.

    Every accuracy of a question with one label is compared, and how often a photo finds its like first.

    Raises:
        DataError: The data set cannot be read, holds no photos with labels, or none that the models can answer.
    """
    known = [each for each in splits_of(folder) if each]
    data = open_data(folder, split if known else None)
    if not isinstance(data, DataSet):
        raise DataError(f"{folder} holds outfits; int8 is checked on photos with labels: give such a set")
    data, _ = unseen_photos(data, before.seen)
    opened = open_data(folder, TRAIN) if TRAIN in known else None
    train = TrainSplit(
        known_set(data.name, columns_of(data.photos)), opened.photos if isinstance(opened, DataSet) else (), data
    )
    (answers, outcomes), (others, changed) = (_measured(model, data, train) for model in (before, after))
    rows = tuple(_row(name, outcomes[name], changed[name]) for name in outcomes)
    if not rows:
        raise DataError(f"{folder}: its labels ask nothing that the model can answer; give another set")
    return Comparison(len(answers.photos), rows, dict(agreement(before, answers.raw, others.raw)))


def agreement(model: Model, raw: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """By question, how often two models' outputs give the same answer; for an embedding, the mean cosine."""
    for name in model.photo_heads:
        spec, ours, theirs = model.specs[name], raw[name], other[name]
        if isinstance(spec, CategorySpec):
            yield name, _same(ours, theirs)
        elif isinstance(spec, EmbeddingSpec):
            yield name, float((ours * theirs).sum(axis=1).mean())
        elif isinstance(spec, AttributesSpec):
            for group, columns in spec.group_columns.items():
                yield f"{name}/{group}", _same(ours[:, columns], theirs[:, columns])


def together(parts: Sequence[Comparison]) -> Comparison:
    """Comparisons on several sets as one; of answers that stay the same, the mean over photos."""
    photos = sum(part.photos for part in parts)
    alike = {name: sum(part.alike[name] * part.photos for part in parts) / photos for name in parts[0].alike}
    return Comparison(photos, tuple(row for part in parts for row in part.figures), alike)


def _measured(model: Model, data: DataSet, train: TrainSplit) -> tuple[Answers, dict[str, Outcomes]]:
    answers, part = evaluate_photos(data, train, (), model, None)
    outcomes: dict[str, Outcomes] = {f"{detail.name}/accuracy": of_labels(detail) for detail in part.labels}
    embedding = head_of(model, "embedding")
    if embedding is not None:
        name, found = of_search(data, answers, embedding)
        outcomes |= {name: found} if found else {}
    return answers, outcomes


def _row(name: str, before: Outcomes, after: Outcomes) -> Row:
    difference: Difference = paired([after], [before])
    mean = float(np.mean(list(before.values())))
    return Row(name, mean, mean + difference.value, difference.low, difference.high, len(before))


def _same(ours: Any, theirs: Any) -> float:
    return float((ours.argmax(axis=1) == theirs.argmax(axis=1)).mean())
