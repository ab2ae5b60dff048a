"""Out of a catalogue: items by their ids, and photos whose files are gone."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from itertools import islice

from fashionkit.catalogue import Catalogue
from fashionkit.cli.photo_file import MODIFIED
from fashionkit.errors import CatalogueError

AT_A_TIME = 1000


def resolved(catalogue: Catalogue, names: Iterable[str]) -> Iterator[tuple[str, str | None]]:
    """Finds what is meant: an id as it is stored, or a photo by a path from here.

    Yields:
        For each name the id, and None; or the name, and why there is no such id.
    """
    for name in names:
        full = _full_path(name)
        if name in catalogue:
            yield name, None
        elif full in catalogue:
            yield full, None
        else:
            yield name, _why_not(catalogue, name)


def gone(catalogue: Catalogue) -> list[str]:
    """The ids of photos that `index add` put in and whose files are there no more.

    Raises:
        CatalogueError: All of them are gone, as when a disk is not mounted; nothing should be removed then.
    """
    missing: list[str] = []
    photos = 0
    ids = catalogue.ids()
    while portion := list(islice(ids, AT_A_TIME)):
        files = [name for name, known in catalogue.known(portion).items() if MODIFIED in known]
        photos += len(files)
        missing += [name for name in files if _is_gone(name)]
    if missing and len(missing) == photos:
        raise CatalogueError(
            f"{catalogue.folder}: the files of all {photos:,} photos are gone; mount the disk that they are on, "
            "or remove them by their ids"
        )
    return missing


def remove(catalogue: Catalogue, ids: Iterable[str]) -> int:
    """Removes items, a portion at a time, so that other writers need not wait long; how many were there."""
    waiting = iter(ids)
    removed = 0
    while portion := list(islice(waiting, AT_A_TIME)):
        removed += catalogue.remove(portion)
    return removed


def _full_path(name: str) -> str:
    """As `index add` writes it: the way to the folder without links, and the photo's own name."""
    folder, photo = os.path.split(name)
    try:
        return os.path.join(os.path.realpath(folder), photo)  # noqa: PTH118  # realpath, unlike Path, bears loops
    except ValueError:  # NUL
        return name


def _is_gone(photo: str) -> bool:
    """Whether it is certain: a folder that may not be looked into proves nothing."""
    try:
        os.stat(photo)  # noqa: PTH116  # not Path.exists, which takes a missing permission for "no" in some versions
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):
        return False
    return False


def _why_not(catalogue: Catalogue, name: str) -> str:
    try:
        catalogue.metadata([name])
    except CatalogueError as error:
        return str(error)
    return f"{name!r:.80} has just been added by another process; try again"
