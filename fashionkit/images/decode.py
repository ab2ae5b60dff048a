"""Encoded bytes → RGB uint8, with Pillow alone.

Pillow raises where a file is cut off; OpenCV returns a picture that is half grey and says nothing.
"""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image, ImageFile, UnidentifiedImageError

from fashionkit.errors import ImageError
from fashionkit.images.picture import orientation_of, pillow_errors, stored_rgb, upright

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from fashionkit.images.limits import Limits

# Pillow reads some forty formats; the others are seldom photos, and each is one more parser open to strangers.
# MPO, which many phones write, is opened as the JPEG that it begins with.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF")
# What a file is when none of them accepts it, by how it begins.
STRANGERS = (
    (b"\xff\xd8\xff", "it begins like a JPEG, but its header is cut off or damaged"),
    (b"\x89PNG", "it begins like a PNG, but its header is cut off or damaged"),
    (b"GIF8", "it begins like a GIF, but its header is cut off or damaged"),
    (b"RIFF", "it begins like a WebP, but is none or damaged"),
    (b"%PDF", "it is a PDF document; export the photo as JPEG or PNG"),
    (b"<", "it is a text such as a web page or SVG; was an error page saved instead of the photo?"),
)
HEIF_BRANDS = (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftyphevc")
AVIF_BRANDS = (b"ftypavif", b"ftypavis")
# Scaled decoding leaves at least this many pixels for each one that is wanted, on both sides.
SPARE = 2
JPEGS = ("JPEG", "MPO")
TILE_WIDTH, TILE_LENGTH = 322, 323  # tags of TIFF 6.0, section 15
# Each scan of a progressive JPEG visits every block: thousands of empty ones, 15 bytes each, take hours. The pattern is
# a scan's marker, length and number of components (ITU T.81, B.2.3); the bare marker also occurs by chance in a film
# that a phone appends.
SCAN = re.compile(rb"\xff\xda\x00(?:\x08\x01|\x0a\x02|\x0c\x03|\x0e\x04)")
MOST_SCANS = 200
FIRST_TURNED = 5  # EXIF orientations 5 to 8 swap width and height


def decode(data: bytes, *, at_least: tuple[int, int] | None, label: str, limits: Limits) -> NDArray[np.uint8]:
    """RGB pixels of a JPEG, PNG, WebP, AVIF, GIF, BMP or TIFF (the first frame of several).

    Args:
        data: The whole file.
        at_least: (height, width) that is wanted; a JPEG may then be decoded at a half, quarter or eighth of its size.
        label: Names the source in errors.
        limits: Checked against the header, before pixels are decoded.

    Returns:
        H x W x 3 uint8, C-contiguous, owned.

    Raises:
        ImageError: Not one of these formats, damaged, cut off, or over the limits.
    """
    with pillow_errors(label):
        with _opened(data, label) as image:
            _check_claims(image, data, label, limits)
            if at_least is not None and image.format in JPEGS:
                _draft(image, at_least)
            image.load()
            stored = stored_rgb(image, label)
            orientation = orientation_of(image)
            # Given back now, so that the copy below may take its memory instead of asking for new pages.
            image.close()
        return upright(stored, orientation)


def _check_claims(image: ImageFile.ImageFile, data: bytes, label: str, limits: Limits) -> None:
    limits.check_file(label, image.height, image.width, len(data))
    if image.format == "TIFF":
        tags = getattr(image, "tag_v2", {})
        # A whole tile is unpacked, however small the picture that is cut from it.
        limits.check_file(label, tags.get(TILE_LENGTH, 1), tags.get(TILE_WIDTH, 1), len(data))
    if image.format in JPEGS and len(SCAN.findall(data)) > MOST_SCANS:
        raise ImageError(label, f"it has more than {MOST_SCANS} scans, where a photo has about ten; save it again")


def _opened(data: bytes, label: str) -> ImageFile.ImageFile:
    try:
        return Image.open(BytesIO(data), formats=FORMATS)
    except UnidentifiedImageError as error:
        raise ImageError(label, _what_it_is(data)) from error


def _what_it_is(data: bytes) -> str:
    if data[4:12] in HEIF_BRANDS:
        return "it is a HEIF photo, which is not read; convert it to JPEG or AVIF"
    if data[4:12] in AVIF_BRANDS:
        return "it begins like an AVIF, but it is cut off or damaged"
    for beginning, reason in STRANGERS:
        if data.lstrip().startswith(beginning):
            return reason
    return "it is not a photo in a known format; give JPEG, PNG, WebP, AVIF, GIF, BMP or TIFF"


def _draft(image: ImageFile.ImageFile, at_least: tuple[int, int]) -> None:
    height, width = at_least
    if orientation_of(image) >= FIRST_TURNED:
        height, width = width, height
    image.draft(None, (SPARE * width, SPARE * height))
