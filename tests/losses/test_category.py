from __future__ import annotations

import itertools

import pytest
import torch
from hypothesis import given, settings, strategies as st
from torch.nn import functional

from fashionkit.errors import ConfigError, DataError
from fashionkit.losses import label_set_cross_entropy


def random_case(seed, rows=5, classes=4, dtype=torch.float32, scale=3.0):
    generator = torch.Generator().manual_seed(seed)
    logits = torch.randn(rows, classes, generator=generator, dtype=torch.float64) * scale
    allowed = torch.rand(rows, classes, generator=generator) < 0.5
    return logits.to(dtype), allowed


def naive(logits, allowed, smoothing=0.0, class_weight=None):
    weight = [1.0] * logits.shape[1] if class_weight is None else class_weight.tolist()
    total, divisor = 0.0, 0.0
    for row, mask in zip(logits.double(), allowed, strict=True):
        if not mask.any():
            continue
        p = row.softmax(0)
        row_weight = sum(w for w, m in zip(weight, mask, strict=True) if m) / int(mask.sum())
        spread = -sum(w * q.log().item() for w, q in zip(weight, p, strict=True)) / len(p)
        total += (1 - smoothing) * row_weight * -p[mask].sum().log().item() + smoothing * spread
        divisor += row_weight
    return total / divisor if divisor else 0.0


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    rows=st.integers(0, 6),
    classes=st.integers(1, 6),
    smoothing=st.sampled_from([0.0, 0.1, 0.7]),
    weighted=st.booleans(),
)
def test_it_is_the_naive_sum_of_probabilities(seed, rows, classes, smoothing, weighted):
    logits, allowed = random_case(seed, rows, classes)
    weight = torch.linspace(0.5, 2, classes) if weighted else None
    loss = label_set_cross_entropy(logits, allowed, smoothing=smoothing, class_weight=weight)
    assert loss.item() == pytest.approx(naive(logits, allowed, smoothing, weight), abs=1e-5)
    assert loss >= 0


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 0.5])
@pytest.mark.parametrize("weight", [None, torch.tensor([0.5, 1.0, 2.0, 0.0])])
@pytest.mark.parametrize("seed", range(5))
def test_one_class_a_row_is_the_cross_entropy_of_torch_value_and_gradient(smoothing, weight, seed):
    logits, _ = random_case(seed, rows=7)
    labels = torch.randint(0, 4, (7,), generator=torch.Generator().manual_seed(seed))
    ours, theirs = logits.clone().requires_grad_(), logits.clone().requires_grad_()
    loss = label_set_cross_entropy(ours, functional.one_hot(labels, 4).bool(), smoothing=smoothing, class_weight=weight)
    reference = functional.cross_entropy(theirs, labels, label_smoothing=smoothing, weight=weight)
    assert loss.item() == pytest.approx(reference.item(), abs=1e-6)
    loss.backward()
    reference.backward()
    assert torch.allclose(ours.grad, theirs.grad, atol=1e-6)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_gradient(smoothing):
    logits, allowed = random_case(3, rows=6, dtype=torch.float64)
    allowed[0], allowed[1] = False, True
    logits.requires_grad_()
    assert torch.autograd.gradcheck(lambda x: label_set_cross_entropy(x, allowed, smoothing=smoothing), (logits,))


def test_all_allowed_costs_exactly_nothing():
    logits = torch.randn(3, 5, generator=torch.Generator().manual_seed(0)).requires_grad_()
    loss = label_set_cross_entropy(logits, torch.ones(3, 5, dtype=torch.bool))
    loss.backward()
    assert loss.item() == 0
    assert torch.equal(logits.grad, torch.zeros(3, 5))


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("size", [1e2, 1e4, 1e30])
@pytest.mark.parametrize("row", list(itertools.product([-1, 0, 1], repeat=3)))
def test_extreme_logits_stay_finite(smoothing, size, row):
    logits = (torch.tensor([row], dtype=torch.float32) * size).requires_grad_()
    loss = label_set_cross_entropy(logits, torch.tensor([[True, True, False]]), smoothing=smoothing)
    loss.backward()
    assert torch.isfinite(loss)
    assert torch.isfinite(logits.grad).all()


def test_a_large_common_offset_does_not_cost_digits():
    logits, allowed = random_case(1)
    allowed[:, 0] = True
    logits = logits.round()  # so that adding the offset is exact
    assert torch.equal(label_set_cross_entropy(logits, allowed), label_set_cross_entropy(logits + 2.0**20, allowed))


def test_the_loss_is_exact_where_the_probability_is_near_one():
    loss = label_set_cross_entropy(torch.tensor([[30.0, 0.0]]), torch.tensor([[True, False]]))
    assert loss.item() == pytest.approx(9.3576e-14, rel=1e-4)  # log1p(exp(-30)); float32's 1 - p is 0


@pytest.mark.parametrize("rows", [0, 3])
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("weight", [None, torch.ones(4)])
def test_nothing_known_is_a_connected_zero(assert_connected_zero, rows, smoothing, weight):
    logits = torch.full((rows, 4), float("nan"), requires_grad=True)
    allowed = torch.zeros(rows, 4, dtype=torch.bool)
    assert_connected_zero(label_set_cross_entropy(logits, allowed, smoothing=smoothing, class_weight=weight), logits)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_unknown_rows_change_nothing_whatever_they_hold(smoothing):
    logits, allowed = random_case(2)
    allowed[:, 1] = True
    expected = label_set_cross_entropy(logits, allowed, smoothing=smoothing)
    poison = torch.tensor([[float("nan")] * 4, [float("inf")] * 4, [float("-inf")] * 4])
    logits = torch.cat([logits, poison]).requires_grad_()
    allowed = torch.cat([allowed, torch.zeros(3, 4, dtype=torch.bool)])
    loss = label_set_cross_entropy(logits, allowed, smoothing=smoothing)
    loss.backward()
    assert torch.allclose(loss, expected)
    assert torch.isfinite(logits.grad).all()
    assert torch.equal(logits.grad[-3:], torch.zeros(3, 4))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_is_computed_in_float32(dtype):
    logits, allowed = random_case(4, dtype=dtype)
    loss = label_set_cross_entropy(logits, allowed)
    assert loss.dtype == torch.float32
    assert torch.equal(loss, label_set_cross_entropy(logits.float(), allowed))


def test_all_weights_zero_is_zero_not_nan():
    loss = label_set_cross_entropy(torch.zeros(1, 2), torch.tensor([[True, False]]), class_weight=torch.zeros(2))
    assert loss.item() == 0


LOGITS = torch.zeros(2, 3)
ALLOWED = torch.ones(2, 3, dtype=torch.bool)


@pytest.mark.parametrize(
    ("logits", "allowed", "options", "error", "message"),
    [
        (LOGITS, ALLOWED[:1], {}, DataError, r"allowed have shape \(1, 3\), predictions \(2, 3\)"),
        (LOGITS, ALLOWED[:, :2], {}, DataError, r"\(2, 2\)"),
        (LOGITS[0], ALLOWED[0], {}, DataError, "rows x classes"),
        (LOGITS[:, :0], ALLOWED[:, :0], {}, DataError, "at least one class"),
        (LOGITS.long(), ALLOWED, {}, DataError, "floating-point"),
        (LOGITS, ALLOWED.float(), {}, DataError, "give bool"),
        (LOGITS.numpy(), ALLOWED, {}, DataError, "ndarray; give a torch.Tensor"),
        (LOGITS, None, {}, DataError, "NoneType"),
        (LOGITS, ALLOWED, {"class_weight": torch.ones(2)}, DataError, "class weights have shape"),
        (LOGITS, ALLOWED, {"class_weight": [1, 1, 1]}, DataError, "list; give a torch.Tensor"),
        (LOGITS, ALLOWED, {"smoothing": 1.0}, ConfigError, "smoothing is 1.0"),
        (LOGITS, ALLOWED, {"smoothing": -0.1}, ConfigError, "smoothing"),
        (LOGITS, ALLOWED, {"smoothing": float("nan")}, ConfigError, "smoothing"),
        (LOGITS, ALLOWED.to("meta"), {}, DataError, "one device"),
    ],
)
def test_what_does_not_fit_is_refused(logits, allowed, options, error, message):
    with pytest.raises(error, match=message):
        label_set_cross_entropy(logits, allowed, **options)
