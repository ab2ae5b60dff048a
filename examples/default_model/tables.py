"""The photos of the six sets and what their tables say of them."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

Row = Mapping[str, str]


@dataclass(frozen=True)
class Photo:
    """One photo.

    Attributes:
        set: The set it is of.
        file: Its path within the folder of the sets.
        split: "train" or "val".
        row: What the set's table says of it; "" is not known.
        alone: Whether the garment is photographed for itself, so that nothing else is in the photo.
    """

    set: str
    file: str
    split: str
    row: Row
    alone: bool = False


Tables = Mapping[str, list[Photo]]

# Sets whose table holds one photo a row, in the column `file`.
_PLAIN = ("clothing", "products", "articles", "street")


def read_photos(data: Path) -> Tables:
    """The photos, by set; those of `design` stand apart as `design-flat` and `design-worn`.

    An item of `outfits` counts as train where an outfit of train holds it: the questions of val ask for items of both.

    Args:
        data: The folder of the sets.
    """
    tables = {
        name: [
            Photo(name, f"{name}/{row['file']}", row["split"], row, alone=name == "clothing")
            for row in read_rows(data / name / "labels.csv")
        ]
        for name in _PLAIN
    }
    design = read_rows(data / "design" / "labels.csv")
    for side in ("flat", "worn"):
        tables[f"design-{side}"] = [
            Photo("design", f"design/{row[side]}", row["split"], row, alone=side == "flat") for row in design
        ]
    worn = {
        item
        for row in read_rows(data / "outfits" / "outfits.csv")
        if row["split"] == "train"
        for item in row["items"].split()
    }
    tables["outfits"] = [
        Photo("outfits", f"outfits/{row['file']}", "train" if row["item"] in worn else "val", row, alone=True)
        for row in read_rows(data / "outfits" / "items.csv")
    ]
    return tables


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a table, every cell as text."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
