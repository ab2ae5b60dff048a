"""How a model's raw outputs answer a question in the words of a data set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fashionkit.errors import DataError
from fashionkit.evaluation.fields import ATTRIBUTES, CATEGORY, Field
from fashionkit.heads import HeadSpec
from fashionkit.heads.attributes.spec import AttributesSpec
from fashionkit.heads.category.spec import CategorySpec
from fashionkit.heads.probabilities import softmax

Floats = NDArray[np.float32]
Specs = Mapping[str, HeadSpec]

LEAST_KNOWN = 0.5
"""A model that knows fewer of a question's labels was made for other ones: what it would score says nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """Which columns of a head's raw output stand for each label of a question.

    Attributes:
        head: The head's name.
        columns: Of its raw output, the logits that exclude each other.
        temperature: They are divided by it.
        classes: K labels of the data set.
        places: For each of them, which of the logits mean it; none where the model does not know it.
    """

    head: str
    columns: slice
    temperature: float
    classes: tuple[str, ...]
    places: tuple[tuple[int, ...], ...]

    @property
    def unknown(self) -> tuple[str, ...]:
        """The labels that the model cannot answer."""
        return tuple(label for label, places in zip(self.classes, self.places, strict=True) if not places)

    @property
    def known(self) -> int:
        """How many of the labels the model can answer."""
        return len(self.classes) - len(self.unknown)

    def probabilities(self, raw: Mapping[str, Floats]) -> Floats:
        """Raw outputs of N photos → N×K float32: the probabilities of the labels, among the labels of the question."""
        every = softmax(raw[self.head][:, self.columns], self.temperature).astype(np.float64)
        sums = np.stack([every[:, list(places)].sum(axis=1) for places in self.places], axis=1)
        # Where all belief lies on what is no label of this question, no label is more probable than another.
        total = sums.sum(axis=1, keepdims=True)
        even = np.full_like(sums, 1 / len(self.classes))
        shares: Floats = np.divide(sums, total, out=even, where=total > 0).astype(np.float32)
        return shares


def reading_of(field: Field, classes: Sequence[str], specs: Specs) -> Reading:
    """How a model answers a question.

    Raises:
        DataError: It cannot; the message says why.
    """
    found = list(_candidates(field, tuple(classes), specs))
    if not found:
        wanted = "category head" if field.head == CATEGORY else f"group {' or '.join(map(repr, _names(field)))}"
        raise DataError(f"it has no {wanted}")
    # Of equal ones the first. A name alone says little: "colour" of one set is "colour_shade" of the default model.
    best = max(found, key=lambda reading: reading.known)
    if len(best.classes) < 2:  # noqa: PLR2004  # one label is no question
        raise DataError(f"its photos show {len(best.classes)} label, which leaves nothing to tell apart")
    if best.known < LEAST_KNOWN * len(best.classes):
        raise DataError(f"the model knows {best.known} of its {len(best.classes)} labels; it was made for other ones")
    return best


def _candidates(field: Field, classes: tuple[str, ...], specs: Specs) -> Iterator[Reading]:
    """Every way in which a model could answer: what is named like the field before what means it."""
    for name in _by_preference(field.head, specs):
        spec = specs[name]
        if isinstance(spec, CategorySpec) and field.head == CATEGORY:
            yield Reading(name, slice(None), spec.temperature, classes, _places(field, classes, spec.labels))
        if isinstance(spec, AttributesSpec) and field.head == ATTRIBUTES:
            for group in (each for each in _names(field) if each in spec.groups):
                rule, start = spec.groups[group], spec.group_columns[group].start
                # Without "does not apply", which stands behind the labels and is no label of any data set.
                only = slice(start, start + len(rule.labels))
                yield Reading(name, only, rule.temperature, classes, _places(field, classes, rule.labels))


def _names(field: Field) -> tuple[str, ...]:
    return (field.name,) if field.group in ("", field.name) else (field.name, field.group)


def _by_preference(kind: str, specs: Specs) -> list[str]:
    """The head named like its kind before others of that kind."""
    return sorted((name for name, spec in specs.items() if spec.kind == kind), key=lambda name: name != kind)


def _places(field: Field, classes: Sequence[str], labels: Sequence[str]) -> tuple[tuple[int, ...], ...]:
    """Where a model has the data set's own labels they count; otherwise those that these mean."""
    place = {label: at for at, label in enumerate(labels)}
    own = tuple((place[label],) if label in place else () for label in classes)
    meant = tuple(tuple(place[label] for label in field.meaning(name) if label in place) for name in classes)
    return own if sum(map(bool, own)) >= sum(map(bool, meant)) else meant
