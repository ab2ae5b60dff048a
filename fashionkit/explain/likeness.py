"""`Likeness`: which places of two photos make them alike.

The cosine of two embeddings that are a linear layer over averaged features splits exactly over the places of a photo
(Stylianou, Souvenir and Pless 2019, section 3): e = mean over places p of W·a_p + b, so cos(e, e') is the mean over p
of (W·a_p)·e' / (|e| |e'|), plus the share of b, which is of no place.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from fashionkit.explain.drawing import save, small
from fashionkit.explain.overlay import overlaid
from fashionkit.heads import Floats

GAP = 8
"""Pixels between the two photos, on white."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Likeness:
    """Which places of two photos make them alike.

    Attributes:
        similarity: The cosine of their embeddings, in [-1, 1].
        maps: One a photo, H×W float32 over the photo as it was given, in [0, 1]; 1 is the place that adds most to the
            similarity, and what takes away from it is 0. Read-only.
        photos: The two photos as they were read, H×W×3 uint8; read-only.
    """

    similarity: float
    maps: tuple[Floats, Floats]
    photos: tuple[NDArray[np.uint8], NDArray[np.uint8]]

    def overlay(self) -> NDArray[np.uint8]:
        """The two photos under their maps, side by side at the height of the lower one, H×W×3 uint8 RGB."""
        height = min(photo.shape[0] for photo in self.photos)
        drawn = [overlaid(photo, heat) for photo, heat in zip(self.photos, self.maps, strict=True)]
        first, second = (_of_height(pixels, height) for pixels in drawn)
        return np.hstack([first, np.full((height, GAP, 3), 255, np.uint8), second])

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Writes the overlay; as `Explanation.save`."""
        return save(self.overlay(), path)

    def to_dict(self) -> dict[str, Any]:
        """The similarity, as JSON can hold it."""
        return {"similarity": self.similarity}

    def __repr__(self) -> str:
        return f"Likeness({self.similarity:.3f})"

    def _repr_png_(self) -> bytes:
        return small(self.overlay())


def _of_height(pixels: NDArray[np.uint8], height: int) -> NDArray[np.uint8]:
    width = max(1, round(pixels.shape[1] * height / pixels.shape[0]))
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
