from __future__ import annotations

import math

import pytest
import torch

from fashionkit.errors import ConfigError, DataError
from fashionkit.losses import UncertaintyWeighting


def test_it_is_the_formula():
    weighting = UncertaintyWeighting(["a", "b"])
    with torch.no_grad():
        weighting.log_variance.copy_(torch.tensor([0.5, -1.0]))
    total = weighting({"b": torch.tensor(3.0), "a": torch.tensor(2.0)})
    assert total.item() == pytest.approx(math.exp(-0.5) * 2 + 0.25 + math.exp(1.0) * 3 - 0.5)
    assert weighting.weights() == pytest.approx({"a": math.exp(-0.5), "b": math.exp(1.0)})


def test_gradient():
    weighting = UncertaintyWeighting(["a", "b"]).double()
    losses = torch.tensor([2.0, 0.3], dtype=torch.float64, requires_grad=True)

    def total(log_variance, losses):
        return torch.func.functional_call(
            weighting, {"log_variance": log_variance}, ({"a": losses[0], "b": losses[1]},)
        )

    start = torch.tensor([0.3, -0.2], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(total, (start, losses))


def test_it_settles_where_the_gradient_is_none():
    # Of exp(-s)·L + s/2 the minimum is at s = log(2·L).
    weighting = UncertaintyWeighting(["hard", "easy"])
    optimiser = torch.optim.SGD(weighting.parameters(), lr=0.5)
    for _ in range(400):
        optimiser.zero_grad()
        weighting({"hard": torch.tensor(4.0), "easy": torch.tensor(0.25)}).backward()
        optimiser.step()
    assert weighting.log_variance.tolist() == pytest.approx([math.log(8.0), math.log(0.5)], abs=1e-4)


def test_what_is_left_out_does_not_move():
    weighting = UncertaintyWeighting(["a", "b"])
    weighting({"a": torch.tensor(2.0)}).backward()
    assert weighting.log_variance.grad.tolist() == [-1.5, 0.0]


def test_nothing_at_all_is_a_zero_with_a_gradient():
    weighting = UncertaintyWeighting(["a"])
    total = weighting({})
    total.backward()
    assert total.item() == 0
    assert weighting.log_variance.grad.tolist() == [0.0]


def test_half_precision_is_computed_in_float32():
    # Twice 60,000 is beyond float16.
    loss = torch.tensor(60_000.0, dtype=torch.float16)
    total = UncertaintyWeighting(["a", "b"])({"a": loss, "b": loss})
    assert total.dtype == torch.float32
    assert total.item() == 2 * loss.item()


def test_its_state_comes_back():
    first, second = UncertaintyWeighting(["a", "b"]), UncertaintyWeighting(["a", "b"])
    with torch.no_grad():
        first.log_variance += 1.5
    second.load_state_dict(first.state_dict())
    assert second.weights() == first.weights()


@pytest.mark.parametrize("names", [[], ["a", "a"]])
def test_names_must_differ(names):
    with pytest.raises(ConfigError, match="each once"):
        UncertaintyWeighting(names)


@pytest.mark.parametrize(
    ("losses", "message"),
    [
        ({"categroy": torch.tensor(1.0)}, "did you mean 'category'"),
        ({"category": torch.zeros(2)}, "no scalar"),
        ({"category": 1.0}, "no scalar"),
    ],
)
def test_what_does_not_fit_is_refused(losses, message):
    with pytest.raises(DataError, match=message):
        UncertaintyWeighting(["category"])(losses)
