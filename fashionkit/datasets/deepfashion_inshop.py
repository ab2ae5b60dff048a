"""DeepFashion, in-shop clothes retrieval (Liu et al. 2016), in its published lists.

list_eval_partition.txt says of each photo which item it shows, and whether it is to be trained with, a query or in the
gallery; list_bbox_inshop.txt may be there too. The photos lie in `img/` or `Img/img/`, in folders such as
`img/WOMEN/Dresses/id_00000002/02_1_front.jpg`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from fashionkit.datasets.deepfashion import ANNOTATIONS, BOX, EVALUATION, photo_folder
from fashionkit.datasets.fault import OnFault
from fashionkit.datasets.folder_files import FolderFiles
from fashionkit.datasets.list_file import find_list, need_list
from fashionkit.datasets.photos import LabelledPhoto
from fashionkit.datasets.whole_set import WholePhotos, split_name
from fashionkit.images.source import one_line

NAME = "deepfashion-inshop"
PARTITION = "list_eval_partition.txt"
STATUS = "evaluation_status"
# img, gender, category, item, file
_LEVELS = 5


def is_here(folder: Path) -> bool:
    """Whether the list lies in a folder, and names items."""
    listed = find_list(folder, PARTITION, EVALUATION)
    if listed is None:
        return False
    with listed.path.open(encoding="utf-8", errors="replace") as file:
        file.readline()
        return file.readline(1000).split()[:2] == ["image_name", "item_id"]


def read_inshop(folder: Path, on_fault: OnFault) -> WholePhotos:
    """The splits train, query and gallery. Photos of one item share it as their identity and their group.

    An item may be in the query and in the gallery, as the protocol wants it: these two are one split, for leaks.

    Raises:
        DataError: The list is missing or damaged, or a photo is missing.
    """
    boxes = dict(_boxes(folder))
    files = FolderFiles(photo_folder(folder), on_fault)
    photos = []
    for where, (name, item, status) in need_list(folder, PARTITION, EVALUATION).rows(3):
        found = files.find(name, where)
        if found is not None:
            listed = {"image_name": name, "item_id": item, STATUS: status}
            fields = {**listed, **_from_path(found[0]), **boxes.get(name, {})}
            photo = LabelledPhoto(found[1], _labels(item, fields), item, one_line(found[0]), fields)
            photos.append((split_name(status), photo))
    return WholePhotos(NAME, folder, photos)


def _labels(item: str, fields: Mapping[str, str]) -> dict[str, Any]:
    labels: dict[str, Any] = {"embedding": f"{NAME}/{item}"}
    if "category" in fields:
        labels |= {"category": fields["category"], "attributes": {"gender": fields["gender"]}}
    return labels


def _from_path(name: str) -> dict[str, str]:
    parts = PurePosixPath(name).parts
    if len(parts) != _LEVELS:
        return {}
    return {"gender": parts[1], "category": parts[2], "view": PurePosixPath(name).stem.rpartition("_")[2]}


def _boxes(folder: Path) -> Iterator[tuple[str, Mapping[str, str]]]:
    listed = find_list(folder, "list_bbox_inshop.txt", ANNOTATIONS)
    if listed is not None:
        columns = ("clothes_type", "pose_type", *BOX)
        yield from ((name, dict(zip(columns, row, strict=True))) for _, (name, *row) in listed.rows(1 + len(columns)))
