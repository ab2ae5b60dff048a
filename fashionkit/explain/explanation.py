"""`Explanation`: where in a photo an answer comes from."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fashionkit.explain.drawing import save, small
from fashionkit.explain.overlay import overlaid
from fashionkit.heads import Floats


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Explanation:
    """Which places of a photo speak for an answer.

    Attributes:
        label: The answer, such as "shirt" or "sleeve=long".
        probability: How probable the model finds it, in [0, 1].
        map: H×W float32 over the photo as it was given, in [0, 1]; 1 is the place that speaks for the answer most, and
            all is 0 where nothing does. Read-only.
        photo: The photo as it was read, H×W×3 uint8, upright RGB; read-only.

    >>> explanation = Explanation("shirt", 0.9, np.zeros((2, 3), np.float32), np.zeros((2, 3, 3), np.uint8))
    >>> explanation
    Explanation('shirt', probability=0.900, 2×3)
    """

    label: str
    probability: float
    map: Floats
    photo: NDArray[np.uint8]

    def overlay(self) -> NDArray[np.uint8]:
        """The map over the photo, H×W×3 uint8 RGB: grey where nothing speaks for the answer, red where most does."""
        return overlaid(self.photo, self.map)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Writes the overlay as a .png, .jpg or .webp; gives its path.

        Raises:
            DataError: The name is of no such file, or it cannot be written.
        """
        return save(self.overlay(), path)

    def to_dict(self) -> dict[str, Any]:
        """The answer without its map, as JSON can hold it."""
        return {"label": self.label, "probability": self.probability}

    def __repr__(self) -> str:
        height, width = self.map.shape
        return f"Explanation({self.label!r}, probability={self.probability:.3f}, {height}×{width})"

    def _repr_png_(self) -> bytes:
        return small(self.overlay())


def in_unit_range(heat: Floats) -> Floats:
    """A map divided by its largest value, what is negative as 0, read-only.

    >>> in_unit_range(np.array([[-1.0, 2.0, 4.0]], np.float32)).tolist()
    [[0.0, 0.5, 1.0]]
    """
    positive = np.maximum(heat, 0)
    most = positive.max(initial=0)
    scaled: Floats = (positive / most if most > 0 else positive).astype(np.float32)
    scaled.flags.writeable = False
    return scaled
