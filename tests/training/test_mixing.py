from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings, strategies as st
from torch.nn import functional

from fashionkit.errors import ConfigError, DataError
from fashionkit.losses import label_set_cross_entropy, masked_binary_cross_entropy
from fashionkit.training.mixing import Mixture, cutmix, mixup

KINDS = (mixup, cutmix)


def batch(seed, n, height=9, width=7):
    return np.random.default_rng(seed).integers(0, 256, (n, height, width, 3)).astype(np.uint8)


@settings(max_examples=60, deadline=None)
@given(n=st.integers(0, 6), seed=st.integers(0, 10**6), alpha=st.sampled_from([0.1, 1.0, 8.0]))
def test_mixup_is_the_weighted_sum(n, seed, alpha):
    pixels = batch(seed, n)
    mixed, mixture = mixup(pixels, alpha, np.random.default_rng(seed))
    expected = mixture.weight * pixels.astype(float) + (1 - mixture.weight) * pixels[mixture.partner]
    assert mixed.dtype == np.uint8
    assert np.abs(mixed - expected).max(initial=0) <= 0.5
    assert sorted(mixture.partner.tolist()) == list(range(n))
    assert 0 <= mixture.weight <= 1
    assert np.array_equal(pixels, batch(seed, n))


@settings(max_examples=60, deadline=None)
@given(
    n=st.integers(1, 6),
    seed=st.integers(0, 10**6),
    alpha=st.sampled_from([0.1, 1.0, 8.0]),
    size=st.sampled_from([(9, 7), (1, 1), (1, 30)]),
)
def test_cutmix_is_a_rectangle_of_the_partner_and_its_weight_is_the_area_left(n, seed, alpha, size):
    pixels = batch(seed, n, *size)
    mixed, mixture = cutmix(pixels, alpha, np.random.default_rng(seed))
    differs = (pixels != pixels[mixture.partner]).any(axis=3)
    taken = (mixed != pixels).any(axis=3)
    inside = taken.any(axis=0)
    rows, columns = inside.any(axis=1), inside.any(axis=0)
    area = np.outer(rows, columns)
    for photo in range(n):
        assert np.array_equal(mixed[photo][taken[photo]], pixels[mixture.partner[photo]][taken[photo]])
        assert not (taken[photo] & ~area).any()
    if differs[mixture.partner != np.arange(n)].all() and (mixture.partner != np.arange(n)).any():
        assert mixture.weight == pytest.approx(1 - area.mean())
    assert 0 <= mixture.weight <= 1
    assert np.array_equal(pixels, batch(seed, n, *size))


@pytest.mark.parametrize("mix", KINDS)
def test_it_depends_on_the_generator_alone(mix):
    pixels = batch(0, 8)
    first, second = (mix(pixels, 1.0, np.random.default_rng(3)) for _ in range(2))
    assert np.array_equal(first[0], second[0])
    assert first[1].weight == second[1].weight
    assert not np.array_equal(first[0], mix(pixels, 1.0, np.random.default_rng(4))[0])


@pytest.mark.parametrize("mix", KINDS)
def test_only_the_rows_that_may_are_mixed_and_only_with_each_other(mix):
    pixels, rows = batch(0, 8), np.array([True, False] * 4)
    for seed in range(20):
        mixed, mixture = mix(pixels, 1.0, np.random.default_rng(seed), rows)
        assert np.array_equal(mixed[~rows], pixels[~rows])
        assert np.array_equal(mixture.partner[~rows], np.flatnonzero(~rows))
        assert rows[mixture.partner[rows]].all()


@pytest.mark.parametrize("mix", KINDS)
def test_the_weights_follow_beta(mix):
    pixels = batch(0, 2, 40, 40)
    weights = [mix(pixels, 8.0, np.random.default_rng(seed))[1].weight for seed in range(200)]
    # Of Beta(8, 8) the mean is 0.5; a cut that leaves the photo takes less than its area.
    assert 0.45 < np.mean(weights) < (0.55 if mix is mixup else 0.75)
    assert np.std(weights) < 0.2


def test_the_loss_is_that_of_soft_targets():
    generator = torch.Generator().manual_seed(0)
    raw, labels = torch.randn(6, 4, generator=generator), torch.randint(0, 4, (6,), generator=generator)
    mixture = Mixture(np.array([3, 0, 1, 2, 4, 5]), weight=0.3)
    hard = functional.one_hot(labels, 4).float()
    reference = functional.cross_entropy(raw, 0.3 * hard + 0.7 * hard[mixture.partner])
    assert torch.allclose(mixture.loss(label_set_cross_entropy, raw, hard.bool()), reference, atol=1e-6)


def test_what_is_unknown_of_either_is_left_out():
    raw = torch.tensor([[1.0, 0.0], [1.0, 0.0]])
    allowed = torch.tensor([[True, False], [False, False]])
    loss = Mixture(np.array([1, 0]), weight=0.25).loss(label_set_cross_entropy, raw, allowed)
    assert loss.item() == pytest.approx(functional.softplus(torch.tensor(-1.0)).item())


def test_a_batch_that_is_not_mixed_has_the_loss_that_it_had():
    raw, targets = torch.randn(4, 3), torch.ones(4, 3)
    loss = Mixture(np.arange(4), weight=0.4).loss(masked_binary_cross_entropy, raw, targets)
    assert torch.allclose(loss, masked_binary_cross_entropy(raw, targets))


@pytest.mark.parametrize("mix", KINDS)
@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((batch(0, 2).astype(float), 1.0), DataError, "pixels have shape"),
        ((batch(0, 2)[0], 1.0), DataError, "pixels have shape"),
        ((batch(0, 2), 0.0), ConfigError, "alpha is 0.0"),
        ((batch(0, 2), float("nan")), ConfigError, "alpha is nan"),
        ((batch(0, 2), float("inf")), ConfigError, "alpha is inf"),
    ],
)
def test_what_does_not_fit_is_refused(mix, arguments, error, message):
    with pytest.raises(error, match=message):
        mix(*arguments, np.random.default_rng(0))
    with pytest.raises(DataError, match="one bool for each photo"):
        mix(batch(0, 2), 1.0, np.random.default_rng(0), np.ones(3, bool))


def test_targets_of_another_batch_are_refused():
    with pytest.raises(DataError, match="3 targets do not belong to 2 mixed photos"):
        Mixture(np.arange(2), 0.5).loss(masked_binary_cross_entropy, torch.zeros(3, 1), torch.zeros(3, 1))
