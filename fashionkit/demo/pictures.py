"""A photo as the page holds it: small, and written into the page itself."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass

from PIL import Image

from fashionkit.images import Limits, Source, read

LARGE = 480
LARGE_BYTES = 34_000
SMALL = 256
SMALL_BYTES = 10_000
"""Sixty photos of both sizes stay below 4 MB of page, as base64 takes a third more."""

QUALITIES = (82, 70, 55, 40, 20)


@dataclass(frozen=True, slots=True)
class Pictures:
    """One photo in two sizes, as `data:` URIs of WebP, with nothing of the file but its pixels.

    Attributes:
        large: At most 480 pixels on its longer side.
        small: At most 256.
        width: Of the large one, in pixels.
        height: Of the large one, in pixels.
    """

    large: str
    small: str
    width: int
    height: int


def pictures_of(photo: Source, limits: Limits) -> Pictures:
    """Reads a photo and makes its pictures.

    Raises:
        ImageError: The photo cannot be read.
    """
    pixels = read(photo, at_least=(LARGE, LARGE), limits=limits)
    large = Image.fromarray(pixels)
    large.thumbnail((LARGE, LARGE), Image.Resampling.LANCZOS, reducing_gap=3.0)
    small = large.copy()
    small.thumbnail((SMALL, SMALL), Image.Resampling.LANCZOS)
    return Pictures(_uri(large, LARGE_BYTES), _uri(small, SMALL_BYTES), large.width, large.height)


def _uri(picture: Image.Image, most_bytes: int) -> str:
    """The best quality that fits; noise that fits at none is taken at the lowest."""
    encoded = b""
    for quality in QUALITIES:
        buffer = io.BytesIO()
        picture.save(buffer, "WEBP", quality=quality, method=4)
        encoded = buffer.getvalue()
        if len(encoded) <= most_bytes:
            break
    return f"data:image/webp;base64,{base64.b64encode(encoded).decode('ascii')}"
