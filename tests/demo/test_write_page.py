from __future__ import annotations

import os
import shutil

import numpy as np
import pytest

from fashionkit.demo import write_page
from fashionkit.errors import DataError, ModelError

pytestmark = pytest.mark.light


@pytest.fixture
def folder(tmp_path, photos):
    made = tmp_path / "Sommer & <b>裙子"
    made.mkdir()
    for path in photos:
        shutil.copy(path, made)
    return made


def test_a_folder_becomes_a_page(folder, tmp_path, checkpoint, broken_photo):
    shutil.copy(broken_photo, folder / "half.png")
    told = []
    report = write_page(folder, tmp_path / "page.html", model=checkpoint, progress=lambda *count: told.append(count))
    text = report.output.read_text(encoding="utf-8")
    assert (report.photos, report.found, len(report.unreadable)) == (12, 13, 1)
    assert (report.unreadable[0].name, report.size) == ("half.png", len(text.encode()))
    assert text.count('<article class="outfit"') == report.outfits
    assert text.count('<article class="card"') == 12
    assert "Sommer &amp; &lt;b&gt;裙子" in text
    assert "half.png" in text
    assert str(tmp_path) not in text
    assert told[-1] == (13, 13)
    assert report.seconds >= report.seconds_a_photo > 0


def test_at_most_sixty_photos(tmp_path, photos, checkpoint):
    many = tmp_path / "many"
    many.mkdir()
    for number in range(75):
        os.link(photos[number % 12], many / f"{number:03}.png")
    report = write_page(many, tmp_path / "page.html", model=checkpoint)
    assert (report.photos, report.found) == (60, 75)
    assert report.size < 4_000_000


def test_without_a_folder_garments_are_drawn(tmp_path, checkpoint, monkeypatch):
    class Drawn:
        name, kind, label = "red shirt", "tops", "shirt"
        pixels = np.full((60, 40, 3), (200, 30, 30), np.uint8)

    garments = pytest.importorskip("fashionkit.demo.garments")
    monkeypatch.setattr(garments, "draw_wardrobe", lambda: [Drawn(), Drawn()])
    report = write_page(None, tmp_path / "page.html", model=checkpoint)
    text = report.output.read_text(encoding="utf-8")
    assert report.photos == 2
    assert "2 drawn garments." in text
    assert "red shirt" in text


def test_two_runs_differ_in_nothing_but_time(folder, tmp_path, checkpoint, monkeypatch):
    pages = []
    for name in ("one.html", "two.html"):
        report = write_page(folder, tmp_path / name, model=checkpoint)
        lines = report.output.read_text(encoding="utf-8").splitlines()
        pages.append([line for line in lines if "Time per photo" not in line])
    assert pages[0] == pages[1]


def test_where_no_page_can_be_is_said_before_the_work(folder, tmp_path):
    with pytest.raises(DataError, match="over a folder or a device"):
        write_page(folder, tmp_path, model="no model is loaded")


def test_what_cannot_be_shown_is_refused(folder, tmp_path, checkpoint):
    output = tmp_path / "page.html"
    with pytest.raises(DataError, match="there is no such folder"):
        write_page(tmp_path / "missing", output, model=checkpoint)
    with pytest.raises(ModelError):
        write_page(folder, output, model=tmp_path / "no-model")
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "a.jpg").write_bytes(b"not a photo")
    (broken / "b.jpg").touch()
    with pytest.raises(DataError, match=r"broken: none of 2 photos can be read \(the first, a\.jpg: "):
        write_page(broken, output, model=checkpoint)
    assert not output.exists()
