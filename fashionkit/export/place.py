"""Where exported files go: checked before the work, and put there whole after it."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from fashionkit.errors import DataError, first_line
from fashionkit.images.source import one_line
from fashionkit.models.in_place import bring_to_disk


def check_file(path: str | os.PathLike[str], suffix: str, *, overwrite: bool) -> Path:
    """Refuses before the work what would fail after it; gives the absolute path.

    Raises:
        DataError: The name has another suffix, its folder is not there, or something is there already.
    """
    try:
        place = Path(path).absolute()
        if place.suffix.lower() != suffix:
            raise DataError(f"{one_line(str(path))}: the name of this form ends in {suffix}; give such a name")
        if not place.parent.is_dir():
            raise DataError(f"{one_line(str(path))}: there is no folder to write it in; make it first")
        # `exists` takes a name that no file can have for one that is free.
        with contextlib.suppress(FileNotFoundError):
            place.lstat()
    except (OSError, TypeError, ValueError) as error:  # no permission, no text, a NUL
        raise DataError(f"{path!r:.80} can be no file: {_reason(error)}; give another name") from error
    check_free([place], overwrite=overwrite)
    return place


def check_free(places: Sequence[Path], *, overwrite: bool) -> None:
    """Refuses to write over what nobody gave away.

    Raises:
        DataError: One of them is there, and not to be overwritten, or is no file.
    """
    for place in places:
        if place.exists() and not place.is_file():
            raise DataError(f"{one_line(str(place))}: a folder or a device is there; give another name")
        if place.exists() and not overwrite:
            raise DataError(
                f"{one_line(str(place))}: is there already; give another name, or say that it may be overwritten "
                "(overwrite=True, --force)"
            )


def put_in_place(folder: Path, write: Callable[[Path], None]) -> list[Path]:
    """Writes files beside where they shall be, brings them to the disk, and renames them: none is ever there by half.

    Args:
        folder: Where they shall be; the temporary folder within it is removed, whatever happens.
        write: Writes any number of files into the folder that it is given, the one that names the others last.

    Raises:
        DataError: The disk refuses; what was there before is still there.
    """
    try:
        with tempfile.TemporaryDirectory(prefix=".export.", dir=folder, ignore_cleanup_errors=True) as new:
            write(Path(new))
            files = sorted(Path(new).iterdir(), key=lambda file: file.suffix != ".bin")
            for file in files:
                bring_to_disk(file)
            return [file.replace(folder / file.name) for file in files]
    except OSError as error:
        raise DataError(f"{one_line(str(folder))}: nothing can be written there ({_reason(error)})") from error


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or first_line(error)
