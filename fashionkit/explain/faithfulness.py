"""Whether a map shows what counted for an answer: deletion and insertion (Petsiuk, Das and Saenko 2018, section 4.3).

Deletion greys out the photo, from the place that the map puts first to the one it puts last, and watches the answer's
probability: the sooner it falls, the better the map. Insertion brings the photo back in the same order, out of a blur
in which nothing can be told: the sooner the probability rises, the better. The area under each curve is one number.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from fashionkit.errors import DataError
from fashionkit.heads import Floats

Probability: TypeAlias = Callable[[NDArray[np.uint8]], NDArray[np.floating]]

# Of the side: nothing but colours and their rough places is left.
BLUR = 0.1


@dataclass(frozen=True, slots=True)
class Faithfulness:
    """How well a map shows what counted.

    Attributes:
        deletion: Area under the curve of the probability while the photo is taken away, in [0, 1]; lower is better.
        insertion: The same while it is brought back; higher is better.
    """

    deletion: float
    insertion: float

    @property
    def gain(self) -> float:
        """Insertion less deletion, in [-1, 1]: one number to compare maps by; higher is better."""
        return self.insertion - self.deletion


def measure_faithfulness(
    probability: Probability, photo: NDArray[np.uint8], heat: Floats, *, steps: int = 16
) -> Faithfulness:
    """Measures one map of one photo.

    Args:
        probability: N×H×W×3 uint8 photos → the probabilities of the answer, N in [0, 1].
        photo: H×W×3 uint8, as the model looks at it.
        heat: H×W; only the order of its values counts, and among equals that of the rows.
        steps: In how many equal portions pixels go, from 1 to their number.

    Raises:
        DataError: The map is not as large as the photo, holds NaN, or there are too few or too many steps.

    >>> left = np.array([[1.0, 0.0]])
    >>> photo = np.array([[[255, 255, 255], [0, 0, 0]]], np.uint8)
    >>> measure_faithfulness(lambda photos: photos[:, 0, 0, 0] / 255, photo, left, steps=2).deletion < 0.75
    True
    """
    if heat.shape != photo.shape[:2] or not np.isfinite(heat).all():
        raise DataError(f"a map of {photo.shape[:2]} finite numbers goes with this photo, got one of {heat.shape}")
    if not 1 <= steps <= heat.size:
        raise DataError(f"steps must lie in 1..{heat.size:,}, the number of pixels; got {steps}")
    grey = np.broadcast_to(photo.reshape(-1, 3).mean(axis=0).round().astype(np.uint8), photo.shape)
    side = BLUR * max(photo.shape[:2])
    blurred = np.asarray(cv2.GaussianBlur(photo, (0, 0), side), np.uint8)
    curves = probability(
        np.concatenate([_exchanged(photo, grey, heat, steps), _exchanged(blurred, photo, heat, steps)])
    )
    deletion, insertion = curves[: steps + 1], curves[steps + 1 :]
    return Faithfulness(_area(deletion), _area(insertion))


def _exchanged(before: NDArray[np.uint8], after: NDArray[np.uint8], heat: Floats, steps: int) -> NDArray[np.uint8]:
    """Steps + 1 photos, from the one to the other, what the map puts first being exchanged first."""
    order = np.argsort(-heat, axis=None, kind="stable")
    turn = np.empty(heat.size, np.int64)
    turn[order] = np.arange(heat.size)
    done = np.linspace(0, heat.size, steps + 1).round().astype(np.int64)
    exchanged = turn.reshape(heat.shape)[None] < done[:, None, None]
    return np.where(exchanged[..., None], after, before)


def _area(curve: NDArray[np.floating]) -> float:
    """By trapezia, over a width of 1."""
    return float((curve[:-1] + curve[1:]).mean() / 2)
