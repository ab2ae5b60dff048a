from __future__ import annotations

from pathlib import Path

import pytest

from fashionkit import DataError
from fashionkit.cli import exits
from fashionkit.demo import DemoReport, Unreadable

pytestmark = pytest.mark.light


@pytest.fixture
def page(monkeypatch):
    """What the command asked the demo for, and what it is told: no page is written."""
    asked = {}

    def write(photos_dir, output, *, model, progress):
        asked.update(photos_dir=photos_dir, output=output, model=model)
        progress(1, 2)
        if photos_dir == Path("none"):
            raise DataError("none: there is no such folder; give one that holds photos")
        bad = (Unreadable("a.jpg", "it is empty"),) if photos_dir else ()
        return DemoReport(output, 1, 5, bad, 2, 1_500_000, 1.25, 0.125)

    monkeypatch.setattr("fashionkit.demo.write_page", write)
    return asked


def test_it_says_where_the_page_is_and_what_is_on_it(ask, page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    printed = ask("demo")
    assert printed.exit_code == 0
    assert printed.stdout.splitlines() == [
        str(tmp_path / "fashionkit-demo.html"),
        "1 photo of the 5 found and 2 outfits on one page",
        "1.5 MB, in 1.2 s (0.125 s a photo)",
    ]
    assert page == {"photos_dir": None, "output": Path("fashionkit-demo.html"), "model": "default"}


def test_photos_that_are_not_on_it_are_told(ask, page):
    printed = ask("demo", "photos", "-o", "x.html", "--model", "m")
    assert printed.exit_code == exits.SOME_FAILED
    assert printed.stderr == "error: a.jpg: it is empty\n"
    assert page == {"photos_dir": Path("photos"), "output": Path("x.html"), "model": "m"}


def test_a_folder_without_photos_is_one_line(ask, page):
    refused = ask("demo", "none")
    assert (refused.exit_code, refused.stdout) == (exits.ASKED_WRONGLY, "")
    assert refused.stderr.startswith("error: none: ")


@pytest.mark.parametrize(("option", "opened"), [("--open", 1), ("--no-open", 0)])
def test_a_browser_opens_only_when_it_is_asked_for(ask, page, monkeypatch, option, opened):
    seen = []
    monkeypatch.setattr("webbrowser.open", seen.append)
    printed = ask("demo", option)
    assert printed.exit_code == 0
    assert len(seen) == opened
    assert all(url.startswith("file://") for url in seen)
    assert ("no browser" in printed.stderr) == bool(opened)
