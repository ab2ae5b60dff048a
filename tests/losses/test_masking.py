from __future__ import annotations

import pytest
import torch

from fashionkit.losses import (
    fill_in_the_blank,
    label_set_cross_entropy,
    label_set_focal,
    masked_asymmetric,
    masked_binary_cross_entropy,
    masked_binary_focal,
    masked_huber,
    masked_squared_error,
)
from fashionkit.losses.masking import at_least_float32, masked_mean

NAN = float("nan")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (torch.float16, torch.float32),
        (torch.bfloat16, torch.float32),
        (torch.float32, torch.float32),
        (torch.float64, torch.float64),
    ],
)
def test_half_precision_is_widened_and_keeps_its_graph(given, expected):
    leaf = torch.ones(2, dtype=given, requires_grad=True)
    wide = at_least_float32(leaf)
    assert wide.dtype == expected
    wide.sum().backward()
    assert torch.equal(leaf.grad, torch.ones_like(leaf))


def test_the_sum_is_exact_beyond_the_range_of_half_precision():
    # 4,096 times 32 is 131,072; float16 ends at 65,504.
    values = at_least_float32(torch.full((4096,), 32.0, dtype=torch.float16))
    assert masked_mean(values, torch.ones(4096, dtype=torch.bool)).item() == 32.0


@pytest.mark.parametrize(
    ("values", "known", "expected"),
    [
        ([1.0, 2.0, 6.0], [True, True, True], 3.0),
        ([1.0, NAN, 6.0], [True, False, True], 3.5),
        ([NAN, float("inf")], [False, False], 0.0),
        ([], [], 0.0),
    ],
)
def test_masked_mean(values, known, expected):
    leaf = torch.tensor(values, requires_grad=True)
    mask = torch.tensor(known, dtype=torch.bool)
    mean = masked_mean(leaf, mask)
    mean.backward()
    assert mean.item() == expected
    assert torch.equal(leaf.grad, mask.float() / max(sum(known), 1))


@pytest.mark.parametrize(
    ("loss", "targets"),
    [
        (lambda x, t: label_set_cross_entropy(x, t, smoothing=0.1), torch.ones(2, 3, dtype=torch.bool)),
        (masked_binary_cross_entropy, torch.ones(2, 3)),
        (masked_huber, torch.ones(2, 3)),
        (masked_squared_error, torch.ones(2, 3)),
        (masked_binary_focal, torch.ones(2, 3)),
        (masked_asymmetric, torch.ones(2, 3)),
        (label_set_focal, torch.ones(2, 3, dtype=torch.bool)),
        (fill_in_the_blank, torch.ones(2, 3, dtype=torch.bool)),
    ],
)
def test_no_value_is_looked_at_on_the_host(loss, targets):
    # Tensors on "meta" have no values: whatever would make a GPU wait for one raises there.
    result = loss(torch.zeros(2, 3, device="meta", requires_grad=True), targets.to("meta"))
    result.backward()
    assert result.shape == ()
