from __future__ import annotations

import pytest
import torch

from fashionkit.heads import Features, FeatureWidths
from fashionkit.heads.category.module import CategoryModule
from fashionkit.heads.category.spec import CategorySpec

SPEC = CategorySpec(labels=("a", "b", "c"))


def test_it_is_a_linear_layer_over_the_pooled_features():
    module = CategoryModule(SPEC, FeatureWidths(4, 7))
    pooled = torch.randn(5, 4)
    expected = pooled @ module.classifier.weight.T + module.classifier.bias
    torch.testing.assert_close(module(Features(pooled, torch.full((5, 2, 7), torch.nan))), expected)


def test_its_loss_is_minus_the_log_of_the_summed_probability_over_known_rows():
    raw = torch.tensor([[1.0, 2.0, 0.0], [0.0, 1.0, 3.0], [5.0, 5.0, 5.0]])
    targets = torch.from_numpy(SPEC.encode(["b", ("a", "c"), None]))
    p = raw.softmax(dim=1)
    expected = -(p[0, 1].log() + (p[1, 0] + p[1, 2]).log()) / 2
    assert CategoryModule(SPEC, FeatureWidths(4, 4)).loss(raw, targets).item() == pytest.approx(expected.item())
