from __future__ import annotations

import pytest

pytest.importorskip("gradio")

from fashionkit.errors import ImageError
from fashionkit.service.arriving import Upload
from fashionkit.service.ui.seeing import CLOSEST, see


def test_answers_are_those_of_the_analyzer(stock, offers, photos):
    seen = see(Upload(photos[4].read_bytes()), offers, stock)
    analysis = offers.analyzer.analyze(photos[4])
    assert seen.category.label == analysis.category.label
    assert repr(seen.attributes) == repr(analysis.attributes)


def test_the_photo_itself_is_the_closest(stock, offers, photos):
    seen = see(Upload(photos[4].read_bytes()), offers, stock)
    assert len(seen.closest) == CLOSEST
    assert seen.closest[0][1] == f"1.00 · {photos[4].name}"
    scores = [float(words.partition(" ")[0]) for _, words in seen.closest]
    assert scores == sorted(scores, reverse=True)


def test_what_can_be_explained_are_answers_that_were_given(stock, offers, photos):
    seen = see(Upload(photos[4].read_bytes()), offers, stock)
    first, *others = seen.about
    assert (first.name, first.value) == ("", seen.category.label)
    for about in others:
        if about.value:
            assert seen.attributes.choices[about.name].label == about.value
        else:
            assert about.name in seen.attributes.tags


def test_without_anything_to_search_the_rest_is_answered(offers, photos):
    seen = see(Upload(photos[4].read_bytes()), offers, None)
    assert seen.closest == ()
    assert seen.category is not None


def test_a_broken_photo_is_an_error(stock, offers, photos):
    with pytest.raises(ImageError):
        see(Upload(photos[0].read_bytes()[:200]), offers, stock)
