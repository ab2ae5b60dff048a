"""The model that comes with the package: what it holds, that it needs no network, and that its card tells the truth."""

from __future__ import annotations

import csv
import subprocess
import sys
from itertools import chain
from pathlib import Path

import pytest

import fashionkit
from fashionkit import AttributePredictor, Classifier
from fashionkit.demo.garments import draw_wardrobe
from fashionkit.models import Checkpoint
from fashionkit.models.source import locate
from fashionkit.taxonomy import Taxonomy

pytestmark = pytest.mark.light

MOST = 25e6
SETS = ("clothing", "street", "products", "articles", "design", "outfits")

OFFLINE = """
import socket
def refuse(*arguments, **keywords):
    raise OSError("no network here")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
from fashionkit import Analyzer
from fashionkit.demo.garments import draw_wardrobe
print(Analyzer.load().analyze(draw_wardrobe()[0].pixels).category.label)
"""


@pytest.fixture(scope="module")
def default():
    return Checkpoint.open(locate("default"))


def test_it_is_small_enough_to_ship(default):
    assert default.folder.is_relative_to(Path(fashionkit.__file__).parent)
    assert sum(path.stat().st_size for path in default.folder.iterdir()) <= MOST


def test_its_categories_are_the_taxonomy(default):
    taxonomy = Taxonomy.load()
    assert default.specs["category"].labels == taxonomy.types
    assert default.specs["category"].kinds == taxonomy.kinds


def test_its_attributes_are_in_plain_english(default):
    attributes = default.specs["attributes"]
    labels = [*chain.from_iterable(group.labels for group in attributes.groups.values()), *attributes.tags]
    assert all(label == label.lower() and label.isprintable() for label in labels)
    taxonomy = Taxonomy.load()
    named = {kind: taxonomy.cannot_have(kind) for kind in set(taxonomy.kinds.values())}
    may_not_apply = {name for name, group in attributes.groups.items() if group.may_not_apply}
    assert may_not_apply == set(chain.from_iterable(named.values()))


def test_its_card_says_what_it_is_for_and_where_it_comes_from(default):
    card = (default.folder / "card.md").read_text("utf-8")
    assert "For research and evaluation only" in card
    assert "as a whole" in card
    for name in SETS:
        assert f"| {name} |" in card
    assert "none stated" in card
    for row in default.config.training["figures"]:
        assert row["figure on val"] in card


def test_it_answers_without_a_network():
    done = subprocess.run([sys.executable, "-c", OFFLINE], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() in Taxonomy.load().types


def test_it_knows_the_garments_that_fashionkit_draws():
    garments = draw_wardrobe()
    answers = Classifier.load().predict([garment.pixels for garment in garments])
    right = [answer.kind == garment.kind for answer, garment in zip(answers, garments, strict=True)]
    assert sum(right) >= 0.85 * len(garments)


def test_trousers_have_no_sleeve_and_shirts_do():
    drawn = {garment.label: garment.pixels for garment in draw_wardrobe()}
    trousers, shirt = AttributePredictor.load().predict([drawn["trousers"], drawn["shirt"]])
    assert not trousers["sleeve"].applies
    assert shirt["sleeve"].label == "long"


def rows_of(data, name):
    with (data / name / "labels.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["split"] == "val"]


def test_it_calls_dresses_dresses_and_little_else(data):
    words = {"clothing": "label", "products": "articleType", "articles": "product_type", "design": "type"}
    photos = {True: [], False: []}
    for name, column in words.items():
        for row in rows_of(data, name):
            photos[row[column] in ("Dress", "Dresses")].append(data / name / row.get("flat", row.get("file")))
    classifier = Classifier.load()
    called = {
        whether: [answer.label == "dress" for answer in classifier.predict(spread(listed, 60))]
        for whether, listed in photos.items()
    }
    assert sum(called[True]) / 60 >= 0.75
    assert sum(called[False]) / 60 <= 0.1


def spread(photos, n):
    """So many, evenly over all of them."""
    return [photos[place * len(photos) // n] for place in range(n)]


@pytest.mark.slow
def test_the_card_tells_the_truth(data, default):
    """One figure of the card, computed anew on the photos."""
    taxonomy, rows = Taxonomy.load(), rows_of(data, "clothing")
    answers = Classifier.load().predict([data / "clothing" / row["file"] for row in rows])
    given = [taxonomy.restrict("clothing", answer.probabilities) for answer in answers]
    right = sum(label == row["label"] for label, row in zip(given, rows, strict=True)) / len(rows)
    figures = {row["figure on val"]: row for row in default.config.training["figures"]}
    # A photo or two may fall otherwise on another processor.
    assert right == pytest.approx(float(figures["clothing/label/accuracy"]["value"]), abs=0.005)
