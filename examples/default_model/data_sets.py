"""The photos of the sets with labels in the words of the model, as `fit` and `calibrate` take them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from labels import Labels
from tables import Photo, Tables

from fashionkit.datasets import DataSet, LabelledPhoto
from fashionkit.heads.attributes.spec import AttributesSpec

# The sets whose column `product` says that several photos show one thing.
PRODUCTS = ("design", "articles")


def data_sets(data: Path, tables: Tables, split: str, spec: AttributesSpec) -> Iterator[DataSet]:
    """The photos of a split, set by set.

    Args:
        data: The folder of the sets.
        tables: Their photos.
        split: "train" or "val".
        spec: Of the attributes that are asked for.
    """
    labels = Labels()
    for name, photos in tables.items():
        known = (_labelled(photo, data, labels, spec) for photo in photos if photo.split == split)
        yield DataSet(name, split, tuple(known), data)


def _labelled(photo: Photo, data: Path, labels: Labels, spec: AttributesSpec) -> LabelledPhoto:
    attributes = labels.attributes(photo, spec)
    if photo.set != "street" and photo.split == "val":
        # Tags are words of the street. Of a garment alone most are known to be absent: to learn from, and no question.
        attributes = {name: value for name, value in attributes.items() if name not in spec.tags}
    found: dict[str, object] = {"attributes": attributes}
    if types := labels.types(photo):
        found["category"] = types
    if photo.set in PRODUCTS:
        found["embedding"] = f"{photo.set}/{photo.row['product']}"
    return LabelledPhoto(data / photo.file, found, id=photo.file)
