"""The torch half of the embedding head."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional

from fashionkit.heads.contract import Features, FeatureWidths
from fashionkit.heads.embedding.spec import EmbeddingSpec
from fashionkit.losses import supervised_contrastive


class EmbeddingModule(nn.Module):
    """A linear projection of the pooled features, brought to length 1: N×C → N×D."""

    def __init__(self, spec: EmbeddingSpec, widths: FeatureWidths) -> None:
        super().__init__()
        self.projection = nn.Linear(widths.pooled, spec.dimension)

    def forward(self, features: Features) -> Tensor:
        """Features of N photos → N×D vectors of length 1."""
        return functional.normalize(self.projection(features.pooled), dim=-1)

    def loss(self, raw: Tensor, targets: Tensor) -> Tensor:
        """Supervised contrastive loss (Khosla et al. 2020) between photos of the same thing and all others."""
        return supervised_contrastive(raw, targets)
