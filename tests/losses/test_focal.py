from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings, strategies as st
from torchvision.ops import sigmoid_focal_loss

from fashionkit.errors import ConfigError, DataError
from fashionkit.losses import label_set_cross_entropy, label_set_focal, masked_binary_cross_entropy, masked_binary_focal
from fashionkit.losses.focal import focal_term

NAN = float("nan")


def sets(seed, rows=5, classes=4, dtype=torch.float32):
    generator = torch.Generator().manual_seed(seed)
    logits = torch.randn(rows, classes, generator=generator, dtype=torch.float64) * 3
    return logits.to(dtype), torch.rand(rows, classes, generator=generator) < 0.5


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
    classes=st.integers(1, 5),
    gamma=st.sampled_from([0.0, 0.5, 2.0, 5.0]),
    weighted=st.booleans(),
)
def test_sets_are_the_formula_of_the_paper(seed, rows, classes, gamma, weighted):
    logits, allowed = sets(seed, rows, classes)
    weight = torch.linspace(0.5, 2, classes) if weighted else None
    total, divisor = 0.0, 0.0
    for row, mask in zip(logits.double(), allowed, strict=True):
        if mask.any():
            p = row.softmax(0)[mask].sum()
            w = 1.0 if weight is None else weight[mask].double().mean().item()
            total += w * ((1 - p).clamp(min=0) ** gamma * -p.log()).item()
            divisor += w
    expected = total / divisor if divisor else 0.0
    assert label_set_focal(logits, allowed, gamma=gamma, class_weight=weight).item() == pytest.approx(
        expected, rel=1e-4, abs=1e-5
    )


def test_sets_without_focus_are_the_cross_entropy():
    logits, allowed = sets(1)
    assert torch.allclose(label_set_focal(logits, allowed, gamma=0.0), label_set_cross_entropy(logits, allowed))


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    rows=st.integers(0, 6),
    gamma=st.sampled_from([0.0, 0.5, 1.0, 2.0]),
    share=st.sampled_from([None, 0.0, 0.25, 1.0]),
)
def test_cells_are_the_loss_of_torchvision(seed, rows, gamma, share):
    logits, targets = cells(seed, (rows, 3))
    known = ~targets.isnan()
    reference = sigmoid_focal_loss(logits[known], targets[known], alpha=-1 if share is None else share, gamma=gamma)
    expected = reference.mean().item() if known.any() else 0.0
    assert masked_binary_focal(logits, targets, gamma=gamma, positive_share=share).item() == pytest.approx(
        expected, rel=1e-4, abs=1e-5
    )


def test_cells_without_focus_are_the_cross_entropy_soft_targets_too():
    logits, targets = cells(2, (4, 3))
    soft = targets * 0.7 + 0.1
    ours = masked_binary_focal(logits, soft, gamma=0.0)
    assert torch.allclose(ours, masked_binary_cross_entropy(logits, soft))


@pytest.mark.parametrize("gamma", [0.0, 0.5, 2.0])
def test_gradients(gamma):
    logits, allowed = sets(3, rows=6, dtype=torch.float64)
    allowed[0], allowed[1] = False, True
    assert torch.autograd.gradcheck(lambda x: label_set_focal(x, allowed, gamma=gamma), (logits.requires_grad_(),))
    logits, targets = cells(4, (4, 3), torch.float64)
    assert torch.autograd.gradcheck(lambda x: masked_binary_focal(x, targets, gamma=gamma), (logits.requires_grad_(),))


@pytest.mark.parametrize("rows", [0, 3])
@pytest.mark.parametrize("held", [NAN, float("inf"), 1.0])
def test_nothing_known_is_a_connected_zero(assert_connected_zero, rows, held):
    logits = torch.full((rows, 4), held, requires_grad=True)
    assert_connected_zero(label_set_focal(logits, torch.zeros(rows, 4, dtype=torch.bool)), logits)
    logits = torch.full((rows, 4), held, requires_grad=True)
    assert_connected_zero(masked_binary_focal(logits, torch.full((rows, 4), NAN)), logits)


def test_what_is_unknown_changes_nothing_whatever_it_holds():
    logits, allowed = sets(5)
    allowed[:, 0] = True
    poisoned = torch.cat([logits, torch.full((1, 4), NAN)]).requires_grad_()
    loss = label_set_focal(poisoned, torch.cat([allowed, torch.zeros(1, 4, dtype=torch.bool)]))
    loss.backward()
    assert torch.allclose(loss, label_set_focal(logits, allowed))
    assert torch.isfinite(poisoned.grad).all()
    assert torch.equal(poisoned.grad[-1], torch.zeros(4))


@pytest.mark.parametrize("gamma", [0.0, 0.5, 1.0, 5.0])
@pytest.mark.parametrize("size", [1e2, 1e30])
def test_extreme_logits_stay_finite(gamma, size):
    logits = (torch.tensor([[1.0, -1.0, 0.0], [-1.0, 1.0, 0.0]]) * size).requires_grad_()
    allowed = torch.tensor([[True, False, False], [True, True, True]])
    loss = label_set_focal(logits, allowed, gamma=gamma) + masked_binary_focal(logits, allowed.float(), gamma=gamma)
    loss.backward()
    assert torch.isfinite(loss)
    assert torch.isfinite(logits.grad).all()


def test_the_term_is_exact_where_the_probability_is_near_one():
    # log1p(exp(-30)) is 9.3576e-14, and so is 1 - p; float32's 1 - p is 0.
    assert focal_term(torch.tensor(30.0), 1.0).item() == pytest.approx(9.3576e-14**2, rel=1e-4)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_is_computed_in_float32(dtype):
    logits, allowed = sets(6, dtype=dtype)
    assert torch.equal(label_set_focal(logits, allowed), label_set_focal(logits.float(), allowed))
    logits, targets = cells(6, (4, 3), dtype)
    assert torch.equal(masked_binary_focal(logits, targets), masked_binary_focal(logits.float(), targets))


def test_bool_targets():
    logits, _ = cells(7, (3,))
    applies = torch.tensor([True, False, True])
    assert torch.equal(masked_binary_focal(logits, applies), masked_binary_focal(logits, applies.float()))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: label_set_focal(torch.zeros(2, 3), torch.zeros(2, 3)), DataError, "give bool"),
        (lambda: label_set_focal(torch.zeros(2, 3), torch.ones(2, 3).bool(), gamma=-1), ConfigError, "gamma is -1"),
        (lambda: label_set_focal(torch.zeros(2, 3), torch.ones(2, 3).bool(), gamma=NAN), ConfigError, "gamma"),
        (lambda: masked_binary_focal(torch.zeros(2), torch.zeros(3)), DataError, "targets have shape"),
        (lambda: masked_binary_focal(torch.zeros(2), torch.zeros(2), gamma=float("inf")), ConfigError, "gamma"),
        (
            lambda: masked_binary_focal(torch.zeros(2), torch.zeros(2), positive_share=1.1),
            ConfigError,
            "positive_share",
        ),
    ],
)
def test_what_does_not_fit_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
