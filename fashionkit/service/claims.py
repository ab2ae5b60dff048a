"""What the beginning of an upload says of it: its format, and how many pixels it claims to have."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

from fashionkit.errors import ImageError
from fashionkit.images import Limits, read
from fashionkit.images.decode import FORMATS

ENOUGH = 16
"""Bytes by which every known format shows itself."""

_BEGINNINGS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_AVIF = (b"avif", b"avis", b"mif1", b"msf1")


class TooManyPixels(ImageError):  # noqa: N818  # an ImageError like others, but for its status
    """A photo that claims more pixels than are allowed."""


def is_photo(beginning: bytes) -> bool:
    r"""Whether bytes begin like one of the formats that are read; no decoder sees anything else.

    >>> is_photo(b"\xff\xd8\xff\xe0"), is_photo(b"%PDF-1.7")
    (True, False)
    """
    if beginning.startswith(b"RIFF"):
        return beginning[8:12] == b"WEBP"
    return beginning.startswith(_BEGINNINGS) or (beginning[4:8] == b"ftyp" and beginning[8:12] in _AVIF)


def what_else(beginning: bytes) -> str:
    """What the library says of bytes that are no photo, such as that they are a PDF."""
    try:
        read(beginning)
    except ImageError as error:
        return error.reason
    return "it is not a photo in a known format"


def too_many_pixels(data: bytes, limits: Limits, whole: int) -> str | None:
    """Why the header claims too much, or None where it does not, or cannot be read yet.

    Args:
        data: The file, or its beginning.
        limits: What is allowed.
        whole: How many bytes the whole file has, or may have at most.
    """
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as image:
            limits.check_file("", image.height, image.width, whole)
    except ImageError as error:
        return error.reason
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return "it claims more pixels than Pillow allows; make the photo smaller"
    except Exception:  # Pillow raises nearly any class; whoever decodes it says what is wrong
        return None
    return None
