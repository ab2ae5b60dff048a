"""Trains the default model: all six sets, a frozen EfficientNet-Lite0, features computed once.

    python examples/default_model PHOTOS MODEL

PHOTOS holds the folders of the sets, each with its tables. The features take about a quarter of an hour on two cores
the first time, and are kept; the rest takes about as long. The saved model answers all photos of val, the figures are
printed, and the model is saved again with the figures in its card.
"""

from __future__ import annotations

import argparse
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import torch
from calibrate import calibrate, calibrate_outfits
from features import BACKBONE, WEIGHTS, FeatureStore
from figures import Figure
from fit_photo_heads import fit_attributes, fit_category, fit_embedding
from labels import HERE, Labels
from measure import Measure
from outfits import Outfits, Vectors, fit_outfits
from photos import Part, load_part
from tables import Tables, read_photos

from fashionkit import EmbeddingSpec, FashionModel, OutfitSpec
from fashionkit.heads import Features

DIMENSION = 256
EPOCHS = 18


def main() -> None:
    """Trains, saves, measures, and saves again with the figures."""
    arguments = _arguments()
    torch.manual_seed(0)
    labels, tables = Labels(), read_photos(arguments.data, arguments.photos)
    store = FeatureStore(arguments.data, arguments.features or arguments.model.with_name("features"))
    train, val = (load_part(tables, store, split) for split in ("train", "val"))
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
    calibrate(model, val, labels)
    views = item_vectors(model, tables, store)
    outfits = Outfits.read(arguments.data, views[0])
    fit_outfits(model, outfits, views, 2 * arguments.epochs)
    calibrate_outfits(model, outfits, views[0])
    model.save(arguments.model, dtype="float16")
    figures = list(Measure(arguments.model, arguments.data, tables, labels).figures())
    for figure in figures:
        print(_line(figure))
    model.training_record = record(train, figures)
    print(f"saved {model.save(arguments.model, dtype='float16')}")


@torch.no_grad()
def item_vectors(model: FashionModel, tables: Tables, store: FeatureStore) -> list[Vectors]:
    """The embedding of every item of `outfits`: of its photo, and of the mirror image."""
    items = [photo.row["item"] for photo in tables["outfits"]]
    files = [photo.file for photo in tables["outfits"]]
    views = []
    for mirrored in (False, True):
        pooled = torch.from_numpy(store.features("outfits", files, mirrored=mirrored).astype(np.float32))
        vectors = model.heads["embedding"](Features(pooled, pooled[:, None])).numpy()
        views.append(dict(zip(items, vectors, strict=True)))
    return views


def record(train: Part, figures: list[Figure]) -> dict[str, Any]:
    """What the checkpoint keeps of data and figures."""
    said = tomllib.loads((HERE / "provenance.toml").read_text("utf-8"))
    count = Counter(photo.set for photo in train.photos)
    return {
        "use": said["use"],
        "method": said["method"],
        "data": [{**row, "photos of train": f"{count[row['set']]:,}"} for row in said["data"]],
        "limits": said["limits"],
        "figures": [figure.to_row() for figure in figures],
        "how to read the figures": said["reading"],
    }


def _line(figure: Figure) -> str:
    parts = [
        f"{figure.what}, {figure.measure}: {figure.value:.3f}",
        f"({figure.low:.3f}–{figure.high:.3f}, n {figure.n:,})",
    ]
    if figure.probe is not None:
        behind = figure.value < figure.probe - figure.standard_error
        parts.append(f"linear probe {figure.probe:.3f}{', not reached' if behind else ''};")
    return " ".join([*parts, figure.control])


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
