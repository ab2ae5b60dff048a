"""Data sets to measure on, and what the small checkpoint says of them."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from drawing import draw_garment

from fashionkit.runtime import Model

LABELS = ("dress", "shirt", "shoes")
LENGTHS = ("mini", "midi", "maxi")


@pytest.fixture(scope="session")
def model(checkpoint: Path) -> Model:
    """The small checkpoint, loaded."""
    return Model.load(checkpoint)


def write_rows(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]))
        table.writeheader()
        table.writerows(rows)


@pytest.fixture(scope="session")
def things(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A table with every kind of label: 24 photos of val and 12 of train, two photos of each product."""
    root = tmp_path_factory.mktemp("things")
    rows = []
    for seed in range(36):
        draw_garment(seed, (40, 50)).save(root / f"{seed}.png")
        rows.append(
            {
                "file": f"{seed}.png",
                "split": "val" if seed < 24 else "train",
                "label": LABELS[seed % 3] if seed != 5 else "",
                "length": LENGTHS[seed % 3],
                "tags": "striped" if seed % 2 else "striped|checked" if seed % 4 else "checked",
                "year": 2010 + seed % 5,
                "product": f"p{seed // 2}",
            }
        )
    write_rows(root / "labels.csv", rows)
    (root / "data.toml").write_text('groups = ["length"]\nnumbers = ["year"]\n', encoding="utf-8")
    return root


@pytest.fixture(scope="session")
def wardrobe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Outfits of four items with questions about them, of two eras, in a split called test alone."""
    root = tmp_path_factory.mktemp("wardrobe")
    (root / "photos").mkdir()
    items, outfits, blanks, judged = [], [], [], []
    for seed in range(16):
        draw_garment(seed, (40, 50)).save(root / "photos" / f"i{seed}.png")
        items.append(
            {
                "item": f"i{seed}",
                "file": f"photos/i{seed}.png",
                "year": "2020",
                "category": "c",
                "family": "Tops",
                "type": "Shirt",
                "colour": "red",
                "colour_name": "rojo",
                "fabric": "plana",
                "used": "1",
            }
        )
    for number in range(8):
        own = [f"i{(number * 2 + step) % 16}" for step in range(4)]
        other = [f"i{(number * 2 + 5 + step) % 16}" for step in range(3)]
        common = {"outfit": str(number), "era": "old" if number % 2 else "new", "split": "test"}
        outfits.append({**common, "items": " ".join(own)})
        blanks.append({**common, "context": " ".join(own[:3]), "answer": own[3], "wrong": " ".join(other)})
        judged.append({**common, "items": " ".join(own), "compatible": "1"})
        judged.append({**common, "items": " ".join([*own[:2], *other[:2]]), "compatible": "0"})
    for name, rows in (("items", items), ("outfits", outfits), ("fitb", blanks), ("compatibility", judged)):
        write_rows(root / f"{name}.csv", rows)
    return root


@pytest.fixture
def write_table() -> Callable[[Path, Sequence[Mapping[str, object]]], None]:
    """Writes rows as a table, the keys of the first as its columns."""
    return write_rows
