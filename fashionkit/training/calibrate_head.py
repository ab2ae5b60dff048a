"""The temperatures of one head, and the thresholds of its tags, picked by answers whose truth is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from fashionkit.heads import HeadSpec
from fashionkit.heads.attributes.spec import AttributesSpec, TagRule
from fashionkit.heads.category.spec import CategorySpec
from fashionkit.heads.outfit.spec import OutfitSpec
from fashionkit.heads.probabilities import sigmoid, softmax
from fashionkit.metrics import best_f1_threshold, best_temperature, expected_calibration_error

FEWEST = 20
"""By fewer answers nothing is picked: what was there stays."""

FEWEST_OF_EACH = 5
"""What is present or absent must be so many times each."""

DIGITS = 4

Floats: TypeAlias = NDArray[np.float32]
Flags: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Calibrated:
    """What was picked for one question, or for all tags of a head.

    Attributes:
        question: The head, such as "category", a group of it, such as "attributes.sleeve", or "attributes, tags".
        answers: By how many photos, or outfits; of tags, by how many at most.
        temperature: What it is now, above 0; of tags, the mean.
        before: The expected calibration error over the same answers with the temperature that it had; from 0 to 1. Of
            tags, the mean, and so is `after`.
        after: The same with the one that it has now.
    """

    question: str
    answers: int
    temperature: float
    before: float
    after: float

    def to_row(self) -> dict[str, str | int | float]:
        """A row of a table of the card."""
        return {
            "question": self.question,
            "answers": self.answers,
            "temperature": round(self.temperature, 3),
            "calibration error before": round(self.before, 3),
            "after": round(self.after, 3),
        }


def calibrate_head(
    name: str, spec: HeadSpec, raw: Floats, targets: NDArray[Any]
) -> tuple[HeadSpec, tuple[Calibrated, ...]]:
    """The spec of a head with the temperatures and thresholds that fit answers best, and what was picked.

    A category, each group of attributes, each tag, and outfits have the temperature with the least cross-entropy (see
    `best_temperature`), a tag also the threshold with the best F1 (see `best_f1_threshold`). What fewer than 20 answers
    are known of, or a tag that fewer than 5 photos have or lack, stays as it is, and so does a head of another kind.

    Args:
        name: Of the head.
        spec: Its spec.
        raw: N×width, its raw outputs.
        targets: N rows, as the spec encodes labels; what is not known does not count.

    >>> spec = CategorySpec(labels=("dress", "shirt"))
    >>> raw, targets = np.array([[6.0, 0.0]] * 40, np.float32), spec.encode(["dress"] * 30 + ["shirt"] * 10)
    >>> calibrate_head("category", spec, raw, targets)[0].temperature
    5.6267
    """
    if isinstance(spec, AttributesSpec):
        return _attributes(name, spec, raw, targets)
    if isinstance(spec, CategorySpec):
        picked = _of_labels(name, raw, targets, spec.temperature)
    elif isinstance(spec, OutfitSpec):
        picked = _of_flags(name, raw[:, 0], targets[:, 0], spec.temperature)
    else:
        return spec, ()
    return (spec, ()) if picked is None else (msgspec.structs.replace(spec, temperature=picked.temperature), (picked,))


def _attributes(
    name: str, spec: AttributesSpec, raw: Floats, targets: Floats
) -> tuple[AttributesSpec, tuple[Calibrated, ...]]:
    picked = dict(_groups(name, spec, raw, targets))
    groups = {
        group: msgspec.structs.replace(spec.groups[group], temperature=of.temperature) for group, of in picked.items()
    }
    rules, of_tags = {}, []
    for tag, rule, of_tag in _tags(name, spec, raw, targets):
        rules[tag] = rule
        of_tags.append(of_tag)
    together = [_together(f"{name}, tags", of_tags)] if of_tags else []
    changed = msgspec.structs.replace(spec, groups={**spec.groups, **groups}, tags={**spec.tags, **rules})
    return changed, (*picked.values(), *together)


def _groups(name: str, spec: AttributesSpec, raw: Floats, targets: Floats) -> Iterator[tuple[str, Calibrated]]:
    for place, (group, columns) in enumerate(spec.group_columns.items()):
        allowed = targets[:, place, None] == np.arange(columns.stop - columns.start)
        picked = _of_labels(f"{name}.{group}", raw[:, columns], allowed, spec.groups[group].temperature)
        if picked is not None:
            yield group, picked


def _tags(name: str, spec: AttributesSpec, raw: Floats, targets: Floats) -> Iterator[tuple[str, TagRule, Calibrated]]:
    known = targets[:, len(spec.groups) : len(spec.groups) + len(spec.tags)]
    for (tag, rule), logits, present in zip(spec.tags.items(), raw[:, spec.tag_columns].T, known.T, strict=True):
        picked = _of_flags(f"{name}.{tag}", logits, present, rule.temperature)
        if picked is not None:
            rows = ~np.isnan(present)
            threshold = best_f1_threshold(sigmoid(logits[rows], picked.temperature), present[rows])
            yield tag, TagRule(threshold=threshold, temperature=picked.temperature), picked


def _of_labels(question: str, logits: Floats, allowed: Flags, temperature: float) -> Calibrated | None:
    known = allowed.any(axis=1)
    if known.sum() < FEWEST:
        return None
    logits, allowed = logits[known], allowed[known]
    right = allowed[np.arange(len(logits)), logits.argmax(axis=1)]

    def error(temperature: float) -> float:
        return expected_calibration_error(softmax(logits, temperature).max(axis=1), right)

    return _picked(question, logits, allowed, temperature, error)


def _of_flags(question: str, logits: Floats, present: Floats, temperature: float) -> Calibrated | None:
    known = ~np.isnan(present)
    logits, there = logits[known], present[known] == 1
    if len(there) < FEWEST or min(there.sum(), (~there).sum()) < FEWEST_OF_EACH:
        return None

    def error(temperature: float) -> float:
        return expected_calibration_error(sigmoid(logits, temperature), there)

    # Yes or no is a question with two answers, the first of which has a logit of 0.
    two, allowed = np.stack([np.zeros_like(logits), logits], axis=1), np.stack([~there, there], axis=1)
    return _picked(question, two, allowed, temperature, error)


def _picked(
    question: str, logits: Floats, allowed: Flags, temperature: float, error: Callable[[float], float]
) -> Calibrated:
    best = round(best_temperature(logits, allowed), DIGITS)
    return Calibrated(question, len(logits), best, error(temperature), error(best))


def _together(question: str, parts: Sequence[Calibrated]) -> Calibrated:
    means = np.mean([(part.temperature, part.before, part.after) for part in parts], axis=0).tolist()
    return Calibrated(question, max(part.answers for part in parts), *means)
