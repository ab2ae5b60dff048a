"""A drawing as a file, and as notebooks show it."""

from __future__ import annotations

import contextlib
import io
import os
import stat
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fashionkit.errors import DataError, first_line
from fashionkit.images.source import one_line

FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP"}
# Of what a notebook shows: a photo of a phone would make it tens of megabytes.
LONGEST_SHOWN = 480


def encoded(pixels: NDArray[np.uint8], form: str = "PNG") -> bytes:
    """The drawing as the bytes of a picture file."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, form, quality=90)
    return buffer.getvalue()


def small(pixels: NDArray[np.uint8]) -> bytes:
    """The drawing as a PNG of at most 480 pixels on its longer side."""
    picture = Image.fromarray(pixels)
    picture.thumbnail((LONGEST_SHOWN, LONGEST_SHOWN), Image.Resampling.LANCZOS)
    return encoded(np.asarray(picture))


def checked_place(path: str | os.PathLike[str]) -> Path:
    """Where a drawing will be written; refuses what could not be.

    Raises:
        DataError: Its name does not end like a picture's, its folder is not there, or it is a folder or a device.

    >>> checked_place("map.tiff")
    Traceback (most recent call last):
    fashionkit.errors.DataError: map.tiff: no picture can be written there; give a name that ends in .png, .jpg or .webp
    """
    name = one_line(os.fspath(path))
    place = Path(path)
    if place.suffix.lower() not in FORMATS:
        raise DataError(f"{name}: no picture can be written there; give a name that ends in .png, .jpg or .webp")
    try:
        if not place.parent.is_dir():
            raise DataError(f"{name}: there is no folder to write it in; make it first")
        with contextlib.suppress(FileNotFoundError):
            if not stat.S_ISREG(place.stat().st_mode):
                raise DataError(f"{name}: this is no file; give another name")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or first_line(error)
        raise DataError(f"{name}: no picture can be written there ({reason}); give another place") from error
    return place


def save(pixels: NDArray[np.uint8], path: str | os.PathLike[str]) -> Path:
    """Writes the drawing as its name says: the file that was there stays until the new one is whole.

    Raises:
        DataError: As `checked_place` says, or the disk refuses.
    """
    place = checked_place(path)
    data = encoded(pixels, FORMATS[place.suffix.lower()])
    new: Path | None = None
    try:
        with tempfile.NamedTemporaryFile(prefix=".map.", suffix=".part", dir=place.parent, delete=False) as file:
            new = Path(file.name)
            file.write(data)
        new.chmod(0o644)
        new.replace(place)
    except OSError as error:
        if new is not None:
            with contextlib.suppress(OSError):
                new.unlink(missing_ok=True)
        reason = error.strerror or first_line(error)
        raise DataError(f"{one_line(os.fspath(path))}: the picture cannot be written ({reason})") from error
    return place
