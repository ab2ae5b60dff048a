"""Transparency over white."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

OPAQUE = 255


def over_white(rgba: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Lays straight (not premultiplied) RGBA on white: round(colour · a + 255 · (1 - a)), a = alpha / 255.

    The "over" operator of Porter and Duff, "Compositing Digital Images" (1984), section 4, with an opaque ground.

    Args:
        rgba: H x W x 4 uint8.

    Returns:
        H x W x 3 uint8, a new array.

    >>> over_white(np.array([[[0, 0, 0, 255], [9, 9, 9, 0], [0, 0, 0, 128]]], np.uint8))[0, :, 0].tolist()
    [0, 255, 127]
    """
    alpha = rgba[..., 3:]
    if alpha.min() == OPAQUE:
        return rgba[..., :3].copy()
    # Both weights sum to 255, so the sum is at most 255 · 255 + 127 and stays within uint16.
    weight = alpha.astype(np.uint16)
    blend = rgba[..., :3] * weight
    blend += OPAQUE * (OPAQUE - weight)
    blend += OPAQUE // 2
    blend //= OPAQUE
    return blend.astype(np.uint8, order="C")
