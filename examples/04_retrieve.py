"""What looks like it? `python examples/04_retrieve.py [FOLDER PHOTO]`: searches a folder of photos by a photo.

Without arguments, garments that fashionkit draws are searched by one of them, drawn anew.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from fashionkit import Retriever
from fashionkit.demo.garments import draw_wardrobe
from fashionkit.images import photos_in

QUERY = "blue striped shirt"


def main(arguments: list[str]) -> None:
    """Puts photos into a catalogue, searches it, and opens it again."""
    with tempfile.TemporaryDirectory() as place:  # a folder of your own keeps the catalogue
        catalogue = Path(place, "catalogue")
        with Retriever.open(catalogue, create=True) as retriever:  # warns that it is new: a path may be mistyped
            query = fill(retriever, arguments)
            show("nearest", retriever, query)
            show("each of another kind", retriever, query, group_by="kind")
            show("only tops and dresses", retriever, query, where={"kind": ["tops", "dresses"]})
        # What was added is on the disk when `add` returns.
        with Retriever.open(catalogue) as again:
            print(f"opened again: {len(again)} items, {len(again.duplicates())} groups of near-duplicates")


def fill(retriever: Retriever, arguments: list[str]) -> object:
    """Adds the photos, and gives the one to search by."""
    if arguments:
        folder, query = arguments
        photos = [Path(folder, name) for name in photos_in(folder)]
        # Whatever JSON can hold may be stored beside a photo, and filtered by.
        retriever.add(photos, metadata=[{"kind": photo.parent.name} for photo in photos])
        return query
    wardrobe = draw_wardrobe()
    retriever.add(
        [garment.pixels for garment in wardrobe],
        ids=[garment.name for garment in wardrobe],
        metadata=[{"kind": garment.kind} for garment in wardrobe],
    )
    return next(garment.pixels for garment in draw_wardrobe(seed=1) if garment.name == QUERY)


def show(what: str, retriever: Retriever, query: object, **narrowed: object) -> None:
    """Prints the best hits of a search."""
    print(f"{what}:")
    for hit in retriever.search(query, k=4, **narrowed):
        print(f"  {hit.score:.3f}  {hit.id}  ({hit.metadata['kind']})")


if __name__ == "__main__":
    main(sys.argv[1:])
