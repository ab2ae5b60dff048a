"""Sweaters, sweatshirts, hoodies."""

from __future__ import annotations

from fashionkit.demo.garments import folds, tailoring
from fashionkit.demo.garments.bodice import Bodice, hemband, lay_back, lay_cuffs, lay_sleeves, neckband
from fashionkit.demo.garments.canvas import Canvas
from fashionkit.demo.garments.collar import hood
from fashionkit.demo.garments.fabric import Colour, Fabric
from fashionkit.demo.garments.outline import curve, mirror, whole
from fashionkit.demo.garments.panel import lay

TOP = 17.5


def loose(bottom: float = 70.0, neck_depth: float = 6.6) -> Bodice:
    """A wide body with dropped shoulders, its sleeves hanging beside it."""
    low = TOP + neck_depth
    return Bodice(
        neck=curve((0, low), (3.6, low - 0.6), (6.6, low - neck_depth * 0.5), (7.8, TOP)),
        shoulder=(20.2, 21.6),
        armpit=(20.6, 40.5),
        side=[(20.2, 50), (20.4, 62), (20.0, bottom)],
        hem=[(20.0, bottom), (10, bottom + 0.6), (0, bottom + 0.7)],
        sleeve=[(26.0, 31), (30.2, 48), (33.0, 70.0)],
        under=[(27.4, 71.5), (25.0, 56), (22.4, 44)],
    )


def heavy_drape(depth: float) -> folds.Folding:
    """Thick cloth: few, wide folds."""
    return folds.together(
        folds.both_sides((20, 40.5), 148, 60, 22, 4, depth=depth),
        folds.hanging(-13, 13, 46, 80, 4, depth=depth * 0.8, width=3.0),
        folds.waves(9, 16, depth * 0.8),
    )


def sweater(canvas: Canvas, fabric: Fabric, rib: Fabric) -> None:
    """A crew-neck sweater with ribbed bands."""
    cut = loose()
    lay_back(canvas, cut, rib, rise=0.6)
    lay_sleeves(canvas, cut, fabric, 0.6, 1.4)
    lay_cuffs(canvas, cut, rib, 6.0)
    lay(canvas, cut.body(), fabric, heavy_drape(0.5), body=1.4, lift=0.5)
    hemband(canvas, cut, rib, 6.0)
    neckband(canvas, cut, rib, 2.8)
    for side in (cut.armhole, mirror(cut.armhole)):
        tailoring.seam(canvas, side, 0.2)


def roll_neck(canvas: Canvas, fabric: Fabric, rib: Fabric) -> None:
    """A sweater with a high collar that is turned down."""
    cut = loose(neck_depth=4.0)
    lay_sleeves(canvas, cut, fabric, 0.6, 1.4)
    lay_cuffs(canvas, cut, rib, 6.0)
    lay(canvas, cut.body(), fabric, heavy_drape(0.5), body=1.4, lift=0.5)
    hemband(canvas, cut, rib, 6.0)
    inside = whole(curve((0, 8.4), (5, 8.6), (7.4, 9.6)), curve((7.4, 9.6), (4, 11.6), (0, 12.0)))
    lay(canvas, inside, rib, dim=0.35, body=0.2)
    roll = whole(
        curve((0, 10.6), (4.4, 10.3), (7.5, 9.2)),
        curve((7.5, 9.2), (8.6, 13), (9.2, 18.2)),
        curve((9.2, 18.2), (5.6, 21.4), (0, 22.4)),
    )
    lay(canvas, roll, rib, folds.waves(6, 4, 0.35), thickness=0.5, body=1.2, lift=0.8)


def hoodie(canvas: Canvas, fabric: Fabric, rib: Fabric, cord: Fabric, metal: Colour) -> None:
    """A hooded sweatshirt with a pouch pocket and drawcords."""
    cut = loose(73.0, 8.0)
    lay_sleeves(canvas, cut, fabric, 0.65, 1.4)
    lay_cuffs(canvas, cut, rib, 5.0)
    lay(canvas, cut.body(), fabric, heavy_drape(0.55), body=1.4, lift=0.5)
    hemband(canvas, cut, rib, 5.0)
    pouch = whole(
        [(0, 52.0), (9.0, 52.0)],
        curve((9.0, 52.0), (12.0, 56.5), (15.6, 61.5)),
        [(15.6, 61.5), (15.6, 72.6), (0, 73.2)],
    )
    lay(canvas, pouch, fabric, folds.waves(7, 7, 0.3), thickness=0.35, body=0.5, lift=0.5)
    for side in (1, -1):
        tailoring.stitches(canvas, curve((side * 8.4, 52.6), (side * 11.2, 56.9), (side * 14.9, 61.9)))
    tailoring.stitches(canvas, [(-9, 52.6), (9, 52.6)])
    hood(canvas, fabric, fabric, 8.6, TOP + 1.0, throat=27.5)
    for side, length in ((1, 17.0), (-1, 15.5)):
        tailoring.button(canvas, (side * 3.6, 26.4), 0.55, metal)
        tail = curve((side * 3.6, 26.6), (side * 4.2, 26.4 + length * 0.5), (side * 3.5, 26.4 + length))
        tailoring.cord(canvas, tail, 0.8, cord)
