"""Shirts and blouses."""

from __future__ import annotations

from fashionkit.demo.garments import folds, tailoring
from fashionkit.demo.garments.bodice import Bodice, lay_back, lay_cuffs, lay_sleeves
from fashionkit.demo.garments.canvas import Canvas
from fashionkit.demo.garments.collar import flat_collar
from fashionkit.demo.garments.fabric import Colour, Fabric
from fashionkit.demo.garments.outline import band, beside, both, curve, loop, mirror, moved, whole
from fashionkit.demo.garments.panel import lay
from fashionkit.demo.garments.tops import chest_pocket

TOP = 16.0


def long_sleeved(bottom: float = 78.0, ease: float = 0.8) -> Bodice:
    """The cut of a shirt whose sleeves hang beside it."""
    return Bodice(
        neck=curve((0, 21.5), (4.0, 20.6), (6.6, 18.5), (7.4, TOP)),
        shoulder=(19.0 + ease, 20.3),
        armpit=(19.2 + ease, 38.5),
        side=[(18.4 + ease, 50), (18.4 + ease, 64), (19.4 + ease, bottom - 6)],
        hem=[(19.4 + ease, bottom - 6), (17.2 + ease, bottom - 2.0), (11, bottom + 1.0), (0, bottom + 1.5)],
        sleeve=[(23.4 + ease, 25.4), (27.0 + ease, 36), (30.4 + ease, 54), (32.6, 70)],
        under=[(26.6, 72.0), (24.0 + ease, 55), (20.8 + ease, 42)],
    )


def shirt_drape(depth: float) -> folds.Folding:
    """How a shirt's front lies."""
    return folds.together(
        folds.both_sides((19, 38.5), 145, 75, 24, 6, depth=depth),
        folds.hanging(-15, 15, 42, 78, 7, depth=depth, width=1.8),
        folds.crumple(4, depth * 0.75, 12),
        folds.waves(8, 20, depth * 0.7),
    )


def shirt(canvas: Canvas, fabric: Fabric, buttons: Colour) -> None:
    """A button-down with cuffs and a curved hem."""
    cut = long_sleeved()
    lay_back(canvas, cut, fabric, rise=0.8)
    lay_sleeves(canvas, cut, fabric, 0.5)
    _cuffs(canvas, cut, fabric, buttons)
    lay(canvas, cut.body(), fabric, shirt_drape(0.42), body=1.0, lift=0.4)
    tailoring.hem(canvas, cut.hemline, -0.9)
    placket_with_buttons(canvas, fabric, buttons, 20.5, 79.2, count=7)
    chest_pocket(canvas, fabric, 5.2, 35.5)
    flat_collar(canvas, fabric, 7.5, TOP, (6.6, 27.0), stand=3.0)
    tailoring.button(canvas, (0.1, 22.4), 0.55, buttons)


def placket_with_buttons(
    canvas: Canvas, fabric: Fabric, buttons: Colour, top: float, bottom: float, *, count: int, width: float = 3.2
) -> None:
    """The strip down the front that the buttons sit on."""
    half = width / 2
    strip = [(-half, top), (half, top), (half, bottom), (-half, bottom)]
    lay(
        canvas,
        strip,
        fabric,
        folds.together(folds.crumple(4, 0.2), folds.waves(8, 16, 0.25)),
        thickness=0.2,
        body=0.1,
        lift=0.45,
    )
    for x in (-half + 0.45, half - 0.45):
        tailoring.stitches(canvas, [(x, top + 1), (x, bottom - 0.6)])
    tailoring.buttons(canvas, [(0.1, top + 6.5), (0.1, bottom - 8)], count - 1, 0.55, buttons)


def _cuffs(canvas: Canvas, cut: Bodice, fabric: Fabric, buttons: Colour) -> None:
    lay_cuffs(canvas, cut, fabric, 4.6)
    line = cut.cuff()
    for side in (line, mirror(line)):
        tailoring.stitches(canvas, beside(side, 0.6))
        tailoring.stitches(canvas, beside(side, 4.1))
        at = beside(side, 2.3)[len(side) // 2]
        tailoring.button(canvas, (float(at[0]), float(at[1])), 0.5, buttons)


def blouse(canvas: Canvas, fabric: Fabric) -> None:
    """A flowing blouse: full sleeves gathered into cuffs, and a bow at the neck."""
    cut = Bodice(
        neck=curve((0, 27.5), (3.0, 23.0), (5.4, 18.5), (6.4, TOP)),
        shoulder=(17.6, 20.0),
        armpit=(18.6, 37.5),
        side=[(18.2, 46), (18.6, 58), (20.6, 72)],
        hem=[(20.6, 72), (11, 74.2), (0, 74.6)],
        sleeve=[(24.6, 26), (30.6, 45), (34.0, 62), (32.2, 68.0)],
        under=[(27.2, 69.4), (24.4, 65), (22.4, 52), (20.4, 42)],
    )
    lay_back(canvas, cut, fabric, rise=0.8)
    lay_sleeves(canvas, cut, fabric, 0.75, 1.6)
    lay_cuffs(canvas, cut, fabric, 3.0)
    for side in (cut.cuff(), mirror(cut.cuff())):
        tailoring.seam(canvas, beside(side, 3.0), 0.3)
    drape = folds.together(
        folds.hanging(-15, 15, 24, 80, 13, depth=0.6, width=1.6),
        folds.both_sides((18, 38), 150, 60, 18, 5, depth=0.4),
        folds.waves(7, 24, 0.5),
    )
    lay(canvas, cut.body(), fabric, drape, body=1.2, lift=0.4)
    tailoring.gathers(canvas, both(curve((6, 19.5), (12, 20.4), (16, 21.4))[:1]), 9, 2, 0.05)
    tailoring.hem(canvas, cut.hemline, -1.0)
    tailoring.seam(canvas, [(0, 28), (0, 44)], 0.28)
    _bow(canvas, fabric, (0.0, 28.0))


def _bow(canvas: Canvas, fabric: Fabric, knot: tuple[float, float]) -> None:
    """A tied bow: band round the neck, two loops, two ends."""
    y = knot[1]
    for side in (1, -1):
        neck = curve((side * 6.6, TOP - 0.6), (side * 5.0, 20.5), (side * 1.0, y - 0.3))
        lay(canvas, band(neck, 2.6, 2.0), fabric, folds.waves(3, 3, 0.2), thickness=0.3, body=0.5, lift=0.5)
    behind = whole(
        curve((0, TOP - 0.2), (3.5, TOP - 0.5), (6.6, TOP - 1.6)),
        curve((7.2, TOP + 0.2), (3.5, TOP + 1.5), (0, TOP + 1.9)),
    )
    lay(canvas, behind, fabric, dim=0.12, lift=0.2)
    for side, length in ((1, 21.0), (-1, 18.5)):
        tail = curve((side * 0.6, y), (side * 2.6, y + length * 0.4), (side * 4.0, y + length))
        lay(canvas, band(tail, 2.2, 4.4), fabric, folds.creases([tail], 0.9, 0.6), thickness=0.3, body=0.4, lift=0.7)
    for side in (1, -1):
        wing = loop((0, y), (side * 4.0, y - 3.4), (side * 8.6, y - 3.0), (side * 9.2, y + 1.4), (side * 4.4, y + 2.2))
        ridge = curve((side * 1.0, y), (side * 4.5, y - 0.8), (side * 8.0, y - 0.8))
        lay(
            canvas,
            wing,
            fabric,
            folds.creases([ridge, moved(ridge, 0, 1.6)], 0.8, 0.7),
            grain=side * 80,
            body=0.8,
            lift=0.75,
        )
    lay(canvas, loop((-1.5, y - 1.6), (1.5, y - 1.8), (1.7, y + 1.6), (-1.4, y + 1.7)), fabric, body=0.8, lift=0.7)
