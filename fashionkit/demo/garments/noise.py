"""Random texture: tiles that repeat without a seam, and smooth fields."""

from __future__ import annotations

from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

Field: TypeAlias = NDArray[np.float32]


def blurred(field: Field, across: float, down: float = 0) -> Field:
    """A Gaussian blur, `across` and `down` pixels wide; `down` 0 is as `across`."""
    return np.asarray(cv2.GaussianBlur(field, (0, 0), sigmaX=across, sigmaY=down), np.float32)


def resized(field: Field, width: int, height: int) -> Field:
    """The field at another size: averaged where it shrinks, linear where it grows."""
    way = cv2.INTER_AREA if width < field.shape[1] else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(field, (width, height), interpolation=way), np.float32)


def speckle(random: np.random.Generator, height: int, width: int, across: float = 0, down: float = 0) -> Field:
    """Noise of mean 0 and spread 1 that repeats seamlessly, smeared over `across` and `down` pixels."""
    rough = random.standard_normal((height, width), dtype=np.float32)
    smooth = wrapped_blur(rough, across, down)
    return np.asarray((smooth - smooth.mean()) / max(float(smooth.std()), 1e-6), np.float32)


def wrapped_blur(tile: Field, across: float, down: float) -> Field:
    """A Gaussian blur of a tile that takes the other side for what lies beyond its edge."""
    if across <= 0 and down <= 0:
        return tile
    height, width = tile.shape[:2]
    rim = int(3 * max(across, down)) + 2
    padded = np.pad(tile, [(rim, rim), (rim, rim)] + [(0, 0)] * (tile.ndim - 2), mode="wrap")
    soft = blurred(padded, max(across, 0.01), max(down, 0.01))
    return np.ascontiguousarray(soft[rim : rim + height, rim : rim + width])


def clouds(random: np.random.Generator, shape: tuple[int, int], across: float, down: float, turn: float = 0) -> Field:
    """A smooth field of spread about 1 whose hills are `across` wide and `down` long, turned by degrees.

    `shape`, `across` and `down` are in pixels.
    """
    reach = int(np.hypot(*shape)) + 8
    grid = (max(4, round(reach / down) + 2), max(4, round(reach / across) + 2))
    coarse = random.standard_normal(grid, dtype=np.float32)
    field = np.asarray(cv2.resize(coarse, (reach, reach), interpolation=cv2.INTER_CUBIC), np.float32)
    if turn:
        matrix = cv2.getRotationMatrix2D((reach / 2, reach / 2), -turn, 1.0)
        field[:] = cv2.warpAffine(field, matrix, (reach, reach), borderMode=cv2.BORDER_REFLECT)
    top, left = (reach - shape[0]) // 2, (reach - shape[1]) // 2
    return np.ascontiguousarray(field[top : top + shape[0], left : left + shape[1]], dtype=np.float32)
