"""Focal losses: what is answered well already counts less, so that what is hard and what is rare is heard."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

from fashionkit.errors import ConfigError
from fashionkit.losses.label_sets import check_label_sets, class_weights, log_odds, row_weights
from fashionkit.losses.masking import at_least_float32, check_predictions, check_targets, masked_mean


def label_set_focal(
    logits: Tensor, allowed: Tensor, *, gamma: float = 2.0, class_weight: Tensor | None = None
) -> Tensor:
    """Focal loss of a label that names a set of classes, averaged over known rows.

    (1 - p)^gamma · -log p, with p the softmax probability that falls on the row's allowed classes (Lin et al. 2017,
    "Focal Loss for Dense Object Detection", equation 4). With `gamma` 0 it is `label_set_cross_entropy`. With
    `class_weight` a row weighs as much as its allowed classes on average, and the sum is divided by the weights of the
    known rows.

    Args:
        logits: (N, K), floating point; half precision is computed in float32. Rows of unknowns may hold anything.
        allowed: (N, K), bool: the classes that the label can mean; a row that allows none is unknown.
        gamma: Finite and at least 0.
        class_weight: K numbers of at least 0.

    Returns:
        A scalar, at least 0; an exact 0 with a gradient of zeros where no row is known.

    Raises:
        DataError: If shapes, dtypes or devices do not fit.
        ConfigError: If `gamma` is out of range.

    >>> logits = torch.tensor([[2.0, 0.0, 0.0]])
    >>> round(label_set_focal(logits, torch.tensor([[True, False, False]])).item(), 4)
    0.0109
    """
    check_label_sets(logits, allowed, class_weight)
    check_focus("gamma", gamma)
    known = allowed.any(dim=1)
    scores = at_least_float32(torch.where(known[:, None], logits, 0.0))
    row_weight = row_weights(allowed, class_weights(scores, class_weight))
    per_row = row_weight * focal_term(log_odds(scores, allowed, ~allowed), gamma)
    mean_weight = masked_mean(row_weight, known)
    return masked_mean(per_row, known) / torch.where(mean_weight > 0, mean_weight, 1.0)


def masked_binary_focal(
    logits: Tensor, targets: Tensor, *, gamma: float = 2.0, positive_share: float | None = None
) -> Tensor:
    """Focal loss of labels that each apply or do not, averaged over the known cells.

    t · share · (1 - p)^gamma · -log p + (1 - t) · (1 - share) · p^gamma · -log(1 - p), with p = sigmoid(logit) (Lin et
    al. 2017, equation 5). For targets of 0 and 1 it is the mean of `torchvision.ops.sigmoid_focal_loss`.

    Args:
        logits: Any shape, floating point; half precision is computed in float32. Unknown cells may hold anything.
        targets: The same shape: t, from 0 (does not apply) to 1 (applies), or bool; NaN is unknown.
        gamma: Finite and at least 0.
        positive_share: From 0 to 1: how much what applies weighs; None leaves both at a weight of 1.

    Returns:
        A scalar, at least 0; an exact 0 with a gradient of zeros where nothing is known.

    Raises:
        DataError: If shapes, dtypes or devices do not fit.
        ConfigError: If `gamma` or `positive_share` is out of range.

    >>> logits = torch.tensor([[0.0, 9.0]])
    >>> round(masked_binary_focal(logits, torch.tensor([[1.0, float("nan")]])).item(), 4)
    0.1733
    """
    check_predictions("logits", logits)
    check_targets("targets", targets, logits.shape, logits)
    check_focus("gamma", gamma)
    if positive_share is not None and not 0 <= positive_share <= 1:
        raise ConfigError(f"positive_share is {positive_share}; give a number from 0 to 1, or None")
    positive, negative = (1.0, 1.0) if positive_share is None else (positive_share, 1 - positive_share)
    known = ~targets.isnan()
    scores = at_least_float32(torch.where(known, logits, 0.0))
    wanted = torch.where(known, targets, 0).to(scores.dtype)
    applies, does_not = focal_term(scores, gamma), focal_term(-scores, gamma)
    return masked_mean(positive * wanted * applies + negative * (1 - wanted) * does_not, known)


def focal_term(log_odds: Tensor, gamma: float) -> Tensor:
    """(1 - p)^gamma · -log p, with p = sigmoid(log_odds): exact where p is near 1, finite for extreme odds.

    The power is taken of the log of 1 - p: of 1 - p itself it has an infinite gradient at 0 where gamma is below 1.

    >>> focal_term(torch.tensor([0.0]), gamma=1.0)
    tensor([0.3466])
    """
    return (gamma * functional.logsigmoid(-log_odds)).exp() * -functional.logsigmoid(log_odds)


def check_focus(name: str, gamma: float) -> None:
    """Refuses an exponent that is negative or not finite.

    Raises:
        ConfigError: It is.

    >>> check_focus("gamma", -1.0)
    Traceback (most recent call last):
    fashionkit.errors.ConfigError: gamma is -1.0; give a finite number of at least 0
    """
    if not (math.isfinite(gamma) and gamma >= 0):
        raise ConfigError(f"{name} is {gamma}; give a finite number of at least 0")
