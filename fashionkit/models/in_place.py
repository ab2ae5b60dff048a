"""A checkpoint folder, put in place whole or not at all."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from fashionkit.errors import FashionkitError, ModelError, first_line
from fashionkit.models.checkpoint import CONFIG, read_config


def free_folder(folder: Path) -> Path:
    """The folder as an absolute path, where a checkpoint may be written.

    Raises:
        ModelError: It can be no folder, or holds anything but a checkpoint, which would be lost.
    """
    try:
        folder = folder.resolve()
        _check_free(folder)
    except (OSError, ValueError) as error:
        raise ModelError(f"{str(folder)!r} can be no folder: {first_line(error)}") from error
    return folder


def put_in_place(folder: Path, write: Callable[[Path], None]) -> None:
    """Has a checkpoint written beside `folder`, brings it to the disk, and only then puts it in place.

    A reader finds the old checkpoint or the new one. A process killed between the two renames leaves the old one
    beside, as `<folder>.previous`, and the new one, as `.<folder>.…`: nothing is lost.

    Args:
        folder: As `free_folder` gave it.
        write: Writes all files into the empty folder that it is given.

    Raises:
        OSError: The disk refuses; what was there is still there.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent, ignore_cleanup_errors=True) as new:
        whole = Path(new) / folder.name
        whole.mkdir()
        write(whole)
        for path in [*whole.iterdir(), whole]:
            bring_to_disk(path)
        _exchange(whole, folder)


def _check_free(folder: Path) -> None:
    if not folder.exists():
        return
    try:
        present = {path.name for path in folder.iterdir()}
        strangers = present - {CONFIG, *read_config(folder).files} if present else set()
    except (OSError, FashionkitError) as error:
        raise ModelError(
            f"{folder} holds something else than a checkpoint; give an empty folder or a new one"
        ) from error
    if strangers:
        raise ModelError(
            f"{folder} holds {', '.join(sorted(strangers)[:3])} beside a checkpoint; move what is not part of it away"
        )


def _exchange(whole: Path, folder: Path) -> None:
    if folder.exists():
        previous = _free_name(folder)
        folder.rename(previous)
        try:
            whole.rename(folder)
        except OSError:
            previous.rename(folder)
            raise
        # The new one is in place: that the old one cannot be removed is no reason to report a failure.
        shutil.rmtree(previous, ignore_errors=True)
    else:
        whole.rename(folder)
    bring_to_disk(folder.parent)


def _free_name(folder: Path) -> Path:
    """Where the old checkpoint waits; what an interrupted save left there, or somebody else, stays."""
    names = (folder.with_name(f"{folder.name}.previous{number or ''}") for number in itertools.count())
    return next(path for path in names if not path.exists())


def bring_to_disk(path: Path) -> None:
    """Returns when a file, or the names in a folder, would outlast a loss of power."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
