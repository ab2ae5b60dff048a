"""A map over what the model looked at → a map over the photo as it was given."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from fashionkit.heads import Floats
from fashionkit.images import InputRule


def placed(grid: Floats, rule: InputRule, height: int, width: int) -> Floats:
    """Undoes what `images.fit` did to a photo, for a map.

    Args:
        grid: h×w, the model's places; what a place says holds for the middle of its cell, linear between the middles.
        rule: How the photo was brought to the model's size.
        height: Of the photo, in pixels.
        width: Of the photo, in pixels.

    Returns:
        height×width float32: 0 where the model saw nothing of the photo (`crop`), without the white around it (`pad`).

    >>> placed(np.array([[0.0, 1.0]], np.float32), InputRule(size=(4, 4)), 1, 4).tolist()
    [[0.0, 0.25, 0.75, 1.0]]
    """
    whole = np.zeros((height, width), np.float32)
    if rule.fit == "squash":
        return _resized(grid, height, width)
    rows, columns = rule.size
    if rule.fit == "crop":
        kept_height = min(height, max(1, round(width * rows / columns)))
        kept_width = min(width, max(1, round(height * columns / rows)))
        top, left = (height - kept_height) // 2, (width - kept_width) // 2
        whole[top : top + kept_height, left : left + kept_width] = _resized(grid, kept_height, kept_width)
        return whole
    scale = min(rows / height, columns / width)
    inner_height, inner_width = min(rows, max(1, round(height * scale))), min(columns, max(1, round(width * scale)))
    top, left = (rows - inner_height) // 2, (columns - inner_width) // 2
    seen = _resized(grid, rows, columns)[top : top + inner_height, left : left + inner_width]
    return _resized(seen, height, width)


def _resized(grid: NDArray[np.float32], height: int, width: int) -> Floats:
    resized = cv2.resize(np.ascontiguousarray(grid, np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(resized, np.float32)
