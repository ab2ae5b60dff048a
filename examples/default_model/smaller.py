"""A smaller copy of the sets, to try the training out."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tables import read_rows

Row = Mapping[str, str]
ONE_TABLE = ("clothing", "products", "articles", "street", "design")


def write_smaller(data: Path, folder: Path, most: int) -> Path:
    """Writes tables of about so many rows each beside links to the photos; gives the folder.

    Args:
        data: The folder of the sets.
        folder: Where to; it must be new.
        most: Rows of each table, spread evenly; of `outfits`, so many outfits of train, and a fifth of the questions.
    """
    for name in (*ONE_TABLE, "outfits"):
        (folder / name).mkdir(parents=True)
        for place in (data / name).iterdir():
            if place.suffix != ".csv":
                (folder / name / place.name).symlink_to(place.resolve())
    for name in ONE_TABLE:
        rows = read_rows(data / name / "labels.csv")
        _write(folder / name / "labels.csv", rows[:: max(1, len(rows) // most)])
    _write_outfits(data / "outfits", folder / "outfits", most)
    return folder


def _write_outfits(source: Path, folder: Path, most: int) -> None:
    made = read_rows(source / "outfits.csv")
    train = [row for row in made if row["split"] == "train"][:most]
    kept = {
        "outfits.csv": train + [row for row in made if row["split"] == "val"][: most // 5],
        "fitb.csv": read_rows(source / "fitb.csv")[: most // 5],
        "compatibility.csv": read_rows(source / "compatibility.csv")[: most // 5],
    }
    for name, rows in kept.items():
        _write(folder / name, rows)
    named = _named(row for rows in kept.values() for row in rows)
    _write(folder / "items.csv", [row for row in read_rows(source / "items.csv") if row["item"] in named])


def _named(rows: Iterable[Row]) -> frozenset[str]:
    cells = (row[column] for row in rows for column in ("items", "context", "answer", "wrong") if column in row)
    return frozenset(item for cell in cells for item in cell.split())


def _write(path: Path, rows: Sequence[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]))
        table.writeheader()
        table.writerows(rows)
