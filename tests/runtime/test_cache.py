from __future__ import annotations

import errno
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from fashionkit.runtime.cache import cache_folder, keep, read_kept

pytestmark = pytest.mark.light


@given(st.binary(max_size=200))
@settings(max_examples=30, deadline=None)
def test_what_is_kept_is_read_again(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("cache") / "name"
    keep(path, data)
    assert read_kept(path) == data
    assert [each.name for each in path.parent.iterdir()] == ["name"]


def test_nothing_is_read_from_a_damaged_or_missing_file(tmp_path):
    path = tmp_path / "name"
    assert read_kept(path) is None
    assert read_kept(tmp_path) is None
    keep(path, b"a compiled model")
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        assert read_kept(path) is None
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert read_kept(path) is None


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path):
    keep(tmp_path / "missing" / "name", b"data")
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_nothing_behind(tmp_path, monkeypatch):
    def full(self, target):
        raise OSError(errno.ENOSPC, "No space left on device")

    keep(tmp_path / "name", b"before")
    monkeypatch.setattr(Path, "replace", full)
    keep(tmp_path / "name", b"after")
    assert [each.name for each in tmp_path.iterdir()] == ["name"]
    assert read_kept(tmp_path / "name") == b"before"


def test_several_writers_leave_one_whole_file(tmp_path):
    written = [bytes([value]) * 100_000 for value in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda data: keep(tmp_path / "name", data), written))
    assert read_kept(tmp_path / "name") in written
    assert len(list(tmp_path.iterdir())) == 1


def test_the_folder_is_where_the_variable_says(tmp_path, monkeypatch):
    monkeypatch.setenv("FASHIONKIT_CACHE", str(tmp_path / "there"))
    assert cache_folder("openvino") == tmp_path / "there" / "openvino"
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("FASHIONKIT_CACHE", str(tmp_path / "file"))
    assert cache_folder("openvino") is None
