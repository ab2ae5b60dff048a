from __future__ import annotations

from pathlib import Path

import pytest

from fashionkit.datasets import DataSet, LabelledPhoto
from fashionkit.evaluation.fields import questions_of

pytestmark = pytest.mark.light
CLOTHING = {"file": "a", "split": "val", "group": "", "label": "Pants", "kids": "False"}
STREET = {"file": "a", "split": "val", "tags": "bag|hat", "mask": "", "group": ""}


def asked(name, *photos):
    return questions_of(DataSet(name, "val", photos, Path()))


def with_fields(**fields):
    return LabelledPhoto("a", fields=fields)


def test_known_columns_ask_in_the_names_of_the_table():
    fields = asked("clothing", with_fields(**CLOTHING)).fields
    assert {field.name: (field.head, field.group) for field in fields} == {
        "label": ("category", ""),
        "kids": ("attributes", "age_group"),
    }


@pytest.mark.parametrize(
    ("cell", "label"), [("Pants", "Pants"), ("", ""), ("Not sure", ""), ("Spacesuit", "Spacesuit")]
)
def test_words_that_say_nothing_are_not_known_and_new_ones_are_kept(cell, label):
    field = asked("clothing", with_fields(**CLOTHING)).fields[0]
    assert field.label(with_fields(**{**CLOTHING, "label": cell})) == label
    assert field.meaning("Spacesuit") == ()


def test_tags_are_listed_and_an_empty_cell_is_not_known():
    (tags,) = asked("street", with_fields(**STREET)).tag_lists
    assert tags.tags(with_fields(**STREET)) == ["bag", "hat"]
    assert tags.tags(with_fields(**{**STREET, "tags": ""})) is None


def test_other_sets_ask_what_their_labels_say():
    photos = [
        LabelledPhoto("a", {"category": "dress", "attributes": {"length": "mini", "year": 2001.0, "tags": []}}),
        LabelledPhoto("b", {"attributes": {"length": None, "year": None}}),
    ]
    questions = asked("mine", *photos)
    assert [field.name for field in questions.fields] == ["category", "length"]
    assert [[field.label(photo) for photo in photos] for field in questions.fields] == [["dress", ""], ["mini", ""]]
    assert [questions.quantities[0].value(photo) for photo in photos] == [2001.0, None]
    assert [questions.tag_lists[0].tags(photo) for photo in photos] == [[], None]


def test_a_public_set_without_a_table_means_types_of_the_taxonomy():
    photo = LabelledPhoto("a", {"category": "Trouser"})
    assert "trousers" in asked("fashion-mnist", photo).fields[0].meaning("Trouser")
    assert asked("fashion-mnist", photo, LabelledPhoto("b", {"category": "own"})).fields[0].meaning("Trouser") == ()
    assert asked("mine", photo).fields[0].meaning("Trouser") == ()


def test_several_labels_that_a_photo_may_have_are_not_one():
    assert (
        asked("mine", LabelledPhoto("a", {"category": ("jeans", "trousers")}))
        .fields[0]
        .label(LabelledPhoto("a", {"category": ("jeans", "trousers")}))
        == ""
    )
