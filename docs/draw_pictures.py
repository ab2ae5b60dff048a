"""Draws the pictures of the front page from answers of the default model: `python docs/draw_pictures.py [FOLDER]`.

The garments are those that fashionkit draws; the query of the search is drawn with other folds and another grain.
"""

from __future__ import annotations

import sys
import tempfile
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from fashionkit import OutfitScorer, Retriever
from fashionkit.demo.garments import draw_wardrobe

QUERY = "blue striped shirt"
OUTFIT = ("cable-knit sweater", "sand chinos", "black pumps", "canvas tote bag")
SWAPPED = "brown ankle boots"

# In points of the finished picture; drawn at twice that, for screens with more pixels.
SCALE = 2
TILE, GAP, MARGIN, BELOW = (132, 176), 14, 22, 54
PAPER, INK, SOFT, ACCENT = "#fbf9f4", "#1b1a17", "#6a675f", "#9c3b1f"


@dataclass(frozen=True)
class Piece:
    """One garment of a row: its picture, its name, what stands below it, and whether it is set apart."""

    photo: Image.Image
    name: str
    words: str
    apart: bool = False


def main(folder: Path) -> None:
    """Asks the model, and writes `search.webp` and `outfit.webp`."""
    drawn = {garment.name: Image.fromarray(garment.pixels) for garment in draw_wardrobe()}
    again = {garment.name: Image.fromarray(garment.pixels) for garment in draw_wardrobe(seed=1)}
    draw([Piece(again[QUERY], QUERY, "the photo", apart=True), *hits(drawn, again[QUERY])], folder / "search.webp")
    draw(outfit(drawn), folder / "outfit.webp")


def hits(drawn: dict[str, Image.Image], photo: Image.Image) -> list[Piece]:
    """What looks most like the photo, among all garments."""
    warnings.filterwarnings("ignore", "made a new catalogue")
    with (
        tempfile.TemporaryDirectory() as place,
        Retriever.open(Path(place, "catalogue"), create=True) as retriever,
    ):
        retriever.add(list(drawn.values()), ids=list(drawn))
        return [Piece(drawn[hit.id], hit.id, f"{hit.score:.2f}") for hit in retriever.search(photo, k=5)]


def outfit(drawn: dict[str, Image.Image]) -> list[Piece]:
    """An outfit with the score without each item, the weakest set apart, and what it is with another in its place."""
    scorer = OutfitScorer.load()
    found = scorer.score([drawn[name] for name in OUTFIT])
    better = [SWAPPED if place == found.weakest else name for place, name in enumerate(OUTFIT)]
    swapped = scorer.score([drawn[name] for name in better])
    items = [
        Piece(drawn[name], name, f"without it {without:.2f}", apart=place == found.weakest)
        for place, (name, without) in enumerate(zip(OUTFIT, found.without or (), strict=True))
    ]
    return [*items, Piece(drawn[SWAPPED], SWAPPED, f"in its place {swapped.score:.2f}")]


def draw(pieces: Sequence[Piece], output: Path) -> None:
    """Writes a row of garments with words below them."""
    size = (2 * MARGIN + len(pieces) * (TILE[0] + GAP) - GAP, MARGIN + TILE[1] + BELOW)
    picture = Image.new("RGB", (size[0] * SCALE, size[1] * SCALE), PAPER)
    pen = ImageDraw.Draw(picture)
    for place, piece in enumerate(pieces):
        left = MARGIN + place * (TILE[0] + GAP)
        picture.paste(piece.photo.resize((TILE[0] * SCALE, TILE[1] * SCALE)), (left * SCALE, MARGIN * SCALE))
        if piece.apart:
            box = [left * SCALE, MARGIN * SCALE, (left + TILE[0]) * SCALE - 1, (MARGIN + TILE[1]) * SCALE - 1]
            pen.rectangle(box, outline=ACCENT, width=3 * SCALE)
        write(pen, (left, MARGIN + TILE[1] + 8), piece.name, SOFT, 11)
        write(pen, (left, MARGIN + TILE[1] + 24), piece.words, ACCENT if piece.apart else INK, 15)
    picture.save(output, quality=82, method=6)


def write(pen: ImageDraw.ImageDraw, at: tuple[int, int], text: str, colour: str, size: int) -> None:
    """Writes text in the font that comes with Pillow."""
    pen.text((at[0] * SCALE, at[1] * SCALE), text, colour, ImageFont.load_default(size * SCALE))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else Path(__file__).parent)
