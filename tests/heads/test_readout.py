from __future__ import annotations

import pytest
import torch
from torch import nn

from fashionkit.heads import Features, FeatureWidths
from fashionkit.heads.attributes.module import AttributesModule
from fashionkit.heads.attributes.spec import AttributesSpec, Group
from fashionkit.heads.category.module import CategoryModule
from fashionkit.heads.category.spec import CategorySpec
from fashionkit.heads.readout import readout


def test_without_a_hidden_layer_it_is_linear():
    layer = readout(5, 0, 3)
    assert isinstance(layer, nn.Linear)
    assert layer.weight.shape == (3, 5)


def test_with_a_hidden_layer_it_is_not_linear_and_answers_the_same_every_time():
    layers = readout(5, 16, 3).eval()
    x, y = torch.randn(2, 4, 5)
    assert layers(x).shape == (4, 3)
    assert torch.equal(layers(x), layers(x))
    assert not torch.allclose(layers(x + y), layers(x) + layers(y) - layers(torch.zeros(4, 5)), atol=1e-4)


@pytest.mark.parametrize(
    ("module", "spec"),
    [
        (CategoryModule, CategorySpec(labels=("dress", "shirt", "shoes"), hidden=8)),
        (AttributesModule, AttributesSpec(groups={"sleeve": Group(("long", "short"), may_not_apply=True)}, hidden=8)),
    ],
)
def test_the_heads_have_it(module, spec):
    head = module(spec, FeatureWidths(6, 4))
    assert sum(isinstance(layer, nn.Linear) and layer.out_features == 8 for layer in head.modules()) == 1
    assert head(Features(torch.randn(2, 6), torch.randn(2, 3, 4))).shape == (2, 3)


def test_it_learns_what_no_linear_layer_can():
    """Exclusive or: the label turns with the set that a photo is of."""
    torch.manual_seed(0)
    x = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    spec = CategorySpec(labels=("dress", "shirt"), hidden=32)
    targets = torch.from_numpy(spec.encode(["dress", "shirt", "shirt", "dress"]))
    head = CategoryModule(spec, FeatureWidths(2, 2))
    optimizer = torch.optim.AdamW(head.parameters(), lr=0.05)
    for _ in range(200):
        loss = head.loss(head(Features(x, x[:, None])), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    head.eval()
    assert head(Features(x, x[:, None])).argmax(1).tolist() == [0, 1, 1, 0]
