"""Shoes: a trainer and a boot from the side, a pump from the side, ballerinas from above."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from fashionkit.demo.garments import folds, tailoring
from fashionkit.demo.garments.canvas import Canvas, softened
from fashionkit.demo.garments.fabric import Fabric
from fashionkit.demo.garments.outline import Points, band, beside, curve, join, loop, moved, oval, scaled, spaced
from fashionkit.demo.garments.panel import lay

SHIFT = (8.0, -3.6)
"""Where the far shoe of a pair stands."""


def pair(canvas: Canvas, shoe: Callable[[Canvas, float, float], None]) -> None:
    """The far shoe, a little dimmer, then the near one."""
    canvas.stand(SHIFT[0], 66.8 + SHIFT[1], 23.0)
    canvas.stand(-3.5, 69.0, 23.0)
    shoe(canvas, *SHIFT)
    canvas.darken(canvas.cover, 0.10)
    shoe(canvas, -3.5, 2.0)


def trainers(canvas: Canvas, upper: Fabric, accent: Fabric, sole: Fabric, lining: Fabric) -> None:
    """A pair of low trainers with laces."""
    pair(canvas, lambda sheet, dx, dy: _trainer(sheet, dx, dy, upper, accent, sole=sole, lining=lining))


def _trainer(
    canvas: Canvas, dx: float, dy: float, upper: Fabric, accent: Fabric, *, sole: Fabric, lining: Fabric
) -> None:
    def at(*points: Sequence[float]) -> Points:
        return moved(curve(*points), dx, dy)

    mouth = moved(loop((6.0, 38.8), (12, 40.6), (18.5, 38.4), (20.8, 40.2), (15, 45.8), (8.4, 43.2)), dx, dy)
    lay(canvas, mouth, lining, dim=0.35, body=-0.5)
    tongue = join(at((-2.5, 44), (0.6, 37.0), (4.4, 33.6), (7.6, 34.4)), at((7.6, 34.4), (8.4, 38), (5.0, 45)))
    lay(canvas, tongue, upper, folds.waves(4, 4, 0.2), thickness=0.5, body=0.8, lift=0.3)
    body = join(
        at(
            (-24.0, 60.8),
            (-23.8, 57.8),
            (-21.0, 54.8),
            (-16, 52.4),
            (-10.5, 49.4),
            (-4.0, 44.6),
            (2.6, 39.4),
            (6.4, 38.4),
        ),
        at((6.4, 38.4), (9.0, 42.8), (14.0, 44.4), (18.2, 42.0), (20.4, 38.8), (22.2, 40.4), (22.0, 49), (23.2, 60.6)),
        at((23.2, 60.6), (0, 62.6), (-24.0, 61.4)),
    )
    bend = folds.together(folds.fan((dx - 9, 49 + dy), 70, 70, 10, 4, depth=0.35), folds.waves(7, 6, 0.3))
    lay(canvas, body, upper, bend, thickness=0.5, body=2.6, lift=0.5)
    collar = at((6.4, 38.4), (9.0, 42.8), (14.0, 44.4), (18.2, 42.0), (20.4, 38.8))
    lay(canvas, join(collar, beside(collar, 1.9)[::-1]), upper, thickness=0.4, body=0.9, lift=0.3)
    toe = join(
        at((-24.0, 60.8), (-23.8, 57.8), (-21.0, 54.8), (-17.4, 53.0)),
        at((-17.4, 53.0), (-14.6, 56.5), (-14.8, 62.0)),
        at((-14.8, 62.0), (-24.0, 61.6)),
    )
    lay(canvas, toe, accent, thickness=0.3, body=1.6, lift=0.4)
    heel = join(
        at((20.6, 39.0), (22.2, 40.6), (22.0, 49), (23.2, 60.8)),
        at((23.2, 60.8), (15.6, 61.6)),
        at((15.6, 61.6), (16.6, 53), (18.4, 47), (20.6, 39.0)),
    )
    lay(canvas, heel, accent, thickness=0.3, body=1.2, lift=0.4)
    stay = join(
        at((-12.4, 50.3), (-4.0, 44.6), (2.6, 39.4), (6.2, 38.6)),
        at((6.2, 38.8), (5.4, 45.5), (0.4, 51.0)),
        at((0.4, 51.0), (-6.4, 54.4), (-12.4, 50.3)),
    )
    lay(canvas, stay, accent, thickness=0.35, body=0.6, lift=0.4)
    for line in (
        at((-16.4, 52.8), (-13.8, 56.6), (-14.0, 61.4)),
        at((18.0, 47.2), (16.0, 53), (14.9, 61.0)),
        at((4.9, 45.3), (0.2, 50.2), (-6.2, 53.2)),
    ):
        tailoring.stitches(canvas, line, pitch=0.5, width=0.14)
    for x in (6.2, 9.4):
        lay(canvas, band(at((x, 60.8), (x - 1.0, 54), (x - 5.0, 48.6)), 1.7), accent, thickness=0.2, body=0.3, lift=0.3)
    _laces(canvas, at((-9.6, 49.4), (-3.4, 45.8), (3.6, 41.0)), sole)
    _trainer_sole(canvas, at, sole)


def _laces(canvas: Canvas, row: Points, fabric: Fabric) -> None:
    for x, y in spaced(row, 6):
        hole = (float(x) + 1.0, float(y) + 1.6)
        canvas.darken(canvas.filled(oval(hole, (0.42, 0.42))), 0.6)
        lay(
            canvas,
            band(curve(hole, (float(x) - 0.5, float(y) - 0.6), (float(x) - 2.4, float(y) - 1.6)), 1.15),
            fabric,
            body=0.5,
            thickness=0.2,
            lift=0.9,
        )


def _trainer_sole(canvas: Canvas, at: Callable[..., Points], fabric: Fabric) -> None:
    edge = at((-24.8, 59.8), (-20, 60.8), (-8, 61.4), (8, 60.8), (17, 59.9), (23.8, 58.6))
    outline = join(
        edge,
        at((23.8, 58.6), (24.5, 61.6), (22.8, 65.6)),
        at((22.8, 65.6), (15, 66.5), (0, 66.9), (-13, 66.7), (-20.0, 65.4)),
        at((-20.0, 65.4), (-23.9, 63.0), (-24.8, 59.8)),
    )
    lay(canvas, outline, fabric, thickness=0.4, body=1.4, lift=0.8)
    tailoring.stitches(canvas, beside(edge, 1.0)[3:-3], pitch=0.7)
    tailoring.seam(canvas, at((-22.4, 63.2), (-12, 64.9), (4, 65.0), (16, 64.4), (23.6, 63.2)), 0.3)


def ankle_boots(canvas: Canvas, upper: Fabric, sole: Fabric, elastic: Fabric, lining: Fabric) -> None:
    """A pair of Chelsea boots."""
    pair(canvas, lambda sheet, dx, dy: _boot(sheet, dx, dy, upper, sole, elastic=elastic, lining=lining))


def _boot(
    canvas: Canvas, dx: float, dy: float, upper: Fabric, sole: Fabric, *, elastic: Fabric, lining: Fabric
) -> None:
    def at(*points: Sequence[float]) -> Points:
        return moved(curve(*points), dx, dy)

    lay(canvas, moved(oval((12.8, 26.4), (7.4, 2.2), 4), dx, dy), lining, dim=0.4, body=-0.4, lift=0.2)
    body = join(
        at((5.2, 25.6), (9, 28.2), (16, 28.4), (20.4, 26.6)),
        at((20.4, 26.6), (21.4, 38), (20.6, 48), (22.0, 56), (22.0, 64.2)),
        at((22.0, 64.2), (8, 64.0), (-8, 65.2), (-22.4, 65.4)),
        at(
            (-22.4, 65.4),
            (-23.8, 62.0),
            (-21.6, 58.4),
            (-15, 55.2),
            (-7.0, 52.2),
            (-0.4, 48.0),
            (3.6, 41.4),
            (5.0, 33),
            (5.2, 25.6),
        ),
    )
    bends = folds.together(
        folds.fan((dx + 1, 47 + dy), 50, 80, 13, 6, depth=0.6),
        folds.fan((dx + 20, 50 + dy), 190, 60, 12, 4, depth=0.45),
        folds.waves(6, 7, 0.35),
    )
    lay(canvas, body, upper, bends, thickness=0.6, body=3.2, lift=0.5)
    lay(
        canvas,
        band(at((19.4, 29.0), (19.0, 23.0), (20.0, 21.0), (20.9, 23.0), (20.6, 29.0)), 1.2),
        elastic,
        thickness=0.2,
        body=0.2,
    )
    gore = join(
        at((9.4, 28.3), (10.6, 38), (12.6, 46.0), (14.6, 38), (16.4, 28.3)), at((16.4, 28.3), (13, 28.6), (9.4, 28.3))
    )
    lay(canvas, gore, elastic, thickness=-0.2, body=0.4, lift=0.0)
    for gap in (0.0, 0.7):
        tailoring.stitches(
            canvas,
            at((9.0 - gap, 28.6), (10.0 - gap, 38), (12.6, 47.0 + gap), (15.0 + gap, 38), (16.8 + gap, 28.5)),
            pitch=0.5,
        )
    tailoring.seam(canvas, at((12.6, 47.0), (11.6, 55), (12.4, 63.0)), 0.28)
    rand = at((-24.2, 64.0), (-10, 64.2), (6, 62.6), (22.8, 63.2))
    outline = join(
        rand,
        at((22.8, 63.2), (22.9, 66), (22.0, 71.0)),
        [moved([(11.6, 71.0)], dx, dy)[0]],
        at((11.6, 71.0), (10.8, 66.4), (6, 65.2)),
        at((6, 65.2), (-8, 67.0), (-21.5, 67.2)),
        at((-21.5, 67.2), (-24.4, 66.2), (-24.2, 64.0)),
    )
    lay(canvas, outline, sole, thickness=0.4, body=0.7, lift=0.8)
    tailoring.stitches(canvas, beside(rand, 0.8), (0.62, 0.52, 0.40), 0.5)
    tailoring.seam(canvas, at((11.6, 66.2), (16, 66.0), (22.4, 65.8)), 0.4)


def pumps(canvas: Canvas, upper: Fabric, lining: Fabric, heel: Fabric) -> None:
    """A pair of pumps with high heels."""
    pair(canvas, lambda sheet, dx, dy: _pump(sheet, dx, dy, upper, lining, heel=heel))


def _pump(canvas: Canvas, dx: float, dy: float, upper: Fabric, lining: Fabric, *, heel: Fabric) -> None:
    def at(*points: Sequence[float]) -> Points:
        return moved(curve(*points), dx, dy)

    inside = join(
        at((-8.0, 58.4), (0, 54.4), (10, 45.8), (20.6, 35.6)),
        at((20.6, 35.6), (13, 46.0), (6, 54.0), (-2.0, 59.6), (-8, 58.4)),
    )
    lay(canvas, inside, lining, dim=0.14, body=0.5)
    post = join(
        at((13.8, 54.6), (17.4, 58), (18.8, 64), (19.2, 71.0)),
        at((19.2, 71.0), (21.2, 71.0)),
        at((21.2, 71.0), (21.8, 60), (22.9, 50), (22.6, 45)),
    )
    lay(canvas, post, heel, thickness=0.5, body=1.2, lift=0.3)
    rim = at((-8.0, 58.4), (-2.6, 59.0), (5.4, 54.0), (13.0, 45.2), (20.6, 35.4))
    body = join(
        rim,
        at((20.6, 35.4), (22.5, 38.6), (23.1, 44), (22.0, 50.0), (18.6, 52.8)),
        at((18.6, 52.8), (11, 56.6), (3.0, 63.6), (-5.0, 68.8), (-13, 70.6)),
        at((-13, 70.6), (-22.0, 70.8), (-24.8, 69.6), (-22, 66.2), (-15.6, 61.8), (-8.0, 58.4)),
    )
    lay(canvas, body, upper, folds.waves(8, 8, 0.3), thickness=0.5, body=2.6, lift=0.6)
    tailoring.seam(canvas, beside(rim, 0.5), 0.25)
    tailoring.seam(canvas, at((11.4, 47.4), (13.6, 50.4), (14.6, 54.2)), 0.25)
    sole = at((-24.6, 70.2), (-13, 71.0), (-5.0, 69.2), (3.0, 64.0), (11, 57.0), (18.4, 53.2))
    lay(canvas, band(sole, 0.8), heel, thickness=0.2, body=0.2, lift=0.6)


def ballerinas(canvas: Canvas, upper: Fabric, lining: Fabric, insole: Fabric) -> None:
    """A pair of ballerinas with bows, seen from above."""
    for side in (1, -1):
        centre = side * 8.8
        outer = [
            (0.2, 26.0),
            (5.6, 29.6),
            (6.6, 42),
            (5.6, 55),
            (7.4, 65),
            (5.2, 74.0),
            (-0.6, 79.0),
            (-5.2, 74.0),
            (-6.6, 64),
            (-5.6, 54),
            (-6.0, 42),
            (-5.0, 29.8),
        ]
        inner = [
            (0.2, 27.8),
            (4.3, 31.0),
            (5.2, 42),
            (4.4, 53),
            (4.8, 60.0),
            (0.2, 63.6),
            (-4.4, 59.6),
            (-4.4, 52),
            (-4.7, 42),
            (-4.0, 31.0),
        ]
        frame = np.array([side, 1.0])
        outline = moved(scaled(loop(*outer), 0.82, (0, 52)) * frame, centre, 0)
        hollow = moved(scaled(loop(*inner), 0.82, (0, 52)) * frame, centre, 0)
        lay(canvas, outline, upper, folds.waves(6, 6, 0.25), thickness=0.8, body=2.6, lift=0.4)
        lay(canvas, hollow, insole, folds.waves(6, 14, 0.3), thickness=-0.5, body=-0.8, lift=0.0)
        shade = canvas.filled(hollow) - canvas.filled(moved(hollow, 0.9, 1.8))
        canvas.darken(softened(np.clip(shade, 0, 1), 6) * canvas.filled(hollow), 0.5)
        heel = canvas.filled(oval((centre, 33.0), (5.4, 6.0))) * canvas.filled(hollow)
        canvas.darken(softened(heel, 14), 0.45)
        canvas.tint(canvas.filled(oval((centre, 39.6), (1.2, 0.6))) * 0.5, (0.35, 0.27, 0.2))
        rim = join(hollow, hollow[:1])
        lay(canvas, join(rim, beside(rim, -0.7 * side)[::-1]), upper, thickness=0.3, body=0.3, lift=0.3)
        _small_bow(canvas, lining, (centre, 62.6))


def _small_bow(canvas: Canvas, fabric: Fabric, knot: tuple[float, float]) -> None:
    x, y = knot
    for side in (1, -1):
        tail = curve((x, y), (x + side * 1.2, y + 1.6), (x + side * 2.2, y + 3.4))
        lay(canvas, band(tail, 0.8), fabric, body=0.2, lift=0.6)
        wing = loop(
            (x, y),
            (x + side * 1.8, y - 1.3),
            (x + side * 3.4, y - 0.9),
            (x + side * 3.2, y + 0.9),
            (x + side * 1.6, y + 0.8),
        )
        lay(canvas, wing, fabric, thickness=0.4, body=0.6, lift=0.7)
    lay(canvas, oval(knot, (0.75, 0.9)), fabric, body=0.6, lift=0.7)
