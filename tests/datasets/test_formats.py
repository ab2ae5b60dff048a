from __future__ import annotations

import os
import sys

import pytest

from fashionkit.datasets import open_data
from fashionkit.errors import DataError

pytestmark = pytest.mark.light


@pytest.mark.parametrize("given", [None, 3, ["a"], ""])
def test_what_is_no_folder_is_refused(given):
    with pytest.raises(DataError):
        open_data(given) if given != "" else open_data("/none/at/all")


@pytest.mark.parametrize("name", ["none", "a\0b", "x" * 5000])
def test_a_path_that_no_folder_has_is_refused(tmp_path, name):
    with pytest.raises(DataError) as caught:
        open_data(f"{tmp_path}/{name}")
    assert len(str(caught.value)) < 600


def test_a_file_that_is_no_table_is_refused(photos):
    with pytest.raises(DataError, match="this is a file and no table"):
        open_data(photos[0])


def test_an_empty_folder_says_what_is_wanted(tmp_path):
    with pytest.raises(DataError, match="no data set is recognised here; give a folder with a table"):
        open_data(tmp_path)


def test_a_folder_of_sets_is_no_set(tmp_path, touch, write):
    touch(tmp_path, ["one/a.jpg", "two/a.jpg"])
    write("one/labels.csv", "file,label\na.jpg,x\n")
    with pytest.raises(DataError, match=r"this folder holds data sets \(one\)"):
        open_data(tmp_path)


def test_a_form_can_be_named(tmp_path, touch, write):
    touch(tmp_path, ["dress/a.jpg", "shirt/b.jpg"])
    write("notes.csv", "date,text\n1,2\n")
    with pytest.raises(DataError, match="no column holds photos"):
        open_data(tmp_path)
    assert open_data(tmp_path, fmt="folder").labels_of("category") == ["dress", "shirt"]
    with pytest.raises(DataError, match="unknown format 'foldr'; did you mean 'folder'"):
        open_data(tmp_path, fmt="foldr")


def test_columns_are_for_tables(tmp_path, touch):
    touch(tmp_path, ["dress/a.jpg"])
    with pytest.raises(DataError, match="columns can be named for a table"):
        open_data(tmp_path, category="label")


def test_a_column_that_open_data_does_not_know_is_refused(tmp_path, touch, write):
    touch(tmp_path, ["a.jpg"])
    write("labels.csv", "file,label\na.jpg,x\n")
    with pytest.raises(DataError, match="unknown key 'categry'; did you mean 'category'"):
        open_data(tmp_path, categry="label")


@pytest.mark.skipif(sys.platform == "win32" or not hasattr(os, "geteuid") or os.geteuid() == 0, reason="may read all")
def test_a_folder_that_may_not_be_entered_is_refused(tmp_path):
    (tmp_path / "locked").mkdir(mode=0)
    with pytest.raises(DataError):
        open_data(tmp_path / "locked")
