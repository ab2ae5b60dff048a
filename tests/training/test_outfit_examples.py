from __future__ import annotations

from pathlib import Path

import pytest

from fashionkit.datasets import Judged, LabelledPhoto, Outfit, OutfitSet, Question
from fashionkit.errors import DataError
from fashionkit.training.outfit_examples import gather_outfits, gather_questions, usable


def outfit_set(name: str) -> OutfitSet:
    items = {item: LabelledPhoto(f"{name}/{item}.jpg", id=item) for item in "abcde"}
    return OutfitSet(
        name,
        "",
        Path(),
        items,
        (Outfit("1", "old", ("a", "b")), Outfit("2", "old", ("c",))),
        (Question("1", "old", ("a",), "b", ("d", "c")),),
        (Judged("1", "old", ("a", "b"), compatible=True), Judged("1", "old", ("a", "d"), compatible=False)),
        dict.fromkeys("abcde", ("shoes", "old")),
    )


def test_items_of_two_sets_are_different_ones():
    examples = gather_outfits([outfit_set("shop"), outfit_set("street")])
    assert len(examples) == 4
    assert len({item for outfit in examples.outfits for item in outfit}) == 6
    assert [examples.photos[outfit[0]] for outfit in examples.outfits] == [
        "shop/a.jpg",
        "shop/c.jpg",
        "street/a.jpg",
        "street/c.jpg",
    ]
    pools = {examples.pool_of[outfit[0]] for outfit in examples.outfits}
    assert len(pools) == 2


def test_only_photos_that_are_asked_for_are_there():
    assert sorted(gather_outfits([outfit_set("shop")]).photos.values()) == ["shop/a.jpg", "shop/b.jpg", "shop/c.jpg"]
    questions = gather_questions([outfit_set("shop")])
    assert sorted(questions.photos.values()) == [f"shop/{item}.jpg" for item in "abcd"]


def test_questions_are_outfits_with_the_right_one_first():
    questions = gather_questions([outfit_set("shop")])
    named = [tuple(Path(str(questions.photos[item])).stem for item in choice) for choice in questions.blanks[0]]
    assert named == [("a", "b"), ("a", "d"), ("a", "c")]
    assert [made for _, made in questions.judged] == [True, False]


def test_an_outfit_that_no_head_reads_is_left_out():
    examples = gather_outfits([outfit_set("shop")])
    assert len(examples.usable(lambda _: True)) == 1
    assert len(examples.usable(lambda item: item.startswith("a"))) == 0
    assert [usable(("x",) * count, lambda _: True) for count in (1, 2, 16, 17)] == [False, True, True, False]


def test_no_outfit_is_refused():
    with pytest.raises(DataError, match="no outfit in the data"):
        gather_outfits([])
    assert gather_questions([]).blanks == ()
