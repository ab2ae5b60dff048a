from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, settings, strategies as st
from torch.nn import functional

from fashionkit.errors import ConfigError, DataError
from fashionkit.losses import masked_huber, masked_squared_error

NAN = float("nan")
numbers = st.floats(-1e3, 1e3, width=32)


@settings(max_examples=100, deadline=None)
@given(cells=st.lists(st.tuples(numbers, numbers | st.just(NAN)), max_size=8), delta=st.sampled_from([0.1, 1.0, 50.0]))
def test_it_is_the_mean_over_known_cells(cells, delta):
    differences = [abs(p - t) for p, t in cells if not math.isnan(t)]
    losses = [d * d / 2 if d <= delta else delta * (d - delta / 2) for d in differences]
    predicted, targets = (torch.tensor([cell[i] for cell in cells]) for i in (0, 1))
    expected = sum(losses) / len(losses) if losses else 0.0
    assert masked_huber(predicted, targets, delta).item() == pytest.approx(expected, rel=1e-4, abs=1e-4)


def test_all_known_is_the_loss_of_torch():
    predicted, targets = torch.randn(2, 5, 3, generator=torch.Generator().manual_seed(0))
    assert torch.allclose(masked_huber(predicted, targets, 0.5), functional.huber_loss(predicted, targets, delta=0.5))


def test_gradient():
    predicted = torch.tensor([0.3, -4.0, 9.0, 2.0], dtype=torch.float64, requires_grad=True)
    targets = torch.tensor([0.0, 1.0, 3.0, NAN], dtype=torch.float64)
    assert torch.autograd.gradcheck(lambda x: masked_huber(x, targets), (predicted,))


@pytest.mark.parametrize("shape", [(0,), (3,), (2, 2)])
@pytest.mark.parametrize("held", [1.0, NAN, float("-inf")])
def test_nothing_known_is_a_connected_zero(assert_connected_zero, shape, held):
    predicted = torch.full(shape, held, requires_grad=True)
    assert_connected_zero(masked_huber(predicted, torch.full(shape, NAN)), predicted)


@pytest.mark.parametrize("held", [NAN, float("inf"), 1e30])
def test_unknown_cells_change_nothing_whatever_they_hold(held):
    predicted = torch.tensor([2.0, held], requires_grad=True)
    loss = masked_huber(predicted, torch.tensor([1.5, NAN]))
    loss.backward()
    assert loss.item() == 0.125
    assert predicted.grad.tolist() == [0.5, 0.0]


def test_half_precision_is_computed_in_float32():
    # In float16 the squared error of 300, 90,000, is infinite.
    predicted = torch.tensor([300.0], dtype=torch.float16)
    loss = masked_huber(predicted, torch.tensor([0.0], dtype=torch.float16), delta=1000.0)
    assert loss.dtype == torch.float32
    assert loss.item() == 45_000


def test_extreme_predictions_stay_finite():
    predicted = torch.tensor([1e30, -1e30], requires_grad=True)
    loss = masked_huber(predicted, torch.zeros(2))
    loss.backward()
    assert torch.isfinite(loss)
    assert predicted.grad.tolist() == [0.5, -0.5]


@pytest.mark.parametrize(
    ("predicted", "targets", "delta", "error", "message"),
    [
        (torch.zeros(2, 1), torch.zeros(2), 1.0, DataError, r"targets have shape \(2,\), predictions \(2, 1\)"),
        (torch.zeros(2).int(), torch.zeros(2), 1.0, DataError, "floating-point"),
        (torch.zeros(2), 0.0, 1.0, DataError, "float; give a torch.Tensor"),
        (torch.zeros(2), torch.zeros(2), 0.0, ConfigError, "delta is 0.0"),
        (torch.zeros(2), torch.zeros(2), -1.0, ConfigError, "delta"),
        (torch.zeros(2), torch.zeros(2), NAN, ConfigError, "delta"),
        (torch.zeros(2), torch.zeros(2), float("inf"), ConfigError, "delta"),
    ],
)
def test_what_does_not_fit_is_refused(predicted, targets, delta, error, message):
    with pytest.raises(error, match=message):
        masked_huber(predicted, targets, delta)


@settings(max_examples=60, deadline=None)
@given(cells=st.lists(st.tuples(numbers, numbers | st.just(NAN)), max_size=8))
def test_squared_error_is_that_of_torch_over_the_known_cells(cells):
    predicted, targets = (torch.tensor([cell[i] for cell in cells]) for i in (0, 1))
    known = ~targets.isnan()
    expected = functional.mse_loss(predicted[known], targets[known]).item() if known.any() else 0.0
    assert masked_squared_error(predicted, targets).item() == pytest.approx(expected, rel=1e-4, abs=1e-4)


def test_squared_error_gradient():
    predicted = torch.tensor([0.3, -4.0, 2.0], dtype=torch.float64, requires_grad=True)
    targets = torch.tensor([0.0, 1.0, NAN], dtype=torch.float64)
    assert torch.autograd.gradcheck(lambda x: masked_squared_error(x, targets), (predicted,))


@pytest.mark.parametrize("held", [NAN, float("inf"), 1e30])
def test_squared_error_of_unknown_cells_is_none_whatever_they_hold(assert_connected_zero, held):
    predicted = torch.tensor([2.0, held], requires_grad=True)
    loss = masked_squared_error(predicted, torch.tensor([1.5, NAN]))
    loss.backward()
    assert loss.item() == 0.25
    assert predicted.grad.tolist() == [1.0, 0.0]
    leaf = torch.full((2,), held, requires_grad=True)
    assert_connected_zero(masked_squared_error(leaf, torch.full((2,), NAN)), leaf)


def test_squared_error_in_half_precision_is_computed_in_float32():
    # In float16 the square of 300, 90,000, is infinite.
    loss = masked_squared_error(torch.tensor([300.0], dtype=torch.float16), torch.tensor([0.0], dtype=torch.float16))
    assert loss.dtype == torch.float32
    assert loss.item() == 90_000


def test_squared_error_of_other_shapes_is_refused():
    with pytest.raises(DataError, match="targets have shape"):
        masked_squared_error(torch.zeros(2, 1), torch.zeros(2))
