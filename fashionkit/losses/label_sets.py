"""What the losses of a label that names a set of classes share: the odds of the set, its weight, what is refused."""

from __future__ import annotations

import torch
from torch import Tensor

from fashionkit.errors import DataError
from fashionkit.losses.masking import check_predictions, check_targets

_MATRIX = 2


def check_label_sets(logits: Tensor, allowed: Tensor, class_weight: Tensor | None) -> None:
    """Refuses logits, masks and weights that do not lie beside each other.

    Args:
        logits: Should be (N, K), floating point, K ≥ 1.
        allowed: Should be (N, K), bool.
        class_weight: Should be K numbers, or None.

    Raises:
        DataError: If shapes, dtypes or devices do not fit.

    >>> check_label_sets(torch.zeros(2, 3), torch.zeros(2, 3, dtype=torch.bool), None)
    """
    check_predictions("logits", logits)
    if logits.ndim != _MATRIX or logits.shape[1] == 0:
        raise DataError(f"logits have shape {tuple(logits.shape)}; give rows x classes, with at least one class")
    check_targets("allowed", allowed, logits.shape, logits)
    if allowed.dtype != torch.bool:
        raise DataError(f"allowed has dtype {allowed.dtype}; give bool, True for the classes a label can mean")
    if class_weight is not None:
        check_targets("class weights", class_weight, logits.shape[1:], logits)


def log_odds(scores: Tensor, inside: Tensor, outside: Tensor) -> Tensor:
    """The log of the summed exponentials inside a set, minus that outside: the logit of "the label is in the set".

    Args:
        scores: (N, K), at least float32, finite.
        inside: (N, K), bool: the classes of the set.
        outside: (N, K), bool: those it competes with. A class in neither takes no part.

    Returns:
        N numbers: large where nothing is outside, very negative where nothing is inside, always finite.

    >>> one = torch.tensor([[True, False, False]])
    >>> round(log_odds(torch.tensor([[2.0, 0.0, 0.0]]), one, ~one).sigmoid().item(), 4)
    0.787
    """
    # The lowest finite number stands for "not in this set": with -inf an empty set has a NaN gradient.
    lowest = torch.finfo(scores.dtype).min
    # Shifting by the row's maximum changes neither value nor gradient, and keeps the digits of large logits.
    shifted = scores - scores.detach().amax(dim=1, keepdim=True)
    return torch.where(inside, shifted, lowest).logsumexp(dim=1) - torch.where(outside, shifted, lowest).logsumexp(
        dim=1
    )


def class_weights(scores: Tensor, class_weight: Tensor | None) -> Tensor:
    """The K weights in the dtype of the scores; ones where none are given.

    >>> class_weights(torch.zeros(2, 3), None)
    tensor([1., 1., 1.])
    """
    return scores.new_ones(scores.shape[1]) if class_weight is None else class_weight.to(scores.dtype)


def row_weights(allowed: Tensor, weights: Tensor) -> Tensor:
    """What each row weighs: the mean weight of its allowed classes; 0 where it allows none.

    >>> row_weights(torch.tensor([[True, True], [False, False]]), torch.tensor([1.0, 3.0]))
    tensor([2., 0.])
    """
    return (allowed * weights).sum(dim=1) / allowed.sum(dim=1).clamp(min=1)
