"""DeepFashion, category and attribute prediction (Liu et al. 2016), in its published lists.

`Anno/` (or `Anno_coarse/`) holds list_category_cloth.txt, list_category_img.txt, list_attr_cloth.txt,
list_attr_img.txt and perhaps list_bbox.txt, `Eval/` holds list_eval_partition.txt, and the photos lie in `img/` or
`Img/img/`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from fashionkit.datasets.fault import OnFault
from fashionkit.datasets.folder_files import FolderFiles
from fashionkit.datasets.list_file import ListFile, find_list, need_list, whole_number
from fashionkit.datasets.photos import LabelledPhoto
from fashionkit.datasets.whole_set import WholePhotos, split_name
from fashionkit.errors import DataError
from fashionkit.images.source import one_line

NAME = "deepfashion"
ANNOTATIONS = ("Anno", "Anno_coarse", ".")
EVALUATION = ("Eval", ".")
BOX = ("x_1", "y_1", "x_2", "y_2")

PRESENT, UNKNOWN, ABSENT = "1", "0", "-1"


def is_here(folder: Path) -> bool:
    """Whether the list of categories lies in a folder."""
    return find_list(folder, "list_category_img.txt", ANNOTATIONS) is not None


def read_deepfashion(folder: Path, on_fault: OnFault) -> WholePhotos:
    """All splits. An attribute is a tag: present, absent, or not known; a box stands in `fields`.

    Raises:
        DataError: A list is missing or damaged, the lists do not name the same photos, or a photo is missing.
    """
    categories = _categories(need_list(folder, "list_category_cloth.txt", ANNOTATIONS))
    split_of = dict(_splits(need_list(folder, "list_eval_partition.txt", EVALUATION)))
    boxes = dict(_boxes(find_list(folder, "list_bbox.txt", ANNOTATIONS)))
    tags = _Tags(folder)
    files = FolderFiles(photo_folder(folder), on_fault)
    photos = []
    for where, (name, number) in need_list(folder, "list_category_img.txt", ANNOTATIONS).rows(2):
        attributes = tags.next_of(name)
        found = files.find(name, where)
        if found is None:
            continue
        category = _category(number, categories, where)
        labels = {"category": category, **({"attributes": attributes} if attributes else {})}
        fields = {"image_name": name, "category_name": category, **boxes.get(name, {})}
        photos.append((split_of.get(name, ""), LabelledPhoto(found[1], labels, id=one_line(found[0]), fields=fields)))
    return WholePhotos(NAME, folder, photos)


def photo_folder(folder: Path) -> Path:
    """The folder from which the lists name photos."""
    return folder / "Img" if (folder / "Img" / "img").is_dir() else folder


class _Tags:
    """The tags of photos, line by line: the list of all is too long to be kept."""

    def __init__(self, folder: Path) -> None:
        names = find_list(folder, "list_attr_cloth.txt", ANNOTATIONS)
        self._names = [] if names is None else [name for _, (name, _) in names.rows(2)]
        listed = need_list(folder, "list_attr_img.txt", ANNOTATIONS) if self._names else None
        self._rows = None if listed is None else listed.rows(1 + len(self._names))

    def next_of(self, photo: str) -> dict[str, Any]:
        """What is known of the next photo of the list, which must be this one."""
        if self._rows is None:
            return {}
        where, (name, *values) = next(self._rows, ("list_attr_img.txt", [""]))
        if name != photo:
            raise DataError(f"{where}: '{one_line(name)}' where '{one_line(photo)}' belongs; take all lists together")
        if not {PRESENT, UNKNOWN, ABSENT}.issuperset(values):
            raise DataError(f"{where}: an attribute is neither 1, 0 nor -1; download the list again")
        if UNKNOWN in values:
            known = zip(self._names, values, strict=True)
            return {tag: value == PRESENT for tag, value in known if value != UNKNOWN}
        return {"tags": [tag for tag, value in zip(self._names, values, strict=True) if value == PRESENT]}


def _categories(listed: ListFile) -> list[str]:
    return [name for _, (name, _) in listed.rows(2)]


def _category(number: str, categories: list[str], where: str) -> str:
    place = whole_number(number) or 0
    if not 1 <= place <= len(categories):
        raise DataError(f"{where}: '{one_line(number)}' is no category; there are 1 to {len(categories)}")
    return categories[place - 1]


def _splits(listed: ListFile) -> Iterator[tuple[str, str]]:
    return ((name, split_name(split)) for _, (name, split) in listed.rows(2))


def _boxes(listed: ListFile | None) -> Iterator[tuple[str, Mapping[str, str]]]:
    if listed is not None:
        yield from ((name, dict(zip(BOX, box, strict=True))) for _, (name, *box) in listed.rows(1 + len(BOX)))
