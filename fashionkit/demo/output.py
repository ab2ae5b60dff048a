"""Where the page goes: checked before the work, and replaced as a whole after it."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from pathlib import Path

from fashionkit.errors import DataError, first_line
from fashionkit.images.source import one_line


def checked(output: str | os.PathLike[str]) -> Path:
    """Where the page will be; refuses before the work what would fail after it.

    Raises:
        DataError: It is a folder or a device, or lies in a folder that is not there.
    """
    name = one_line(os.fspath(output))
    regular = True
    try:
        # A link stays one: what it leads to is replaced.
        place = Path(output).resolve()
        with contextlib.suppress(FileNotFoundError):
            regular = stat.S_ISREG(place.stat().st_mode)
        if not regular:
            raise DataError(f"{name}: a page cannot be written over a folder or a device; give the name of a file")
        if not place.parent.is_dir():
            raise DataError(f"{name}: there is no folder to write it in; make {one_line(str(place.parent))} first")
    except (OSError, ValueError, RuntimeError) as error:  # no permission, a NUL, a loop of links
        raise DataError(f"{name}: no page can be written there ({_reason(error)}); give another place") from error
    return place


def replace(place: Path, text: bytes) -> None:
    """Writes a file: the old one stays until the new one is whole, so nobody ever opens half of it.

    Raises:
        DataError: The disk refuses; the old file is as it was.
    """
    new: Path | None = None
    try:
        with tempfile.NamedTemporaryFile(
            prefix=f".{place.stem[:40]}.", suffix=".part", dir=place.parent, delete=False
        ) as file:
            new = Path(file.name)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        new.chmod(0o644)
        new.replace(place)
    except BaseException as error:
        if new is not None:
            new.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise DataError(f"{one_line(str(place))}: the page cannot be written ({_reason(error)})") from error
        raise


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or first_line(error)
