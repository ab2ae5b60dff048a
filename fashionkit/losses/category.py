"""The loss of a label that names a set of classes: several data sets, each with its own words, train one head."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from fashionkit.errors import ConfigError
from fashionkit.losses.label_sets import check_label_sets, class_weights, log_odds, row_weights
from fashionkit.losses.masking import at_least_float32, masked_mean


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
    check_label_sets(logits, allowed, class_weight)
    if not 0 <= smoothing < 1:
        raise ConfigError(f"smoothing is {smoothing}; give a number from 0 to below 1")
    known = allowed.any(dim=1)
    scores = at_least_float32(torch.where(known[:, None], logits, 0.0))
    weights = class_weights(scores, class_weight)
    row_weight = row_weights(allowed, weights)
    per_row = row_weight * -functional.logsigmoid(log_odds(scores, allowed, ~allowed))
    if smoothing > 0:
        spread = -(functional.log_softmax(scores, dim=1) * weights).mean(dim=1)
        per_row = (1 - smoothing) * per_row + smoothing * spread
    mean_weight = masked_mean(row_weight, known)
    return masked_mean(per_row, known) / torch.where(mean_weight > 0, mean_weight, 1.0)
