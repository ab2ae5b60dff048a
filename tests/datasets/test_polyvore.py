from __future__ import annotations

import json

import pytest

from fashionkit.datasets import Judged, Outfit, Question, open_data, splits_of
from fashionkit.errors import DataError

pytestmark = pytest.mark.light

SETS = {
    "train": [{"set_id": "100", "items": [{"item_id": "1", "index": 1}, {"item_id": "2", "index": 2}]}],
    "valid": [
        {"set_id": "200", "items": [{"item_id": "3", "index": 1}, {"item_id": "4", "index": 2}]},
        {"set_id": "201", "items": [{"item_id": "5", "index": 1}, {"item_id": "1", "index": 2}]},
    ],
}
BLANKS = [{"question": ["200_1"], "blank_position": 2, "answers": ["201_1", "200_2", "201_2"]}]
JUDGED = "1 200_1 200_2\n0 200_1 201_1\n"
METADATA = {
    str(n): {"title": f"item {n}", "category_id": "11", "semantic_category": "tops", "categories": ["x"]}
    for n in range(1, 6)
}


@pytest.fixture
def folder(tmp_path, write, touch):
    touch(tmp_path / "images", [f"{n}.jpg" for n in range(1, 6)])
    write("polyvore_item_metadata.json", json.dumps(METADATA))
    write("categories.csv", "11,blouse,tops\n12,skirt,bottoms\n")
    for version in ("nondisjoint", "disjoint"):
        for split, sets in SETS.items():
            write(f"{version}/{split}.json", json.dumps(sets))
        write(f"{version}/fill_in_blank_valid.json", json.dumps(BLANKS))
        write(f"{version}/compatibility_valid.txt", JUDGED)
    return tmp_path


def test_a_version_is_a_set_of_outfits(folder):
    data = open_data(folder / "disjoint", "val")
    assert (data.name, splits_of(folder / "disjoint")) == ("polyvore", ("train", "val"))
    assert data.outfits == (Outfit("200", "", ("3", "4")), Outfit("201", "", ("5", "1")))
    assert data.questions == (Question("200", "", ("3",), "4", ("5", "1")),)
    assert data.judged == (Judged("200", "", ("3", "4"), compatible=True), Judged("", "", ("3", "5"), compatible=False))


def test_items_are_described_by_the_metadata(folder):
    data = open_data(folder / "nondisjoint", "train")
    assert set(data.items) == {"1", "2", "3", "4", "5"}
    assert data.items["2"].labels == {"category": "blouse"}
    assert data.items["2"].fields["title"] == "item 2"
    assert data.items["2"].photo.is_file()
    assert data.pool_of["2"] == ("tops", "")


def test_one_version_must_be_meant(folder):
    with pytest.raises(DataError, match="two versions; give the folder nondisjoint or disjoint"):
        open_data(folder)


def test_the_only_version_is_meant(folder):
    (folder / "disjoint").rename(folder / "other")
    assert len(open_data(folder)) == 3


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("valid.json", "[{", "damaged"),
        ("valid.json", '[{"set_id": "200"}]', "missing required field `items`"),
        ("fill_in_blank_valid.json", json.dumps([{**BLANKS[0], "answers": ["201_1"]}]), "0 of its answers"),
        ("fill_in_blank_valid.json", json.dumps([{**BLANKS[0], "question": ["200_9"]}]), "has the item '200_9'"),
        ("fill_in_blank_valid.json", json.dumps([{"question": [], "answers": []}]), "0 of its answers"),
        ("compatibility_valid.txt", "2 200_1 200_2\n", "row 1: it begins with '2'"),
        ("compatibility_valid.txt", "1 300_1\n", "no outfit of valid.json has the item '300_1'"),
    ],
)
def test_damaged_files_are_refused(folder, write, name, text, reason):
    write(f"disjoint/{name}", text)
    with pytest.raises(DataError) as caught:
        open_data(folder / "disjoint")
    assert reason in str(caught.value)
    assert name in str(caught.value)


def test_a_photo_that_is_missing_is_named(folder):
    (folder / "images/4.jpg").unlink()
    with pytest.raises(DataError, match=r"item 4: there is no file '4.jpg'"):
        open_data(folder / "disjoint")
