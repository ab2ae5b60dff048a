"""The torch half of the category head."""

from __future__ import annotations

from torch import Tensor, nn

from fashionkit.heads.category.spec import CategorySpec
from fashionkit.heads.contract import Features, FeatureWidths
from fashionkit.heads.readout import readout
from fashionkit.losses import label_set_cross_entropy


class CategoryModule(nn.Module):
    """A linear layer over the pooled features, or two with a hidden one between: N×C → N×K logits."""

    def __init__(self, spec: CategorySpec, widths: FeatureWidths) -> None:
        super().__init__()
        self.classifier = readout(widths.pooled, spec.hidden, spec.width)

    def forward(self, features: Features) -> Tensor:
        """Features of N photos → N×K logits."""
        logits: Tensor = self.classifier(features.pooled)
        return logits

    def loss(self, raw: Tensor, targets: Tensor) -> Tensor:
        """−log of the summed probability of the labels that may be meant, over the rows that are known."""
        return label_set_cross_entropy(raw, targets)
