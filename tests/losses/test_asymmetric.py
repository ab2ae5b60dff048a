from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings, strategies as st
from timm.loss import AsymmetricLossMultiLabel

from fashionkit.errors import ConfigError, DataError
from fashionkit.losses import masked_asymmetric, masked_binary_focal

NAN = float("nan")


def cells(seed, shape, dtype=torch.float32):
    generator = torch.Generator().manual_seed(seed)
    logits = torch.randn(shape, generator=generator, dtype=torch.float64) * 3
    targets = torch.rand(shape, generator=generator).round()
    targets[torch.rand(shape, generator=generator) < 0.4] = NAN
    return logits.to(dtype), targets


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    rows=st.integers(0, 6),
    positive=st.sampled_from([0.0, 1.0]),
    negative=st.sampled_from([1.0, 4.0]),
    clip=st.sampled_from([0.0, 0.05, 0.3]),
)
def test_it_is_the_loss_of_timm(seed, rows, positive, negative, clip):
    logits, targets = cells(seed, (rows, 3))
    known = ~targets.isnan()
    theirs = AsymmetricLossMultiLabel(gamma_pos=positive, gamma_neg=negative, clip=clip)
    # One row of one cell each: theirs is then the mean of the known cells.
    expected = theirs(logits[known][:, None], targets[known][:, None]).item() if known.any() else 0.0
    ours = masked_asymmetric(logits, targets, gamma_positive=positive, gamma_negative=negative, clip=clip)
    assert ours.item() == pytest.approx(expected, rel=1e-4, abs=1e-5)


def test_the_formula_by_hand():
    logits = torch.tensor([0.0, 2.0, -5.0], dtype=torch.float64)
    p = logits.sigmoid()
    expected = ((1 - p[0]) ** 0.5 * -p[0].log() + (p[1] - 0.1) ** 1.5 * -(1 - p[1] + 0.1).log() + 0) / 3
    loss = masked_asymmetric(logits, torch.tensor([1.0, 0.0, 0.0]), gamma_positive=0.5, gamma_negative=1.5, clip=0.1)
    assert loss.item() == pytest.approx(expected.item())


def test_without_a_clip_and_with_equal_gammas_it_is_the_focal_loss():
    logits, targets = cells(1, (4, 3))
    ours = masked_asymmetric(logits, targets, gamma_positive=2.0, gamma_negative=2.0, clip=0.0)
    assert torch.equal(ours, masked_binary_focal(logits, targets, gamma=2.0))


@pytest.mark.parametrize("negative", [0.0, 0.5, 4.0])
@pytest.mark.parametrize("clip", [0.0, 0.05])
def test_gradient(negative, clip):
    logits, targets = cells(5, (4, 3), torch.float64)
    assert torch.autograd.gradcheck(
        lambda x: masked_asymmetric(x, targets, gamma_negative=negative, clip=clip), (logits.requires_grad_(),)
    )


@pytest.mark.parametrize("shape", [(0, 3), (2, 3)])
@pytest.mark.parametrize("held", [0.0, NAN, float("inf")])
def test_nothing_known_is_a_connected_zero(assert_connected_zero, shape, held):
    logits = torch.full(shape, held, requires_grad=True)
    assert_connected_zero(masked_asymmetric(logits, torch.full(shape, NAN)), logits)


@pytest.mark.parametrize("held", [NAN, float("-inf")])
def test_unknown_cells_change_nothing_whatever_they_hold(held):
    logits = torch.tensor([2.0, held], requires_grad=True)
    loss = masked_asymmetric(logits, torch.tensor([0.0, NAN]))
    loss.backward()
    assert torch.equal(loss, masked_asymmetric(torch.tensor([2.0]), torch.tensor([0.0])))
    assert logits.grad[1] == 0
    assert torch.isfinite(logits.grad).all()


@pytest.mark.parametrize("negative", [0.0, 0.5, 1.0, 4.0])
@pytest.mark.parametrize("clip", [0.0, 0.05])
def test_extreme_logits_stay_finite(negative, clip):
    logits = torch.tensor([1e30, -1e30, 1e4, -1e4, 0.0], requires_grad=True)
    loss = masked_asymmetric(logits, torch.tensor([0.0, 1.0, 1.0, 0.0, 0.0]), gamma_negative=negative, clip=clip)
    loss.backward()
    assert torch.isfinite(loss)
    assert torch.isfinite(logits.grad).all()


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_is_computed_in_float32(dtype):
    logits, targets = cells(6, (5, 4), dtype)
    assert torch.equal(masked_asymmetric(logits, targets), masked_asymmetric(logits.float(), targets))


@pytest.mark.parametrize(
    ("settings_", "error", "message"),
    [
        ({"gamma_positive": -1.0}, ConfigError, "gamma_positive is -1.0"),
        ({"gamma_negative": NAN}, ConfigError, "gamma_negative"),
        ({"clip": 1.0}, ConfigError, "clip is 1.0"),
        ({"clip": NAN}, ConfigError, "clip"),
    ],
)
def test_settings_out_of_range_are_refused(settings_, error, message):
    with pytest.raises(error, match=message):
        masked_asymmetric(torch.zeros(2), torch.zeros(2), **settings_)


def test_shapes_that_do_not_fit_are_refused():
    with pytest.raises(DataError, match="targets have shape"):
        masked_asymmetric(torch.zeros(2, 3), torch.zeros(3, 2))
