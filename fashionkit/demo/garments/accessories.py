"""A beanie, a straw hat, a scarf, a belt."""

from __future__ import annotations

import numpy as np

from fashionkit.demo.garments import folds, tailoring
from fashionkit.demo.garments.canvas import Canvas
from fashionkit.demo.garments.fabric import Colour, Fabric
from fashionkit.demo.garments.outline import Points, band, beside, curve, join, loop, moved, oval, scaled, whole
from fashionkit.demo.garments.panel import lay


def beanie(canvas: Canvas, fabric: Fabric) -> None:
    """A knitted cap with a turned-up brim."""
    crown = whole(
        curve((0, 27.6), (7.0, 28.8), (13.4, 33.6), (17.4, 42), (19.0, 54)), curve((19.0, 54), (10, 56), (0, 56.4))
    )
    lines = [curve((x * 0.06, 28.0), (x * 0.75, 39), (x, 54)) for x in np.linspace(-17.5, 17.5, 9)]
    lay(
        canvas,
        crown,
        fabric,
        folds.together(folds.creases(lines, 1.0, -0.5), folds.waves(6, 8, 0.5)),
        thickness=0.8,
        body=3.4,
    )
    brim = whole(
        curve((0, 51.6), (10, 51.2), (19.6, 49.4)),
        curve((19.6, 49.4), (20.8, 55), (20.0, 61.2)),
        curve((20.0, 61.2), (10, 64.2), (0, 64.8)),
    )
    lay(canvas, brim, fabric, folds.together(folds.waves(5, 6, 0.4)), thickness=0.9, body=2.0, lift=1.0)


def straw_hat(canvas: Canvas, fabric: Fabric, ribbon: Fabric) -> None:
    """A wide-brimmed hat, lying on its brim."""
    brim = loop((-33.0, 57.5), (-24, 51.2), (0, 48.4), (24, 51.0), (33.2, 57.0), (25, 65.4), (0, 68.8), (-25, 65.8))
    lay(canvas, brim, fabric, folds.waves(16, 8, 0.8), thickness=0.6, body=1.4)
    edge = join(brim, brim[:1])
    tailoring.seam(canvas, beside(edge, 1.1), 0.25)
    crown = whole(
        curve((0, 32.6), (5.0, 32.0), (10.0, 31.8), (14.0, 35.4), (16.0, 46), (17.0, 57.0)),
        curve((17.0, 57.0), (9, 61.2), (0, 62.2)),
    )
    dent = [curve((-7.5, 34.6), (0, 37.4), (7.5, 34.4))]
    lay(
        canvas,
        crown,
        fabric,
        folds.together(folds.creases(dent, 2.6, -1.2), folds.waves(9, 9, 0.5)),
        thickness=0.6,
        body=4.2,
        lift=1.0,
    )
    lower, upper = curve((17.0, 57.2), (9, 61.4), (0, 62.4)), curve((0, 56.6), (9, 55.6), (16.2, 51.2))
    lay(canvas, whole(upper, lower), ribbon, folds.waves(6, 3, 0.15), thickness=0.3, body=1.2, lift=0.6)
    bow = [(11.6, 53.6), (14.6, 52.0), (15.6, 58.2), (12.6, 60.0)]
    lay(canvas, bow, ribbon, thickness=0.4, body=0.5, lift=0.8)


def scarf(canvas: Canvas, fabric: Fabric, thread: Fabric) -> None:
    """A long scarf with a fringe, laid once round and hanging down."""
    for line, width in (
        (curve((-7.0, 17), (-8.6, 36), (-7.4, 58), (-9.6, 80)), 13.0),
        (curve((6.0, 20), (8.8, 38), (7.4, 60), (9.4, 86)), 13.5),
    ):
        _fringe(canvas, line[-1], width, thread)
        lengthwise = [moved(line, x, 0) for x in (-3.6, 0.4, 3.8)]
        drape = folds.together(folds.creases(lengthwise, 2.2, 0.8), folds.waves(5, 14, 0.6))
        lay(canvas, band(line, width * 0.86, width), fabric, drape, thickness=0.6, body=1.4, lift=0.7)
    ring = loop(
        (0, 6.0), (11.0, 9.4), (15.4, 18.4), (10.6, 28.0), (0, 31.8), (-10.8, 28.4), (-15.4, 18.8), (-11.0, 9.6)
    )
    hole = loop((0, 12.0), (6.0, 13.8), (7.4, 18.0), (5.0, 22.0), (0, 23.6), (-5.2, 22.2), (-7.4, 18.4), (-6.0, 14.0))
    around = [scaled(join(hole, hole[:1]), factor, (0, 18.4)) for factor in (1.25, 1.6, 1.95)]
    lay(
        canvas,
        ring,
        fabric,
        folds.together(folds.creases(around, 1.5, 0.9), folds.waves(5, 5, 0.5)),
        thickness=0.8,
        body=1.6,
        lift=1.0,
    )
    lay(canvas, hole, fabric, folds.waves(4, 4, 0.4), dim=0.5, body=-0.8, thickness=-0.4, lift=0.2)
    for line in (
        curve((-14.6, 15.0), (-10.4, 25.0), (0, 30.6), (10.6, 26.6), (15.0, 17.0)),
        curve((-12.4, 12.6), (-7.4, 21.6), (1.0, 26.4), (9.6, 22.4), (12.8, 14.0)),
    ):
        swell = np.sin(np.linspace(0.05, np.pi - 0.05, len(line)))[:, None] * 4.2
        outer, inner = line + (beside(line, -1) - line) * swell, line - (beside(line, -1) - line) * swell
        lay(
            canvas,
            join(outer, inner[::-1]),
            fabric,
            folds.together(folds.creases([line], 1.8, 0.9), folds.waves(6, 4, 0.5)),
            grain=-12,
            thickness=0.6,
            body=1.5,
            lift=1.0,
        )


def _fringe(canvas: Canvas, end: Points, width: float, thread: Fabric) -> None:
    for x in np.linspace(-width / 2 + 0.5, width / 2 - 0.5, 15):
        sway, length = canvas.random.normal(0, 0.5), canvas.random.uniform(6.2, 7.6)
        x_start, y_start = end[0] + x, end[1] - 0.6
        line = curve(
            (x_start, y_start), (x_start + sway * 0.3, y_start + length * 0.5), (x_start + sway, y_start + length)
        )
        lay(canvas, band(line, 0.62, 0.36), thread, thickness=0.2, body=0.2, lift=0.2)


def belt(canvas: Canvas, fabric: Fabric, inside: Fabric, metal: Fabric, stitch: Colour) -> None:
    """A leather belt, coiled once and seen from slightly above."""
    top, bottom = 44.0, 52.5
    rear = curve((-27.0, 47.5), (-24, 42.2), (0, 39.6), (24, 42.2), (27.0, 47.5))
    lay(canvas, join(rear, moved(rear, 0, 6.6)[::-1]), inside, dim=0.25, thickness=0.3, body=0.6)
    front = curve(
        (-27.2, top + 3.0), (-24.6, top + 7.4), (-10, top + 11.4), (8, top + 11.8), (24.6, top + 7.6), (27.2, top + 3.0)
    )
    drop = bottom - top
    lay(
        canvas,
        join(front, moved(front, 0, drop)[::-1]),
        fabric,
        folds.waves(14, 8, 0.3),
        thickness=0.4,
        body=1.2,
        lift=0.9,
    )
    for gap in (0.9, drop - 0.9):
        tailoring.stitches(canvas, moved(front[4:-4], 0, gap), stitch, 0.6)
    middle = moved(front, 0, drop / 2)
    for place in (0.66, 0.72, 0.78, 0.84):
        x, y = middle[int(place * len(middle))]
        canvas.darken(canvas.filled(oval((float(x), float(y)), (0.5, 0.6))), 0.65)
    _buckle(canvas, metal, fabric, (-4.0, top + 11.6 + drop / 2), drop)


def _buckle(canvas: Canvas, metal: Fabric, fabric: Fabric, centre: tuple[float, float], height: float) -> None:
    x, y = centre
    half, wide = height / 2 + 1.5, 5.0
    keeper = [
        (x + 7.4, y - half + 1.0),
        (x + 9.8, y - half + 1.0),
        (x + 9.8, y + half - 1.0),
        (x + 7.4, y + half - 1.0),
    ]
    lay(canvas, keeper, fabric, thickness=0.4, body=0.5, lift=0.9)
    frame = loop(
        (x - wide, y - half + 1.2),
        (x - wide + 1.2, y - half),
        (x + wide - 1.2, y - half),
        (x + wide, y - half + 1.2),
        (x + wide, y + half - 1.2),
        (x + wide - 1.2, y + half),
        (x - wide + 1.2, y + half),
        (x - wide, y + half - 1.2),
    )
    lay(canvas, band(join(frame, frame[:2]), 1.35), metal, thickness=0.6, body=0.7, lift=1.0)
    lay(canvas, band(curve((x - wide, y), (x + wide + 0.6, y - 0.1)), 1.0), metal, thickness=0.5, body=0.5, lift=0.9)
