"""Losses of an attributes head, chosen for groups, tags and numbers apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

import torch
from torch import Tensor

from fashionkit.errors import ConfigError, did_you_mean
from fashionkit.heads.attributes.spec import AttributesSpec
from fashionkit.losses import masked_binary_cross_entropy, masked_huber
from fashionkit.losses.asymmetric import masked_asymmetric
from fashionkit.losses.category import label_set_cross_entropy
from fashionkit.losses.focal import label_set_focal, masked_binary_focal
from fashionkit.losses.regression import masked_squared_error

Loss: TypeAlias = Callable[[Tensor, Tensor], Tensor]

OF_GROUPS: Mapping[str, Loss] = {"cross-entropy": label_set_cross_entropy, "focal": label_set_focal}
OF_TAGS: Mapping[str, Loss] = {
    "cross-entropy": masked_binary_cross_entropy,
    "focal": masked_binary_focal,
    "asymmetric": masked_asymmetric,
}
OF_NUMBERS: Mapping[str, Loss] = {"huber": masked_huber, "squared": masked_squared_error}


def attribute_loss(
    spec: AttributesSpec, *, groups: str = "cross-entropy", tags: str = "cross-entropy", numbers: str = "huber"
) -> Loss:
    """A loss of raw outputs and targets: the mean over groups, tags and numbers, each attribute weighing the same.

    As it is by default, it is the head's own.

    Args:
        spec: Of the head.
        groups: "cross-entropy" or "focal" (Lin et al. 2017).
        tags: "cross-entropy", "focal" or "asymmetric" (Ridnik et al. 2021).
        numbers: "huber" or "squared".

    Raises:
        ConfigError: A name is unknown; a close one is suggested.

    >>> attribute_loss(AttributesSpec.example(), tags="asymetric")
    Traceback (most recent call last):
    fashionkit.errors.ConfigError: tags have no loss 'asymetric'; did you mean 'asymmetric'? Known: asymmetric, ...
    """
    of_group, of_tag = _named("groups", groups, OF_GROUPS), _named("tags", tags, OF_TAGS)
    of_number = _named("numbers", numbers, OF_NUMBERS)
    first_tag, first_number = len(spec.groups), len(spec.groups) + len(spec.tags)

    def loss(raw: Tensor, targets: Tensor) -> Tensor:
        losses = [
            of_group(raw[:, columns], targets[:, place, None] == torch.arange(len(group.choices), device=raw.device))
            for place, (group, columns) in enumerate(
                zip(spec.groups.values(), spec.group_columns.values(), strict=True)
            )
        ]
        if spec.tags:
            losses.append(len(spec.tags) * of_tag(raw[:, spec.tag_columns], targets[:, first_tag:first_number]))
        columns_of_numbers = zip(raw[:, spec.number_columns].T, targets[:, first_number:].T, strict=True)
        losses += [of_number(found, wanted) for found, wanted in columns_of_numbers]
        return torch.stack(losses).sum() / len(spec.names)

    return loss


def _named(what: str, name: str, known: Mapping[str, Loss]) -> Loss:
    if name not in known:
        raise ConfigError(f"{what} have no loss {name!r}; {did_you_mean(str(name), known)}")
    return known[name]
