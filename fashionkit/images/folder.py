"""Which files of a folder are photos."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from fashionkit.errors import DataError, first_line
from fashionkit.images.source import one_line

EXTENSIONS = (".jpg", ".jpeg", ".jpe", ".mpo", ".png", ".webp", ".avif", ".gif", ".bmp", ".tif", ".tiff")
# Photos that are not read, and that nobody should miss in silence.
HEIF = (".heic", ".heif")


def photos_in(folder: str | os.PathLike[str]) -> list[str]:
    """The photos of a folder and its folders, as paths within it, in their order.

    Photos are told by their extension. Hidden files and folders are left out, as are folders that cannot be opened or
    are symbolic links, so that no loop is walked. No file is opened or asked for its size.

    Raises:
        DataError: There is no such folder, it is a file, it cannot be opened, or no photo is in it.
    """
    root = Path(folder)
    _check_folder(root)
    found = sorted(_files_below(root, EXTENSIONS))
    if not found:
        heif = heif_in(folder)
        told = (
            f"there are {heif} HEIF photos, which are not read; convert them to JPEG"
            if heif
            else "no photo is in this folder; give one that holds files ending in .jpg, .png, .webp, .avif, .gif, .bmp "
            "or .tif"
        )
        raise DataError(f"{one_line(os.fspath(folder))}: {told}")
    return found


def heif_in(folder: str | os.PathLike[str]) -> int:
    """How many HEIF photos (`.heic`) are in a folder and its folders, which `photos_in` leaves out."""
    return sum(1 for _ in _files_below(Path(folder), HEIF))


def _check_folder(root: Path) -> None:
    try:
        if root.is_dir():
            os.scandir(root).close()
            return
        there = root.exists()
    except (OSError, ValueError) as error:  # no permission; a path that no file can have
        reason = getattr(error, "strerror", None) or first_line(error)
        raise DataError(f"{one_line(str(root))}: the folder cannot be opened ({reason}); give another") from error
    if there:
        raise DataError(f"{one_line(str(root))}: this is a file; give the folder that it is in")
    raise DataError(f"{one_line(str(root))}: there is no such folder; give one that holds photos")


def _files_below(root: Path, endings: tuple[str, ...]) -> Iterator[str]:
    """Paths within the folder of files that end so, with a stack: folders may lie deeper than Python can call."""
    waiting = [""]
    while waiting:
        inside = waiting.pop()
        for entry in _entries(root / inside):
            # Ten times as fast as Path, which counts where there are 50,000 files.
            path = os.path.join(inside, entry.name)  # noqa: PTH118
            if entry.is_dir(follow_symlinks=False):
                waiting.append(path)
            elif entry.name.lower().endswith(endings) and not _leads_to_folder(entry):
                yield path


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return [entry for entry in entries if not entry.name.startswith(".")]
    except OSError:
        return []


def _leads_to_folder(entry: os.DirEntry[str]) -> bool:
    """Whether it is a link to a folder; one that leads nowhere is a photo that cannot be read, and says so later."""
    try:
        return entry.is_dir()
    except OSError:
        return False
