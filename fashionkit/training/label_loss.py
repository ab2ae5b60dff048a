"""The loss of a question with one label of several, where rare labels may weigh more than common ones."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from fashionkit.errors import ConfigError, did_you_mean
from fashionkit.losses import label_set_cross_entropy, label_set_focal

ClassWeights: TypeAlias = Literal["balanced"] | Mapping[str, float]

BALANCED = "balanced"
OF_LABELS: Mapping[str, Callable[..., Tensor]] = {"cross-entropy": label_set_cross_entropy, "focal": label_set_focal}
"""The losses that there are, by the name that a recipe calls them."""


class LabelLoss(nn.Module):
    """A loss of logits and of which labels may be meant, with all its settings.

    Args:
        name: "cross-entropy" or "focal".
        labels: The K labels.
        allowed: N×K bool, of all photos that are learned from: which labels each may show.
        class_weights: "balanced" for weights that make up for how rare a label is; or weights by label, of at least 0,
            where labels that are not named weigh 1; None for all alike. A photo whose label may be several weighs as
            much as these on average, so that what a coarse word means weighs neither more nor less than its parts.
        class_weights_power: Of "balanced": from 0 (all alike) to 1 (all labels together weigh the same).
        **arguments: Of the loss, such as `smoothing` or `gamma`.

    Raises:
        ConfigError: A setting is out of range, or a weight is of no label.
        TypeError: The loss takes no such argument.

    >>> loss = LabelLoss("cross-entropy", ("dress", "shirt"), np.eye(2, dtype=bool), class_weights={"shirt": 3.0})
    >>> round(loss(torch.tensor([[0.0, 0.0], [1.0, 0.0]]), torch.eye(2, dtype=torch.bool)).item(), 4)
    1.1582
    """

    weights: Tensor | None

    def __init__(
        self,
        name: str,
        labels: Sequence[str],
        allowed: NDArray[np.bool_],
        *,
        class_weights: ClassWeights | None = None,
        class_weights_power: float = 1.0,
        **arguments: Any,
    ) -> None:
        super().__init__()
        self.loss = OF_LABELS[name]
        self.arguments = arguments
        weights = None if class_weights is None else _weights(class_weights, labels, allowed, class_weights_power)
        # They follow from the data, so a state does not hold them.
        self.register_buffer("weights", weights, persistent=False)
        # Tried out on nothing, so that wrong arguments are refused at once.
        self(torch.zeros(1, len(labels)), torch.zeros(1, len(labels), dtype=torch.bool))

    def forward(self, logits: Tensor, allowed: Tensor) -> Tensor:
        """N×K logits and N×K bool → a scalar, the mean over the rows that are known."""
        return self.loss(logits, allowed, class_weight=self.weights, **self.arguments)


def balanced_weights(allowed: NDArray[np.bool_], power: float = 1.0) -> NDArray[np.float64]:
    """What each label weighs: in proportion to its count to the minus `power`, 1 on average over the known photos.

    With power 1 it is scikit-learn's "balanced": N / (labels · count). A photo whose label may be several counts for
    each by its share, and a label counts as one photo at least, lest one that only coarse words can mean outweighs all
    others. A label that no photo may show weighs 0.

    Args:
        allowed: N×K bool: which labels each photo may show; none where it is not known.
        power: From 0 to 1.

    Returns:
        K numbers.

    Raises:
        ConfigError: `power` is out of range.

    >>> balanced_weights(np.array([[True, False]] * 3 + [[False, True]])).round(3).tolist()
    [0.667, 2.0]
    """
    if not 0 <= power <= 1:
        raise ConfigError(f"class_weights_power is {power}; give a number from 0 (all alike) to 1 (balanced)")
    counts = (allowed / np.maximum(allowed.sum(axis=1, keepdims=True), 1)).sum(axis=0)
    weights = np.where(counts > 0, np.maximum(counts, 1.0) ** -power, 0.0)
    total: float = counts @ weights
    return weights * (counts.sum() / total) if total else weights


def _weights(how: ClassWeights, labels: Sequence[str], allowed: NDArray[np.bool_], power: float) -> Tensor:
    if how == BALANCED:
        return torch.from_numpy(balanced_weights(allowed, power)).float()
    if not isinstance(how, Mapping):
        raise ConfigError(f"class_weights are {how!r}; give {BALANCED!r}, or weights by label")
    for label, weight in how.items():
        if label not in labels:
            raise ConfigError(f"class_weights name the label {label!r}; {did_you_mean(label, labels)}")
        if not (isinstance(weight, int | float) and math.isfinite(weight) and weight >= 0):
            raise ConfigError(f"the label {label!r} weighs {weight!r}; give a finite number of at least 0")
    return torch.tensor([float(how.get(label, 1.0)) for label in labels])
