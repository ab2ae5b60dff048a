"""What a protocol leaves out of the default model's training is gone from photos and outfits alike."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from fashionkit import open_data

pytest.importorskip("torch")
FOLDER = Path(__file__).parents[2] / "examples" / "default_model"
LEARNED = ("train", "val")


@pytest.fixture
def modules(monkeypatch):
    monkeypatch.syspath_prepend(str(FOLDER))
    import labels  # lies beside the example
    import protocol
    import tables

    yield labels, protocol, tables
    for name in ("labels", "protocol", "tables"):
        sys.modules.pop(name, None)


@pytest.fixture
def kept(modules, data):
    labels, protocol, tables = modules

    def left_by(name):
        found = protocol.Protocol.named(name)
        photos = found.photos(tables.read_photos(data), labels.Labels(), data)
        return photos, found.outfits(open_data(data / "outfits", "train"), photos)

    return left_by


def test_nothing_is_left_out_where_nothing_is_held_back(kept, data):
    photos, outfits = kept("mixed")
    assert {photo.split for listed in photos.values() for photo in listed} == {*LEARNED}
    assert len(outfits) == len(open_data(data / "outfits", "train"))


def test_items_of_the_new_era_are_in_no_photo_and_no_outfit(kept):
    photos, outfits = kept("outfits-disjoint")
    learned = {photo.row["item"] for photo in photos["outfits"] if photo.split in LEARNED}
    assert learned
    assert {outfit.era for outfit in outfits.outfits} == {"old"}
    assert {era for _, era in outfits.pool_of.values()} == {"old"}
    assert all(learned.issuperset(outfit.items) for outfit in outfits.outfits)


def test_no_photo_may_show_a_type_that_comes_later(kept, modules):
    labels, protocol, _ = modules
    held, reads = protocol.Protocol.named("fewshot"), labels.Labels()
    photos, _ = kept("fewshot")
    shown = {
        name for listed in photos.values() for photo in listed if photo.split in LEARNED for name in reads.types(photo)
    }
    assert len(shown) > 50
    assert not shown & held.types
    assert (
        not {tag for photo in photos["street"] if photo.split in LEARNED for tag in photo.row["tags"].split("|")}
        & held.tags
    )
    assert not {*reads.category_spec(held.types).labels} & held.types


def test_what_both_leave_out_is_gone_where_one_backbone_serves_both(modules):
    _, protocol, _ = modules
    both, named = protocol.Protocol.named("held-out"), protocol.protocols()
    assert (both.types, both.tags) == (named["fewshot"].types, named["fewshot"].tags)
    assert both.eras == named["outfits-disjoint"].eras
    assert both.types
    assert both.eras


def test_every_protocol_names_types_and_tags_that_there_are(modules):
    labels, protocol, _ = modules
    reads = labels.Labels()
    for held in protocol.protocols().values():
        assert held.types <= {*reads.taxonomy.types}
        assert held.tags <= {*reads.types_of_tag}
