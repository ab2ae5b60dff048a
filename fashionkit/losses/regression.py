"""The loss of a quantity, such as a year or a price, where many are unknown."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

from fashionkit.errors import ConfigError
from fashionkit.losses.masking import at_least_float32, check_predictions, check_targets, masked_mean


def masked_huber(predicted: Tensor, targets: Tensor, delta: float = 1.0) -> Tensor:
    """Huber's loss, averaged over the known cells: squared near the target, linear beyond `delta`.

    ½·d² where |d| ≤ delta, else delta · (|d| - ½·delta), with d = predicted - target (Huber 1964, "Robust Estimation
    of a Location Parameter").

    Args:
        predicted: Any shape, floating point; half precision is computed in float32. Unknown cells may hold anything.
        targets: The same shape, in the same unit; NaN is unknown.
        delta: Where the loss turns linear, in the unit of the targets; finite and above 0.

    Returns:
        A scalar, at least 0; an exact 0 with a gradient of zeros where nothing is known.

    Raises:
        DataError: If shapes, dtypes or devices do not fit.
        ConfigError: If `delta` is out of range.

    >>> masked_huber(torch.tensor([0.0, 0.0, 0.0]), torch.tensor([1.0, 3.0, float("nan")])).item()
    1.5
    """
    check_predictions("predictions", predicted)
    check_targets("targets", targets, predicted.shape, predicted)
    if not (math.isfinite(delta) and delta > 0):
        raise ConfigError(f"delta is {delta}; give a finite number above 0")
    known = ~targets.isnan()
    values = at_least_float32(torch.where(known, predicted, 0.0))
    wanted = torch.where(known, targets, 0).to(values.dtype)
    return masked_mean(functional.huber_loss(values, wanted, reduction="none", delta=delta), known)


def masked_squared_error(predicted: Tensor, targets: Tensor) -> Tensor:
    """The squared error, averaged over the known cells; its best guess is the mean, Huber's is nearer to the median.

    Args:
        predicted: Any shape, floating point; half precision is computed in float32. Unknown cells may hold anything.
        targets: The same shape, in the same unit; NaN is unknown.

    Returns:
        A scalar, at least 0; an exact 0 with a gradient of zeros where nothing is known.

    Raises:
        DataError: If shapes, dtypes or devices do not fit.

    >>> masked_squared_error(torch.tensor([0.0, 0.0, 0.0]), torch.tensor([1.0, 3.0, float("nan")])).item()
    5.0
    """
    check_predictions("predictions", predicted)
    check_targets("targets", targets, predicted.shape, predicted)
    known = ~targets.isnan()
    values = at_least_float32(torch.where(known, predicted, 0.0))
    return masked_mean((values - torch.where(known, targets, 0).to(values.dtype)).square(), known)
