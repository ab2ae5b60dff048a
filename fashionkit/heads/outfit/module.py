"""The torch half of the outfit head: a set transformer with an outfit token (OutfitTransformer, Sarkar et al. 2022)."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from fashionkit.heads.outfit.spec import OutfitSpec
from fashionkit.losses import masked_binary_cross_entropy


class OutfitModule(nn.Module):
    """Self-attention over a learned outfit token and the items, without positions, so their order cannot matter.

    N×16×item_width items and N×16 bool `present` → N×1 logits, read from the outfit token.
    """

    def __init__(self, spec: OutfitSpec) -> None:
        super().__init__()
        self.projection = nn.Linear(spec.item_width, spec.hidden)
        self.token = nn.Parameter(torch.randn(spec.hidden) * spec.hidden**-0.5)
        self.layers = nn.ModuleList(SetLayer(spec.hidden, spec.heads) for _ in range(spec.layers))
        self.norm = nn.LayerNorm(spec.hidden)
        self.score = nn.Linear(spec.hidden, 1)

    def forward(self, items: Tensor, present: Tensor) -> Tensor:
        """Packed outfits → N×1 logits."""
        # Unit vectors have entries near D**-0.5; brought to about 1, as layers are initialised for.
        x = self.projection(items * items.shape[-1] ** 0.5)
        x = torch.cat([self.token.expand(x.shape[0], 1, -1), x], dim=1)
        seen = torch.cat([torch.ones_like(present[:, :1]), present], dim=1)
        for layer in self.layers:
            x = layer(x, seen[:, None, None, :])
        logits: Tensor = self.score(self.norm(x[:, 0]))
        return logits

    def loss(self, raw: Tensor, targets: Tensor) -> Tensor:
        """Binary cross-entropy between compatible and not, over the outfits that are known."""
        return masked_binary_cross_entropy(raw, targets)


class SetLayer(nn.Module):
    """One transformer layer, normalised first (Xiong et al. 2020): attention among what is present, then an MLP."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm_attention = nn.LayerNorm(width)
        self.query_key_value = nn.Linear(width, 3 * width)
        self.output = nn.Linear(width, width)
        self.norm_mlp = nn.LayerNorm(width)
        self.mlp = nn.Sequential(nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width))

    def forward(self, x: Tensor, seen: Tensor) -> Tensor:
        """N×L×width and N×1×1×L bool (what may be attended to) → N×L×width."""
        n, length, width = x.shape
        packed = self.query_key_value(self.norm_attention(x)).reshape(n, length, 3, self.heads, width // self.heads)
        query, key, value = packed.permute(2, 0, 3, 1, 4)
        attended = functional.scaled_dot_product_attention(query, key, value, attn_mask=seen)
        x = x + self.output(attended.transpose(1, 2).reshape(n, length, width))
        deeper: Tensor = self.mlp(self.norm_mlp(x))
        return x + deeper
