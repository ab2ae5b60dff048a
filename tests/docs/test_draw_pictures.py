"""The pictures of the front page are what the default model answers now."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

pytestmark = [pytest.mark.light, pytest.mark.slow]

DOCS = Path(__file__).parents[2] / "docs"
# Of 255: other versions of Pillow and libwebp smooth a little differently; another garment or score differs by more.
CLOSE = 1.0


def test_the_pictures_are_as_drawn_now(tmp_path):
    subprocess.run([sys.executable, DOCS / "draw_pictures.py", tmp_path], check=True, capture_output=True)
    for name in ("search.webp", "outfit.webp"):
        shown, drawn = (np.asarray(Image.open(folder / name).convert("RGB"), np.float32) for folder in (DOCS, tmp_path))
        assert shown.shape == drawn.shape
        assert np.abs(shown - drawn).mean() < CLOSE, f"{name}: run docs/draw_pictures.py"
