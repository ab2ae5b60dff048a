from __future__ import annotations

import re

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("gradio")

from fashionkit.heads.attributes.result import DOES_NOT_APPLY, Attributes, Choice, Number, Tag
from fashionkit.heads.category.result import Category
from fashionkit.heads.outfit.result import OutfitScore
from fashionkit.service.ui import drawn
from fashionkit.service.ui.judging import Judgement
from fashionkit.service.ui.seeing import Sight
from fashionkit.service.ui.stock import Tile

CATEGORY = Category(("<b>", "shirt"), np.array([0.75, 0.25], np.float32), (None, "tops"))
ATTRIBUTES = Attributes(
    {
        "sleeve": Choice("sleeve", "long", 0.9, {"long": 0.9}),
        "leg_shape": Choice("leg_shape", DOES_NOT_APPLY, 0.8, {DOES_NOT_APPLY: 0.8}),
    },
    {"striped": Tag("striped", True, 0.7), "lace": Tag("lace", False, 0.1)},
    {"year": Number("year", 2017.0)},
)


def tiles(*names):
    return tuple(Tile(name, name, Image.new("RGB", (2, 2))) for name in names)


def test_what_a_model_or_a_file_is_called_is_text():
    assert "<b>" not in drawn.sight(Sight(CATEGORY, None, (), ()))
    assert "&lt;b&gt;" in drawn.sight(Sight(CATEGORY, None, (), ()))
    assert "<i>" not in drawn.refusal("<i>") + drawn.note("<i>")
    judged = Judgement(tiles("<i>", "b", "c"), OutfitScore(0.2, (0.9, 0.1, 0.1)), ())
    assert "<i>" not in drawn.judgement(judged)


def test_bars_are_as_long_as_the_probabilities():
    written = drawn.sight(Sight(CATEGORY, None, (), ()))
    assert re.findall(r"width:([\d.]+)%", written) == ["75.0", "25.0"]
    assert re.findall(r"<td>(\d+%)</td>", written) == ["75%", "25%"]


def test_only_what_applies_is_shown():
    written = drawn.sight(Sight(None, ATTRIBUTES, (), ()))
    assert "sleeve: long" in written
    assert "striped" in written
    assert "year: 2017" in written
    assert "leg" not in written
    assert "lace" not in written


def test_a_model_that_says_nothing_of_a_photo_is_told():
    assert "no head" in drawn.sight(Sight(None, None, (), ()))


@pytest.mark.parametrize(
    ("judged", "words"),
    [
        (Judgement((), None, ()), "Choose garments"),
        (Judgement(tiles("a"), None, ()), "Choose one more"),
        (Judgement(tiles("a", "b"), OutfitScore(0.7), ()), "They go together"),
        (Judgement(tiles("a", "b"), OutfitScore(0.3), ()), "They do not go together"),
        (Judgement(tiles("a", "b", "c"), OutfitScore(0.3, (0.1, 0.8, 0.2)), ()), "<b>b</b> clashes"),
        (Judgement(tiles("a", "b", "c"), OutfitScore(0.9, (0.1, 0.8, 0.2)), ()), "No item clashes"),
    ],
)
def test_outfits_are_judged_in_words(judged, words):
    assert words in drawn.judgement(judged)
