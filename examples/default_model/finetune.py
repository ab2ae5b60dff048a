"""Trains the backbone of the default model beside its heads, on all six sets together.

    python examples/default_model/finetune.py PHOTOS MODEL

It begins with the weights of another checkpoint, the default model where none is named: for its first one
`examples/default_model` fits heads to a frozen backbone. Photos are learned as the recipe says; then outfits, over the
embedding as it is now; temperatures and thresholds are picked on val. MODEL answers photos of the size that the first
checkpoint asks for, and its card has all figures of val. Repeat the command to go on with a run that was interrupted.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import msgspec
from data_sets import data_sets
from measure import lines, reports_of
from record import record
from tables import read_photos

from fashionkit import FashionModel, Recipe, fit, open_data
from fashionkit.datasets import DataSet
from fashionkit.training import Outfits, calibrate, validation
from fashionkit.training.keep_memory import keep_memory
from fashionkit.training.progress import progress

RECIPE = Path(__file__).parents[1] / "recipes" / "default.toml"
# The head begins with what it knew of an embedding that was nearly the same.
OUTFITS = Outfits(epochs=20)
# Of val, so many photos judge every epoch.
JUDGED = 2_500


def main() -> None:
    """Trains, calibrates, saves, measures, and saves again with the figures."""
    arguments = _arguments()
    keep_memory()
    recipe = Recipe.read(arguments.recipe)
    start = FashionModel.load(arguments.start)
    spec, tables = start.specs["attributes"], read_photos(arguments.data)
    train, val = (list(data_sets(arguments.data, tables, split, spec)) for split in ("train", "val"))
    judge = validation([spread(each, JUDGED) for each in val])
    learned = FashionModel(
        start.backbone.name,
        {name: start.specs[name] for name in start.photo_heads},
        input=msgspec.structs.replace(start.input, size=(recipe.size, recipe.size)) if recipe.size else start.input,
    )
    copy_weights(start, learned)
    learned.seen = start.seen
    with progress(sys.stderr) as watch:
        photos = arguments.model.with_name(f"{arguments.model.name}-photos")
        learned = fit(learned, train, recipe, photos, validate=judge, watch=[watch], resume=True)
        model = FashionModel(start.backbone.name, start.specs, input=start.input)
        copy_weights(start, model)
        copy_weights(learned, model)
        model.seen = learned.seen
        outfits = [open_data(arguments.data / "outfits", split) for split in ("train", "val")]
        of_outfits = msgspec.structs.replace(recipe, outfits=OUTFITS)
        model = fit(model, outfits[0], of_outfits, arguments.model, watch=[watch], resume=True)
    calibrate(model, [*val, outfits[1]])
    model.save(arguments.model, dtype="float16")
    reports = list(reports_of(arguments.model, arguments.data))
    for report in reports:
        print(*lines(report.figures), sep="\n")
    photos_of = Counter(data.name.split("-")[0] for data in train for _ in data)
    model.training_record |= record(photos_of, reports, "finetuned")
    print(f"saved {model.save(arguments.model, dtype='float16')}")


def copy_weights(source: FashionModel, model: FashionModel) -> None:
    """Gives a model those weights of another one that both have."""
    weights, own = source.state_dict(), model.state_dict()
    model.load_state_dict({name: weights.get(name, value) for name, value in own.items()})


def spread(data: DataSet, n: int) -> DataSet:
    """About a sixth of so many photos of a set, evenly over all of it."""
    return replace(data, photos=data.photos[:: max(1, 6 * len(data) // n)])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, metavar="PHOTOS", help="the folder that holds the sets")
    parser.add_argument("model", type=Path, metavar="MODEL", help="the checkpoint folder to write")
    parser.add_argument("--start", default="default", help="the checkpoint to begin with (default: default)")
    parser.add_argument("--recipe", type=Path, default=RECIPE, help="a .toml file")
    return parser.parse_args()


if __name__ == "__main__":
    main()
