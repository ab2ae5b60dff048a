"""What is it? `python examples/01_classify.py [PHOTO …]`; without photos, garments that fashionkit draws."""

from __future__ import annotations

import sys

from fashionkit import Classifier, ImageError
from fashionkit.demo.garments import draw_wardrobe


def main(paths: list[str]) -> None:
    """Prints the category of each photo, and what else it could be."""
    drawn = [] if paths else draw_wardrobe()
    names = paths or [garment.name for garment in drawn]
    photos = paths or [garment.pixels for garment in drawn]

    classifier = Classifier.load()  # the model that comes with fashionkit; or a folder of your own
    # A stream keeps a few batches in memory, however many photos there are.
    for place, category in classifier.stream(photos, on_error="return"):
        if isinstance(category, ImageError):
            print(f"{names[place]}: cannot be read, {category.reason}")
            continue
        others = ", ".join(f"{guess.label} {guess.probability:.0%}" for guess in category.top(3)[1:])
        print(f"{names[place]}: {category.label} {category.probability:.0%} ({category.kind}; else {others})")


if __name__ == "__main__":
    main(sys.argv[1:])
