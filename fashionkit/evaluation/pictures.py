"""Photos as the page holds them: small, written into the page itself, and never of people."""

from __future__ import annotations

import base64
import io

from PIL import Image

from fashionkit.datasets import LabelledPhoto
from fashionkit.errors import ImageError
from fashionkit.images import read

SIDE = 200
QUALITY = 60

PEOPLE = frozenset({"street", "deepfashion", "deepfashion-inshop"})
"""Sets whose photos show people."""


def may_be_shown(set_name: str, photo: LabelledPhoto) -> bool:
    """Whether a photo may be on a page: not where a person wears what it is about.

    >>> may_be_shown("design", LabelledPhoto("a.jpg", fields={"view": "worn"}))
    False
    """
    return set_name not in PEOPLE and photo.fields.get("view") != "worn"


def picture_of(photo: LabelledPhoto) -> str | None:
    """A small copy as a `data:` URI of WebP, with nothing of the file but its pixels; None where it cannot be read."""
    try:
        pixels = read(photo.photo, at_least=(SIDE, SIDE))
    except ImageError:
        return None
    image = Image.fromarray(pixels)
    image.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=QUALITY, method=4)
    return f"data:image/webp;base64,{base64.b64encode(buffer.getvalue()).decode('ascii')}"
