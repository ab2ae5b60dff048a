"""What is asked of a model: one number of its raw outputs, whose gradient leads back to the photo.

For a label of several that exclude each other it is the logarithm of its odds, log p − log(1 − p). A softmax does not
change when the same is added to all logits, so the gradient of one logit alone could be anything; that of the odds says
what sets the label apart from the others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import torch
from torch import Tensor

from fashionkit.explain.answerable import check_attribute
from fashionkit.heads import Outputs
from fashionkit.heads.attributes.spec import AttributesSpec
from fashionkit.heads.category.spec import CategorySpec
from fashionkit.heads.labels import place_of

Score: TypeAlias = Callable[[Mapping[str, Tensor]], Tensor]


@dataclass(frozen=True)
class Asked:
    """An answer to explain.

    Attributes:
        label: As people read it.
        probability: In [0, 1].
        score: Raw outputs of one photo by head → the number that grows with the answer's probability.
    """

    label: str
    probability: float
    score: Score


def about_category(name: str, spec: CategorySpec, outputs: Outputs, label: str | None) -> Asked:
    """Asks for a label of a category head; the most probable one where it is None.

    Raises:
        DataError: The head has no such label.
    """
    (category,) = spec.read(outputs[name], outputs)
    labels = category.labels
    place = int(category.probabilities.argmax()) if label is None else place_of(label, labels, "category")
    odds = _odds_of_added(spec, place - spec.width) if place >= spec.width else _odds_of_learned(name, spec, place)
    return Asked(labels[place], float(category.probabilities[place]), odds)


def _odds_of_learned(name: str, spec: CategorySpec, place: int) -> Score:
    return lambda raw: log_odds(raw[name][0] / spec.temperature, place)


def _odds_of_added(spec: CategorySpec, place: int) -> Score:
    def odds(raw: Mapping[str, Tensor]) -> Tensor:
        outputs = torch.cat([raw[name][0] for name in spec.compared])
        of_label: Tensor = outputs @ torch.tensor(spec.added[place].vector, device=outputs.device)
        return of_label

    return odds


def about_attribute(name: str, spec: AttributesSpec, outputs: Outputs, attribute: str, value: str | None) -> Asked:
    """Asks for a value of a group, the most probable one where it is None, or for a tag.

    Raises:
        DataError: The head has no such attribute or value, or it is a number, which has no probability.
    """
    check_attribute(spec, attribute, value)
    (attributes,) = spec.read(outputs[name], outputs)
    if attribute in spec.tags:
        column = spec.tag_columns.start + list(spec.tags).index(attribute)
        return Asked(attribute, attributes.every_tag[attribute].probability, lambda raw: raw[name][0, column])
    group = spec.groups[attribute]
    chosen = attributes.choices[attribute].label if value is None else value
    place = place_of(chosen, group.choices, attribute)
    return Asked(
        f"{attribute}={chosen}",
        attributes.choices[attribute].probabilities[chosen],
        lambda raw: log_odds(raw[name][0, spec.group_columns[attribute]] / group.temperature, place),
    )


def log_odds(logits: Tensor, place: int) -> Tensor:
    """K logits → the logarithm of the odds of one of them against all others.

    >>> log_odds(torch.tensor([0.0, 0.0, 0.0]), 1)
    tensor(-0.6931)
    """
    others = torch.cat([logits[:place], logits[place + 1 :]])
    return logits[place] - others.logsumexp(0)
