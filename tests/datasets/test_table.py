from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from fashionkit.datasets import open_data, splits_of, table
from fashionkit.errors import DataError

pytestmark = pytest.mark.light

NAMES = [f"photos/{number}.jpg" for number in range(8)]


@pytest.fixture
def folder(tmp_path, touch):
    root = tmp_path / "wardrobe"
    touch(root, NAMES)
    return root


def test_a_row_becomes_a_photo(folder, write):
    header = "file,label,tags,product,group,split,note\n"
    write("labels.csv", header + "photos/1.jpg,dress|skirt,a| b |,p1,g1,val,été\nphotos/0.jpg,,|,,,train,\n", folder)
    first, second = table(folder / "labels.csv")
    assert first.photo == folder / "photos/1.jpg"
    assert first.labels == {
        "category": ("dress", "skirt"),
        "attributes": {"tags": ["a", "b"]},
        "embedding": "wardrobe/p1",
    }
    assert (first.group, first.id, first.fields["note"]) == ("g1", "photos/1.jpg", "été")
    assert second.labels == {"attributes": {"tags": []}}
    assert (second.group, second.fields["label"]) == ("", "")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    order=st.permutations(NAMES),
    splits=st.lists(st.sampled_from(["train", "val", "test", "fold-3", ""]), min_size=8, max_size=8),
)
def test_splits_share_nothing_leave_nothing_out_and_keep_the_order(folder, order, splits):
    rows = list(zip(order, splits, strict=True))
    with (folder / "labels.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("file", "split"), *rows])
    assert [photo.id for photo in open_data(folder)] == list(order)
    assert set(splits_of(folder)) == set(splits) - {""}
    for split in splits_of(folder):
        assert [photo.id for photo in open_data(folder, split)] == [name for name, own in rows if own == split]


def test_splits_are_known_however_they_are_spelled(folder, write):
    write("labels.csv", "file,split\nphotos/0.jpg,Training\nphotos/1.jpg,valid\nphotos/2.jpg,dev\n", folder)
    assert splits_of(folder) == ("train", "val")
    assert open_data(folder, "validation").split == "val"
    with pytest.raises(DataError, match="no split 'tset'"):
        open_data(folder, "tset")


def test_a_table_for_each_split(folder, write):
    write("train.csv", "file,label\nphotos/0.jpg,a\n", folder)
    write("validation.jsonl", '{"file": "photos/1.jpg", "label": "b"}\n', folder)
    assert splits_of(folder) == ("train", "val")
    assert open_data(folder, "val").labels_of("category") == ["b"]


def test_of_several_tables_one_must_be_meant(folder, write):
    write("a.csv", "file,label\nphotos/0.jpg,a\n", folder)
    write("b.csv", "file,label\nphotos/0.jpg,b\n", folder)
    with pytest.raises(DataError, match=r"several tables are in this folder \(a.csv, b.csv\)"):
        open_data(folder)
    assert open_data(folder / "b.csv").labels_of("category") == ["b"]
    write("labels.csv", "file,label\nphotos/0.jpg,c\n", folder)
    write("._labels.csv", b"\0", folder)
    assert open_data(folder).labels_of("category") == ["c"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("../secret.jpg", "points outside the folder"),
        ("photos/../../secret.jpg", "points outside the folder"),
        ("..\\secret.jpg", "points outside the folder"),
        ("/etc/passwd", "points outside the folder"),
        ("\\\\host\\share\\a.jpg", "points outside the folder"),
        ("C:\\a.jpg", "points outside the folder"),
        ("photos/none.jpg", "there is no file 'photos/none.jpg'"),
        ("photos/none\x1b[2J.jpg", r"none\x1b[2J.jpg"),
        ("./photos//0.jpg", "stands in"),
        ("", "no photo is named"),
        ("x" * 300 + ".jpg", "there is no file"),
        ("photos/0.jpg/1.jpg", "there is no file"),
        ("photos", "there is no file"),
    ],
)
def test_a_photo_that_cannot_be_used_is_refused_with_its_line(folder, write, name, reason):
    write("labels.csv", f"file,label\nphotos/0.jpg,a\n{name},b\n", folder)
    with pytest.raises(DataError) as caught:
        open_data(folder)
    assert "labels.csv, line 3: " in str(caught.value)
    assert reason in str(caught.value)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("name", ["\ud800.jpg", "\ud800/a.jpg", "a\0.jpg", "\r\n.jpg", "x" * 5000 + "/a.jpg"])
def test_names_that_no_file_can_have_are_refused(folder, write, name):
    write("labels.jsonl", json.dumps({"file": name}), folder)
    with pytest.raises(DataError) as caught:
        open_data(folder)
    assert str(caught.value).isprintable()


def test_names_with_backslashes_are_found(folder, write):
    write("labels.csv", "file\nphotos\\3.jpg\n", folder)
    assert open_data(folder)[0].id == "photos/3.jpg"


def test_photos_are_not_opened(folder, write):
    """They are empty files here, and none of them is read."""
    write("labels.csv", "file\n" + "\n".join(NAMES), folder)
    assert len(open_data(folder)) == len(NAMES)


@pytest.mark.parametrize("split", [None, "train"])
def test_a_table_of_which_no_row_is_left_is_refused(folder, write, split):
    write("labels.csv", "file,split\n", folder)
    with pytest.raises(DataError, match="no rows"):
        open_data(folder, split)


def test_a_set_is_named_after_its_folder_however_it_is_given(folder, write, monkeypatch):
    write("labels.csv", "file,product\nphotos/0.jpg,7\n", folder)
    monkeypatch.chdir(folder)
    data = open_data(".")
    assert (data.name, data.labels_of("embedding")) == ("wardrobe", ["wardrobe/7"])
    assert Path(data[0].photo).is_file()
