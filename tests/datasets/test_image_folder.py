from __future__ import annotations

import pytest

from fashionkit.datasets import image_folder, open_data, splits_of
from fashionkit.errors import DataError

pytestmark = pytest.mark.light


def test_folders_are_labels(tmp_path, touch):
    touch(tmp_path, ["robe d'été/b.jpg", "dress/deep/er/a.PNG", "dress/notes.txt", ".hidden/c.jpg", "loose.jpg"])
    data = open_data(tmp_path)
    assert [(photo.id, photo.labels) for photo in data] == [
        ("dress/deep/er/a.PNG", {"category": "dress"}),
        ("loose.jpg", {}),
        ("robe d'été/b.jpg", {"category": "robe d'été"}),
    ]
    assert (data.split, splits_of(tmp_path)) == ("", ())


def test_splits_stand_above_labels(tmp_path, touch):
    touch(tmp_path, ["train/dress/a.jpg", "train/test/b.jpg", "valid/dress/c.jpg", "Test/dress/d.jpg"])
    assert splits_of(tmp_path) == ("train", "val", "test")
    assert open_data(tmp_path, "train").labels_of("category") == ["dress", "test"]
    assert [photo.id for photo in image_folder(tmp_path, "val")] == ["valid/dress/c.jpg"]


def test_a_label_may_be_called_as_a_split(tmp_path, touch):
    touch(tmp_path, ["test/a.jpg", "dress/b.jpg"])
    assert open_data(tmp_path).labels_of("category") == ["dress", "test"]


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        (["a.jpg"], "no labels|no data set"),
        (["train/a.jpg", "val/b.jpg"], "no labels"),
        (
            ["train/dress/a.jpg", "val/dress/b.jpg", "extra/dress/c.jpg"],
            r"splits \(train, val\) lie beside others \(extra\)",
        ),
        (["dress/notes.txt"], "no photo is in this folder"),
        ([], "no data set"),
    ],
)
def test_folders_without_labels_are_refused(tmp_path, touch, names, reason):
    touch(tmp_path, names)
    with pytest.raises(DataError, match=reason):
        open_data(tmp_path)


def test_there_is_no_split_where_none_is_named(tmp_path, touch):
    touch(tmp_path, ["dress/a.jpg"])
    with pytest.raises(DataError, match="no split 'val'; known: none"):
        open_data(tmp_path, "val")
