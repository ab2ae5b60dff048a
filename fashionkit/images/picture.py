"""PIL images → RGB uint8: modes, transparency and orientation."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
from PIL import ExifTags, Image

from fashionkit.errors import ImageError
from fashionkit.images.alpha import over_white
from fashionkit.images.arrays import WHITE, as_bytes, stack_grey
from fashionkit.images.source import one_line
from fashionkit.images.turns import turn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from fashionkit.images.limits import Limits

UPRIGHT = 1
LARGEST_16_BIT = 65535


# EXIF 2.32, tag 274: what turns the stored picture upright, as views.
_TURNS: dict[int, Callable[[NDArray[np.uint8]], NDArray[np.uint8]]] = {
    1: lambda stored: stored,
    2: lambda stored: stored[:, ::-1],
    3: lambda stored: stored[::-1, ::-1],
    4: lambda stored: stored[::-1],
    5: lambda stored: stored.transpose(1, 0, 2),
    6: lambda stored: stored.transpose(1, 0, 2)[:, ::-1],
    7: lambda stored: stored.transpose(1, 0, 2)[::-1, ::-1],
    8: lambda stored: stored.transpose(1, 0, 2)[::-1],
}


@contextmanager
def pillow_errors(label: str) -> Iterator[None]:
    """Turns whatever Pillow raises on a damaged file (it may be nearly any class) into an `ImageError`."""
    try:
        yield
    except ImageError:
        raise
    except MemoryError as error:
        raise ImageError(label, "there is not enough memory to decode it") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ImageError(label, "it claims more pixels than Pillow allows; make the photo smaller") from error
    except Exception as error:
        detail = one_line(f"{type(error).__name__}: {error}")
        raise ImageError(label, f"the file is cut off or damaged ({detail})") from error


def from_image(image: Image.Image, *, label: str, limits: Limits) -> NDArray[np.uint8]:
    """RGB pixels of a PIL image, at the frame where it stands; the image stays as it is.

    One that was opened lazily is loaded, as by any use of it.

    Raises:
        ImageError: Over the limits, or its file is cut off, damaged or closed.
    """
    limits.check_pixels(label, image.height, image.width)
    with pillow_errors(label):
        with turn(image):
            image.load()
        return upright(stored_rgb(image, label), orientation_of(image))


def orientation_of(image: Image.Image) -> int:
    """The EXIF (or XMP) orientation, 1 to 8. One that cannot be read counts as upright, as in browsers."""
    try:
        value = image.getexif().get(ExifTags.Base.Orientation, UPRIGHT)
    except Exception:  # damaged metadata ends in many classes, and the pixels are still good
        return UPRIGHT
    return value if isinstance(value, int) and value in _TURNS else UPRIGHT


def stored_rgb(image: Image.Image, label: str) -> NDArray[np.uint8]:
    """RGB pixels of a loaded image as they are stored, perhaps read-only; colour profiles are ignored.

    Raises:
        ImageError: A mode whose values have no agreed range: float out of 0..1, 32-bit integers out of 0..65535.
    """
    if image.mode == "F":
        return stack_grey(as_bytes(np.asarray(image), label))
    if image.mode == "I" or image.mode.startswith("I;16"):
        return stack_grey(_grey_of_16_bits(image, label))
    if image.has_transparency_data:
        straight = image.convert("LA") if image.mode == "La" else image  # Pillow knows no shorter way from La
        return over_white(np.asarray(straight.convert("RGBA")))
    return np.asarray(image if image.mode == "RGB" else image.convert("RGB"))


def upright(stored: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    """Stored pixels turned by an EXIF orientation: C-contiguous, writeable, and owned; copied only where needed."""
    return np.require(_TURNS[orientation](stored), requirements=["C", "O", "W"])


def _grey_of_16_bits(image: Image.Image, label: str) -> NDArray[np.uint8]:
    values = np.asarray(image)
    if image.mode == "I" and (values.min() < 0 or values.max() > LARGEST_16_BIT):
        raise ImageError(
            label,
            f"integer pixels must lie in 0..{LARGEST_16_BIT}, found {values.min()} to {values.max()}; "
            "convert the picture to 8 or 16 bits",
        )
    grey = as_bytes(values.astype(np.uint16), label)
    transparent = image.info.get("transparency")
    if isinstance(transparent, int):
        grey[values == transparent] = WHITE
    return grey
