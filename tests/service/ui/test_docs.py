"""The page about the page says what there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytest.importorskip("gradio")

from PIL import Image
from typer.testing import CliRunner

from fashionkit.cli import app

DOCS = Path(__file__).parents[3] / "docs"
PAGE = (DOCS / "ui.md").read_text(encoding="utf-8")


def test_options_are_those_of_the_command():
    known = CliRunner().invoke(app, ["ui", "--help"]).stdout
    for option in re.findall(r"--[a-z][a-z-]*", PAGE):
        assert option in known


def test_pictures_are_there_and_small():
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", PAGE)
    assert pictures
    for name in pictures:
        assert (DOCS / name).stat().st_size < 150_000
        with Image.open(DOCS / name) as picture:
            assert picture.format == "WEBP"
