"""What is it like? `python examples/02_attributes.py [PHOTO …]`; without photos, garments that fashionkit draws."""

from __future__ import annotations

import sys

from fashionkit import AttributePredictor, Attributes
from fashionkit.demo.garments import draw_wardrobe

SURE = 0.6


def main(paths: list[str]) -> None:
    """Prints what is known of each photo with some certainty."""
    drawn = [] if paths else draw_wardrobe()[:8]
    names = paths or [garment.name for garment in drawn]
    photos = paths or [garment.pixels for garment in drawn]

    predictor = AttributePredictor.load()
    for name, attributes in zip(names, predictor.predict(photos), strict=True):
        print(f"{name}: {'; '.join(sure_of(attributes))}")


def sure_of(attributes: Attributes) -> list[str]:
    """Groups of labels that exclude each other where one is probable, tags that are present, and numbers."""
    # "does not apply" is an answer too: trousers have no sleeve.
    groups = [
        f"{choice.name} {choice.label}"
        for choice in attributes.choices.values()
        if choice.applies and choice.probability >= SURE
    ]
    # Whether a tag is present is decided by a threshold of its own, which training picked.
    tags = [f"#{tag}" for tag in attributes.tags]
    numbers = [f"{number.name} {number.value:.0f}" for number in attributes.numbers.values()]
    return [*groups, *tags, *numbers]


if __name__ == "__main__":
    main(sys.argv[1:])
