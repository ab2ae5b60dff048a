from __future__ import annotations

import math

import pytest
import torch

from fashionkit.heads import Features, FeatureWidths
from fashionkit.heads.embedding.module import EmbeddingModule
from fashionkit.heads.embedding.spec import EmbeddingSpec


def test_every_vector_is_of_length_one_whatever_the_features():
    module = EmbeddingModule(EmbeddingSpec(dimension=6), FeatureWidths(4, 4))
    pooled = torch.randn(5, 4) * torch.tensor([1e-3, 1.0, 1e3, 1e6, 10.0])[:, None]
    raw = module(Features(pooled, torch.zeros(5, 1, 4)))
    torch.testing.assert_close(raw.norm(dim=1), torch.ones(5))
    expected = pooled @ module.projection.weight.T + module.projection.bias
    torch.testing.assert_close(raw, expected / expected.norm(dim=1, keepdim=True))


def test_its_loss_is_the_naive_supervised_contrastive_one():
    spec = EmbeddingSpec(dimension=3)
    raw = torch.nn.functional.normalize(torch.randn(6, 3, generator=torch.Generator().manual_seed(0)), dim=1)
    names = ["a", "b", "a", None, "b", "a"]
    similarity = (raw @ raw.T / 0.1).tolist()
    known = [i for i, name in enumerate(names) if name]
    per_anchor = []
    for i in known:
        others = [j for j in known if j != i]
        total = sum(math.exp(similarity[i][j]) for j in others)
        positives = [j for j in others if names[j] == names[i]]
        per_anchor.append(-sum(math.log(math.exp(similarity[i][j]) / total) for j in positives) / len(positives))
    loss = EmbeddingModule(spec, FeatureWidths(4, 4)).loss(raw, torch.from_numpy(spec.encode(names)))
    assert loss.item() == pytest.approx(sum(per_anchor) / len(per_anchor), rel=1e-5)
