"""Photos as small as the page shows them."""

from __future__ import annotations

from PIL import Image

from fashionkit.images import Source, read
from fashionkit.service.batching import ServedModel

LARGE, SMALL = 640, 288
"""The longer side of a photo on its own, and of one in a gallery, in pixels."""


def small(photo: Source, model: ServedModel, side: int) -> Image.Image:
    """The photo with no side longer than `side`, and nothing of its file but the pixels.

    Waits its turn among all photos that are decoded for the model.

    Raises:
        ImageError: It cannot be read within the model's limits.
    """
    with model.pipeline.working:
        picture = Image.fromarray(read(photo, at_least=(side, side), limits=model.limits))
        picture.thumbnail((side, side), Image.Resampling.LANCZOS)
    return picture


def missing() -> Image.Image:
    """What stands where there is no photo: a grey that is seen on light and on dark ground."""
    return Image.new("RGB", (SMALL * 3 // 4, SMALL), (150, 146, 138))
