"""Data sets that are folders of photos, each folder named after its label."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path, PurePath

from fashionkit.datasets.fault import OnFault, refuse
from fashionkit.datasets.photos import DataSet, LabelledPhoto
from fashionkit.datasets.whole_set import SPELLINGS, WholePhotos, split_name
from fashionkit.errors import DataError
from fashionkit.images import photos_in
from fashionkit.images.source import one_line


def image_folder(folder: str | os.PathLike[str], split: str | None = None) -> DataSet:
    """Reads folders of photos: `dress/a.jpg`, or `train/dress/a.jpg` and `val/dress/b.jpg` where there are splits.

    The label of a photo is the name of the folder; folders within it say nothing. A photo that lies in no such folder
    has no label. Hidden files are left out, and so are linked folders.

    Args:
        folder: The one that holds the folders.
        split: Which split; everything for None.

    Raises:
        DataError: There is no such folder or split, no photo, or no folder with photos.
    """
    return read_image_folder(Path(folder), refuse).part(split)


def read_image_folder(folder: Path, on_fault: OnFault) -> WholePhotos:  # noqa: ARG001  # as every reader; no row is bad
    """All splits of folders of photos; errors as for `image_folder`."""
    found = [PurePath(path) for path in photos_in(folder)]
    depth = 1 if _are_splits(folder, found) else 0
    if not any(len(path.parts) > depth + 1 for path in found):
        raise DataError(
            f"{one_line(str(folder))}: the photos in this folder have no labels; put each into a folder named after "
            "its label, or write a table labels.csv with the columns file and label"
        )
    photos = []
    for path in found:
        split = split_name(path.parts[0]) if depth else ""
        labels = {"category": path.parts[depth]} if len(path.parts) > depth + 1 else {}
        photos.append((split, LabelledPhoto(folder / path, labels, id=one_line(path.as_posix()))))
    return WholePhotos(folder.resolve().name, folder, photos)


def has_label_folders(folder: Path) -> bool:
    """Whether a folder holds others, which may be named after labels."""
    if not folder.is_dir():
        return False
    with os.scandir(folder) as entries:
        return any(entry.is_dir(follow_symlinks=False) and not entry.name.startswith(".") for entry in entries)


def _are_splits(folder: Path, found: Sequence[PurePath]) -> bool:
    """Whether the folders on top are splits; a label may be called `test`, but not beside one called `train`."""
    tops = {path.parts[0] for path in found if len(path.parts) > 1}
    splits = {top for top in tops if top.lower() in SPELLINGS}
    if "train" in {split_name(top) for top in splits} and tops != splits:
        others = ", ".join(sorted(one_line(top) for top in tops - splits)[:3])
        raise DataError(
            f"{one_line(str(folder))}: folders of splits ({', '.join(sorted(splits))}) lie beside others ({others}); "
            "put all labels into the splits, or rename what is none"
        )
    return bool(tops) and tops == splits
