"""Pictures of garments that the tests draw."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

COLOURS = ("crimson", "navy", "olive", "gold", "teal", "black", "orchid", "sienna")


def draw_garment(seed: int, size: tuple[int, int] = (90, 120)) -> Image.Image:
    """A shirt-like shape with a pattern, on a grey ground: different for every seed."""
    width, height = size
    random = np.random.default_rng(seed)
    picture = Image.new("RGB", size, (200 + seed % 50,) * 3)
    pen = ImageDraw.Draw(picture)
    colour = COLOURS[seed % len(COLOURS)]
    body = [random.uniform(0.2, 0.3), random.uniform(0.1, 0.2), random.uniform(0.7, 0.8), random.uniform(0.7, 0.95)]
    pen.rectangle([body[0] * width, body[1] * height, body[2] * width, body[3] * height], fill=colour)
    sleeve = random.uniform(0.3, 0.9) * height
    pen.polygon([(body[0] * width, body[1] * height), (0, sleeve), (0.12 * width, sleeve)], fill=colour)
    pen.polygon([(body[2] * width, body[1] * height), (width, sleeve), (0.88 * width, sleeve)], fill=colour)
    for stripe in np.linspace(body[1], body[3], 3 + seed % 7):
        pen.line([(body[0] * width, stripe * height), (body[2] * width, stripe * height)], fill="white", width=2)
    return picture
