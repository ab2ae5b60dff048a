"""The loss of labels that each apply or do not, where many are unknown."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from fashionkit.losses.masking import at_least_float32, check_predictions, check_targets, masked_mean


def masked_binary_cross_entropy(logits: Tensor, targets: Tensor) -> Tensor:
    """Binary cross-entropy of the logits, averaged over the known cells.

    Args:
        logits: Any shape, floating point; half precision is computed in float32. Unknown cells may hold anything.
        targets: The same shape: numbers from 0 (does not apply) to 1 (applies), or bool; NaN is unknown.

    Returns:
        A scalar, at least 0; an exact 0 with a gradient of zeros where nothing is known.

    Raises:
        DataError: If shapes, dtypes or devices do not fit.

    >>> logits = torch.tensor([[0.0, 9.0]])
    >>> round(masked_binary_cross_entropy(logits, torch.tensor([[1.0, float("nan")]])).item(), 4)
    0.6931
    """
    check_predictions("logits", logits)
    check_targets("targets", targets, logits.shape, logits)
    known = ~targets.isnan()
    scores = at_least_float32(torch.where(known, logits, 0.0))
    wanted = torch.where(known, targets, 0).to(scores.dtype)
    return masked_mean(functional.binary_cross_entropy_with_logits(scores, wanted, reduction="none"), known)
