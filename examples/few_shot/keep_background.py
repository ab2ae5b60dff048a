"""Has a checkpoint remember what it says of photos that it learned from, so that new categories can be added to it.

    python examples/few_shot/keep_background.py PHOTOS MODEL [NEW]

PHOTOS holds the folders of the sets, MODEL is a checkpoint, and NEW the folder to write (MODEL itself where left out).
Takes photos of train, as many of each category as of any other as far as there are so many, none that may show what
the model does not know. Same photos at every run. Of a photo only numbers are kept; see `models/background.py`.
"""

from __future__ import annotations

import argparse
import csv
import random
from itertools import chain, zip_longest
from pathlib import Path

import numpy as np

from fashionkit.images import Source
from fashionkit.models import Checkpoint
from fashionkit.models.derive import save_derived
from fashionkit.runtime import Model
from fashionkit.runtime.engine import RawOutputs
from fashionkit.taxonomy import Taxonomy

SETS = ("clothing", "products", "articles", "design")
PHOTOS = 1500


def main() -> None:
    """Looks at the photos and writes the checkpoint."""
    arguments = _arguments()
    model = Model.load(arguments.model)
    heads = (model.head("category"), model.head("embedding"))
    photos = chosen(arguments.photos, set(model.specs[heads[0]].labels), arguments.number)
    background = outputs_of(model, heads, photos)
    place = save_derived(Checkpoint.open(arguments.model), arguments.new or arguments.model, background=background)
    print(f"{place}: remembers what it says of {len(photos):,} photos")


def outputs_of(model: Model, heads: tuple[str, ...], photos: list[Source]) -> dict[str, np.ndarray]:
    """The raw outputs of some heads, one row a photo."""

    def read(outputs: RawOutputs) -> list[tuple[np.ndarray, ...]]:
        return list(zip(*(outputs[head] for head in heads), strict=True))

    rows = [row for _, row in model.pipeline.stream(photos, read)]
    return {head: np.stack(each) for head, each in zip(heads, zip(*rows, strict=True), strict=True)}


def chosen(data: Path, known: set[str], number: int) -> list[Source]:
    """Photos of train whose category is known for certain, one of each in turn."""
    taxonomy, by_type = Taxonomy.load(), {}
    for name in SETS:
        column = taxonomy.column_of(name)
        with (data / name / "labels.csv").open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.DictReader(file) if row["split"] == "train" and row[column]]
        for row in rows:
            types = taxonomy.types_of(name, row[column])
            if len(types) == 1 and types[0] in known:
                by_type.setdefault(types[0], []).append(data / name / row.get("flat", row.get("file")))
    draw = random.Random(0)
    for photos in by_type.values():
        draw.shuffle(photos)
    in_turn = chain.from_iterable(zip_longest(*(by_type[name] for name in sorted(by_type))))
    return [photo for photo in in_turn if photo is not None][:number]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("photos", type=Path, metavar="PHOTOS", help="the folder that holds the sets")
    parser.add_argument("model", type=Path, metavar="MODEL", help="a checkpoint folder")
    parser.add_argument("new", type=Path, metavar="NEW", nargs="?", help="the checkpoint folder to write")
    parser.add_argument("--number", type=int, default=PHOTOS, help=f"of photos (default: {PHOTOS:,})")
    return parser.parse_args()


if __name__ == "__main__":
    main()
