"""Losses of an attributes head, chosen for groups, tags and numbers apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Literal, TypeAlias, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from fashionkit.errors import ConfigError, did_you_mean
from fashionkit.heads.attributes.spec import AttributesSpec
from fashionkit.losses import masked_binary_cross_entropy, masked_huber
from fashionkit.losses.asymmetric import masked_asymmetric
from fashionkit.losses.focal import masked_binary_focal
from fashionkit.losses.regression import masked_squared_error
from fashionkit.training.label_loss import BALANCED, OF_LABELS, ClassWeights, LabelLoss

Loss: TypeAlias = Callable[..., Tensor]
Named = TypeVar("Named")

OF_TAGS: Mapping[str, Loss] = {
    "cross-entropy": masked_binary_cross_entropy,
    "focal": masked_binary_focal,
    "asymmetric": masked_asymmetric,
}
OF_NUMBERS: Mapping[str, Loss] = {"huber": masked_huber, "squared": masked_squared_error}


class AttributeLoss(nn.Module):
    """A loss of raw outputs and targets: the mean over groups, tags and numbers, each attribute weighing the same.

    As it is by default, it is the head's own.

    Args:
        spec: Of the head.
        known: N×names float, the targets of all photos that are learned from; "balanced" counts them.
        groups: "cross-entropy" or "focal" (Lin et al. 2017).
        tags: "cross-entropy", "focal" or "asymmetric" (Ridnik et al. 2021).
        numbers: "huber" or "squared".
        class_weights: "balanced" for the labels of all groups; or by group, "balanced" or weights by label, as
            `LabelLoss` takes them. Of tags, "focal" with `positive_share`, and "asymmetric", hear what is rare.
        class_weights_power: Of "balanced": from 0 (all alike) to 1 (all labels together weigh the same).
        group_arguments: Of the loss of the groups, such as {"smoothing": 0.1} or {"gamma": 1.0}.
        tag_arguments: Of the loss of the tags, such as {"gamma_negative": 2.0, "clip": 0.0}.
        number_arguments: Of the loss of the numbers, such as {"delta": 0.5}.

    Raises:
        ConfigError: A name is unknown, or a setting out of range; a close name is suggested.
        TypeError: A loss takes no such argument.

    >>> spec = AttributesSpec.example()
    >>> AttributeLoss(spec, spec.encode([None]), tags="asymetric")
    Traceback (most recent call last):
    fashionkit.errors.ConfigError: tags have no loss 'asymetric'; did you mean 'asymmetric'? Known: asymmetric, ...
    """

    def __init__(
        self,
        spec: AttributesSpec,
        known: NDArray[np.float32],
        *,
        groups: str = "cross-entropy",
        tags: str = "cross-entropy",
        numbers: str = "huber",
        class_weights: Literal["balanced"] | Mapping[str, ClassWeights] | None = None,
        class_weights_power: float = 1.0,
        group_arguments: Mapping[str, Any] | None = None,
        tag_arguments: Mapping[str, Any] | None = None,
        number_arguments: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__()
        _named("groups", groups, OF_LABELS)
        self.spec = spec
        weights = _by_group(spec, class_weights)
        self.of_groups = nn.ModuleList(
            LabelLoss(
                groups,
                group.choices,
                known[:, place, None] == np.arange(len(group.choices)),
                class_weights=weights.get(name),
                class_weights_power=class_weights_power,
                **(group_arguments or {}),
            )
            for place, (name, group) in enumerate(spec.groups.items())
        )
        self.of_tags = _tried(partial(_named("tags", tags, OF_TAGS), **(tag_arguments or {})))
        self.of_number = _tried(partial(_named("numbers", numbers, OF_NUMBERS), **(number_arguments or {})))

    def forward(self, raw: Tensor, targets: Tensor) -> Tensor:
        """N×width raw outputs and N×names targets, NaN where unknown → a scalar."""
        spec = self.spec
        first_tag, first_number = len(spec.groups), len(spec.groups) + len(spec.tags)
        losses = [
            loss(raw[:, columns], targets[:, place, None] == torch.arange(len(group.choices), device=raw.device))
            for place, (loss, group, columns) in enumerate(
                zip(self.of_groups, spec.groups.values(), spec.group_columns.values(), strict=True)
            )
        ]
        if spec.tags:
            losses.append(len(spec.tags) * self.of_tags(raw[:, spec.tag_columns], targets[:, first_tag:first_number]))
        columns_of_numbers = zip(raw[:, spec.number_columns].T, targets[:, first_number:].T, strict=True)
        losses += [self.of_number(found, wanted) for found, wanted in columns_of_numbers]
        return torch.stack(losses).sum() / len(spec.names)


def _by_group(
    spec: AttributesSpec, weights: Literal["balanced"] | Mapping[str, ClassWeights] | None
) -> Mapping[str, ClassWeights]:
    if weights is None:
        return {}
    if weights == BALANCED:
        return dict.fromkeys(spec.groups, BALANCED)
    if not isinstance(weights, Mapping):
        raise ConfigError(f"class_weights are {weights!r}; give {BALANCED!r}, or weights by group")
    for name in weights:
        if name not in spec.groups:
            raise ConfigError(f"class_weights name the group {name!r}; {did_you_mean(name, spec.groups)}")
    return weights


def _named(what: str, name: str, known: Mapping[str, Named]) -> Named:
    if name not in known:
        raise ConfigError(f"{what} have no loss {name!r}; {did_you_mean(str(name), known)}")
    return known[name]


def _tried(loss: Loss) -> Loss:
    """The same; tried out on nothing, so that wrong arguments are refused at once."""
    loss(torch.zeros(1), torch.zeros(1))
    return loss
