"""What goes together? `python examples/03_outfit.py [PHOTO PHOTO …]`; without photos, garments that fashionkit draws.

Scores the photos as an outfit, finds the item that clashes, and looks for a better one among drawn garments.
"""

from __future__ import annotations

import sys

from fashionkit import OutfitScorer
from fashionkit.demo.garments import draw_wardrobe

OUTFIT = ("cable-knit sweater", "sand chinos", "black pumps", "canvas tote bag")


def main(paths: list[str]) -> None:
    """Prints the score of the outfit, without each item too, and what would go better."""
    wardrobe = draw_wardrobe()
    drawn = {garment.name: garment.pixels for garment in wardrobe}
    names = paths or list(OUTFIT)
    photos = paths or [drawn[name] for name in OUTFIT]

    scorer = OutfitScorer.load()
    outfit = scorer.score(photos)
    print(f"{' + '.join(names)}: {outfit.score:.2f}")
    if outfit.without is None or outfit.weakest is None:
        return  # of two items, none can be left out
    for name, score in zip(names, outfit.without, strict=True):
        print(f"  without {name}: {score:.2f}")

    weakest = outfit.weakest
    rest = [photo for place, photo in enumerate(photos) if place != weakest]
    candidates = [garment for garment in wardrobe if garment.name not in names]
    print(f"in place of {names[weakest]}:")
    # Any candidates will do: a list of photos, or a whole catalogue (`candidates=retriever`).
    for suggestion in scorer.complete(rest, [garment.pixels for garment in candidates], k=3):
        print(f"  {candidates[int(suggestion.item)].name}: {suggestion.score:.2f}")


if __name__ == "__main__":
    main(sys.argv[1:])
