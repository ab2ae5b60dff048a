from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, settings, strategies as st
from torch.nn import functional

from fashionkit.errors import ConfigError, DataError
from fashionkit.losses import supervised_contrastive


def unit_rows(seed, rows, dimensions=3, dtype=torch.float32):
    generator = torch.Generator().manual_seed(seed)
    return functional.normalize(torch.randn(rows, dimensions, generator=generator, dtype=torch.float64)).to(dtype)


def naive(embeddings, labels, temperature):
    z, y = embeddings.double().tolist(), labels.tolist()
    known = [i for i in range(len(y)) if y[i] >= 0]

    def similarity(i, j):
        return sum(a * b for a, b in zip(z[i], z[j], strict=True)) / temperature

    losses = []
    for i in known:
        positives = [p for p in known if p != i and y[p] == y[i]]
        if positives:
            normaliser = math.log(sum(math.exp(similarity(i, a)) for a in known if a != i))
            losses.append(-sum(similarity(i, p) - normaliser for p in positives) / len(positives))
    return sum(losses) / len(losses) if losses else 0.0


@settings(max_examples=80, deadline=None)
@given(
    labels=st.lists(st.integers(-1, 3), max_size=10),
    seed=st.integers(0, 10**6),
    temperature=st.sampled_from([0.07, 0.1, 1.0, 10.0]),
)
def test_it_is_the_naive_double_loop(labels, seed, temperature):
    embeddings = unit_rows(seed, len(labels))
    labels = torch.tensor(labels, dtype=torch.int64)
    loss = supervised_contrastive(embeddings, labels, temperature)
    assert loss.item() == pytest.approx(naive(embeddings, labels, temperature), rel=1e-4, abs=1e-5)


def test_default_temperature():
    embeddings, labels = unit_rows(0, 4), torch.tensor([0, 0, 1, 1])
    assert torch.equal(supervised_contrastive(embeddings, labels), supervised_contrastive(embeddings, labels, 0.1))


def test_gradient():
    embeddings, labels = unit_rows(1, 6, dtype=torch.float64), torch.tensor([0, 0, 1, 1, -1, 2])
    assert torch.autograd.gradcheck(lambda z: supervised_contrastive(z, labels), (embeddings.requires_grad_(),))


@pytest.mark.parametrize("labels", [[], [-1, -1, -1], [3], [0, 1, 2], [0, -1, -1], [-1, -2, -2]])
def test_no_anchor_with_a_positive_is_a_connected_zero(assert_connected_zero, labels):
    embeddings = unit_rows(0, len(labels)).requires_grad_()
    assert_connected_zero(supervised_contrastive(embeddings, torch.tensor(labels, dtype=torch.int64)), embeddings)


def test_unknown_rows_change_nothing_whatever_they_hold():
    embeddings, labels = unit_rows(2, 5), torch.tensor([0, 0, 1, 1, 2])
    expected = supervised_contrastive(embeddings, labels)
    poisoned = torch.cat([embeddings, torch.full((2, 3), float("nan"))]).requires_grad_()
    loss = supervised_contrastive(poisoned, torch.cat([labels, torch.tensor([-1, -1])]))
    loss.backward()
    assert torch.allclose(loss, expected)
    assert torch.isfinite(poisoned.grad).all()
    assert torch.equal(poisoned.grad[-2:], torch.zeros(2, 3))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_is_computed_in_float32(dtype):
    embeddings, labels = unit_rows(3, 8, dtype=dtype), torch.tensor([0, 0, 1, 1, 2, 2, 3, 3])
    loss = supervised_contrastive(embeddings, labels)
    assert loss.dtype == torch.float32
    assert torch.equal(loss, supervised_contrastive(embeddings.float(), labels))


def test_autocast_does_not_lower_the_precision():
    embeddings, labels = unit_rows(3, 8), torch.tensor([0, 0, 1, 1, 2, 2, 3, 3])
    expected = supervised_contrastive(embeddings, labels)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert torch.equal(supervised_contrastive(embeddings, labels), expected)


def test_identical_embeddings_and_a_tiny_temperature_stay_finite():
    embeddings = torch.ones(4, 1, requires_grad=True)
    loss = supervised_contrastive(embeddings, torch.tensor([0, 0, 1, 1]), temperature=1e-6)
    loss.backward()
    assert torch.isfinite(loss)
    assert torch.isfinite(embeddings.grad).all()


@pytest.mark.parametrize("dtype", [torch.int8, torch.int32, torch.int64])
def test_labels_of_any_signed_whole_dtype(dtype):
    embeddings, labels = unit_rows(4, 4), torch.tensor([0, 0, 1, -1])
    expected = supervised_contrastive(embeddings, labels)
    assert torch.equal(supervised_contrastive(embeddings, labels.to(dtype)), expected)


ROWS, LABELS = torch.eye(3), torch.tensor([0, 0, 1])


@pytest.mark.parametrize(
    ("embeddings", "labels", "temperature", "error", "message"),
    [
        (ROWS, LABELS[:2], 0.1, DataError, r"labels have shape \(2,\), predictions \(3, 3\)"),
        (ROWS, LABELS[:, None], 0.1, DataError, r"must have shape \(3,\)"),
        (ROWS[0], LABELS, 0.1, DataError, "rows x dimensions"),
        (ROWS.long(), LABELS, 0.1, DataError, "floating-point"),
        (ROWS, LABELS.float(), 0.1, DataError, "whole numbers"),
        (ROWS, LABELS.bool(), 0.1, DataError, "whole numbers"),
        (ROWS, [0, 0, 1], 0.1, DataError, "list; give a torch.Tensor"),
        (ROWS, LABELS, 0.0, ConfigError, "temperature is 0.0"),
        (ROWS, LABELS, -1.0, ConfigError, "temperature"),
        (ROWS, LABELS, float("nan"), ConfigError, "temperature"),
        (ROWS, LABELS, float("inf"), ConfigError, "temperature"),
    ],
)
def test_what_does_not_fit_is_refused(embeddings, labels, temperature, error, message):
    with pytest.raises(error, match=message):
        supervised_contrastive(embeddings, labels, temperature)
