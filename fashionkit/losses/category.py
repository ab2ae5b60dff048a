"""The loss of a label that names a set of classes: several data sets, each with its own words, train one head."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from fashionkit.errors import ConfigError, DataError
from fashionkit.losses.masking import at_least_float32, check_predictions, check_targets, masked_mean

_MATRIX = 2


def label_set_cross_entropy(
    logits: Tensor, allowed: Tensor, *, smoothing: float = 0.0, class_weight: Tensor | None = None
) -> Tensor:
    """Minus the log of the softmax probability that falls on each row's allowed classes, averaged over known rows.

    A row that allows one class is the ordinary cross-entropy; one that allows all of them costs 0; one that allows
    none is unknown and takes no part (the classifier-consistent loss of Feng et al. 2020, "Provably Consistent
    Partial-Label Learning"). Computed as -log sigmoid(lse(allowed) - lse(others)), with lse the log of the summed
    exponentials: the same number, exact also where the probability is near 1, finite for extreme logits.

    With `smoothing` ε the loss of a row is (1 - ε) · set term + ε · mean over classes of -log p (Szegedy et al. 2016,
    section 7). With `class_weight` a row weighs as much as its allowed classes on average, the smoothing's classes
    weigh each their own, and the sum is divided by the weights of the known rows. For rows of one class both are what
    `torch.nn.functional.cross_entropy` computes.

    Args:
        logits: (N, K), floating point; half precision is computed in float32. Rows of unknowns may hold anything.
        allowed: (N, K), bool: the classes that the label can mean.
        smoothing: From 0 to below 1.
        class_weight: K numbers of at least 0.

    Returns:
        A scalar, at least 0; an exact 0 with a gradient of zeros where no row is known.

    Raises:
        DataError: If shapes, dtypes or devices do not fit.
        ConfigError: If `smoothing` is out of range.

    >>> logits = torch.tensor([[2.0, 0.0, 0.0]]).log_softmax(1)
    >>> loss = label_set_cross_entropy(logits, torch.tensor([[True, True, False]]))
    >>> torch.allclose(loss, -logits.exp()[0, :2].sum().log())
    True
    >>> label_set_cross_entropy(logits, torch.zeros(1, 3, dtype=torch.bool)).item()
    0.0
    """
    _check(logits, allowed, smoothing, class_weight)
    known = allowed.any(dim=1)
    scores = at_least_float32(torch.where(known[:, None], logits, 0.0))
    weights = scores.new_ones(scores.shape[1]) if class_weight is None else class_weight.to(scores.dtype)
    row_weight = (allowed * weights).sum(dim=1) / allowed.sum(dim=1).clamp(min=1)
    per_row = row_weight * _set_term(scores, allowed)
    if smoothing > 0:
        spread = -(functional.log_softmax(scores, dim=1) * weights).mean(dim=1)
        per_row = (1 - smoothing) * per_row + smoothing * spread
    mean_weight = masked_mean(row_weight, known)
    return masked_mean(per_row, known) / torch.where(mean_weight > 0, mean_weight, 1.0)


def _set_term(scores: Tensor, allowed: Tensor) -> Tensor:
    # The lowest finite number stands for "not in this set": with -inf an empty set has a NaN gradient.
    lowest = torch.finfo(scores.dtype).min
    # Shifting by the row's maximum changes neither value nor gradient, and keeps the digits of large logits.
    shifted = scores - scores.detach().amax(dim=1, keepdim=True)
    inside = torch.where(allowed, shifted, lowest).logsumexp(dim=1)
    outside = torch.where(allowed, lowest, shifted).logsumexp(dim=1)
    return -functional.logsigmoid(inside - outside)


def _check(logits: Tensor, allowed: Tensor, smoothing: float, class_weight: Tensor | None) -> None:
    check_predictions("logits", logits)
    if logits.ndim != _MATRIX or logits.shape[1] == 0:
        raise DataError(f"logits have shape {tuple(logits.shape)}; give rows x classes, with at least one class")
    check_targets("allowed", allowed, logits.shape, logits)
    if allowed.dtype != torch.bool:
        raise DataError(f"allowed has dtype {allowed.dtype}; give bool, True for the classes a label can mean")
    if class_weight is not None:
        check_targets("class weights", class_weight, logits.shape[1:], logits)
    if not 0 <= smoothing < 1:
        raise ConfigError(f"smoothing is {smoothing}; give a number from 0 to below 1")
