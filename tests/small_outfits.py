"""A small set of outfits, in which what goes together has one colour."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw

from fashionkit import EmbeddingSpec, FashionModel, InputRule, OutfitSpec
from fashionkit.datasets import DataSet, OutfitSet
from fashionkit.heads import HeadSpec
from fashionkit.training.recipe import Outfits, Phase, Recipe

FAMILIES = ("tops", "trousers", "shoes")
COLOURS = {"red": (210, 30, 40), "green": (30, 170, 60), "blue": (30, 60, 210), "yellow": (230, 210, 40)}
ITEMS_EACH = 4

OUTFITS = Outfits(epochs=20, batch_size=16, learning_rate=0.01, noise=0.2)
RECIPE = Recipe(
    phases=(Phase(steps=60, learning_rate=0.03, cached=True),), batch_size=24, outfits=OUTFITS, save_every=7, seed=3
)
SPECS = {"embedding": EmbeddingSpec(dimension=16), "outfit": OutfitSpec(item_width=16, hidden=16, heads=2)}


def outfit_model(specs: Mapping[str, HeadSpec] = SPECS) -> FashionModel:
    """A tiny model, always with the same weights; its backbone is a random one, which sees all items nearly alike."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return FashionModel("test_efficientnet", specs, input=InputRule(size=(64, 64)))


def coloured(outfits: OutfitSet) -> DataSet:
    """The items of outfits, from whose colours an embedding learns to tell them."""
    photos = outfits.as_photos()
    return replace(photos, photos=tuple(replace(one, labels={"embedding": one.id.split("-")[1]}) for one in photos))


def write_outfits(folder: Path, *, made: int = 40, asked: int = 24, labels: bool = True) -> Path:
    """Writes photos and the four tables: `made` train outfits, and `asked` of val with a question about each."""
    photos = folder / "photos"
    photos.mkdir(parents=True)
    items = [(family, colour, place) for family in FAMILIES for colour in COLOURS for place in range(ITEMS_EACH)]
    for number, item in enumerate(items):
        _drawn(*item[:2], number).save(photos / f"{_name(item)}.png")
    type_of = (lambda item: item[0]) if labels else (lambda _: "")
    rows = [(_name(item), f"photos/{_name(item)}.png", item[0], type_of(item)) for item in items]
    _write(folder / "items.csv", ("item", "file", "family", "type"), rows)
    random = np.random.default_rng(0)
    outfits = list(dict.fromkeys(_outfit(random) for _ in range(10 * (made + asked))))
    train = [(f"t{n}", "", "train", " ".join(outfit)) for n, outfit in enumerate(outfits[:made])]
    val = [(f"v{n}", outfit) for n, outfit in enumerate(outfits[made : made + asked])]
    rows = [*train, *((name, "", "val", " ".join(outfit)) for name, outfit in val)]
    _write(folder / "outfits.csv", ("outfit", "era", "split", "items"), rows)
    rows = [(name, "", "val", " ".join(one[:2]), one[2], " ".join(_others(one[2], random))) for name, one in val]
    _write(folder / "fitb.csv", ("outfit", "era", "split", "context", "answer", "wrong"), rows)
    mixed = [(name, (*outfit[:2], _others(outfit[2], random)[0])) for name, outfit in val]
    rows = [(name, "", "val", " ".join(one), made) for made, each in ((1, val), (0, mixed)) for name, one in each]
    _write(folder / "compatibility.csv", ("outfit", "era", "split", "items", "compatible"), rows)
    return folder


def _name(item: tuple[str, str, int]) -> str:
    return "-".join(map(str, item))


def _outfit(random: np.random.Generator) -> tuple[str, ...]:
    colour = str(random.choice(list(COLOURS)))
    return tuple(_name((family, colour, int(random.integers(ITEMS_EACH)))) for family in FAMILIES)


def _others(item: str, random: np.random.Generator) -> list[str]:
    """One item of the same family in each other colour."""
    family, own, _ = item.split("-")
    return [_name((family, colour, int(random.integers(ITEMS_EACH)))) for colour in COLOURS if colour != own]


def _drawn(family: str, colour: str, number: int) -> Image.Image:
    random = np.random.default_rng(number)
    picture = Image.new("RGB", (48, 48), "white")
    picture.putpixel((number, 0), (0, 0, 0))  # no two are the same
    low, high = random.integers(4, 10), random.integers(38, 44)
    shape = {"tops": (low, low, high, 30), "trousers": (16, low, 32, high), "shoes": (low, 30, high, high)}[family]
    ImageDraw.Draw(picture).rectangle(tuple(map(int, shape)), fill=COLOURS[colour])
    return picture


def _write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([columns, *rows])
