"""Whether explanations show what counted: deletion and insertion, beside maps that know nothing of the photo.

    python -m benchmarks.faithfulness PHOTOS

PHOTOS holds the folders of the sets. Asks the default model of photos of val of `clothing`, and writes
`benchmarks/results/faithfulness.md`. Same photos and same maps at every run.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.machine import machine
from fashionkit.explain import Explainer, Explanation, Faithfulness, measure_faithfulness
from fashionkit.images import fit, read
from fashionkit.runtime import Model

SET = "clothing"
# So many are looked at, and so many of those that the question is about are measured.
LOOKED_AT, MEASURED = 400, 60
BATCH = 34
ATTRIBUTE = "sleeve"
PLACES = 6
MAPS = ("explained", "centre", "random")
RESULTS = Path(__file__).parent / "results"

INTRODUCTION = """\
Deletion and insertion (Petsiuk, Das and Saenko 2018, section 4.3), means over photos of val of `clothing` at the size
that the model reads. *Deletion* is the area under the answer's probability while the photo is greyed out from the place
that the map puts first: lower is better. *Insertion*: while it comes back out of a blur: higher is better. Beside the
explanation stand a bump in the middle of every photo, where garments are, and random maps as coarse as ours.
*Gain* is insertion less deletion; the interval of 95 % is of the mean, over photos (bootstrap, 2,000 draws).
`python -m benchmarks.faithfulness` writes this page."""

Asked = Callable[[Explainer, NDArray[np.uint8]], Explanation]


def main() -> None:
    """Measures and writes."""
    photos = _arguments().photos
    explainer, model = Explainer.load(), Model.load()
    looked_at = [fit(read(path), model.rule) for path in photos_of(photos / SET, LOOKED_AT)]
    questions: dict[str, Asked] = {
        "its category": lambda explainer, pixels: explainer.category(pixels),
        f"its {ATTRIBUTE}, where it has one": lambda explainer, pixels: explainer.attribute(pixels, ATTRIBUTE),
    }
    lines = [
        "# Whether explanations show what counted",
        "",
        INTRODUCTION,
        "",
        "Measured on: " + ", ".join(f"{name} {said}" for name, said in machine().items()) + ".",
        "",
        "| asked of the photo | map | photos | deletion ↓ | insertion ↑ | gain ↑ | 95 % interval |",
        "|---|---|---|---|---|---|---|",
    ]
    for asked, ask in questions.items():
        found = islice(measured(explainer, model, looked_at, ask), MEASURED)
        by_map = dict(zip(MAPS, zip(*found, strict=True), strict=True))
        for name, of_map in by_map.items():
            lines.append(f"| {asked} | {name} | {_row(of_map)} |")
            print(lines[-1], flush=True)
    place = RESULTS / "faithfulness.md"
    place.write_text("\n".join([*lines, ""]), encoding="utf-8")
    print(place)


def photos_of(folder: Path, most: int) -> list[Path]:
    """Photos of val, evenly over the table."""
    with (folder / "labels.csv").open(encoding="utf-8", newline="") as file:
        paths = [folder / row["file"] for row in csv.DictReader(file) if row["split"] == "val"]
    return [paths[place * len(paths) // most] for place in range(min(most, len(paths)))]


def measured(
    explainer: Explainer, model: Model, photos: list[NDArray[np.uint8]], ask: Asked
) -> Iterator[tuple[Faithfulness, ...]]:
    """For each photo that the answer applies to: of the explanation, of the middle, and of a random map."""
    middle = centre(*model.rule.size)
    for number, pixels in enumerate(photos):
        explanation = ask(explainer, pixels)
        if explanation.label.endswith("=does not apply"):
            continue
        maps = (explanation.map, middle, random_map(number, *model.rule.size))
        yield tuple(measure_faithfulness(probability_of(model, explanation.label), pixels, heat) for heat in maps)


def probability_of(model: Model, label: str) -> Callable[[NDArray[np.uint8]], NDArray[np.floating]]:
    """Photos at the model's size → the probabilities of an answer."""
    head, _, value = label.partition("=")

    def ask(photos: NDArray[np.uint8]) -> NDArray[np.floating]:
        found: list[float] = []
        for start in range(0, len(photos), BATCH):
            outputs = model.engine.run("photos", {"photos": photos[start : start + BATCH]})
            if value:
                found += [each.choices[head].probabilities[value] for each in model.read("attributes", outputs)]
            else:
                answers = model.read("category", outputs)
                found += [float(each.probabilities[each.labels.index(label)]) for each in answers]
        return np.array(found)

    return ask


def centre(height: int, width: int) -> NDArray[np.float32]:
    """A bump in the middle, a quarter of the photo wide."""
    rows, columns = np.linspace(-2, 2, height), np.linspace(-2, 2, width)
    return np.exp(-(rows[:, None] ** 2 + columns**2) / 2).astype(np.float32)


def random_map(seed: int, height: int, width: int) -> NDArray[np.float32]:
    """As many places as the model has, of random heat, drawn as smoothly as an explanation."""
    places = np.random.default_rng(seed).random((PLACES, PLACES), np.float32)
    return np.asarray(cv2.resize(places, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def _row(found: tuple[Faithfulness, ...]) -> str:
    gains = np.array([each.gain for each in found])
    draws = np.random.default_rng(0).integers(len(gains), size=(2000, len(gains)))
    low, high = np.quantile(gains[draws].mean(axis=1), [0.025, 0.975])
    deletion, insertion = (np.mean([getattr(each, name) for each in found]) for name in ("deletion", "insertion"))
    return f"{len(found)} | {deletion:.3f} | {insertion:.3f} | {gains.mean():.3f} | {low:.3f}–{high:.3f}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("photos", type=Path, metavar="PHOTOS", help="the folder that holds the sets")
    return parser.parse_args()


if __name__ == "__main__":
    main()
