"""Trains the backbone of the default model beside its heads, on all six sets together.

    python examples/default_model PHOTOS FIRST
    python examples/default_model/finetune.py PHOTOS SECOND --start FIRST
    python examples/default_model/finetune.py PHOTOS THIRD --start SECOND --recipe examples/recipes/default-further.toml
    python examples/default_model PHOTOS MODEL --backbone THIRD --size 192
    python examples/few_shot/keep_background.py PHOTOS MODEL

So the default model was made. The first command fits heads to a backbone that stands still; this one begins with them,
or with the default model where no `--start` is given; the fourth fits the heads anew to what the backbone sees by then,
measures, and writes the card; the last has it remember what it says of 1,500 photos, so that `Classifier.extend` has
what to compare with. A run that was interrupted goes on when its command is repeated.

    python examples/default_model PHOTOS FIRST --protocol held-out --epochs 6
    python examples/default_model/finetune.py PHOTOS SECOND --start FIRST --protocol held-out \
        --recipe examples/recipes/held-out.toml
    python examples/default_model PHOTOS FEW --protocol fewshot --backbone SECOND --size 160
    python examples/default_model PHOTOS DISJOINT --protocol outfits-disjoint --backbone SECOND --size 160

So the checkpoints were made whose backbone never saw what a protocol of `protocols.toml` leaves out.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

import msgspec
from copy_weights import copy_weights
from data_sets import data_sets
from labels import Labels
from protocol import Protocol, protocols
from tables import read_photos

from fashionkit import FashionModel, Recipe, fit
from fashionkit.datasets import DataSet
from fashionkit.training import validation
from fashionkit.training.keep_memory import keep_memory
from fashionkit.training.progress import progress

RECIPE = Path(__file__).parents[1] / "recipes" / "default.toml"
# Of val, so many photos judge every epoch.
JUDGED = 2_500


def main() -> None:
    """Trains and saves."""
    arguments = _arguments()
    keep_memory()
    recipe = Recipe.read(arguments.recipe)
    start = FashionModel.load(arguments.start)
    spec, protocol = start.specs["attributes"], Protocol.named(arguments.protocol)
    tables = protocol.photos(read_photos(arguments.data), Labels(), arguments.data)
    train, val = (list(data_sets(arguments.data, tables, split, spec)) for split in ("train", "val"))
    judge = validation([spread(each, JUDGED) for each in val])
    model = FashionModel(
        start.backbone.name,
        {name: start.specs[name] for name in start.photo_heads},
        input=msgspec.structs.replace(start.input, size=(recipe.size, recipe.size)) if recipe.size else start.input,
    )
    copy_weights(start, model)
    model.seen = start.seen
    with progress(sys.stderr) as watch:
        fit(model, train, recipe, arguments.model, validate=judge, watch=[watch], resume=True)
    print(f"saved {arguments.model}")


def spread(data: DataSet, n: int) -> DataSet:
    """About a sixth of so many photos of a set, evenly over all of it."""
    return replace(data, photos=data.photos[:: max(1, 6 * len(data) // n)])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, metavar="PHOTOS", help="the folder that holds the sets")
    parser.add_argument("model", type=Path, metavar="FINETUNED", help="the checkpoint folder to write")
    parser.add_argument("--start", default="default", help="the checkpoint to begin with (default: default)")
    parser.add_argument("--protocol", choices=["mixed", *protocols()], default="mixed", help="what is left out")
    parser.add_argument("--recipe", type=Path, default=RECIPE, help="a .toml file")
    return parser.parse_args()


if __name__ == "__main__":
    main()
