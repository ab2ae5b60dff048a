"""What sews a garment together and closes it: seams, stitches, buttons, zips, cords."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from fashionkit.demo.garments.canvas import UNIT, Canvas, softened
from fashionkit.demo.garments.fabric import Colour, Fabric, darker
from fashionkit.demo.garments.noise import Field
from fashionkit.demo.garments.outline import Points, band, beside, moved, oval, spaced
from fashionkit.demo.garments.panel import lay

COVERED = 0.9


def seam(canvas: Canvas, line: ArrayLike, strength: float = 0.30, width: float = 0.22) -> None:
    """Two pieces meet: a dark line, with a light one where the upper piece's edge takes the light."""
    path = np.asarray(line, dtype=np.float64)
    inside = (canvas.cover > COVERED).astype(np.float32)
    dark = softened(canvas.traced([path], width), 0.9) * inside
    soft = softened(canvas.traced([path], width * 3), 3.0) * inside
    light = softened(canvas.traced([moved(path, 0.22, 0.28)], width), 1.0) * inside
    canvas.darken(dark, strength)
    canvas.darken(soft, strength * 0.30)
    canvas.darken(light, -strength * 0.28)


def stitches(
    canvas: Canvas, line: ArrayLike, colour: Colour | None = None, pitch: float = 0.62, width: float = 0.16
) -> None:
    """A row of stitches along a line: in a thread's colour, or as dimples where none is given."""
    path = np.asarray(line, dtype=np.float64)
    length = float(np.linalg.norm(np.diff(path, axis=0), axis=1).sum())
    count = max(2, round(length / pitch))
    points = spaced(path, count * 3 + 1)
    dashes = [points[start : start + 3] for start in range(0, count * 3 - 1, 3)]
    mask = canvas.traced(dashes, width) * canvas.cover
    if colour is None:
        canvas.darken(softened(mask, 0.6), 0.30)
        return
    canvas.darken(softened(canvas.traced([path], width * 3), 1.6) * canvas.cover, 0.16)
    canvas.tint(mask * 0.9, colour)


def hem(canvas: Canvas, edge: ArrayLike, depth: float = 1.6, colour: Colour | None = None) -> None:
    """Stitches beside an edge (to the right of its direction), and the slight pull that they leave."""
    line = beside(edge, depth)
    groove = softened(canvas.traced([line], 0.5), 2.2) * canvas.cover
    canvas.darken(groove, 0.16)
    stitches(canvas, line, colour)


def button(
    canvas: Canvas, centre: Sequence[float], radius: float, colour: Colour, fabric: Fabric | None = None
) -> None:
    """A round button with a rim and four holes; of a given fabric, it has none."""
    x, y = centre
    shadow = softened(canvas.filled(oval((x + 0.15, y + 0.28), (radius * 1.1, radius * 1.1))), 2.0)
    canvas.darken(shadow * canvas.cover, 0.45)
    canvas.tint(canvas.filled(oval(centre, (radius, radius))), darker(colour, 0.15))
    canvas.tint(canvas.filled(oval((x - 0.06 * radius, y - 0.1 * radius), (radius * 0.86, radius * 0.86))), colour)
    if fabric is not None:
        lay(canvas, oval(centre, (radius, radius)), fabric, thickness=0.25, body=0.4, lift=0.3)
        return
    canvas.darken(canvas.filled(oval((x + 0.1 * radius, y + 0.1 * radius), (radius * 0.55, radius * 0.55))), 0.12)
    glint = canvas.filled(oval((x - 0.4 * radius, y - 0.5 * radius), (radius * 0.35, radius * 0.18), -40))
    canvas.darken(softened(glint, 0.8), -0.30)
    for dx, dy in ((-1, -1), (1, -1), (-1, 1), (1, 1)):
        hole = oval((x + dx * radius * 0.24, y + dy * radius * 0.24), (radius * 0.13, radius * 0.13))
        canvas.darken(canvas.filled(hole), 0.65)


def buttons(canvas: Canvas, line: ArrayLike, count: int, radius: float, colour: Colour) -> None:
    """Buttons at equal distances along a line, from its start to its end."""
    for centre in spaced(line, count):
        button(canvas, centre, radius, colour)


def zip_fastener(canvas: Canvas, line: ArrayLike, tape: Fabric, teeth: Colour, width: float = 1.5) -> None:
    """A zip along a line: tape, teeth, and the slider where it starts."""
    path = spaced(line, 60)
    lay(canvas, band(path, width), tape, thickness=0.12, body=0.0, lift=0.25)
    length = float(np.linalg.norm(np.diff(path, axis=0), axis=1).sum())
    middles = spaced(path, max(4, round(length / 0.36)))
    left, right = beside(middles, -0.32), beside(middles, 0.32)
    canvas.darken(softened(canvas.traced([path], 0.8), 1.4) * canvas.cover, 0.25)
    canvas.tint(canvas.traced([np.array(pair) for pair in zip(left, right, strict=True)], 0.17), teeth)
    canvas.darken(canvas.traced([path], 0.10), 0.5)
    puller(canvas, path[1], teeth)


def puller(canvas: Canvas, at: Sequence[float] | Points, colour: Colour) -> None:
    """A zip's slider with its tab hanging down."""
    x, y = float(at[0]), float(at[1])
    tab = oval((x, y + 1.6), (0.42, 1.3))
    canvas.darken(softened(canvas.filled(moved(tab, 0.15, 0.25)), 1.6) * canvas.cover, 0.4)
    canvas.tint(canvas.filled(oval((x, y), (0.62, 0.8))), darker(colour, 0.2))
    canvas.tint(canvas.filled(tab), colour)
    canvas.darken(canvas.filled(oval((x, y + 2.1), (0.16, 0.4))), 0.5)


def cord(canvas: Canvas, line: ArrayLike, width: float, fabric: Fabric, lift: float = 0.6) -> None:
    """A round cord or a narrow strap along a line."""
    lay(canvas, band(line, width), fabric, thickness=0.18 * width, body=0.25 * width, lift=lift)


def gathers(canvas: Canvas, line: ArrayLike, length: float, count: int, strength: float = 0.16) -> None:
    """Small folds that start at a line and run out below it: elastic, a yoke, a waist."""
    path = spaced(line, count)
    strokes: list[Points] = []
    for x, y in path + canvas.random.normal(0, 0.12, path.shape):
        far = length * canvas.random.uniform(0.4, 1.1)
        strokes.append(np.array([(x, y), (x + x * 0.02 + canvas.random.normal(0, 0.1), y + far)]))
    inside = (canvas.cover > COVERED).astype(np.float32)
    dark: Field = softened(canvas.traced(strokes, 0.28), 0.14 * UNIT, 0.6 * UNIT)
    light: Field = softened(canvas.traced([moved(stroke, 0.5, 0) for stroke in strokes], 0.28), 0.14 * UNIT, 0.6 * UNIT)
    canvas.darken(dark * inside, strength * 1.6)
    canvas.darken(light * inside, -strength)
