"""RGB pixels → the size a model reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fashionkit.errors import ImageError
from fashionkit.images.source import describe

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fashionkit.images.rule import InputRule

WHITE = 255
COLOUR_AXES, RGB = 3, 3


def fit(pixels: NDArray[np.uint8], rule: InputRule) -> NDArray[np.uint8]:
    """Brings a photo to a model's input size.

    `squash` resizes and ignores the aspect ratio. `crop` keeps the largest centred part of the size's aspect ratio
    (to the pixel) and resizes that. `pad` resizes the whole photo to fit within and centres it on white.

    `area` averages the pixels under each new one when shrinking and is bilinear when enlarging (area would repeat
    pixels there); a side that shrinks and one that grows are treated each in its way. `bilinear` and `bicubic` weigh
    2x2 and 4x4 neighbours whatever the scale, so they alias when shrinking much: they are for models trained so.

    Args:
        pixels: H x W x 3 uint8, as `read` gives it; it is not changed.
        rule: Size, fit and interpolation.

    Returns:
        size x 3 uint8, C-contiguous, a new array.

    Raises:
        ImageError: `pixels` is not H x W x 3 uint8 with at least one pixel.

    >>> from fashionkit.images import InputRule
    >>> photo = np.zeros((10, 20, 3), np.uint8)
    >>> fit(photo, InputRule(size=(4, 4), fit="pad"))[:, 0, 0].tolist()
    [255, 0, 0, 255]
    """
    _check(pixels)
    height, width = rule.size
    if rule.fit == "squash":
        return _resized(pixels, height, width, rule)
    if rule.fit == "crop":
        return _resized(_centre(pixels, height, width), height, width, rule)
    return _on_white(pixels, rule)


def _centre(pixels: NDArray[np.uint8], height: int, width: int) -> NDArray[np.uint8]:
    # Cropped first: resizing a 5000x1 photo until its short side fits would take gigabytes.
    full_height, full_width = pixels.shape[:2]
    kept_height = min(full_height, max(1, round(full_width * height / width)))
    kept_width = min(full_width, max(1, round(full_height * width / height)))
    top, left = (full_height - kept_height) // 2, (full_width - kept_width) // 2
    return pixels[top : top + kept_height, left : left + kept_width]


def _on_white(pixels: NDArray[np.uint8], rule: InputRule) -> NDArray[np.uint8]:
    height, width = rule.size
    scale = min(height / pixels.shape[0], width / pixels.shape[1])
    inner_height = min(height, max(1, round(pixels.shape[0] * scale)))
    inner_width = min(width, max(1, round(pixels.shape[1] * scale)))
    top, left = (height - inner_height) // 2, (width - inner_width) // 2
    canvas = np.full((height, width, 3), WHITE, np.uint8)
    canvas[top : top + inner_height, left : left + inner_width] = _resized(pixels, inner_height, inner_width, rule)
    return canvas


def _resized(pixels: NDArray[np.uint8], height: int, width: int, rule: InputRule) -> NDArray[np.uint8]:
    import cv2  # noqa: PLC0415 - 0.15 s that who only reads photos need not pay

    resized: Any = np.ascontiguousarray(pixels)
    if rule.interpolation == "area":
        smaller = (min(width, pixels.shape[1]), min(height, pixels.shape[0]))
        resized = cv2.resize(resized, smaller, interpolation=cv2.INTER_AREA)
    if resized.shape[:2] != (height, width):
        method = cv2.INTER_CUBIC if rule.interpolation == "bicubic" else cv2.INTER_LINEAR
        resized = cv2.resize(resized, (width, height), interpolation=method)
    return np.array(resized, dtype=np.uint8, order="C")


def _check(pixels: NDArray[np.uint8]) -> None:
    if not isinstance(pixels, np.ndarray) or pixels.dtype != np.uint8 or pixels.ndim != COLOUR_AXES:
        raise ImageError(describe(pixels), "fit takes height x width x 3 uint8 pixels; use what read returns")
    if pixels.shape[2] != RGB or pixels.size == 0:
        raise ImageError(describe(pixels), "fit takes height x width x 3 pixels, at least one; use what read returns")
