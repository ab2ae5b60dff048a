from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fashionkit.datasets import Outfit, OutfitSet
from fashionkit.evaluation.recommending import recommended

pytestmark = pytest.mark.light
# Two styles of shirts, trousers, shoes and bags; an outfit is of one of them.
ITEMS = [
    f"{family}-{style}{number}"
    for family in ("shirt", "trousers", "shoe", "bag")
    for style in "ab"
    for number in (1, 2)
]
POOL = {item: (item.partition("-")[0], "old") for item in ITEMS}


def outfits(styles):
    made = [
        Outfit(str(n), "old", tuple(f"{family}-{style}{n % 2 + 1}" for family in ("shirt", "trousers", "shoe", "bag")))
        for n, style in enumerate(styles)
    ]
    return OutfitSet("outfits", "val", Path(), {}, tuple(made), (), (), POOL)


def by_style(noise=0.0):
    draw = np.random.default_rng(0)
    directions = {"a": np.eye(8)[0], "b": np.eye(8)[1]}
    rows = {item: directions[item.partition("-")[2][0]] + noise * draw.standard_normal(8) for item in ITEMS}
    return {item: (row / np.linalg.norm(row)).astype(np.float32) for item, row in rows.items()}


def test_vectors_that_know_the_style_rank_its_items_first():
    (figure,) = recommended(outfits("ab" * 10), (), by_style()).values()
    # Two of two items of a style in each family: a tie between them, above all others.
    assert figure.n == 20
    assert 0.75 < figure.value < 0.85
    assert figure.controls["chance"] < 0.7
    assert "popularity" not in figure.controls


def test_vectors_that_know_nothing_get_what_chance_gets():
    same = {item: np.eye(8, dtype=np.float32)[0] for item in ITEMS}
    (figure,) = recommended(outfits("ab" * 5), (), same).values()
    assert figure.value == pytest.approx(figure.controls["chance"])


def test_what_is_used_much_stands_beside():
    train = outfits("aaab").outfits
    (figure,) = recommended(outfits("a" * 6), train, by_style(noise=5)).values()
    assert figure.controls["popularity"] > figure.controls["chance"]


def test_outfits_of_few_items_say_nothing():
    data = OutfitSet(
        "outfits", "val", Path(), {}, (Outfit("1", "old", ("shirt-a1", "bag-a1", "bag-a1")),), (), (), POOL
    )
    assert recommended(data, (), by_style()) == {}
    # Without vectors of its items, an outfit is as small.
    assert recommended(outfits("a"), (), {"shirt-a1": by_style()["shirt-a1"]}) == {}
