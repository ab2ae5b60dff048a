"""The asymmetric loss: among many tags a photo has few, so those it has and those it has not are weighed apart."""

from __future__ import annotations

import torch
from torch import Tensor

from fashionkit.errors import ConfigError
from fashionkit.losses.focal import check_focus, focal_term
from fashionkit.losses.masking import at_least_float32, check_predictions, check_targets, masked_mean


def masked_asymmetric(
    logits: Tensor,
    targets: Tensor,
    *,
    gamma_positive: float = 0.0,
    gamma_negative: float = 4.0,
    clip: float = 0.05,
) -> Tensor:
    """Asymmetric loss, averaged over the known cells.

    t · (1 - p)^gamma_positive · -log p + (1 - t) · q^gamma_negative · -log(1 - q), with p = sigmoid(logit) and
    q = max(p - clip, 0) (Ridnik et al. 2021, "Asymmetric Loss For Multi-Label Classification", equation 7). A tag that
    is rightly seen as unlikely costs nothing at all; with `clip` 0 and equal gammas it is the focal loss.

    Args:
        logits: Any shape, floating point; half precision is computed in float32. Unknown cells may hold anything.
        targets: The same shape: t, from 0 (does not apply) to 1 (applies), or bool; NaN is unknown.
        gamma_positive: Finite and at least 0.
        gamma_negative: Finite and at least 0.
        clip: From 0 to below 1.

    Returns:
        A scalar, at least 0; an exact 0 with a gradient of zeros where nothing is known.

    Raises:
        DataError: If shapes, dtypes or devices do not fit.
        ConfigError: If a setting is out of range.

    >>> logits = torch.tensor([[0.0, -4.0, 9.0]])
    >>> round(masked_asymmetric(logits, torch.tensor([[1.0, 0.0, float("nan")]])).item(), 4)
    0.3466
    """
    check_predictions("logits", logits)
    check_targets("targets", targets, logits.shape, logits)
    check_focus("gamma_positive", gamma_positive)
    check_focus("gamma_negative", gamma_negative)
    if not 0 <= clip < 1:
        raise ConfigError(f"clip is {clip}; give a number from 0 to below 1")
    known = ~targets.isnan()
    scores = at_least_float32(torch.where(known, logits, 0.0))
    wanted = torch.where(known, targets, 0).to(scores.dtype)
    absent = _clipped(scores, gamma_negative, clip) if clip > 0 else focal_term(-scores, gamma_negative)
    return masked_mean(wanted * focal_term(scores, gamma_positive) + (1 - wanted) * absent, known)


def _clipped(scores: Tensor, gamma: float, clip: float) -> Tensor:
    """q^gamma · -log(1 - q); 0, with no gradient, where q is 0."""
    likely = scores.sigmoid() > clip
    # Replaced before the power: at 0 it has an infinite gradient where gamma is below 1.
    beyond = torch.where(likely, scores.sigmoid() - clip, 0.5)
    # 1 - q is at least the clip, so its log needs no care.
    return torch.where(likely, beyond**gamma * -(1 - beyond).log(), 0.0)
