"""The front door for photos."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from fashionkit.errors import ImageError
from fashionkit.images.arrays import from_array, from_tensor
from fashionkit.images.contents import from_buffer, from_file, from_path
from fashionkit.images.decode import decode
from fashionkit.images.limits import DEFAULT_LIMITS, Limits
from fashionkit.images.picture import from_image
from fashionkit.images.source import Source, describe, is_file, is_tensor

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIDES = 2


def read(
    source: Source, *, at_least: tuple[int, int] | None = None, limits: Limits = DEFAULT_LIMITS
) -> NDArray[np.uint8]:
    """Reads one photo, whatever it is held in, as upright RGB pixels.

    Files hold JPEG (MPO too), PNG, WebP, AVIF, GIF, BMP or TIFF; of several frames the first is read. EXIF
    orientation is applied, transparency lies on white, 16 bits keep their high byte, CMYK is read as
    Photoshop writes it and browsers read it (inverted in JPEG), and colour profiles are ignored.

    Args:
        source: A path (`~` is left as it is; URLs are not fetched); encoded bytes in any buffer; a binary file, read
            from where it stands and put back there; a PIL image at its current frame; an array H x W, H x W x 1,
            H x W x 3 or H x W x 4 (channels last, always); a tensor, the channels in its first axis where that is
            1, 3 or 4 long, otherwise in its last. Arrays and tensors are uint8, uint16, float in 0..1, or bool.
            None of them is changed.
        at_least: (height, width) that the photo will be brought to. A JPEG that is more than twice as large may then
            be decoded at a half, a quarter or an eighth of its size, never below twice `at_least` on either side.
            Fitted by area, its pixels then differ on average by less than 0.1 of 255 levels on smooth pictures, by
            less than 1.2 on busy drawings and by less than 2 on pure noise (measured at 224 x 224, 3 and 12
            megapixels, JPEG quality 60 and 90).
        limits: What a photo may claim before memory is spent on it; see `Limits`.

    Returns:
        H x W x 3 uint8, C-contiguous, owned by the caller. Without `at_least`, the same photo gives the same pixels
        through every kind of source.

    Raises:
        ImageError: The photo cannot be read; it names the source and the reason. Nothing else is raised for a bad
            photo, however it is damaged.

    >>> read(Image.new("RGBA", (4, 2), (255, 0, 0, 0))).shape
    (2, 4, 3)
    >>> read(b"")
    Traceback (most recent call last):
    fashionkit.errors.ImageError: bytes (0 bytes): there are no bytes in it; give the whole encoded photo
    """
    label = describe(source)
    if at_least is not None:
        _check_at_least(at_least, label)
    if isinstance(source, Image.Image):
        return from_image(source, label=label, limits=limits)
    if isinstance(source, np.ndarray):
        return from_array(source, label=label, limits=limits)
    if is_tensor(source):
        return from_tensor(source, label=label, limits=limits)
    return decode(_contents(source, label, limits), at_least=at_least, label=label, limits=limits)


def _contents(source: object, label: str, limits: Limits) -> bytes:
    if isinstance(source, (bytes, bytearray, memoryview)):
        return from_buffer(source, label=label, limits=limits)
    if isinstance(source, (str, os.PathLike)):
        return from_path(source, label=label, limits=limits)
    if is_file(source):
        return from_file(source, label=label, limits=limits)
    raise ImageError(label, _not_a_photo(source))


def _check_at_least(at_least: tuple[int, int], label: str) -> None:
    sides = tuple(at_least) if isinstance(at_least, (tuple, list)) else ()
    if len(sides) != SIDES or not all(isinstance(side, int) and side >= 1 for side in sides):
        raise ImageError(label, f"at_least must be (height, width), two positive whole numbers; got {at_least!r}")


def _not_a_photo(source: object) -> str:
    if isinstance(source, (list, tuple)):
        return "a list is not one photo; give its photos one by one"
    return "it is not a photo; give a path, bytes, a binary file, a PIL image, a numpy array or a tensor"
