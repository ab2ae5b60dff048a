"""The loss that brings photos of one item together in the embedding and keeps others apart."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from fashionkit.errors import ConfigError, DataError
from fashionkit.losses.masking import at_least_float32, check_predictions, check_targets, masked_mean

_MATRIX = 2


def supervised_contrastive(embeddings: Tensor, labels: Tensor, temperature: float = 0.1) -> Tensor:
    """Supervised contrastive loss, averaged over the anchors that have a positive.

    For anchor i with positives P(i), the other rows of its label, and with A(i), all other known rows:
    -1/|P(i)| · Σ over p in P(i) of log( exp(zᵢ·zₚ/τ) / Σ over a in A(i) of exp(zᵢ·zₐ/τ) )
    (Khosla et al. 2020, "Supervised Contrastive Learning", equation 2, L_out).

    Args:
        embeddings: (N, D), floating point, rows of unit length; half precision is computed in float32, under autocast
            too. Rows of unknowns may hold anything.
        labels: N whole numbers; -1 is unknown and takes no part, as a negative neither.
        temperature: τ, finite and above 0.

    Returns:
        A scalar, at least 0; an exact 0 with a gradient of zeros where no anchor has a positive.

    Raises:
        DataError: If shapes, dtypes or devices do not fit.
        ConfigError: If `temperature` is out of range.

    >>> pairs = torch.tensor([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
    >>> round(supervised_contrastive(pairs, torch.tensor([0, 0, 1, 1]), temperature=1.0).item(), 4)
    0.5514
    >>> supervised_contrastive(pairs, torch.tensor([0, 1, 2, -1])).item()
    0.0
    """
    check_embeddings(embeddings, labels)
    if not (math.isfinite(temperature) and temperature > 0):
        raise ConfigError(f"temperature is {temperature}; give a finite number above 0")
    known = labels >= 0
    vectors = at_least_float32(torch.where(known[:, None], embeddings, 0.0))
    # Autocast would compute the product in half precision, whose steps near 1, over the temperature, are coarse.
    with torch.autocast(vectors.device.type, enabled=False):
        similarity = vectors @ vectors.T / temperature
    itself = torch.eye(len(labels), dtype=torch.bool, device=labels.device)
    others = known[:, None] & known[None, :] & ~itself
    positives = others & (labels[:, None] == labels[None, :])
    # The lowest finite number stands for "takes no part": with -inf a row without others has a NaN gradient.
    lowest = torch.finfo(similarity.dtype).min
    normaliser = torch.where(others, similarity, lowest).logsumexp(dim=1, keepdim=True)
    per_pair = torch.where(positives, normaliser - similarity, 0.0)
    n_positives = positives.sum(dim=1)
    return masked_mean(per_pair.sum(dim=1) / n_positives.clamp(min=1), n_positives > 0)


def check_embeddings(embeddings: Tensor, labels: Tensor) -> None:
    """Refuses embeddings and labels that do not lie beside each other.

    Args:
        embeddings: Should be (N, D), floating point.
        labels: Should be N whole numbers.

    Raises:
        DataError: If shapes, dtypes or devices do not fit.

    >>> check_embeddings(torch.eye(2), torch.tensor([0, 1]))
    """
    check_predictions("embeddings", embeddings)
    if embeddings.ndim != _MATRIX:
        raise DataError(f"embeddings have shape {tuple(embeddings.shape)}; give rows x dimensions")
    check_targets("labels", labels, embeddings.shape[:1], embeddings)
    if labels.is_floating_point() or labels.dtype == torch.bool:
        raise DataError(f"labels have dtype {labels.dtype}; give whole numbers, -1 for unknown")
