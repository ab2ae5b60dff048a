from __future__ import annotations

import numpy as np
import pytest

from fashionkit.demo.cards import cards_of, sections_of
from fashionkit.demo.pictures import Pictures
from fashionkit.demo.survey import Piece
from fashionkit.heads.category.result import Category
from fashionkit.tasks.analysis import Analysis

pytestmark = pytest.mark.light

KINDS = {"shirt": "tops", "blouse": "tops", "boot": "footwear", "kite": "toys", "thing": None}


def card(**probabilities):
    labels = tuple(probabilities)
    category = Category(
        labels, np.array([*probabilities.values()], np.float32), tuple(KINDS[label] for label in labels)
    )
    piece = Piece("a.jpg", Analysis({"category": category}), Pictures("", "", 3, 4))
    return cards_of([piece], category="category", attributes=None, embedding=None)[0]


def test_a_second_opinion_where_the_first_is_not_sure():
    assert card(shirt=0.6, blouse=0.3, boot=0.1).perhaps.label == "blouse"
    assert card(shirt=0.8, blouse=0.2).perhaps is None
    assert card(shirt=0.65, blouse=0.05, boot=0.05).perhaps is None


def test_sections_go_by_kind_and_within_by_type_and_sureness():
    cards = [card(boot=0.9), card(kite=1), card(thing=1), card(shirt=0.7), card(shirt=0.9), card(blouse=0.5)]
    sections = sections_of(cards)
    assert [section.title for section in sections] == ["tops", "footwear", "toys", "other"]
    assert [(card.title, round(card.probability, 1)) for card in sections[0].cards] == [
        ("blouse", 0.5),
        ("shirt", 0.9),
        ("shirt", 0.7),
    ]


def test_without_kinds_all_are_photos():
    assert [section.title for section in sections_of([card(thing=1), card(thing=0.5)])] == ["photos"]
