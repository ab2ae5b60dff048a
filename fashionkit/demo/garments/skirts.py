"""Skirts: pleated, pencil, of denim."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from fashionkit.demo.garments import folds, tailoring
from fashionkit.demo.garments.canvas import Canvas, softened
from fashionkit.demo.garments.fabric import Fabric
from fashionkit.demo.garments.outline import Points, both, curve, join, whole
from fashionkit.demo.garments.panel import lay


def _band(canvas: Canvas, fabric: Fabric, half: float, top: float, height: float) -> Points:
    """A waistband whose inside is seen behind; its lower edge comes back, from left to right."""
    back = whole(
        curve((0, top - 0.9), (half * 0.6, top - 0.8), (half - 0.2, top)),
        curve((half, top + 1), (half * 0.5, top + 2.4), (0, top + 3)),
    )
    lay(canvas, back, fabric, dim=0.32, body=0.1)
    upper = curve((0, top + 1.2), (half * 0.55, top + 0.9), (half, top))
    lower = curve((0, top + height + 1.2), (half * 0.55, top + height + 0.9), (half + 0.5, top + height))
    lay(canvas, whole(upper, lower[::-1]), fabric, folds.waves(8, 3, 0.15), thickness=0.3, body=0.4, lift=0.4)
    return both(lower)


def pleated_skirt(canvas: Canvas, fabric: Fabric, bottom: float = 84.0, half: float = 13.0, wide: float = 26.0) -> None:
    """A midi skirt in knife pleats."""
    top = 17.0
    count = 15
    ends = np.linspace(-1, 1, count + 1)
    scallop = []
    for left, right in pairwise(ends):
        y = bottom - 2.2 * ((left + right) / 2) ** 2
        scallop.append(((left * wide), y - 0.3))
        scallop.append((left * wide * 0.3 + right * wide * 0.7, y + 0.7))
    scallop.append((wide, bottom - 2.5))
    sides = curve((half + 0.4, top + 4), (half + 5.5, top + 24), (wide, bottom - 2.5))
    outline = join([(half + 0.4, top + 4)], sides, scallop[::-1], sides[::-1] * [-1, 1], [(-half - 0.4, top + 4)])
    lay(canvas, outline, fabric, folds.together(folds.waves(12, 26, 0.5)), body=1.2)
    for share in ends[1:-1]:
        x = share + canvas.random.normal(0, 0.006)
        line = curve((x * half, top + 4.5), (x * (half + 5.4), top + 24), (x * wide, bottom - 2.2 * x**2 + 0.6))
        tailoring.seam(canvas, line, 0.40, 0.3)
        _pleat_shade(canvas, line)
    _band(canvas, fabric, half, top, 4.0)


def _pleat_shade(canvas: Canvas, line: Points) -> None:
    """One side of a pleat lies in the shade of the next."""
    strip = join(line, (line + np.linspace(0.3, 1.7, len(line))[:, None] * [1, 0])[::-1])
    canvas.darken(softened(canvas.filled(strip), 5.0) * canvas.cover, 0.22)
    strip = join(line, (line - np.linspace(0.3, 1.7, len(line))[:, None] * [1, 0])[::-1])
    canvas.darken(softened(canvas.filled(strip), 5.0) * canvas.cover, -0.10)


def wrap_skirt(canvas: Canvas, fabric: Fabric, tie: Fabric) -> None:
    """A flowing skirt whose front edge falls in a curve, tied at the waist."""
    top, half = 16.0, 12.6
    sides = curve((half + 0.4, top + 3.6), (17.8, top + 18), (22.0, 82.0))
    hem = curve((22.0, 82.0), (11, 85.4), (0, 86.0))
    drape = folds.together(folds.hanging(-18, 18, 22, 86, 11, depth=0.7, width=1.9), folds.waves(6, 30, 0.6))
    lay(canvas, whole([(0, top + 4)], sides, hem), fabric, drape, body=1.4)
    left = curve((-half - 0.4, top + 3.6), (-17.8, top + 18), (-22.0, 82.0))
    over = join(
        left,
        curve((-22.0, 82.0), (-9, 85.2), (2.6, 84.0), (10.0, 74.0), (11.8, 56.0), (10.8, 34), (9.4, top + 3.6)),
    )
    lay(
        canvas,
        over,
        fabric,
        folds.together(folds.hanging(-18, 8, 22, 86, 9, depth=0.7, width=1.9), folds.waves(6, 30, 0.6)),
        body=1.0,
        lift=0.8,
    )
    _band(canvas, fabric, half, top, 3.4)
    for end in ((12.6, 44.0), (8.0, 46.5)):
        tail = curve((9.4, top + 3.0), ((9.4 + end[0]) / 2 + 1.0, 30.0), end)
        tailoring.cord(canvas, tail, 1.5, tie)
    lay(
        canvas,
        curve((8.0, top + 1.4), (10.9, top + 1.0), (11.2, top + 4.4), (8.2, top + 4.6), (8.0, top + 1.4)),
        tie,
        body=0.8,
        lift=0.7,
    )
