"""The torch half of the attributes head."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from fashionkit.heads.attributes.spec import AttributesSpec
from fashionkit.heads.contract import Features, FeatureWidths
from fashionkit.heads.readout import readout
from fashionkit.losses import label_set_cross_entropy, masked_binary_cross_entropy, masked_huber


class AttributesModule(nn.Module):
    """A linear layer over the pooled features, or two with a hidden one between: N×C → N×width, as the spec says."""

    def __init__(self, spec: AttributesSpec, widths: FeatureWidths) -> None:
        super().__init__()
        self.spec = spec
        self.predictor = readout(widths.pooled, spec.hidden, spec.width)

    def forward(self, features: Features) -> Tensor:
        """Features of N photos → N×width raw output."""
        raw: Tensor = self.predictor(features.pooled)
        return raw

    def loss(self, raw: Tensor, targets: Tensor) -> Tensor:
        """The mean over groups, tags and numbers of their losses: each attribute weighs the same.

        Cross-entropy for a group, binary cross-entropy for the tags, Huber for a number; what is unknown is left out.
        """
        spec, n_groups = self.spec, len(self.spec.groups)
        losses = [
            label_set_cross_entropy(raw[:, columns], _one_hot(targets[:, place], columns.stop - columns.start))
            for place, columns in enumerate(spec.group_columns.values())
        ]
        weights = [1.0] * n_groups
        if spec.tags:
            known = targets[:, n_groups : n_groups + len(spec.tags)]
            losses.append(masked_binary_cross_entropy(raw[:, spec.tag_columns], known))
            weights.append(float(len(spec.tags)))
        for place, column in enumerate(range(spec.number_columns.start, spec.number_columns.stop)):
            losses.append(masked_huber(raw[:, column], targets[:, n_groups + len(spec.tags) + place]))
            weights.append(1.0)
        total = torch.stack([loss * weight for loss, weight in zip(losses, weights, strict=True)]).sum()
        return total / sum(weights)


def _one_hot(places: Tensor, width: int) -> Tensor:
    """N places, NaN where unknown → N×width bool; a row of False where unknown."""
    return places[:, None] == torch.arange(width, device=places.device)
