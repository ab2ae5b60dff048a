"""New categories from 1, 5 and 10 photos each, told by a model that never saw any of them.

    python -m benchmarks.few_shot MODEL PHOTOS

PHOTOS holds the folders of the sets. The new categories are the types of the taxonomy that MODEL does not know and
`products` has enough photos of; the checkpoint keeps a background (`examples/few_shot/keep_background.py`). Writes
`benchmarks/results/few-shot.md`. Same photos at every run.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from benchmarks.frozen_search import frozen
from benchmarks.machine import machine
from fashionkit.heads.category.spec import CategorySpec
from fashionkit.heads.category.tell_apart import tell_apart
from fashionkit.models.background import read_background
from fashionkit.models.checkpoint import Checkpoint
from fashionkit.runtime import Model
from fashionkit.taxonomy import Taxonomy

SET = "products"
OTHER_SETS = ("articles", "clothing")
SHOTS, DRAWS = (1, 5, 10), 10
COLUMNS = ("new", "all", "known", "elsewhere")
FEWEST_TRAIN, FEWEST_VAL = 40, 15
# Of each type that is known, for its frozen prototype.
KNOWN_TRAIN = 20
RESULTS = Path(__file__).parent / "results"

INTRODUCTION = """\
Photos of val of `products`. *Extended*: `Classifier.extend`, all new categories at once. *Prototypes*: the nearest mean
of ImageNet features of EfficientNet-Lite0, which learned nothing of clothes, for the new categories and, from
{known} photos each, for the known ones. *New*: how many photos of new categories are told right, the mean over
categories; *among the new*: where only new labels are asked about; *among all*: the known ones too. *Known*: how many
photos of categories that the model knew are told right, among all labels; *elsewhere*: in `articles` and `clothing`.
Mean ± standard deviation over {draws} random
draws of the photos that were learned from. `python -m benchmarks.few_shot` writes this page."""

Matrix = NDArray[np.float32]
ByType = Mapping[str, list[Path]]


@dataclass(frozen=True)
class Seen:
    """What a model says of photos by type: outputs by head, in the order of `types`."""

    types: NDArray[np.str_]
    outputs: Mapping[str, Matrix]


ByName = Mapping[str, Matrix]
Looks = tuple[Sequence[Seen], Sequence[Seen]]
"""Ours and theirs: at the photos that are learned from, of the new types that are asked about, and of the known."""


def main() -> None:
    """Measures and writes."""
    arguments = _arguments()
    model = Model.load(arguments.model)
    spec: CategorySpec = model.specs[model.head("category")]
    train, val = (photos_by_type(arguments.photos, SET, split) for split in ("train", "val"))
    new = sorted(
        name
        for name in set(train) - set(spec.labels)
        if len(train[name]) >= FEWEST_TRAIN and len(val.get(name, ())) >= FEWEST_VAL
    )
    known = sorted(set(train) & set(val) & set(spec.labels))
    asked = [
        {name: train[name] for name in new},
        {name: val[name] for name in new},
        {name: val[name] for name in known},
    ]
    with tempfile.TemporaryDirectory() as folder:
        plain = Model.load(frozen().save(Path(folder) / "frozen"))
        prototypes = prototypes_of(look(plain, {name: train[name][:KNOWN_TRAIN] for name in known}))
        theirs = [look(plain, photos) for photos in asked]
    elsewhere = defaultdict(list)
    for name in OTHER_SETS:
        for label, photos in photos_by_type(arguments.photos, name, "val").items():
            elsewhere[label] += photos if label in spec.labels else []
    ours = [look(model, photos) for photos in (*asked, elsewhere)]
    background = read_background(Checkpoint.open(arguments.model).folder)
    before = [mean_right(answered(model, spec, seen), seen.types, macro=False) for seen in ours[2:]]
    lines = [
        f"| before | | | | {before[0]:.3f} | {before[1]:.3f} |",
        *(line for n in SHOTS for line in measured(model, background, (ours, theirs), prototypes, n)),
    ]
    place = RESULTS / "few-shot.md"
    place.write_text(page(arguments.model.name, new, known, lines), encoding="utf-8")
    print(place.read_text("utf-8"))


def measured(model: Model, background: Mapping[str, Matrix], looks: Looks, prototypes: ByName, n: int) -> list[str]:
    """The two rows of one number of photos."""
    (given, asked_new, *asked_known), (plain_given, plain_new, plain_known) = looks
    spec, new = model.specs[model.head("category")], sorted(set(given.types.tolist()))
    figures = defaultdict(list)
    for draw in range(DRAWS):
        random = np.random.default_rng(draw)
        places = {name: random.permutation(np.flatnonzero(given.types == name))[:n] for name in new}
        more = extended(model, background, given, places)
        answers = model_answers(model, more, asked_new)
        figures["new, ours"].append(mean_right(best_of(answers[:, spec.width :], new), asked_new.types))
        figures["all, ours"].append(mean_right(best_of(answers, more.every_label), asked_new.types))
        for where, seen in zip(("known", "elsewhere"), asked_known, strict=True):
            figures[f"{where}, ours"].append(mean_right(answered(model, more, seen), seen.types, macro=False))
        theirs = {name: unit(unit(plain_given.outputs["embedding"][at]).mean(axis=0)) for name, at in places.items()}
        both = prototypes | theirs
        features, known_features = plain_new.outputs["embedding"], plain_known.outputs["embedding"]
        figures["new, theirs"].append(mean_right(nearest(features, theirs), plain_new.types))
        figures["all, theirs"].append(mean_right(nearest(features, both), plain_new.types))
        figures["known, theirs"].append(mean_right(nearest(known_features, both), plain_known.types, macro=False))
    said = defaultdict(str, {name: f"{np.mean(each):.3f} ± {np.std(each):.3f}" for name, each in figures.items()})
    return [
        f"| {n} | {what} | {' | '.join(said[f'{column}, {whose}'] for column in COLUMNS)} |"
        for what, whose in (("extended", "ours"), ("prototypes", "theirs"))
    ]


def extended(
    model: Model, background: Mapping[str, Matrix], given: Seen, places: Mapping[str, NDArray[np.integer]]
) -> CategorySpec:
    """The spec that `Classifier.extend` makes of these photos."""
    spec = model.specs[model.head("category")]
    compared = (model.head("embedding"), model.head("category"))
    rows = {name: np.concatenate([given.outputs[head][at] for head in compared], axis=1) for name, at in places.items()}
    known = np.concatenate([background[head] for head in compared], axis=1)
    groups = background[compared[1]].argmax(axis=1)
    added = tell_apart(rows, known, groups, len(spec.labels) + len(rows))
    return msgspec.structs.replace(spec, added=tuple(added), compared=compared)


def model_answers(model: Model, spec: CategorySpec, seen: Seen) -> Matrix:
    """N×labels probabilities."""
    answers = spec.read(seen.outputs[model.head("category")], seen.outputs)
    return np.stack([answer.probabilities for answer in answers])


def answered(model: Model, spec: CategorySpec, seen: Seen) -> NDArray[np.str_]:
    return best_of(model_answers(model, spec, seen), spec.every_label)


def best_of(scores: Matrix, labels: Sequence[str]) -> NDArray[np.str_]:
    return np.array(labels)[scores.argmax(axis=1)]


def nearest(features: Matrix, prototypes: Mapping[str, Matrix]) -> NDArray[np.str_]:
    return best_of(unit(features) @ np.stack(list(prototypes.values())).T, list(prototypes))


def prototypes_of(seen: Seen) -> dict[str, Matrix]:
    """The mean direction of each type."""
    features = unit(seen.outputs["embedding"])
    return {str(name): unit(features[seen.types == name].mean(axis=0)) for name in np.unique(seen.types)}


def unit(vectors: Matrix) -> Matrix:
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def mean_right(said: NDArray[np.str_], types: NDArray[np.str_], *, macro: bool = True) -> float:
    """The share that is right: the mean over types, or over photos."""
    right = said == types
    return float(np.mean([right[types == name].mean() for name in np.unique(types)]) if macro else right.mean())


def look(model: Model, photos: ByType) -> Seen:
    """What a model says of photos."""
    paths = [path for listed in photos.values() for path in listed]
    rows = [row for _, row in model.pipeline.stream(paths, _rows)]
    types = np.array([name for name, listed in photos.items() for _ in listed])
    return Seen(types, {name: np.stack([row[name] for row in rows]) for name in rows[0]})


def _rows(outputs: Mapping[str, Matrix]) -> list[dict[str, Matrix]]:
    names = list(outputs)
    return [dict(zip(names, row, strict=True)) for row in zip(*outputs.values(), strict=True)]


def photos_by_type(data: Path, set_name: str, split: str) -> dict[str, list[Path]]:
    """Photos of a set whose type of the taxonomy is certain, in an order of chance that is always the same."""
    taxonomy, found = Taxonomy.load(), defaultdict(list)
    column = taxonomy.column_of(set_name)
    with (data / set_name / "labels.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            types = taxonomy.types_of(set_name, row[column]) if row["split"] == split and row[column] else ()
            if len(types) == 1:
                found[types[0]].append(data / set_name / row["file"])
    draw = np.random.default_rng(0)
    return {name: [paths[place] for place in draw.permutation(len(paths))] for name, paths in sorted(found.items())}


def page(model: str, new: Sequence[str], known: Sequence[str], rows: Sequence[str]) -> str:
    """The page of Markdown."""
    return "\n".join(
        [
            "# New categories from a handful of photos",
            "",
            INTRODUCTION.format(known=KNOWN_TRAIN, draws=DRAWS),
            "",
            f"The model: `{model}`. New: {', '.join(new)}. Known: {len(known)} categories.",
            "",
            "Measured on: " + ", ".join(f"{name} {said}" for name, said in machine().items()) + ".",
            "",
            "| photos each | how | new, among the new | new, among all | known | known, elsewhere |",
            "|---|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path, metavar="MODEL", help="a checkpoint that keeps a background")
    parser.add_argument("photos", type=Path, metavar="PHOTOS", help="the folder that holds the sets")
    return parser.parse_args()


if __name__ == "__main__":
    main()
