from __future__ import annotations

import io

import numpy as np
import pytest

from fashionkit.cli.draw_analysis import Row, draw, rows
from fashionkit.cli.show import screen, show
from fashionkit.heads.attributes.result import DOES_NOT_APPLY, Attributes, Choice, Number, Tag
from fashionkit.heads.category.result import Category

pytestmark = pytest.mark.light


def category(*probabilities: float) -> Category:
    labels = ("shirt", "skirt", "belt", "hat")
    return Category(labels, np.array(probabilities, np.float32), ("tops", "bottoms", None, None))


def choice(name: str, label: str, probability: float) -> Choice:
    return Choice(name, label, probability, {label: probability})


@pytest.mark.parametrize(
    ("probabilities", "expected"),
    [
        ((0.75, 0.25, 0, 0), [("category", "tops \u203a shirt")]),
        ((0, 0, 1, 0), [("category", "belt")]),
        ((0.25, 0.4, 0.15, 0.2), [("category", "bottoms \u203a skirt"), ("or", "tops \u203a shirt"), ("or", "hat")]),
    ],
)
def test_a_category_is_one_line_or_three_where_the_model_is_unsure(probabilities, expected):
    assert [row[:2] for row in rows("category", category(*probabilities))] == expected


def test_attributes_show_what_applies_and_is_likely_and_name_what_is_unsure():
    attributes = Attributes(
        {
            "sleeve": choice("sleeve", "long", 0.9),
            "length": choice("length", DOES_NOT_APPLY, 0.99),
            "fabric": choice("fabric", "wool", 0.3),
            "season": choice("season", "summer", 0.5),
        },
        {"red": Tag("red", present=True, probability=0.7), "dotted": Tag("dotted", present=False, probability=0.4)},
        {"year": Number("year", 2017.26), "weight": Number("weight", 0.5, "kg")},
    )
    shown = {row.name: (row.answer, row.share) for row in rows("attributes", attributes)}
    assert shown == {
        "sleeve": ("long", 0.9),
        "season": ("summer", 0.5),
        "year": ("2017", None),
        "weight": ("0.5 kg", None),
        "tags": ("red", None),
        "unsure of": ("fabric", None),
    }


def test_the_answer_of_an_unknown_head_is_shown_as_it_says_itself():
    assert list(rows("condition", "Condition(new)")) == [Row("condition", "'Condition(new)'")]


@pytest.mark.parametrize("width", [24, 40, 59, 60, 100])
def test_bars_are_drawn_where_there_is_room(monkeypatch, width):
    monkeypatch.setenv("COLUMNS", str(width))
    out = io.StringIO()
    show(draw("x" * 150, {"category": category(0.75, 0.25, 0, 0)}, width), screen(out))
    assert ("━" in out.getvalue()) == (width >= 60)
    assert "75 %" in out.getvalue()
    assert out.getvalue().count("x") == 150
