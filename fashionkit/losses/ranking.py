"""The loss of filling in a blank: the item that belongs scores above every other that was offered."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from fashionkit.errors import DataError
from fashionkit.losses.label_sets import log_odds
from fashionkit.losses.masking import at_least_float32, check_predictions, check_targets, masked_mean

_MATRIX = 2


def fill_in_the_blank(scores: Tensor, right: Tensor, offered: Tensor | None = None) -> Tensor:
    """Minus the log of the softmax probability of the right candidates among those offered, over the known questions.

    The list-wise ranking loss of Cao et al. 2007 ("Learning to Rank: From Pairwise Approach to Listwise Approach", top
    one). One right and one wrong candidate make it the pair-wise loss log(1 + exp(wrong - right)).

    Args:
        scores: (N, C), floating point: one row a question, one score a candidate, such as the logit of the outfit with
            that candidate in the blank. Half precision is computed in float32. What is not offered may hold anything.
        right: (N, C), bool: the candidates that belong. A question without one among those offered is unknown.
        offered: (N, C), bool: the candidates that there are, where questions differ in how many; None means all.

    Returns:
        A scalar, at least 0; an exact 0 with a gradient of zeros where no question is known.

    Raises:
        DataError: If shapes, dtypes or devices do not fit.

    >>> scores = torch.tensor([[1.0, 1.0, float("nan")]])
    >>> right, offered = torch.tensor([[True, False, False]]), torch.tensor([[True, True, False]])
    >>> round(fill_in_the_blank(scores, right, offered).item(), 4)
    0.6931
    """
    check_predictions("scores", scores)
    if scores.ndim != _MATRIX or scores.shape[1] == 0:
        raise DataError(f"scores have shape {tuple(scores.shape)}; give questions x candidates, with at least one")
    check_targets("right", right, scores.shape, scores)
    there = torch.ones_like(right) if offered is None else offered
    check_targets("offered", there, scores.shape, scores)
    if right.dtype != torch.bool or there.dtype != torch.bool:
        raise DataError(f"right has dtype {right.dtype}, offered {there.dtype}; give bool for both")
    belongs = right & there
    known = belongs.any(dim=1)
    values = at_least_float32(torch.where(known[:, None] & there, scores, 0.0))
    return masked_mean(-functional.logsigmoid(log_odds(values, belongs, there & ~right)), known)
