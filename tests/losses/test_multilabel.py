from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings, strategies as st
from torch.nn import functional

from fashionkit.errors import DataError
from fashionkit.losses import masked_binary_cross_entropy

NAN = float("nan")


def random_case(seed, shape, dtype=torch.float32):
    generator = torch.Generator().manual_seed(seed)
    logits = (torch.randn(shape, generator=generator, dtype=torch.float64) * 4).to(dtype)
    targets = torch.rand(shape, generator=generator).round()
    targets[torch.rand(shape, generator=generator) < 0.4] = NAN
    return logits, targets


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10**6), rows=st.integers(0, 6), columns=st.integers(0, 4))
def test_it_is_the_mean_over_known_cells(seed, rows, columns):
    logits, targets = random_case(seed, (rows, columns))
    known = ~targets.isnan()
    losses = [
        -torch.nn.functional.logsigmoid(x if y else -x).item()
        for x, y in zip(logits.double()[known], targets[known], strict=True)
    ]
    expected = sum(losses) / len(losses) if losses else 0.0
    assert masked_binary_cross_entropy(logits, targets).item() == pytest.approx(expected, abs=1e-5)


def test_all_known_is_the_loss_of_torch_soft_targets_too():
    logits = torch.randn(4, 3, generator=torch.Generator().manual_seed(0))
    targets = torch.rand(4, 3, generator=torch.Generator().manual_seed(1))
    reference = functional.binary_cross_entropy_with_logits(logits, targets)
    assert torch.allclose(masked_binary_cross_entropy(logits, targets), reference)


def test_gradient():
    logits, targets = random_case(5, (4, 3), torch.float64)
    assert torch.autograd.gradcheck(lambda x: masked_binary_cross_entropy(x, targets), (logits.requires_grad_(),))


@pytest.mark.parametrize("shape", [(0, 3), (2, 3), (4,)])
@pytest.mark.parametrize("held", [0.0, NAN, float("inf")])
def test_nothing_known_is_a_connected_zero(assert_connected_zero, shape, held):
    logits = torch.full(shape, held, requires_grad=True)
    assert_connected_zero(masked_binary_cross_entropy(logits, torch.full(shape, NAN)), logits)


@pytest.mark.parametrize("held", [NAN, float("inf"), float("-inf")])
def test_unknown_cells_change_nothing_whatever_they_hold(held):
    logits = torch.tensor([2.0, held], requires_grad=True)
    loss = masked_binary_cross_entropy(logits, torch.tensor([1.0, NAN]))
    loss.backward()
    assert loss.item() == pytest.approx(0.126928, abs=1e-6)
    assert logits.grad[1] == 0
    assert torch.isfinite(logits.grad).all()


def test_extreme_logits_stay_finite():
    logits = torch.tensor([1e30, -1e30, 1e4, -1e4], requires_grad=True)
    loss = masked_binary_cross_entropy(logits, torch.tensor([0.0, 1.0, 1.0, 0.0]))
    loss.backward()
    assert torch.isfinite(loss)
    assert torch.isfinite(logits.grad).all()


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_is_computed_in_float32(dtype):
    logits, targets = random_case(6, (5, 4), dtype)
    loss = masked_binary_cross_entropy(logits, targets.to(dtype))
    assert loss.dtype == torch.float32
    assert torch.equal(loss, masked_binary_cross_entropy(logits.float(), targets))


@pytest.mark.parametrize("dtype", [torch.bool, torch.int64, torch.uint8, torch.float64])
def test_targets_of_any_real_dtype(dtype):
    logits, targets = torch.tensor([1.0, -1.0]), torch.tensor([1, 0])
    expected = masked_binary_cross_entropy(logits, targets.float())
    assert torch.equal(masked_binary_cross_entropy(logits, targets.to(dtype)), expected)


@pytest.mark.parametrize(
    ("logits", "targets", "message"),
    [
        (torch.zeros(2, 3), torch.zeros(3, 2), r"targets have shape \(3, 2\), predictions \(2, 3\)"),
        (torch.zeros(2, 1), torch.zeros(2), r"must have shape \(2, 1\)"),
        (torch.zeros(2).int(), torch.zeros(2), "floating-point"),
        (torch.zeros(2), [0, 1], "give a torch.Tensor"),
        (torch.zeros(2), torch.zeros(2, dtype=torch.complex64), "real numbers"),
    ],
)
def test_what_does_not_fit_is_refused(logits, targets, message):
    with pytest.raises(DataError, match=message):
        masked_binary_cross_entropy(logits, targets)
