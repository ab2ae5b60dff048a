from __future__ import annotations

import os
from pathlib import Path

import pytest

from fashionkit.demo import output
from fashionkit.demo.output import checked, replace
from fashionkit.errors import DataError

pytestmark = pytest.mark.light


def no_space(*_):
    raise OSError(28, "No space left on device")


def killed(*_):
    raise KeyboardInterrupt


def test_a_file_is_replaced_and_others_may_read_it(tmp_path):
    page = tmp_path / "page.html"
    for text in (b"old", b"new"):
        replace(page, text)
        assert page.read_bytes() == text
    assert page.stat().st_mode & 0o777 == 0o644
    assert list(tmp_path.iterdir()) == [page]


@pytest.mark.parametrize(("fails", "raised"), [(no_space, DataError), (killed, KeyboardInterrupt)])
def test_the_old_page_stays_until_the_new_one_is_whole(tmp_path, monkeypatch, fails, raised):
    page = tmp_path / "page.html"
    page.write_text("old")
    monkeypatch.setattr(output.os, "fsync", fails)
    with pytest.raises(raised):
        replace(page, b"new")
    assert page.read_text() == "old"
    assert list(tmp_path.iterdir()) == [page]


def test_a_full_disk_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(output.os, "fsync", no_space)
    with pytest.raises(DataError, match=r"page\.html: the page cannot be written \(No space left on device\)"):
        replace(tmp_path / "page.html", b"new")


def test_a_link_stays_one(tmp_path):
    (tmp_path / "link.html").symlink_to(tmp_path / "page.html")
    replace(checked(tmp_path / "link.html"), b"new")
    assert (tmp_path / "link.html").is_symlink()
    assert (tmp_path / "page.html").read_bytes() == b"new"


def test_names_are_taken_from_where_one_stands(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert checked("page.html") == checked(Path("page.html")) == tmp_path / "page.html"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (".", "over a folder or a device"),
        (os.devnull, "over a folder or a device"),
        ("missing/page.html", "there is no folder to write it in"),
        ("nul\0.html", "no page can be written there"),
        ("x" * 300 + ".html", "no page can be written there"),
        ("loop.html", "no page can be written there"),
        ("file.html/page.html", "no page can be written there"),
        ("", "over a folder or a device"),
    ],
)
def test_what_cannot_be_written_is_refused(tmp_path, monkeypatch, name, reason):
    monkeypatch.chdir(tmp_path)
    Path("loop.html").symlink_to("loop.html")
    Path("file.html").touch()
    with pytest.raises(DataError, match=reason):
        checked(name)
