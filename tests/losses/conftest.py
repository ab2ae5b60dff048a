from __future__ import annotations

import pytest
import torch


@pytest.fixture
def assert_connected_zero():
    """A loss with nothing known: exactly 0, never NaN, with a gradient of zeros."""

    def check(loss, leaf):
        assert loss.shape == ()
        assert loss.item() == 0.0
        assert loss.requires_grad
        loss.backward()
        assert leaf.grad is not None
        assert torch.equal(leaf.grad, torch.zeros_like(leaf))

    return check
