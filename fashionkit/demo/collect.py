"""Which photos of a folder go on the page."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from fashionkit.images import photos_in
from fashionkit.images.source import one_line

MAX_PHOTOS = 60
"""More make a page that nobody scrolls to the end of, and that is slow to open."""


@dataclass(frozen=True, slots=True)
class Collection:
    """Photos of a folder.

    Attributes:
        paths: Those chosen, in the order of their paths.
        names: Of each, its path within the folder, printable and on one line.
        found: How many there were to choose from.
    """

    paths: tuple[Path, ...]
    names: tuple[str, ...]
    found: int


def collect(folder: str | os.PathLike[str], most: int = MAX_PHOTOS) -> Collection:
    """The photos of a folder, at most so many, spread evenly over all of them in the order of paths.

    Args:
        folder: Where to look; see `fashionkit.images.photos_in`.
        most: How many to choose.

    Raises:
        DataError: There is no such folder, it is a file, it cannot be opened, or no photo is in it.
    """
    found = photos_in(folder)
    chosen = [found[place] for place in spread(len(found), most)]
    paths = tuple(Path(folder) / path for path in chosen)
    return Collection(paths, tuple(one_line(Path(path).as_posix()) for path in chosen), len(found))


def spread(count: int, most: int) -> list[int]:
    """At most so many places of `count`, evenly apart; the first and the last are among them where two may be.

    >>> spread(3, 5), spread(9, 5), spread(4, 1)
    ([0, 1, 2], [0, 2, 4, 6, 8], [0])
    """
    if count <= most:
        return list(range(count))
    return [place * (count - 1) // max(most - 1, 1) for place in range(most)]
