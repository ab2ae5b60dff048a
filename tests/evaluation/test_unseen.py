from __future__ import annotations

from dataclasses import replace

import pytest

from fashionkit.datasets import open_data
from fashionkit.errors import DataError
from fashionkit.evaluation import evaluate
from fashionkit.models.seen import hashes_of, hashes_of_outfits

pytestmark = pytest.mark.light


def hashes(photos):
    return hashes_of([photo.photo for photo in photos])


def test_photos_that_the_model_learned_from_are_refused(model, things):
    knowing = replace(model, seen=hashes(open_data(things, "val")))
    with pytest.raises(DataError, match="learned from all 24 photos of things"):
        evaluate(knowing, things, "val")


def test_of_a_split_that_is_known_in_part_the_rest_is_measured(model, things):
    val = open_data(things, "val")
    report = evaluate(replace(model, seen=hashes(val.photos[:10])), things, "val")
    assert report.photos == 14
    assert any("10 of 24 photos are left out" in note for note in report.notes)
    alone = evaluate(model, things, "val")
    assert alone.photos == 24
    assert not any("left out, as" in note for note in alone.notes)


def test_photos_of_train_change_no_figure_of_val(model, things):
    knowing = replace(model, seen=hashes(open_data(things, "train")))
    assert evaluate(knowing, things, "val").to_dict() == evaluate(model, things, "val").to_dict()


def test_outfits_that_the_model_learned_are_not_asked_about(model, wardrobe):
    data = open_data(wardrobe, "test")
    photos = {item: photo.photo for item, photo in data.items.items()}
    outfits = hashes_of_outfits(photos, [outfit.items for outfit in data.outfits])
    some = evaluate(replace(model, seen=outfits[:3]), wardrobe, "test")
    assert some.figures["outfits/mixed/fitb"].n == 5
    assert any("questions are left out" in note for note in some.notes)
    with pytest.raises(DataError, match="learned from every outfit"):
        evaluate(replace(model, seen=outfits), wardrobe, "test")


def test_an_era_is_asked_about_where_none_of_its_items_was_learned(model, wardrobe):
    data = open_data(wardrobe, "test")
    new = {item for each in data.questions if each.era == "new" for item in each.context}
    knowing = replace(model, seen=hashes([data.items[item] for item in sorted(new)][:1]))
    report = evaluate(knowing, wardrobe, "test")
    assert "learned from items of this era" in report.not_answered["outfits/new_era"]
    assert "outfits/new_era/fitb" not in report.figures
    assert "outfits/mixed/fitb" in report.figures
