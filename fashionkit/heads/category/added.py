"""Labels that were added to a category head after its training: each a straight cut through other heads' outputs."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from fashionkit.errors import ConfigError
from fashionkit.heads.contract import Floats


class AddedLabel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One label that was added.

    Attributes:
        label: The label.
        weights: D float32, little-endian; in JSON as base64.
        bias: The logarithm of the label's odds against all labels that were learned is weights · outputs + bias.

    >>> added = AddedLabel.of("kimono", np.array([1.0, 2.0]), bias=-0.5)
    >>> added.vector.tolist()
    [1.0, 2.0]
    """

    label: str
    weights: bytes
    bias: float

    def __post_init__(self) -> None:
        if not self.weights or len(self.weights) % 4:
            raise ConfigError(f"the weights of {self.label!r} are {len(self.weights)} bytes, not numbers of 4 bytes")
        if not np.isfinite(self.vector).all() or not np.isfinite(self.bias):
            raise ConfigError(f"the weights and the bias of {self.label!r} must be finite numbers")

    @classmethod
    def of(cls, label: str, weights: NDArray[np.floating], bias: float) -> AddedLabel:
        """One label, from the numbers themselves."""
        return cls(label, np.asarray(weights, "<f4").tobytes(), float(bias))

    @property
    def vector(self) -> Floats:
        """The weights, D float32; read-only."""
        return np.frombuffer(self.weights, "<f4").astype(np.float32, copy=False)


def with_added(learned: Floats, added: Sequence[AddedLabel], outputs: NDArray[np.float32]) -> Floats:
    """Probabilities of the learned labels → those of the learned and the added ones.

    The odds of an added label stand against all learned ones together, so that among those nothing changes:
    p = softmax(log learned, odds of added).

    Args:
        learned: N×K, each row summing to 1.
        added: P labels.
        outputs: N×D, what they are told by.

    Returns:
        N×(K + P) float32, each row summing to 1.

    >>> kimono = AddedLabel.of("kimono", np.array([1.0]), bias=0.0)
    >>> with_added(np.array([[0.25, 0.75]], np.float32), [kimono], np.zeros((1, 1), np.float32)).tolist()
    [[0.125, 0.375, 0.5]]
    """
    weights = np.stack([each.vector for each in added]).astype(np.float64)
    odds = outputs.astype(np.float64) @ weights.T + np.array([each.bias for each in added])
    most = np.maximum(odds.max(axis=1, keepdims=True), 0)
    shares = np.concatenate([learned * np.exp(-most), np.exp(odds - most)], axis=1)
    probabilities: Floats = (shares / shares.sum(axis=1, keepdims=True)).astype(np.float32)
    return probabilities
