"""Trains the default model: all six sets, a frozen EfficientNet-Lite0, features computed once.

    python examples/default_model PHOTOS MODEL

PHOTOS holds the folders of the sets, each with its tables. The features take about a quarter of an hour on two cores
the first time, and are kept; the rest takes about as long. The saved model answers all photos of val, the figures are
printed, and the model is saved again with the figures in its card.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from pathlib import Path

import msgspec
import torch
from data_sets import data_sets
from features import BACKBONE, WEIGHTS, FeatureStore
from fit_photo_heads import fit_attributes, fit_category, fit_embedding
from labels import Labels
from measure import lines, reports_of
from photos import load_part
from record import record
from smaller import write_smaller
from tables import read_photos

from fashionkit import EmbeddingSpec, FashionModel, OutfitSpec, Recipe, fit, open_data
from fashionkit.models.seen import hashes_of, united
from fashionkit.training import Outfits as OutfitSettings, calibrate

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
    labels, tables = Labels(), read_photos(data)
    store = FeatureStore(data, arguments.features or arguments.model.with_name("features"))
    train = load_part(tables, store, "train")
    model = FashionModel(
        BACKBONE,
        {
            "category": labels.category_spec(),
            "attributes": labels.attributes_spec(train.photos),
            "embedding": EmbeddingSpec(dimension=DIMENSION),
            "outfit": OutfitSpec(item_width=DIMENSION, hidden=128),
        },
        weights=WEIGHTS,
    ).eval()
    fit_embedding(model, train, arguments.epochs)
    fit_category(model, train, labels, arguments.epochs)
    fit_attributes(model, train, labels, arguments.epochs)
    model.seen = united(hashes_of([data / photo.file for photo in train.photos]))
    outfits = [open_data(data / "outfits", split) for split in ("train", "val")]
    recipe = msgspec.structs.replace(Recipe.named("quick"), outfits=OutfitSettings(epochs=2 * arguments.epochs))
    fit(model, outfits[0], recipe, arguments.model, resume=True)
    calibrate(model, [*data_sets(data, tables, "val", model.specs["attributes"]), outfits[1]])
    model.save(arguments.model, dtype="float16")
    reports = list(reports_of(arguments.model, data))
    for report in reports:
        print(*lines(report.figures), sep="\n")
    photos_of = Counter(photo.set for photo in train.photos)
    model.training_record |= record(photos_of, reports, "frozen")
    print(f"saved {model.save(arguments.model, dtype='float16')}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, metavar="PHOTOS", help="the folder that holds the sets")
    parser.add_argument("model", type=Path, metavar="MODEL", help="the checkpoint folder to write")
    parser.add_argument("--features", type=Path, help="where the features are kept (default: features, beside MODEL)")
    parser.add_argument("--photos", type=int, help="read about so many rows of each table only, to try it out")
    parser.add_argument("--epochs", type=int, default=EPOCHS, help=f"how often each photo is seen (default: {EPOCHS})")
    return parser.parse_args()


if __name__ == "__main__":
    main()
