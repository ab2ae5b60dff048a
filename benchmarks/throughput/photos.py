"""Folders of JPEG files to take from: as shops keep them, and twice as large."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

QUALITY = 90
DRAWN = 150


def folders(originals: Path | None, place: Path) -> dict[str, Path]:
    """By size: a folder of files of 400×533, given or drawn, and one of the same at 800×1066."""
    small = originals or _drawn(place / "drawn")
    large = place / "large"
    large.mkdir()
    for photo in sorted(small.iterdir()):
        with Image.open(photo) as image:
            image.convert("RGB").resize((800, 1066), Image.Resampling.BICUBIC).save(large / photo.name, quality=QUALITY)
    return {"400×533": small, "800×1066": large}


def _drawn(place: Path) -> Path:
    """Smooth shading under fine noise, where there are no photos."""
    place.mkdir()
    draw = np.random.default_rng(0)
    for number in range(DRAWN):
        low, high = draw.integers(30, 220, 2)
        ramp = np.linspace(low, high, 533 * 400).reshape(533, 400, 1)
        pixels = (ramp + draw.normal(0, 12, (533, 400, 3))).clip(0, 255).astype(np.uint8)
        Image.fromarray(pixels).save(place / f"{number:04}.jpg", quality=QUALITY)
    return place
