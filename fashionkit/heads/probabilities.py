"""From logits to probabilities, with a temperature that calibrates them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fashionkit.errors import ConfigError


def check_temperature(temperature: float) -> None:
    """Refuses a temperature that cannot divide logits.

    Raises:
        ConfigError: It is not a finite number above 0.
    """
    if not (np.isfinite(temperature) and temperature > 0):
        raise ConfigError(f"temperature must be a finite number above 0, got {temperature}")


def softmax(logits: NDArray[np.float32], temperature: float) -> NDArray[np.float32]:
    """Probabilities over the last axis: exp(logits / temperature), normalised; finite for any finite logits.

    >>> softmax(np.array([[0.0, 0.0]], np.float32), 1.0).tolist()
    [[0.5, 0.5]]
    """
    below = logits.astype(np.float64)
    below -= below.max(axis=-1, keepdims=True)
    # A tiny temperature sends all but the largest to minus infinity, whose power is the 0 it should be.
    with np.errstate(over="ignore"):
        powers = np.exp(below / temperature)
    probabilities: NDArray[np.float32] = (powers / powers.sum(axis=-1, keepdims=True)).astype(np.float32)
    return probabilities


def sigmoid(logits: NDArray[np.float32], temperature: float) -> NDArray[np.float32]:
    """1 / (1 + exp(−logits / temperature)), without overflow.

    >>> float(sigmoid(np.array([-1e9], np.float32), 1.0)[0])
    0.0
    """
    with np.errstate(over="ignore"):
        half = logits.astype(np.float64) / 2 / temperature
    return (0.5 * (1 + np.tanh(half))).astype(np.float32)
