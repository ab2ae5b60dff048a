"""The garments of the demo's small catalogue."""

from __future__ import annotations

import operator
import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fashionkit.demo.garments.canvas import Canvas
from fashionkit.demo.garments.collection import DESIGNS, Design
from fashionkit.errors import ConfigError

SMALLEST, LARGEST = 96, 1000


@dataclass(frozen=True, eq=False)
class DrawnGarment:
    """A garment and its picture.

    Attributes:
        name: What it is, in words: "striped t-shirt".
        kind: Its kind in the taxonomy.
        label: Its type in the taxonomy.
        pixels: height x width x 3 uint8 RGB, three quarters as wide as high.
    """

    name: str
    kind: str
    label: str
    pixels: NDArray[np.uint8]


def draw_wardrobe(size: int = 480, seed: int = 0) -> list[DrawnGarment]:
    """Draws the wardrobe, as photos of a shop: each garment lies or stands on light paper.

    Args:
        size: Height of the pictures in pixels, 96 to 1000; they are three quarters as wide.
        seed: Another seed has other folds and grain, the same garments. 0 or more.

    Raises:
        ConfigError: `size` or `seed` is no whole number within its range.
    """
    height = _whole(
        size, SMALLEST, LARGEST, f"size of a drawn garment: give a whole number of pixels, {SMALLEST} to {LARGEST}"
    )
    start = _whole(seed, 0, None, "seed of drawn garments: give a whole number, 0 or more")
    return [_drawn(design, height, start) for design in DESIGNS]


def _whole(value: int, least: int, most: int | None, wanted: str) -> int:
    """A whole number in its range, NumPy's too; else the error says what was wanted."""
    try:
        number = least - 1 if isinstance(value, bool) else operator.index(value)
    except TypeError:
        number = least - 1
    if number < least or (most is not None and number > most):
        raise ConfigError(f"{value!r} as the {wanted}")
    return number


def _drawn(design: Design, size: int, seed: int) -> DrawnGarment:
    # By name, so that a garment stays as it is when others come and go.
    random = np.random.default_rng([seed, zlib.crc32(design.name.encode())])
    canvas = Canvas(random, design.wobble)
    design.draw(canvas, random)
    return DrawnGarment(design.name, design.kind, design.label, canvas.photo(size))
