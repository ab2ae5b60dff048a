"""Looks through a data set for what would spoil a training, before it does."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from fashionkit.config import positive_int
from fashionkit.datasets.check_labels import Photos, check_labels
from fashionkit.datasets.check_outfits import check_outfits
from fashionkit.datasets.check_photos import check_photos
from fashionkit.datasets.fault import Fault
from fashionkit.datasets.formats import read_whole
from fashionkit.datasets.look import look_at
from fashionkit.datasets.problem import Problem, named, worst_first
from fashionkit.datasets.whole_set import WholeOutfits

MOST_THREADS = 8
"""More bring nothing: reading photos is then bound by memory."""


def check(
    folder: str | os.PathLike[str],
    *,
    fmt: str | None = None,
    fewest: int = 10,
    smallest: int = 32,
    threads: int | None = None,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    **columns: Any,
) -> list[Problem]:
    """Looks through a data set and all of its photos.

    Args:
        folder: As for `open_data`, like `fmt` and `columns`.
        fmt: The name of the form.
        fewest: A label that fewer train photos have is rare.
        smallest: Pixels of a shorter side below which a photo is small.
        threads: How many photos are read at a time; as many as there are processors where left out, at most 8.
        progress: Called after each photo with how many were read, and of how many.
        columns: Of a table.

    Returns:
        What was found, errors first; [] where all is well.

    Raises:
        DataError: There is no such folder, or it holds nothing that can be read as a data set.
        ConfigError: A count is none.
    """
    at_a_time = positive_int(threads or min(MOST_THREADS, os.cpu_count() or 1), "threads, how many photos at a time")
    positive_int(fewest, "fewest, how many photos a label needs")
    positive_int(smallest, "smallest, how many pixels a photo needs")
    faults: list[Fault] = []
    whole = read_whole(folder, fmt, columns, faults.append)
    photos: Photos
    if isinstance(whole, WholeOutfits):
        photos = [("", photo) for photo in whole.base.items.values()]
        found = list(check_outfits(whole))
    else:
        photos = whole.photos
        found = list(check_labels(photos, fewest))
    looks = look_at([photo.photo for _, photo in photos], threads=at_a_time, progress=progress)
    return worst_first([*_of_faults(faults), *found, *check_photos(photos, looks, smallest)])


def _of_faults(faults: Iterable[Fault]) -> Iterator[Problem]:
    alike: dict[str, list[Fault]] = defaultdict(list)
    for fault in faults:
        alike[fault.what].append(fault)
    for what, same in alike.items():
        yield Problem(
            "error", what, named([f"{fault.where}: {fault.detail}" for fault in same]), len(same), same[0].remedy
        )
