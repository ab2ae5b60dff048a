from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings, strategies as st

from fashionkit.heads.outfit.module import OutfitModule
from fashionkit.heads.outfit.spec import OutfitSpec

SPEC = OutfitSpec(item_width=8, hidden=16, layers=2, heads=4)


def make():
    torch.manual_seed(0)
    module = OutfitModule(SPEC).eval()
    with torch.no_grad():  # louder, so that outfits differ by far more than rounding
        for weight in module.parameters():
            weight.mul_(2)
    return module


MODULE = make()


def draw_outfit(seed, n):
    vectors = np.random.default_rng(seed).normal(size=(n, 8)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@torch.no_grad()
def score(*outfits, spoil=None):
    packed = SPEC.pack(outfits)
    if spoil is not None:
        packed["items"][~packed["present"]] = spoil
    return MODULE(**{name: torch.from_numpy(values) for name, values in packed.items()})[:, 0].numpy()


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 16), st.integers(0, 1000))
def test_the_order_does_not_matter_and_the_items_do(n, seed):
    outfit = draw_outfit(seed, n)
    other_order = np.random.default_rng(seed + 1).permutation(n)
    alone, permuted, other = score(outfit, outfit[other_order], draw_outfit(seed + 5000, n))
    assert permuted == pytest.approx(alone, abs=1e-5)
    assert abs(other - alone) > 1e-4


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(2, 16), min_size=2, max_size=4), st.floats(-100, 100))
def test_padding_and_neighbours_never_leak(sizes, spoil):
    outfits = [draw_outfit(seed, n) for seed, n in enumerate(sizes)]
    alone = np.concatenate([score(outfit) for outfit in outfits])
    np.testing.assert_allclose(score(*outfits), alone, atol=1e-5)
    np.testing.assert_allclose(score(*outfits, spoil=spoil), alone, atol=1e-5)


def test_two_of_the_same_are_not_one():
    outfit = draw_outfit(0, 3)
    once, twice = score(outfit, np.concatenate([outfit, outfit[:1]]))
    assert abs(once - twice) > 1e-4


def test_its_loss_is_binary_cross_entropy_over_known_outfits():
    raw = torch.tensor([[2.0], [-1.0], [9.0]])
    loss = OutfitModule(SPEC).loss(raw, torch.from_numpy(SPEC.encode([True, True, None])))
    assert loss.item() == pytest.approx((math.log(1 + math.exp(-2)) + math.log(1 + math.exp(1))) / 2, rel=1e-5)
