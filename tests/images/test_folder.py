from __future__ import annotations

import sys

import pytest

from fashionkit.errors import DataError
from fashionkit.images import heif_in, photos_in

pytestmark = pytest.mark.light


def touch(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def test_photos_are_told_by_their_extension_in_all_folders(tmp_path):
    touch(tmp_path, "b.JPG", "a.webp", "deep/er/c.png", "notes.txt", "jpg", "photo.jpg.part")
    assert photos_in(tmp_path) == ["a.webp", "b.JPG", "deep/er/c.png"]


def test_photos_of_telephones_that_are_not_read_are_counted(tmp_path):
    touch(tmp_path, "a.HEIC", "in/b.heif")
    assert heif_in(tmp_path) == 2
    with pytest.raises(DataError, match="2 HEIF photos, which are not read; convert them to JPEG"):
        photos_in(tmp_path)
    touch(tmp_path, "c.jpg")
    assert photos_in(tmp_path) == ["c.jpg"]


def test_hidden_files_and_folders_are_left_out(tmp_path):
    touch(tmp_path, "a.jpg", ".hidden.jpg", ".cache/b.jpg")
    assert photos_in(tmp_path) == ["a.jpg"]


def test_a_folder_may_be_called_like_a_photo(tmp_path):
    touch(tmp_path, "album.jpg/inside.png")
    assert photos_in(tmp_path) == ["album.jpg/inside.png"]


def test_links_to_folders_are_not_followed_and_links_to_photos_are(tmp_path):
    touch(tmp_path, "in/a.jpg")
    (tmp_path / "in" / "loop").symlink_to(tmp_path)
    (tmp_path / "in" / "loop.jpg").symlink_to(tmp_path)
    (tmp_path / "in" / "self.jpg").symlink_to("self.jpg")
    (tmp_path / "in" / "b.jpg").symlink_to(tmp_path / "in" / "a.jpg")
    assert photos_in(tmp_path) == ["in/a.jpg", "in/b.jpg", "in/self.jpg"]


def test_the_folder_itself_may_be_a_link(tmp_path):
    touch(tmp_path, "real/a.jpg")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert photos_in(tmp_path / "link") == ["a.jpg"]


def test_folders_may_lie_deeper_than_python_can_call(tmp_path):
    deep = tmp_path
    for _ in range(300):
        deep /= "d"
    touch(deep, "a.jpg")
    limit = sys.getrecursionlimit()
    try:
        sys.setrecursionlimit(150)
        assert len(photos_in(tmp_path)) == 1
    finally:
        sys.setrecursionlimit(limit)


@pytest.mark.parametrize("name", ["", "empty", "no-photos"])
def test_a_folder_without_photos_says_what_to_give(tmp_path, name):
    touch(tmp_path, "no-photos/notes.txt")
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match=r"no photo is in this folder; give one that holds files ending in \.jpg"):
        photos_in(tmp_path / name)


def test_what_is_no_folder_is_refused(tmp_path):
    touch(tmp_path, "a.jpg")
    with pytest.raises(DataError, match="this is a file; give the folder"):
        photos_in(tmp_path / "a.jpg")
    with pytest.raises(DataError, match="there is no such folder"):
        photos_in(tmp_path / "missing")
    with pytest.raises(DataError, match=r"cannot be opened|no such folder"):
        photos_in(f"{tmp_path}/nul\0")
